"""The reach of a reader as SQL: `domain.authority.sees`, written as a filter on rows of cases, tasks or clocks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    FromClause,
    Select,
    and_,
    any_,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    union_all,
)  # fmt: skip

from adapters.db.annex_tables import help_offers
from adapters.db.areas import within
from adapters.db.tables import cases, clocks, tasks
from domain.authority import Reach
from domain.case import TaskState
from domain.organisations import AREA_LENGTHS, area_of, district_of, line_of

_SUB_DISTRICT: Final = AREA_LENGTHS[1]
_CALLED: Final = tasks.alias("called")
_KEPT: Final = cases.alias("kept")
_SENSITIVE: Final = select(_KEPT.c.id).where(_KEPT.c.sensitive)
"""The sensitive cases, for rows that do not say it themselves."""
_EMPTY: Final[ColumnElement[Any]] = literal_column("'{}'::text[]")
"""The words of the index of cases that sub-districts raised together."""


class Office(NamedTuple):
    """The columns that say which organisation a row belongs to."""

    org: ColumnElement[Any]
    line: ColumnElement[Any]
    area: ColumnElement[Any]
    district: ColumnElement[Any]


def task_office(task_rows: FromClause) -> Office:
    """Return the columns of a task's organisation."""
    c = task_rows.c
    return Office(c.org, c.line, c.org_area, c.org_district)


def clock_party(clock_rows: FromClause) -> Office:
    """Return the columns of the party that owes a clock's act."""
    c = clock_rows.c
    return Office(c.party, c.line, c.party_area, c.party_district)


def branches(reach: Reach, rows: FromClause, *, live: bool = False) -> tuple[ColumnElement[bool], ...]:
    """Return filters that exclude each other and together are the reach; none when it holds nothing.

    A list takes each as a query of its own, so that each can walk its own index in the order of the list. Cases that
    are seen only because an office was called into them are looked up by their ids, as an array: as a subquery the
    planner may walk the whole list for them instead.

    Args:
        reach: What the reader may see.
        rows: `cases`, `tasks`, `clocks` or others with a `case_id`; each has the district and area of its case.
        live: The list holds rows of cases that go on. An accepted task stands in a closed case, so it need not be
            looked at; most tasks of the past are.
    """
    if reach.everything:
        return (_open_to(reach, rows),)
    if reach.area is not None:
        raised = [and_(part, _open_to(reach, rows)) for part in _raised_in_parts(reach.area, rows)]
        elsewhere = not_(_raised_in(reach.area, rows))
        return (*raised, and_(elsewhere, _one_of(rows, _from_elsewhere(reach, reach.area, live=live))))
    if reach.helper:
        return (and_(_case_id(rows).in_(_helped(reach.user)), _open_to(reach, rows)),)
    if reach.org is not None:
        called = _one_of(rows, _of_org(reach.org, live=live))
        own = _own(reach.org, rows)
        found = (called,) if own is None else (own, and_(not_(func.coalesce(own, false())), called))
        return tuple(and_(part, _open_to(reach, rows)) for part in found)
    return ()


def visible(reach: Reach, rows: FromClause) -> ColumnElement[bool]:
    """Return the reach as one filter; false when it holds nothing."""
    if reach.everything:
        return _open_to(reach, rows)
    if reach.area is not None:
        raised = and_(_raised_in(reach.area, rows), _open_to(reach, rows))
        return or_(raised, _case_id(rows).in_(_from_elsewhere(reach, reach.area)))
    if reach.helper:
        return and_(_case_id(rows).in_(_helped(reach.user)), _open_to(reach, rows))
    if reach.org is not None:
        return and_(_case_id(rows).in_(_of_org(reach.org)), _open_to(reach, rows))
    return false()


def _helped(user: str) -> Select[Any]:
    """Select the cases in which a volunteer takes part."""
    return select(help_offers.c.case_id).where(help_offers.c.takers.contains([user]))


def _open_to(reach: Reach, rows: FromClause) -> ColumnElement[bool]:
    """Keep what is not sensitive, unless the reader is an insider, and what the reader has a hand in."""
    if reach.inner:
        return true()
    hidden = rows.c.sensitive if "sensitive" in rows.c else _case_id(rows).in_(_SENSITIVE)
    return or_(not_(hidden), _one_of(rows, _with_a_hand_in(reach.user))) if reach.user else not_(hidden)


