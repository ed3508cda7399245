"""Legs: how each extension and each pause moved a due instant, as data for people who ask why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.clocks.course import Change, Course, Extra, Pause
from domain.clocks.explanation import (
    Role,
    Span,
    civil_days,
    folded,
    last_day,
    merged,
    span_dict,
    whole_days,
    working_days,
)  # fmt: skip
from domain.clocks.limits import WHOLE_DAY_METHODS, Limit, Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.calendar import WorkCalendar

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Leg:
    """What one change did.

    Attributes:
        before: Due instant without it.
        due: Due instant with it; the same where the clock was overdue before a pause began.
        spans: Of a pause first the span that did not count, then what was left, counted from its end; of an extension
            what was added, counted from the due instant before.
    """

    change: Change
    before: datetime
    due: datetime
    spans: tuple[Span, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-able values; instants in ISO 8601 with UTC offset, durations in seconds."""
        return {
            "before": self.before.isoformat(),
            "due": self.due.isoformat(),
            "spans": [span_dict(span) for span in self.spans],
        }


def legs(
    start: datetime, limit: Limit | datetime, changes: Sequence[Change], calendar: WorkCalendar
) -> tuple[Leg, ...]:  # fmt: skip
    """Explain the changes of `Course(start, limit, changes, calendar)`, one leg each; same conditions and errors."""
    found = []
    before, counting = Course(start, limit, (), calendar).due, limit
    for number, change in enumerate(changes, start=1):
        due = Course(start, limit, changes[:number], calendar).due
        if isinstance(change, Extra):
            counting = change.limit
            spans = _added(before, due, change.limit, calendar)
        else:
            spans = _paused(change, before, due, counting, calendar)
        found.append(Leg(change, before, due, tuple(folded(list(merged(spans))))))
        before = due
    return tuple(found)


def _added(before: datetime, due: datetime, limit: Limit, calendar: WorkCalendar) -> list[Span]:
    """Count an extension; a due instant at midnight belongs to the day it ends, as in `after_due`."""
    start = before - _MICROSECOND if limit.method in WHOLE_DAY_METHODS else before
    return _counted(start, due, limit, limit.amount, calendar)


def _paused(
    pause: Pause, before: datetime, due: datetime, limit: Limit | datetime, calendar: WorkCalendar
) -> list[Span]:  # fmt: skip
    first = pause.begin.astimezone(calendar.zone).date()
    still = Span(Role.PAUSED, first, last_day(pause.end, calendar), begins=pause.begin, ends=pause.end)
    if before <= pause.begin or due <= pause.end:
        return [still]
    left = (last_day(before, calendar) - first).days
    spans = _counted(pause.end, due, limit, left, calendar)
    if isinstance(limit, Limit) and limit.method in WHOLE_DAY_METHODS and not any(span.days[1] for span in spans):
        spans[-1] = replace(spans[-1], role=Role.LAST_DAY)  # it was paused on its last day: that day is given back
    return [still, *spans]


def _counted(
    begin: datetime, due: datetime, limit: Limit | datetime, days: int, calendar: WorkCalendar
) -> list[Span]:  # fmt: skip
    """Return the spans from `begin` to `due`; `days` is the number of natural days of `NATURAL_CIVIL`."""
    method = Method.CONTINUOUS if isinstance(limit, datetime) else limit.method
    if method is Method.WORK_DAYS_WHOLE:
        return list(whole_days(begin, due, calendar))
    if method is Method.NATURAL_CIVIL:
        return list(civil_days(begin, days, due, calendar))
    if method in (Method.WORK_HOURS, Method.WORK_DAYS_8H):
        return list(working_days(begin, due, calendar))
    first = begin.astimezone(calendar.zone).date()
    return [Span(Role.COUNTED, first, last_day(due, calendar), counted=due - begin, begins=begin, ends=due)]
