"""Courses: where a limit ends after its clock was extended, paused, or both; the one due function of running clocks."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from domain import worktime
from domain.clocks.due import after_due, resolve_due, share_point, spent, whole_days_on
from domain.clocks.limits import WORK_METHODS, Limit, Method, Unit
from domain.workyear import from_us, to_us

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.calendar import WorkCalendar

_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch that does not count, from `begin` up to `end`."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Extra:
    """A limit that is added at the due instant."""

    limit: Limit


Change = Pause | Extra


class Course:
    """A limit on its way through changes, in the order in which they were decided.

    An extension opens a new leg at the due instant reached so far; shares are shares of the last leg. A pause moves
    what lies after its begin: the time that was left at its begin, in the limit's own counting, is counted from its
    end. A clock that was due before a pause began is not moved. No pause brings a due instant closer (design 6.5).

    Attributes:
        due: Where it ends now, aware UTC.
        provisional: `due` rests on a year whose calendar is not yet published.

    Raises:
        CalendarGap: code `calendar_gap`, from the constructor and from `share`.
    """

    __slots__ = ("_begin", "_calendar", "_limit", "_pauses", "due", "provisional")

    def __init__(
        self, start: datetime, limit: Limit | datetime, changes: Sequence[Change], calendar: WorkCalendar
    ) -> None:
        """Count; `limit` is an agreed due instant where none is counted."""
        self._calendar = calendar
        self._begin, self._limit = start, limit
        self._pauses: list[Pause] = []
        if isinstance(limit, datetime):
            self.due, self.provisional = limit, False
        else:
            counted = resolve_due(start, limit, calendar)
            self.due, self.provisional = counted.at, counted.provisional
        for change in changes:
            self._extend(change.limit) if isinstance(change, Extra) else self._pause(change)

    def share(self, percent: int) -> datetime:
        """Return the instant at which `percent` of the last leg is used up, never after the due instant."""
        if isinstance(self._limit, datetime):
            at = self._begin + (self._limit - self._begin) * percent / 100
        else:
            at = share_point(self._begin, self._limit, percent, self._calendar)
        for pause in self._pauses:
            if pause.begin < at:
                at = self._moved(at, pause)
        return min(at, self.due)

    def _extend(self, limit: Limit) -> None:
        counted = after_due(self.due, limit, self._calendar)
        self._begin, self._limit, self._pauses = self.due, limit, []
        self.due, self.provisional = counted.at, self.provisional or counted.provisional

    def _pause(self, pause: Pause) -> None:
        if not pause.begin < self.due or pause.end <= pause.begin:
            return
        self._pauses.append(pause)
        method = None if isinstance(self._limit, datetime) else self._limit.method
        if method is Method.WORK_DAYS_WHOLE:
            at = self._days_on(pause)
        elif method is Method.NATURAL_CIVIL:
            at = self._civil_days_on(pause)
        else:
            at = self._moved(self.due, pause)
        self.provisional = self.provisional or self._is_provisional(at)
        self.due = max(self.due, at)

    def _moved(self, at: datetime, pause: Pause) -> datetime:
        """Count what was left until `at` when the pause began, from its end."""
        if isinstance(self._limit, datetime) or self._limit.method not in WORK_METHODS:
            return at + (pause.end - pause.begin)
        left = spent(pause.begin, at, Method.WORK_HOURS, self._calendar).counted
        if not left:
            return max(at, pause.end)
        us = to_us(pause.end)
        year = self._calendar.year_of(pause.end, us)
        amount = left // _MICROSECOND
        return max(at, from_us(worktime.forward(self._calendar, year, us, amount)[0]))

    def _days_on(self, pause: Pause) -> datetime:
        """Count the working days that were left; on the last day, to the next close of business after the pause."""
        days = spent(pause.begin, self.due, Method.WORK_DAYS_WHOLE, self._calendar).days or 0
        on_its_last_day = _local_day(pause.begin, self._calendar) == _local_day(self.due - _MICROSECOND, self._calendar)
        if not on_its_last_day and days:
            return resolve_due(pause.end, Limit(days, Unit.DAYS, Method.WORK_DAYS_WHOLE), self._calendar).at
        us = to_us(pause.end)
        year = self._calendar.year_of(pause.end, us)
        position = bisect_right(year.day_closes, us)
        while position >= len(year.day_closes):
            year, position = self._calendar.work_year(year.year + 1), 0
        return from_us(year.day_closes[position])

    def _civil_days_on(self, pause: Pause) -> datetime:
        """Count the natural days that were left; a last day off moves on again."""
        days = (_local_day(self.due - _MICROSECOND, self._calendar) - _local_day(pause.begin, self._calendar)).days
        us = to_us(pause.end)
        year = self._calendar.year_of(pause.end, us)
        limit = Limit(max(days, 0), Unit.DAYS, Method.NATURAL_CIVIL)
        return whole_days_on(year, year.day_index(us), limit, self._calendar).at

    def _is_provisional(self, at: datetime) -> bool:
        if isinstance(self._limit, datetime) or self._limit.method in (Method.CONTINUOUS, Method.NATURAL_CONTINUOUS):
            return False
        return self._calendar.year_ending(at, to_us(at)).provisional


def _local_day(at: datetime, calendar: WorkCalendar) -> datetime:
    return at.astimezone(calendar.zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
