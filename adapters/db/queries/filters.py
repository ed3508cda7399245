"""What a reader asks of a list, and its form in SQL for cases, tasks and clocks: the same words mean the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, and_, exists, not_, or_, select

from adapters.db.annex_tables import case_matters
from adapters.db.areas import within
from adapters.db.queries.scope import clock_party, covered, task_office
from adapters.db.queries.search import matching
from adapters.db.tables import cases, tasks
from domain.authority import Reach
from domain.case import ENDED, ClockCode
from domain.light import Light
from domain.matters import Matter
from domain.organisations import AREA_LENGTHS

_ENDED = [str(status) for status in ENDED]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is narrowed to; every field that is set must hold, empty ones do not narrow.

    Attributes:
        district: District of the case, 6 digits.
        area: Area in which the case was raised, 6 to 12 digits.
        line: Line (条) of a department: of the task or clock itself in their lists, of any task in lists of cases;
            empty text for those without a line (sub-districts).
        org: A department, with its branches; as `line`. In the overdue report the party that owes the act.
        status: Statuses of the case.
        open: True for cases that have not ended, False for ended ones.
        kind: Kinds of whistle.
        class_code: Classes of the catalogue.
        awaiting_approval: True for cases that wait for the leader's approval, before or after their issue.
        state: States of the task.
        role: Roles of the task.
        clock: Clock codes, in the overdue report.
        light: Light of the nearest clock.
        overdue: True for red lights only, False for all others.
        escalated: True for cases with an escalation level or a supervision grade.
        holder: User id of the worker who holds the task.
        campaign: Code of the campaign (专项行动) of the case; empty text for cases of none.
        topic: True for monthly topics (每月一题), False for all others.
        words: Search text, see `search`.
    """

    district: str | None = None
    area: str | None = None
    line: str | None = None
    org: str | None = None
    status: tuple[str, ...] = ()
    open: bool | None = None
    kind: tuple[str, ...] = ()
    class_code: tuple[str, ...] = ()
    awaiting_approval: bool | None = None
    state: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    clock: tuple[str, ...] = ()
    light: Light | None = None
    overdue: bool | None = None
    escalated: bool | None = None
    holder: str | None = None
    campaign: str | None = None
    topic: bool | None = None
    words: str = ""


EVERYTHING: Final = Filter()


