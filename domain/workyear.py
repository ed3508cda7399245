"""One calendar year of working time as sorted integer tables, so that due instants are found by bisection.

All instants are microseconds since 1970-01-01T00:00Z; days are indexes within the year (0 is the first of January).
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


def to_us(instant: datetime) -> int:
    """Return an aware instant as microseconds since the epoch, exactly."""
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND_US + delta.microseconds


def from_us(us: int) -> datetime:
    """Return the aware UTC instant for microseconds since the epoch."""
    return EPOCH + timedelta(0, 0, us)


class WorkYear:
    """The working sessions of one local year.

    Attributes:
        year: The local year.
        provisional: The year's calendar is not yet published.
        midnights: Instants of local 00:00 of each day, and of the next year's first day: length + 1 entries.
        opens: Start of each working session, ascending.
        closes: End of each working session, ascending; `opens[i] < closes[i] <= opens[i + 1]`.
        before: Working time of the year before session i.
        after: Working time of the year up to the end of session i.
        work_days: Indexes of the days with at least one session, ascending.
        day_closes: Close of business of each of `work_days`.
        total: Working time of the whole year.
    """

    __slots__ = (
        "after", "before", "begin", "closes", "day_closes", "end", "length", "midnights", "opens", "provisional",
        "total", "work_days", "year",
    )

    def __init__(self, year: int, zone: ZoneInfo, sessions: Sequence[tuple[int, int]], rest: Collection[int],
                 *, provisional: bool) -> None:
        """Build the tables.

        Args:
            year: The local year.
            zone: Zone of the offices.
            sessions: Office hours as (start, end) microseconds after local midnight, in order.
            rest: Indexes of the days without work.
            provisional: See the attribute.
        """
        self.year = year
        self.provisional = provisional
        self.length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
        first = datetime(year, 1, 1, tzinfo=zone)
        self.midnights = [to_us(first + timedelta(days=day)) for day in range(self.length + 1)]
        self.begin = self.midnights[0]
        self.end = self.midnights[-1]
        self.opens: list[int] = []
        self.closes: list[int] = []
        self.before: list[int] = []
        self.after: list[int] = []
        self.work_days: list[int] = []
        self.day_closes: list[int] = []
        self.total = 0
        for day in range(self.length):
            if day not in rest:
                self._add_day(day, zone, sessions)

    def _add_day(self, day: int, zone: ZoneInfo, sessions: Sequence[tuple[int, int]]) -> None:
        """Append the sessions of one working day; time that a clock change removes is not working time."""
        midnight, following = self.midnights[day], self.midnights[day + 1]
        is_plain = following - midnight == DAY_US
        floor = midnight
        for start, end in sessions:
            opens = midnight + start if is_plain else self._wall(day, start, zone)
            closes = midnight + end if is_plain else self._wall(day, end, zone)
            opens, closes = max(opens, floor), min(closes, following)
            if opens >= closes:
                continue
            floor = closes
            self.opens.append(opens)
            self.closes.append(closes)
            self.before.append(self.total)
            self.total += closes - opens
            self.after.append(self.total)
        if floor > midnight:
            self.work_days.append(day)
            self.day_closes.append(floor)

    def _wall(self, day: int, after_midnight: int, zone: ZoneInfo) -> int:
        """Return the instant of a wall-clock time on a day on which the offset changes."""
        if after_midnight == DAY_US:
            return self.midnights[day + 1]
        at = datetime.combine(self.day(day), time(), tzinfo=zone) + timedelta(microseconds=after_midnight)
        return to_us(at)

    def day_index(self, us: int) -> int:
        """Return the index of the local day in which an instant of this year lies."""
        return bisect_right(self.midnights, us) - 1

    def day(self, index: int) -> date:
        """Return the date of a day index; indexes outside the year give days of the neighbouring years."""
        return date(self.year, 1, 1) + timedelta(days=index)
