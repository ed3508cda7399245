"""Schedules: when a clock is due, and the instant of each rung of its ladder, counted from its start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from domain.case import Move, MoveKind, Rung
from domain.clocks import Course, Extra, Limit, Pause, after_due, before_due
from domain.rulepack import Point

if TYPE_CHECKING:
    from domain.calendar import WorkCalendar
    from domain.clocks import Change
    from domain.rulepack import Rules, RungRule

GIVEN = "given"
"""Limit text of a clock whose due instant was agreed or imported instead of counted."""

_BY_INSTANT = attrgetter("at")


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a clock's specification says about time.

    Attributes:
        due: Aware UTC; done at this instant is in time.
        near: Instant from which the light is yellow.
        provisional: `due` rests on a year whose calendar is not yet published.
        limit: The limit as text, or `given`.
        rungs: In order of their instant.
    """

    due: datetime
    near: datetime
    provisional: bool
    limit: str
    rungs: tuple[Rung, ...]


def schedule(
    start: datetime, limit: Limit | datetime, ladder: tuple[RungRule, ...], rules: Rules,
    changes: tuple[Change, ...] = (), now: datetime | None = None,
) -> Schedule:  # fmt: skip
    """Place a clock and its ladder on the time line.

    Args:
        start: Instant from which the limit counts.
        limit: The limit, or an agreed due instant in its place; shares of an agreed one are natural time.
        changes: Extensions and pauses since the start, in order.
        now: Instant at which this is asked, if it is not the start.

    Raises:
        CalendarGap: code `calendar_gap`, the calendar does not reach as far as the due instant or a rung.
    """
    calendar, near_percent = rules.calendar, rules.pack.near_percent
    course = Course(start, limit, changes, calendar)
    said = GIVEN if isinstance(limit, datetime) else str(limit)
    due, near, since = course.due, course.share(near_percent), now or start
    late = tuple(change for change in changes if isinstance(change, Pause) and change.begin >= due)
    rungs = []
    for rule in ladder:
        if rule.percent is None:
            at = _distant(rule, due, calendar, late)
        else:
            at = near if rule.percent == near_percent else course.share(rule.percent)
        # A reminder whose instant is gone says nothing new; the due instant itself may be now (a limit of zero).
        if at > since or rule.point is not Point.BEFORE:
            rungs.append(Rung(rule.code, at, rule.action, rule.to, rule.level))
    rungs.sort(key=_BY_INSTANT)
    return Schedule(due, near, course.provisional, said, tuple(rungs))


def _distant(rule: RungRule, due: datetime, calendar: WorkCalendar, late: tuple[Pause, ...]) -> datetime:
    """Return the instant of a rung at, before or after the due instant.

    Args:
        late: Pauses that began when the clock was overdue: they leave the due instant alone, and move what comes after.
    """
    if rule.offset is None or rule.point is Point.AT:
        return due
    if rule.point is Point.BEFORE:
        return before_due(due, rule.offset, calendar).at
    if not late:
        return after_due(due, rule.offset, calendar).at
    return Course(due, due, (Extra(rule.offset), *late), calendar).due


def changes_of(moves: tuple[Move, ...]) -> tuple[Change, ...]:
    """Return what moves a due instant; an adoption moves it by its rules and calendar alone."""
    changes: list[Change] = []
    for move in moves:
        if move.kind is MoveKind.EXTENSION:
            changes.append(Extra(Limit.parse(move.limit)))
        elif move.kind is MoveKind.PAUSE and move.until is not None:
            changes.append(Pause(move.at, move.until))
    return tuple(changes)
