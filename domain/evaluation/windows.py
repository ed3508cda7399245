"""Periods of evaluation: the assessment month from the 19th to the 18th, the daily window from noon to noon.

[found: C1] the month begins on the 19th at 00:00 and the daily report reaches from noon to noon; that a full month ends
on the 18th at 24:00 is derived there. All of it in the city's own time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Window:
    """A period; `start` belongs to it, `end` no more (24:00 is the next day's 00:00). Both aware UTC.

    Attributes:
        name: `2026-11` for the assessment month that ends on 18 November 2026, `2026-11-18` for the day that ends at
            noon of that day.
    """

    name: str
    start: datetime
    end: datetime

    @property
    def is_month(self) -> bool:
        """It is an assessment month, not a day."""
        return len(self.name) == len("2026-11")

    def holds(self, instant: datetime | None) -> bool:
        """Tell whether something happened in this period."""
        return instant is not None and self.start <= instant < self.end


def month_of(instant: datetime, first_day: int) -> Window:
    """Return the assessment month that an instant lies in.

    Args:
        first_day: Day of the month on which the period begins, 1 to 28; 1 is the calendar month.
    """
    local = instant.astimezone(ZONE)
    opened = local.date().replace(day=first_day)
    return _month(opened if opened <= local.date() else _months_on(opened, -1))


def month_named(name: str, first_day: int) -> Window:
    """Return the assessment month with a name such as `2026-11`: named after the month in which it ends.

    Raises:
        ValueError: no such name.
    """
    year, _, month = name.partition("-")
    if len(year) != len("2026") or len(month) != len("11"):
        raise ValueError(name)
    ends = date(int(year), int(month), first_day)
    return _month(ends if first_day == 1 else _months_on(ends, -1))


def month_before(window: Window, first_day: int) -> Window:
    """Return the assessment month before one."""
    return month_of(window.start - timedelta(microseconds=1), first_day)


def window_named(name: str, now: datetime, first_day: int) -> Window:
    """Return a period by its name: `2026-11`, `2026-11-18`; `day` and the empty text name those that run now.

    Raises:
        ValueError: no such name.
    """
    if not name:
        return month_of(now, first_day)
    if name == "day":
        return day_of(now)
    if len(name) == len("2026-11"):
        return month_named(name, first_day)
    return day_of(datetime.combine(date.fromisoformat(name), time(), ZONE))


def day_of(instant: datetime) -> Window:
    """Return the daily window that an instant lies in: from noon to the next noon, named after the day it ends on."""
    local = instant.astimezone(ZONE)
    ends = local.date() if local.time() < _NOON else local.date() + timedelta(days=1)
    start = datetime.combine(ends - timedelta(days=1), _NOON, ZONE)
    return Window(ends.isoformat(), start.astimezone(UTC), datetime.combine(ends, _NOON, ZONE).astimezone(UTC))


def _month(opened: date) -> Window:
    closed = _months_on(opened, 1)
    start, end = (datetime.combine(day, time(), ZONE).astimezone(UTC) for day in (opened, closed))
    last = closed - timedelta(days=1)
    return Window(f"{last:%Y-%m}", start, end)


def _months_on(day: date, number: int) -> date:
    months = day.year * 12 + day.month - 1 + number
    return date(months // 12, months % 12 + 1, day.day)