def _with_a_hand_in(user: str) -> CompoundSelect[Any]:
    """Select the sensitive cases that a person raised or holds a task in."""
    mine, held = cases.alias("mine"), tasks.alias("held")
    raised = select(mine.c.id.label("case_id")).where(mine.c.sensitive, mine.c.raised_by == user)
    return union_all(raised, select(held.c.case_id).where(held.c.sensitive, held.c.holder == user))


def _from_elsewhere(reach: Reach, area: str, *, live: bool = False) -> CompoundSelect[Any]:
    """Select cases that were raised elsewhere, with a task of an office in the area or together with the area.

    The called office alone opens no sensitive case to its area.
    """
    called = _cases_of(_called_from_outside(area), live=live).where(_open_to(replace(reach, inner=False), _CALLED))
    joint = cases.alias("joint")
    together = select(joint.c.id.label("case_id")).where(
        joint.c.joint != _EMPTY, joint.c.joint.contains([area]), _open_to(reach, joint)
    )
    return union_all(called, together)


def _of_org(org: str, *, live: bool = False) -> CompoundSelect[Any]:
    """Select cases with a task of an organisation, and those it raised."""
    own = cases.alias("own")
    area = func.split_part(own.c.raiser, "-", 1)
    raiser = Office(own.c.raiser, func.split_part(own.c.raiser, "-", 2), area, func.left(area, AREA_LENGTHS[0]))
    near = within(own.c.raiser, area_of(org))  # a range of its index; the rest of the filter looks at few rows
    raised = select(own.c.id.label("case_id")).where(own.c.raiser.is_not(None), near, covered(org, raiser))
    return union_all(_cases_of(covered(org, task_office(_CALLED)), live=live), raised)


def covered(org: str, office: Office) -> ColumnElement[bool]:
    """Write `domain.authority.covers`: the office itself and its branches (条)."""
    line, area = line_of(org), area_of(org)
    if line is None or len(area) > AREA_LENGTHS[0]:
        return office.org == org  # nothing stands below a branch office (org_rules)
    if district_of(area) == area:
        return and_(office.line == line, office.district == area)
    return and_(office.line == line, within(office.area, area))


def _case_id(rows: FromClause) -> ColumnElement[Any]:
    return rows.c.id if "id" in rows.c else rows.c.case_id


def _one_of(rows: FromClause, ids: Select[Any] | CompoundSelect[Any]) -> ColumnElement[bool]:
    return _case_id(rows) == any_(func.array(ids.scalar_subquery()))


def _raised_in(area: str, rows: FromClause) -> ColumnElement[bool]:
    """Keep cases raised in an area."""
    if len(area) == AREA_LENGTHS[0] and district_of(area) is not None:
        return rows.c.district == area
    return within(rows.c.area, area)


def _raised_in_parts(area: str, rows: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Part `_raised_in` so that an index in the order of the list serves it.

    In a sub-district that is its own code; the few cases raised by its communities are looked up by their ids.
    """
    if len(area) != _SUB_DISTRICT:
        return (_raised_in(area, rows),)
    case = cases.alias("below")
    below = select(case.c.id).where(within(case.c.area, area), case.c.area > area)
    return (rows.c.area == area, _one_of(rows, below))


def _called_from_outside(area: str) -> ColumnElement[bool]:
    """Keep tasks of the area's offices in cases raised elsewhere.

    For districts and sub-districts in the words of two partial indexes, which hold only such tasks.
    """
    t = _CALLED.c
    if len(area) == _SUB_DISTRICT:
        elsewhere = func.left(t.org_area, _SUB_DISTRICT) != func.left(t.area, _SUB_DISTRICT)
        return and_(within(t.org_area, area), elsewhere)
    if len(area) == AREA_LENGTHS[0] and district_of(area) is not None:
        return and_(t.org_district == area, t.org_district != t.district)
    return and_(within(t.org_area, area), not_(_raised_in(area, _CALLED)))


def _cases_of(called: ColumnElement[bool], *, live: bool = False) -> Select[Any]:
    """Select the cases of tasks; with `live` those that may still go on."""
    query = select(_CALLED.c.case_id).where(called)
    return query.where(_CALLED.c.state != TaskState.ACCEPTED) if live else query


def _own(org: str, rows: FromClause) -> ColumnElement[bool] | None:
    """Keep the organisation's own tasks, or the clocks of these; None for cases, which belong to no office."""
    if rows is tasks:
        return covered(org, task_office(rows))
    if rows is clocks:
        return and_(covered(org, clock_party(rows)), rows.c.task_no.is_not(None))
    return None
