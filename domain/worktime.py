"""Arithmetic of working time on a calendar: go forward, go back, count; instants are microseconds since the epoch."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.calendar import WorkCalendar
    from domain.workyear import WorkYear


def worked_in_year(year: WorkYear, us: int) -> int:
    """Return the working time from the beginning of a year up to an instant in it."""
    index = bisect_right(year.closes, us)
    if index == len(year.closes):
        return year.total
    opens = year.opens[index]
    return year.before[index] + (us - opens if us > opens else 0)


def forward(calendar: WorkCalendar, year: WorkYear, us: int, amount: int) -> tuple[int, WorkYear]:
    """Return the first instant by which `amount` (> 0) of working time has passed since `us`, and its year.

    The end of a session counts as reached at its close, not at the next opening.
    """
    target = worked_in_year(year, us) + amount
    while target > year.total:
        target -= year.total
        year = calendar.work_year(year.year + 1)
    index = bisect_left(year.after, target)
    return year.opens[index] + target - year.before[index], year


def back(calendar: WorkCalendar, year: WorkYear, us: int, amount: int) -> tuple[int, WorkYear]:
    """Return the last instant from which `amount` (> 0) of working time remains until `us`, and its year.

    Where a close and the next opening are equally far, it is the opening: a reminder then meets people at work.
    """
    target = worked_in_year(year, us) - amount
    while target < 0:
        year = calendar.work_year(year.year - 1)
        target += year.total
    index = bisect_right(year.after, target)
    return year.opens[index] + target - year.before[index], year


def worked_between(calendar: WorkCalendar, first: WorkYear, start: int, last: WorkYear, end: int) -> int:
    """Return the working time between two instants, each given with its year; `start` is not after `end`."""
    whole_years = sum(calendar.work_year(year).total for year in range(first.year, last.year))
    return whole_years + worked_in_year(last, end) - worked_in_year(first, start)


def nth_work_day_after(calendar: WorkCalendar, year: WorkYear, day: int, count: int) -> tuple[WorkYear, int]:
    """Return year and position in `work_days` of the `count`-th (>= 1) working day after a day of `year`."""
    position = bisect_right(year.work_days, day) + count - 1
    while position >= len(year.work_days):
        position -= len(year.work_days)
        year = calendar.work_year(year.year + 1)
    return year, position


def nth_work_day_before(calendar: WorkCalendar, year: WorkYear, day: int, count: int) -> tuple[WorkYear, int]:
    """Return year and position in `work_days` of the `count`-th (>= 1) working day before a day of `year`."""
    position = bisect_left(year.work_days, day) - count
    while position < 0:
        year = calendar.work_year(year.year - 1)
        position += len(year.work_days)
    return year, position


def work_days_between(calendar: WorkCalendar, first: WorkYear, day: int, last: WorkYear, end: int) -> int:
    """Count the working days after a day of `first` whose close of business is not after `end` (in `last`)."""
    whole_years = sum(len(calendar.work_year(year).work_days) for year in range(first.year, last.year))
    return max(0, whole_years + bisect_right(last.day_closes, end) - bisect_right(first.work_days, day))


def roll_to_work_day(calendar: WorkCalendar, year: WorkYear, day: int) -> tuple[WorkYear, int]:
    """Return year and day of the first working day on or after a day; `day` may lie beyond the end of `year`."""
    while day >= year.length:
        day -= year.length
        year = calendar.work_year(year.year + 1)
    position = bisect_left(year.work_days, day)
    while position == len(year.work_days):
        year = calendar.work_year(year.year + 1)
        position = 0
    return year, year.work_days[position]


def crosses_provisional(calendar: WorkCalendar, first: WorkYear, last: WorkYear) -> bool:
    """Say whether any year from `first` to `last`, in either order, is provisional."""
    if first.provisional or last.provisional:
        return True
    low, high = sorted((first.year, last.year))
    return high - low > 1 and not calendar.provisional_years.isdisjoint(range(low, high))
