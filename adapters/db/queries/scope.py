"""The reach of a reader as SQL: `domain.authority.sees`, written as a filter on rows of cases, tasks or clocks."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, and_, false, not_, or_, select, true

from adapters.db.areas import within
from adapters.db.tables import tasks
from domain.authority import Reach
from domain.organisations import AREA_LENGTHS, area_of, district_of, line_of


def branches(reach: Reach, rows: FromClause) -> tuple[ColumnElement[bool], ...]:
    """Return filters that exclude each other and together are the reach; empty when it holds nothing.

    A list takes each as a query of its own, so that each can walk its own index in the order of the list.

    Args:
        reach: What the reader may see.
        rows: `cases`, `tasks` or `clocks`, or an alias; each has the district and area of its case.
    """
    if reach.everything:
        return (true(),)
    ids = rows.c.id if "id" in rows.c else rows.c.case_id
    if reach.area is not None:
        own = _raised_in(reach.area, rows)
        task = tasks.alias("called")
        called = select(task.c.case_id).where(within(task.c.org_area, reach.area), not_(_raised_in(reach.area, task)))
        return (own, and_(not_(own), ids.in_(called)))
    if reach.org is not None:
        task = tasks.alias("called")
        return (ids.in_(select(task.c.case_id).where(covered(reach.org, task_office(task)))),)
    return ()


def visible(reach: Reach, rows: FromClause) -> ColumnElement[bool]:
    """Return the reach as one filter; false when it holds nothing."""
    return or_(false(), *branches(reach, rows))


class Office(NamedTuple):
    """The columns that say which organisation a row belongs to."""

    org: ColumnElement[Any]
    line: ColumnElement[Any]
    area: ColumnElement[Any]
    district: ColumnElement[Any]


def task_office(tasks_rows: FromClause) -> Office:
    """Return the columns of a task's organisation."""
    c = tasks_rows.c
    return Office(c.org, c.line, c.org_area, c.org_district)


def clock_party(clock_rows: FromClause) -> Office:
    """Return the columns of the party that owes a clock's act."""
    c = clock_rows.c
    return Office(c.party, c.line, c.party_area, c.party_district)


def covered(org: str, office: Office) -> ColumnElement[bool]:
    """Write `domain.authority.covers`: the office itself and its branches (条)."""
    line, area = line_of(org), area_of(org)
    if line is None or len(area) > AREA_LENGTHS[0]:
        return office.org == org  # nothing stands below a branch office (org_rules)
    if district_of(area) == area:
        return and_(office.line == line, office.district == area)
    return and_(office.line == line, within(office.area, area))


def _raised_in(area: str, rows: FromClause) -> ColumnElement[bool]:
    """Keep cases raised in an area; a district by equality, so that an index in the order of the list serves it."""
    if district_of(area) == area:
        return rows.c.district == area
    return within(rows.c.area, area)


