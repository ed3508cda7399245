"""Explanations: the days and hours that a due instant was counted from, as data for people who ask why."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from domain.calendar import WORKED, DayKind, WorkCalendar
from domain.clocks.due import resolve_due
from domain.clocks.limits import Limit, Method
from domain.workyear import from_us, to_us

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_SPANS = 40
"""An explanation never has more spans than this; the middle of a longer one is folded into one span."""

_ONE_DAY = timedelta(days=1)
_NOTHING = timedelta()


class Role(StrEnum):
    """What a span does in the count."""

    COUNTED = "counted"
    FIRST_DAY = "first_day"
    """Not counted: the day of the start (Civil Code art. 201)."""
    OUTSIDE_HOURS = "outside_hours"
    """A working day of which no office hour lies in the clock's run."""
    REST_DAY = "rest_day"
    """Not counted: weekend."""
    HOLIDAY = "holiday"
    """Not counted: holiday."""
    ROLLED = "rolled"
    """Days off after a last day that is itself off: the end moves past them (Civil Code art. 203)."""
    LAST_DAY = "last_day"
    """The first day after the rest, at whose end a moved limit ends."""
    PAUSED = "paused"
    """Not counted: the clock stood still (挂账)."""
    FOLDED = "folded"
    """The middle of a long explanation: counted and skipped days together, with their sum."""


@dataclass(frozen=True, slots=True)
class Span:
    """A day, or a run of days alike.

    Attributes:
        role: What it does in the count.
        first: First local day.
        last: Last local day.
        kind: Kind of the days; None where the calendar does not matter or kinds are mixed.
        name: Holiday name, empty if none or mixed.
        counted: Time counted in it; zero for the whole-day methods.
        days: Number of the first and last counted day in it, 1-based; (0, 0) if it counts no whole day.
        begins: First instant counted, aware UTC; None if none.
        ends: Last instant counted, aware UTC; None if none.
    """

    role: Role
    first: date
    last: date
    kind: DayKind | None = None
    name: str = ""
    counted: timedelta = _NOTHING
    days: tuple[int, int] = (0, 0)
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a due instant was computed; spans are in order of day, without gap and overlap from start day to due day.

    The counted time of all spans adds up to the limit for the methods that count time; for the whole-day methods the
    highest day number is the limit's amount.
    """

    start: datetime
    limit: Limit
    due: datetime
    provisional: bool
    calendar: str
    zone: str
    spans: tuple[Span, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-able values; instants in ISO 8601 with UTC offset, durations in seconds."""
        return {
            "method": self.limit.method.value,
            "limit": str(self.limit),
            "start": self.start.isoformat(),
            "due": self.due.isoformat(),
            "provisional": self.provisional,
            "calendar": self.calendar,
            "zone": self.zone,
            "spans": [span_dict(span) for span in self.spans],
        }


def explain(start: datetime, limit: Limit, calendar: WorkCalendar) -> Explanation:
    """Explain `resolve_due(start, limit, calendar)`; same conditions and errors."""
    due = resolve_due(start, limit, calendar)
    utc_start = from_us(to_us(start))
    if limit.amount == 0:
        spans: list[Span] = []
    elif limit.method in {Method.CONTINUOUS, Method.NATURAL_CONTINUOUS}:
        last = last_day(due.at, calendar)
        first = start.astimezone(calendar.zone).date()
        spans = [Span(Role.COUNTED, first, last, counted=due.at - start, begins=utc_start, ends=due.at)]
    elif limit.method is Method.NATURAL_CIVIL:
        spans = list(merged(civil_days(start, limit.amount, due.at, calendar)))
    elif limit.method is Method.WORK_DAYS_WHOLE:
        spans = list(merged(whole_days(start, due.at, calendar)))
    else:
        spans = list(merged(working_days(start, due.at, calendar)))
    return Explanation(
        start=utc_start,
        limit=limit,
        due=due.at,
        provisional=due.provisional,
        calendar=calendar.label,
        zone=calendar.zone.key,
        spans=tuple(folded(spans)),
    )


def last_day(due: datetime, calendar: WorkCalendar) -> date:
    """Return the local day a due instant ends on; midnight ends the day before."""
    return (due - timedelta(microseconds=1)).astimezone(calendar.zone).date()


def _days(start: datetime, due: datetime, calendar: WorkCalendar) -> Iterator[date]:
    day = start.astimezone(calendar.zone).date()
    last = last_day(due, calendar)
    while day <= last:
        yield day
        day += _ONE_DAY


