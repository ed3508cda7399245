"""Due-instant arithmetic: how many a second on one core, and against `businesstimedelta` on the same vectors."""

from __future__ import annotations

import json
import random
from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from typing import TYPE_CHECKING, Any

from adapters.calendar_files import bundled_calendar
from domain.calendar import DayKind, WorkCalendar
from domain.clocks import Limit, Method, Unit, resolve_due

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_DAY, LAST_DAY = date(2024, 1, 2), date(2026, 9, 30)
MINUTES = (30, 120, 240, 480, 2_400, 7_200)
"""Working minutes of the vectors: half an hour to 15 working days, as in the rule packs."""

PEER_VECTORS = 300
OWN_ROUNDS = 400
GOAL_PER_SECOND = 200_000
GOAL_RATIO = 20

Vector = tuple[datetime, Limit]


def vectors(count: int, calendar: WorkCalendar, *, seed: int = 1) -> list[Vector]:
    """Return starts at any minute with limits in working hours, none of which runs over a make-up day.

    The peer has no notion of a weekend day that is worked, so such vectors have no common answer.
    """
    chosen = random.Random(seed)  # noqa: S311 - vectors, not secrets
    makeup = [day for day, special in calendar.exceptions.items() if special.kind is DayKind.MAKEUP]
    span = (LAST_DAY - FIRST_DAY) // timedelta(minutes=1)
    midnight = datetime.combine(FIRST_DAY, time(), tzinfo=calendar.zone)
    found: list[Vector] = []
    while len(found) < count:
        start = (midnight + timedelta(minutes=chosen.randrange(span))).astimezone(UTC)
        limit = Limit(chosen.choice(MINUTES), Unit.MINUTES, Method.WORK_HOURS)
        first = start.astimezone(calendar.zone).date()
        last = resolve_due(start, limit, calendar).at.astimezone(calendar.zone).date()
        if not any(first <= day <= last for day in makeup):
            found.append((start, limit))
    return found


def peer(calendar: WorkCalendar) -> Callable[[datetime, Limit], datetime]:
    """Return the same rule built with `businesstimedelta`: office hours, lunch break, holidays."""
    import businesstimedelta  # type: ignore[import-untyped]  # has no stubs
    import pytz  # type: ignore[import-untyped]  # comes with businesstimedelta, which wants its zones

    zone = pytz.timezone(calendar.zone.key)
    morning, afternoon = calendar.sessions
    holidays = {day: "" for day, special in calendar.exceptions.items() if special.kind is DayKind.HOLIDAY}
    rules = businesstimedelta.Rules([
        businesstimedelta.WorkDayRule(start_time=morning.start, end_time=afternoon.end, tz=zone),
        businesstimedelta.LunchTimeRule(start_time=morning.end, end_time=afternoon.start, tz=zone),
        businesstimedelta.HolidayRule(holidays, tz=zone),
    ])

    def due(start: datetime, limit: Limit) -> datetime:
        found: datetime = start + businesstimedelta.BusinessTimeDelta(rules, seconds=limit.amount * 60)
        return found

    return due


def rate(run: Callable[[], object], count: int) -> float:
    """Return calls a second of processor time; `run` makes `count` calls."""
    begun = process_time()
    run()
    return count / (process_time() - begun)


def measure() -> dict[str, Any]:
    """Measure both in one run.

    Returns:
        `per_second` (our rate on the peer's vectors), `peer_per_second`, `ratio`, `agree` (equal answers of
        `vectors`), `by_method` (our rate for each counting method, explanation not included), `passed`.
    """
    calendar = bundled_calendar("beijing")
    chosen = vectors(PEER_VECTORS, calendar)
    peer_due = peer(calendar)
    theirs: list[datetime] = []
    peer_rate = rate(lambda: theirs.extend(peer_due(*vector) for vector in chosen), len(chosen))
    agree = sum(resolve_due(s, limit, calendar).at == due for (s, limit), due in zip(chosen, theirs, strict=True))
    own = _own_rate(chosen, calendar)
    ratio = own / peer_rate
    return {
        "per_second": round(own),
        "peer_per_second": round(peer_rate),
        "ratio": round(ratio, 1),
        "vectors": len(chosen),
        "agree": agree,
        "by_method": {method.value: round(_method_rate(method, chosen, calendar)) for method in Method},
        "passed": own >= GOAL_PER_SECOND and ratio >= GOAL_RATIO and agree == len(chosen),
    }


def _own_rate(chosen: list[Vector], calendar: WorkCalendar) -> float:
    def run() -> None:
        for _ in range(OWN_ROUNDS):
            for start, limit in chosen:
                resolve_due(start, limit, calendar)

    return rate(run, OWN_ROUNDS * len(chosen))


def _method_rate(method: Method, chosen: list[Vector], calendar: WorkCalendar) -> float:
    days = method not in {Method.CONTINUOUS, Method.WORK_HOURS}
    unit = Unit.DAYS if days else Unit.MINUTES
    limits = {minutes: Limit(minutes // 480 + 1 if days else minutes, unit, method) for minutes in MINUTES}
    return _own_rate([(start, limits[limit.amount]) for start, limit in chosen], calendar)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
