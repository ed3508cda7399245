"""Repeat problems: the same class at the same place again and again, or many times within a day.

Reports close together in time are one occurrence (several people about one matter); what comes back after that is a
repeat, a candidate for a monthly topic (每月一题). Several reports within a day are a burst: somebody should act before
the next one asks (未诉先办). Both are only offered: a person raises the standing case.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

from domain.duplicates import Report, distance, normal

_SHORTEST: Final = 3
_NUMBER: Final = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Habit:
    """When something is a repeat; values with their sources stand in `policies/<name>/insight.toml`.

    Attributes:
        window_days: The occurrences lie within so many days.
        least: So many occurrences make a candidate.
        apart_hours: A report so long after the last one of an occurrence begins a new occurrence.
        burst: So many reports within `burst_hours` are a burst.
        burst_shown_days: A burst is offered for so long after its last report.
        near_m: Places within so many metres are the same, whatever the words.
        alike: Share of the longer address that the shorter must be, which stands wholly in it.
    """

    window_days: int
    least: int
    apart_hours: int
    burst: int
    burst_hours: int
    burst_shown_days: int
    near_m: int
    alike: float


@dataclass(frozen=True, slots=True)
class Sighting:
    """One case as repeats are looked for; coordinates in millionths of a degree, WGS-84."""

    id: str
    number: str
    area: str
    class_code: str
    place: str
    raised_at: datetime
    lat: int | None = None
    lng: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A problem that keeps coming back.

    Attributes:
        place: Where, in the words of the latest case.
        cases: In order of raising.
        occurrences: Number of occurrences; never more than cases.
    """

    area: str
    class_code: str
    place: str
    cases: tuple[Sighting, ...]
    occurrences: int


def candidates(sightings: Iterable[Sighting], habit: Habit) -> tuple[Candidate, ...]:
    """Return the repeats, those with the most occurrences first, then the latest.

    Within the span of a cluster the window that holds the most occurrences counts, the later one of equals.
    """
    found = []
    for group in _grouped(sightings):
        for cluster in _clusters(group, habit):
            best = _densest(cluster, habit)
            occurrences = _occurrences(best, habit)
            if occurrences >= habit.least:
                last = best[-1]
                found.append(Candidate(last.area, last.class_code, last.place, tuple(best), occurrences))
    return tuple(sorted(found, key=lambda c: (-c.occurrences, -c.cases[-1].raised_at.timestamp(), c.cases[0].id)))


def bursts(sightings: Iterable[Sighting], habit: Habit, now: datetime) -> tuple[Candidate, ...]:
    """Return the bursts that are still fresh, the latest first; of one place the densest, of equals the last."""
    fresh, width = now - timedelta(days=habit.burst_shown_days), timedelta(hours=habit.burst_hours)
    found = []
    for group in _grouped(sightings):
        for cluster in _clusters(group, habit):
            spans = [[s for s in cluster if end.raised_at - width <= s.raised_at <= end.raised_at] for end in cluster]
            best = max(spans, key=lambda span: (len(span), span[-1].raised_at, span[-1].id))
            last = best[-1]
            if len(best) >= habit.burst and last.raised_at >= fresh:
                found.append(Candidate(last.area, last.class_code, last.place, tuple(best), _occurrences(best, habit)))
    return tuple(sorted(found, key=lambda c: (-c.cases[-1].raised_at.timestamp(), c.cases[0].id)))


def same_place(one: Sighting, other: Sighting, habit: Habit) -> bool:
    """Tell whether two cases are at one place: by distance where both know it, else by the words."""
    metres = distance(_where(one), _where(other))
    if metres is not None:
        return metres <= habit.near_m
    short, long = sorted((_address(one.place), _address(other.place)), key=len)
    if len(short) < _SHORTEST or short[-1].isdigit() is not long[-1].isdigit():
        return False
    within = long.endswith(short) if short[-1].isdigit() else short in long
    return within and len(short) >= habit.alike * len(long)


@lru_cache(maxsize=16_384)
def _address(place: str) -> str:
    """Return a place up to its house number, or whole if it has none; what follows a number lies in one compound."""
    words = normal(place).replace(" ", "")
    number = _NUMBER.search(words)
    return words[: number.end()] if number else words


def _where(sighting: Sighting) -> Report:
    return Report("", lat=sighting.lat, lng=sighting.lng)


def _grouped(sightings: Iterable[Sighting]) -> Iterator[list[Sighting]]:
    groups: dict[tuple[str, str], list[Sighting]] = defaultdict(list)
    for each in sightings:
        groups[each.area, each.class_code].append(each)
    yield from groups.values()


def _clusters(group: Sequence[Sighting], habit: Habit) -> Iterator[list[Sighting]]:
    """Part a group into the cases of one place each, in order of raising; a chain of near places is one place."""
    spots: dict[tuple[str, int | None, int | None], list[Sighting]] = defaultdict(list)
    for each in sorted(group, key=lambda s: (s.raised_at, s.id)):
        spots[_address(each.place), each.lat, each.lng].append(each)
    rest = list(spots.values())
    while rest:
        found, waiting = [rest.pop(0)], 0
        while waiting < len(found):
            apart: list[list[Sighting]] = []
            for spot in rest:
                (found if same_place(found[waiting][0], spot[0], habit) else apart).append(spot)
            rest, waiting = apart, waiting + 1
        yield sorted((s for spot in found for s in spot), key=lambda s: (s.raised_at, s.id))


def _densest(cluster: Sequence[Sighting], habit: Habit) -> Sequence[Sighting]:
    """Return the window with the most occurrences."""
    width = timedelta(days=habit.window_days)
    windows = [[s for s in cluster if end.raised_at - width <= s.raised_at <= end.raised_at] for end in cluster]
    return max(windows, key=lambda w: (_occurrences(w, habit), w[-1].raised_at, w[-1].id))


def _occurrences(window: Sequence[Sighting], habit: Habit) -> int:
    apart = timedelta(hours=habit.apart_hours)
    return 1 + sum(later.raised_at - earlier.raised_at >= apart for earlier, later in pairwise(window))