def _plain(role: Role, day: date, calendar: WorkCalendar, number: int = 0) -> Span:
    kind = calendar.kind(day)
    return Span(role, day, day, kind, calendar.day_name(day), days=(number, number))


def _day_off(day: date, calendar: WorkCalendar) -> Span:
    role = Role.HOLIDAY if calendar.kind(day) is DayKind.HOLIDAY else Role.REST_DAY
    return _plain(role, day, calendar)


def working_days(start: datetime, due: datetime, calendar: WorkCalendar) -> Iterator[Span]:
    """Yield the days of a method that counts working time, from `start` to `due`."""
    begin, end = to_us(start), to_us(due)
    for day in _days(start, due, calendar):
        if calendar.kind(day) not in WORKED:
            yield _day_off(day, calendar)
            continue
        year = calendar.work_year(day.year)
        index = (day - year.day(0)).days
        sessions = range(
            bisect_left(year.opens, year.midnights[index]), bisect_left(year.opens, year.midnights[index + 1])
        )
        parts = [(max(begin, year.opens[i]), min(end, year.closes[i])) for i in sessions]
        parts = [(opens, closes) for opens, closes in parts if opens < closes]
        if not parts:
            yield _plain(Role.OUTSIDE_HOURS, day, calendar)
            continue
        counted = timedelta(microseconds=sum(closes - opens for opens, closes in parts))
        yield replace(
            _plain(Role.COUNTED, day, calendar),
            counted=counted, begins=from_us(parts[0][0]), ends=from_us(parts[-1][1]),
        )


def whole_days(start: datetime, due: datetime, calendar: WorkCalendar) -> Iterator[Span]:
    """Yield the days of `WORK_DAYS_WHOLE`."""
    number = 0
    for index, day in enumerate(_days(start, due, calendar)):
        if index == 0:
            yield _plain(Role.FIRST_DAY, day, calendar)
        elif calendar.kind(day) in WORKED:
            number += 1
            yield _plain(Role.COUNTED, day, calendar, number)
        else:
            yield _day_off(day, calendar)


def civil_days(start: datetime, amount: int, due: datetime, calendar: WorkCalendar) -> Iterator[Span]:
    """Yield the days of `NATURAL_CIVIL`: first day, n days (the n-th with its kind), the roll to a working day."""
    for index, day in enumerate(_days(start, due, calendar)):
        if index == 0:
            yield _plain(Role.FIRST_DAY, day, calendar)
        elif index < amount:
            yield Span(Role.COUNTED, day, day, days=(index, index))
        elif index == amount:
            yield _plain(Role.COUNTED, day, calendar, index)
        else:
            role = Role.LAST_DAY if calendar.is_workday(day) else Role.ROLLED
            yield _plain(role, day, calendar)


def merged(spans: Iterable[Span]) -> Iterator[Span]:
    """Join neighbouring days that are alike; counted working time stays one span a day."""
    run: Span | None = None
    for span in spans:
        if run is not None and not span.counted and _is_alike(run, span):
            run = replace(run, last=span.last, days=(run.days[0], span.days[1]))
            continue
        if run is not None:
            yield run
        run = span
    if run is not None:
        yield run


def _is_alike(run: Span, span: Span) -> bool:
    return (run.role, run.kind, run.name) == (span.role, span.kind, span.name)


def folded(spans: list[Span]) -> list[Span]:
    """Keep an explanation short: fold the middle of a long one into one span with its sums."""
    if len(spans) <= MAX_SPANS:
        return spans
    head, tail = spans[: MAX_SPANS // 2], spans[1 - MAX_SPANS // 2 :]
    middle = spans[len(head) : len(spans) - len(tail)]
    numbers = [number for span in middle for number in span.days if number]
    instants = [at for span in middle for at in (span.begins, span.ends) if at]
    fold = Span(
        Role.FOLDED, middle[0].first, middle[-1].last,
        counted=sum((span.counted for span in middle), _NOTHING),
        days=(min(numbers), max(numbers)) if numbers else (0, 0),
        begins=min(instants, default=None),
        ends=max(instants, default=None),
    )
    return [*head, fold, *tail]


def span_dict(span: Span) -> dict[str, Any]:
    """Return JSON-able values of a span, as in `Explanation.to_dict`."""
    return {
        "role": span.role.value,
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "kind": span.kind.value if span.kind else None,
        "name": span.name,
        "counted_seconds": span.counted.total_seconds(),
        "days": list(span.days) if span.days[1] else None,
        "begins": span.begins.isoformat() if span.begins else None,
        "ends": span.ends.isoformat() if span.ends else None,
    }