def for_cases(asked: Filter, reach: Reach, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions on `cases`; conditions on tasks ask for one task that fulfils them together."""
    found = _on_case(asked, cases) + _lights(asked, cases, now)
    on_task = _on_task(asked, tasks)
    if on_task:
        found.append(exists(select(1).where(tasks.c.case_id == cases.c.id, *on_task)))
    if asked.words.strip():
        found.append(matching(asked.words, cases.c.id, narrowed=is_narrow(asked, reach)))
    return found


def for_tasks(asked: Filter, reach: Reach, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions on `tasks` joined to `cases`."""
    found = _on_case(asked, cases) + _on_task(asked, tasks) + _lights(asked, tasks, now)
    if asked.words.strip():
        found.append(matching(asked.words, tasks.c.case_id, narrowed=is_narrow(asked, reach)))
    return found


def for_clocks(asked: Filter, reach: Reach, clocks: FromClause) -> list[ColumnElement[bool]]:
    """Return the conditions on rows of `clocks`; what only the case or the task knows is asked there."""
    c = clocks.c
    found: list[ColumnElement[bool]] = []
    _equal(found, c.district, asked.district)
    if asked.area is not None:
        found.append(within(c.area, asked.area))
    if asked.org is not None:
        found.append(covered(asked.org, clock_party(clocks)))
    _equal(found, c.line, asked.line)
    for column, values in ((c.kind, asked.kind), (c.class_code, asked.class_code), (c.role, asked.role)):
        _among(found, column, values)
    _among(found, c.code, asked.clock)
    of_case = _on_case(Filter(
        status=asked.status, open=asked.open, escalated=asked.escalated, awaiting_approval=asked.awaiting_approval,
        campaign=asked.campaign, topic=asked.topic,
    ), cases)
    if of_case:
        found.append(c.case_id.in_(select(cases.c.id).where(*of_case)))
    of_task = _on_task(Filter(state=asked.state, holder=asked.holder), tasks)
    if of_task:
        same = and_(tasks.c.case_id == c.case_id, tasks.c.no == c.task_no)
        found.append(exists(select(1).where(same, *of_task)))
    if asked.words.strip():
        found.append(matching(asked.words, c.case_id, narrowed=is_narrow(asked, reach)))
    return found


def is_narrow(asked: Filter, reach: Reach) -> bool:
    """Tell whether a list is small enough to look through its texts: one unit, one holder, or one sub-district."""
    areas = (asked.area, reach.area)
    small = any(area is not None and len(area) > AREA_LENGTHS[0] for area in areas)
    return small or asked.org is not None or asked.holder is not None or reach.org is not None


def _on_case(asked: Filter, rows: FromClause) -> list[ColumnElement[bool]]:
    c = rows.c
    found: list[ColumnElement[bool]] = []
    _equal(found, c.district, asked.district)
    if asked.area is not None:
        found.append(within(c.area, asked.area))
    if asked.campaign is not None:
        _equal(found, c.campaign, asked.campaign)
    _among(found, c.status, asked.status)
    _among(found, c.kind, asked.kind)
    _among(found, c.class_code, asked.class_code)
    if asked.awaiting_approval is not None:
        found.append(c.awaiting_approval if asked.awaiting_approval else not_(c.awaiting_approval))
    if asked.open is not None:
        found.append(c.status.not_in(_ENDED) if asked.open else c.status.in_(_ENDED))
    if asked.topic is not None:
        grown = exists(select(1).where(case_matters.c.case_id == c.id, case_matters.c.sort == Matter.REPEAT))
        found.append(grown if asked.topic else not_(grown))
    if asked.escalated is not None:
        risen = or_(c.escalation > 0, c.supervision > 0)
        found.append(risen if asked.escalated else not_(risen))
    return found


def _on_task(asked: Filter, rows: FromClause) -> list[ColumnElement[bool]]:
    c = rows.c
    found: list[ColumnElement[bool]] = []
    if asked.org is not None:
        found.append(covered(asked.org, task_office(rows)))
    _equal(found, c.line, asked.line)
    _equal(found, c.holder, asked.holder)
    _among(found, c.state, asked.state)
    _among(found, c.role, asked.role)
    return found


def _lights(asked: Filter, rows: FromClause, now: datetime) -> list[ColumnElement[bool]]:
    c = rows.c
    found: list[ColumnElement[bool]] = []
    if asked.light is not None:
        found.append(light_is(asked.light, rows, now))
    if asked.overdue is not None:
        red = light_is(Light.RED, rows, now)
        found.append(red if asked.overdue else or_(c.next_due.is_(None), not_(red)))
    return found


def light_is(wanted: Light, rows: FromClause, now: datetime) -> ColumnElement[bool]:
    """Write `domain.light.light` of the nearest clock of `cases` or `tasks` as a condition."""
    due, near, clock = rows.c.next_due, rows.c.next_near, rows.c.next_clock
    paused = or_(clock == ClockCode.SUSPENSION, clock.startswith(f"{ClockCode.SUSPENSION}:"))
    match wanted:
        case Light.RED:
            return and_(due < now, not_(paused))
        case Light.YELLOW:
            return and_(due >= now, near <= now, not_(paused))
        case Light.GREEN:
            return and_(due >= now, or_(near.is_(None), near > now), not_(paused))
        case Light.NONE:
            return due.is_(None)
        case Light.PAUSED:
            return paused


def _equal(found: list[ColumnElement[bool]], column: ColumnElement[Any], value: str | None) -> None:
    if value is not None:
        found.append(column == value if value else column.is_(None))


def _among(found: list[ColumnElement[bool]], column: ColumnElement[Any], values: tuple[str, ...]) -> None:
    if values:
        found.append(column.in_(values))
