"""Due instants: from a start and a limit forward, from a due instant back, and how much was used between two instants.

Common to all functions: instants are aware (a naive one raises `TypeError`), results are aware UTC; the calendar must
cover every local year from the first to the last day counted, else `CalendarGap` (code `calendar_gap`). `CONTINUOUS`
and `NATURAL_CONTINUOUS` never look at the calendar, so they are never provisional and never refused. A limit of zero is
due at its start. Done at the due instant is in time; 24:00 is the next day's 00:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from domain import worktime
from domain.clocks.limits import (
    HOUR_METHODS,
    WHOLE_DAY_METHODS,
    WORK_DAY_US,
    WORK_METHODS,
    Limit,
    LimitInvalid,
    Method,
)
from domain.workyear import from_us, to_us

if TYPE_CHECKING:
    from domain.calendar import WorkCalendar
    from domain.workyear import WorkYear

_ONE_DAY = timedelta(days=1)
_NATURAL_SPANS = frozenset({Method.CONTINUOUS, Method.NATURAL_CONTINUOUS})
_WORKING_SPANS = frozenset({Method.WORK_HOURS, Method.WORK_DAYS_8H})


@dataclass(frozen=True, slots=True)
class Due:
    """A computed instant.

    Attributes:
        at: Aware UTC.
        provisional: A year it rests on is not yet published, so it may move.
    """

    at: datetime
    provisional: bool


@dataclass(frozen=True, slots=True)
class Spent:
    """What a clock counted between two instants.

    Attributes:
        method: The way of counting.
        counted: Working time for the working methods, natural time for the others.
        days: Complete days as the method counts them (8 working hours, working days closed, 24 hours, natural days
            ended); None for the hour methods.
    """

    method: Method
    counted: timedelta
    days: int | None

    @property
    def minutes(self) -> int:
        """Complete minutes of `counted`."""
        return self.counted // timedelta(minutes=1)

    @property
    def is_working_time(self) -> bool:
        """Say whether `counted` is working time."""
        return self.method in WORK_METHODS


def resolve_due(start: datetime, limit: Limit, calendar: WorkCalendar) -> Due:
    """Return the instant at which a limit ends.

    Args:
        start: Instant at which the clock starts; the moment of issue, not of reading.
        limit: Amount and counting method.
        calendar: See the module.

    Returns:
        Never before `start`. For the hour methods and `WORK_DAYS_8H` the last instant of working time that is used up
        (a limit that ends with the day ends at the close, not at the next opening); for `WORK_DAYS_WHOLE` the close of
        business of the n-th working day after the start's day; for `NATURAL_CIVIL` 24:00 of the last day.

    Raises:
        CalendarGap: code `calendar_gap`.

    Source: Civil Code art. 201-203 for counting; golden vectors of domain.md 6.4.
    """
    us = to_us(start)
    method = limit.method
    if limit.amount == 0 or method in _NATURAL_SPANS:
        return Due(from_us(us + limit.span_us), False)
    first = calendar.year_of(start, us)
    if method in _WORKING_SPANS:
        at, last = worktime.forward(calendar, first, us, limit.span_us)
        within = first.provisional if last is first else worktime.crosses_provisional(calendar, first, last)
        return Due(from_us(at), within)
    return whole_days_on(first, first.day_index(us), limit, calendar)


def after_due(due: datetime, limit: Limit, calendar: WorkCalendar) -> Due:
    """Return the instant that lies `limit` after a due instant, counted like `resolve_due`.

    Differs in one point: a due instant at midnight belongs to the day it ends (24:00), so that for the whole-day
    methods the day after it is the first one counted.
    """
    if limit.amount == 0 or limit.method not in WHOLE_DAY_METHODS:
        return resolve_due(due, limit, calendar)
    us = to_us(due)
    first = calendar.year_ending(due, us)
    return whole_days_on(first, first.day_index(us - 1), limit, calendar)


def before_due(due: datetime, limit: Limit, calendar: WorkCalendar) -> Due:
    """Return the instant that lies `limit` before a due instant, in the limit's own counting.

    Working time goes back through office hours; where a close and the next opening are equally far, it is the opening.
    `WORK_DAYS_WHOLE` gives the same wall-clock time n working days earlier, `NATURAL_CIVIL` n natural days earlier
    (no rolling, no look at the calendar). May lie before the clock's start: the caller decides what that means.
    """
    us = to_us(due)
    if limit.amount == 0 or limit.method in {Method.CONTINUOUS, Method.NATURAL_CONTINUOUS}:
        return Due(from_us(us - limit.span_us), provisional=False)
    if limit.method is Method.NATURAL_CIVIL:
        local = due.astimezone(calendar.zone)
        return Due((local - limit.amount * _ONE_DAY).astimezone(UTC), provisional=False)
    last = calendar.year_ending(due, us)
    if limit.span_us:
        at, first = worktime.back(calendar, last, us, limit.span_us)
        return Due(from_us(at), worktime.crosses_provisional(calendar, first, last))
    day = last.day_index(us - 1)
    first, position = worktime.nth_work_day_before(calendar, last, day, limit.amount)
    earlier = _same_wall_time(due, first.day(first.work_days[position]), calendar)
    return Due(earlier, worktime.crosses_provisional(calendar, first, last))


def share_point(start: datetime, due_limit: Limit, percent: int, calendar: WorkCalendar) -> datetime:
    """Return the instant at which `percent` of a limit is used up, to the microsecond, cut off below.

    The share is taken of the counted time: working time for the working methods (for `WORK_DAYS_WHOLE` the working time
    between start and due instant), natural time for the others. 0 gives the start, 100 the due instant; more than 100
    goes on counting in the same way.

    Raises:
        LimitInvalid: code `limit_invalid`, negative percent.
        CalendarGap: code `calendar_gap`.
    """
    if percent < 0:
        raise LimitInvalid(f"a share is never negative: {percent} %", limit=str(due_limit))
    us = to_us(start)
    span = due_limit.span_us
    if due_limit.method is Method.NATURAL_CIVIL:
        span = to_us(resolve_due(start, due_limit, calendar).at) - us
    elif due_limit.method is Method.WORK_DAYS_WHOLE:
        due = resolve_due(start, due_limit, calendar).at
        span = _worked(start, due, calendar) if due > start else 0
    used = span * percent // 100
    if not used:
        return from_us(us)
    if due_limit.method not in WORK_METHODS:
        return from_us(us + used)
    return from_us(worktime.forward(calendar, calendar.year_of(start, us), us, used)[0])


def spent(start: datetime, end: datetime, counting: Limit | Method, calendar: WorkCalendar) -> Spent:
    """Return what a clock counts from `start` to `end`; nothing when `end` is not after `start`.

    Whole days count as in `resolve_due`: the start's day does not, a working day does once it has closed, a natural day
    once it has ended. So `spent(start, resolve_due(start, limit).at, ...)` gives the limit back (`NATURAL_CIVIL`: or
    more, by the days it rolled over).
    """
    method = counting.method if isinstance(counting, Limit) else counting
    return _spent(start, end, method, calendar, first_is_due=False)


def overrun(due: datetime, end: datetime, counting: Limit | Method, calendar: WorkCalendar) -> Spent:
    """Return by how much `end` is past a due instant ("over by 3 working hours"); nothing when it is in time.

    Like `spent`, but a due instant at midnight belongs to the day it ends, as in `after_due`.
    """
    method = counting.method if isinstance(counting, Limit) else counting
    return _spent(due, end, method, calendar, first_is_due=True)


def _spent(start: datetime, end: datetime, method: Method, calendar: WorkCalendar, *, first_is_due: bool) -> Spent:
    first_us, last_us = to_us(start), to_us(end)
    if last_us <= first_us:
        return Spent(method, timedelta(), None if method in HOUR_METHODS else 0)
    if method in WORK_METHODS:
        return _spent_working(start, end, method, calendar, first_is_due=first_is_due)
    natural = timedelta(microseconds=last_us - first_us)
    days = None
    if method is Method.NATURAL_CONTINUOUS:
        days = natural // _ONE_DAY
    elif method is Method.NATURAL_CIVIL:
        begun = _local_day(from_us(first_us - first_is_due), calendar)
        days = max(0, (_local_day(end, calendar) - begun).days - 1)
    return Spent(method, natural, days)


def _spent_working(
    start: datetime, end: datetime, method: Method, calendar: WorkCalendar, *, first_is_due: bool
) -> Spent:
    worked = _worked(start, end, calendar)
    days = None
    if method is Method.WORK_DAYS_8H:
        days = worked // WORK_DAY_US
    elif method is Method.WORK_DAYS_WHOLE:
        first_us, last_us = to_us(start), to_us(end)
        first = calendar.year_ending(start, first_us) if first_is_due else calendar.year_of(start, first_us)
        last = calendar.year_ending(end, last_us)
        day = first.day_index(first_us - first_is_due)
        days = worktime.work_days_between(calendar, first, day, last, last_us)
    return Spent(method, timedelta(microseconds=worked), days)


def _worked(start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """Working time in microseconds between two instants, `start` before `end`."""
    first_us, last_us = to_us(start), to_us(end)
    first, last = calendar.year_of(start, first_us), calendar.year_ending(end, last_us)
    return worktime.worked_between(calendar, first, first_us, last, last_us)


def whole_days_on(first: WorkYear, day: int, limit: Limit, calendar: WorkCalendar) -> Due:
    """Count whole days after a day of `first`; `NATURAL_CIVIL` takes 0 days too: the day itself, or the next worked."""
    if limit.method is Method.WORK_DAYS_WHOLE:
        last, position = worktime.nth_work_day_after(calendar, first, day, limit.amount)
        at = last.day_closes[position]
    else:
        last, end_day = worktime.roll_to_work_day(calendar, first, day + limit.amount)
        at = last.midnights[end_day + 1]
    return Due(from_us(at), worktime.crosses_provisional(calendar, first, last))


def _local_day(instant: datetime, calendar: WorkCalendar) -> date:
    return instant.astimezone(calendar.zone).date()


def _same_wall_time(instant: datetime, day: date, calendar: WorkCalendar) -> datetime:
    """Return the instant's local wall-clock time on another day; midnight stays the end of that day."""
    local = instant.astimezone(calendar.zone)
    wall = local.time()
    target = day + _ONE_DAY if wall == time() else day
    return datetime.combine(target, wall, tzinfo=calendar.zone).astimezone(UTC)
