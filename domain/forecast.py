"""Early warning: how likely a running case is to be late, from real handling times of its class in its department.

Nothing is fitted and nothing is assumed of a shape: the chance is a share of past cases. Of those that had run as long
as this one without an end, it counts how many had not ended by the time the limit leaves. Open cases of the past count
as long as they have run (right-censored), so a department cannot look quick by never finishing.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

_QUANTILES: Final = (0.5, 0.8, 0.9)
_SHORTEST_H: Final = 0.25
_KNOWN: Final = 0.75
"""Share of the past of which it must be known whether it took longer: open cases that are younger hide the rest."""
_STEPS: Final = 2
"""Lengths of limits are told apart in steps of a factor 2 ** (1 / 2)."""


class Basis(StrEnum):
    """Whose past a forecast rests on, the nearest that has enough cases."""

    LIMIT = "limit"
    """Class and department, with a limit of about the same length: units work towards their limit."""
    CLASS_AND_DEPARTMENT = "class_and_department"
    CLASS = "class"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Past:
    """One handling of the past.

    Attributes:
        limit: Length of its limit in real time.
        took: How long it took in real time or, with `ended` false, how long it has run.
    """

    class_code: str
    org: str
    limit: timedelta
    took: timedelta
    ended: bool


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the past says.

    Attributes:
        late: Chance of being late, 0 to 1.
        size: Past cases that had run as long as this one: the sample behind the chance.
        quantiles: Handling time by quantile, of all cases of the basis; a quantile that too many open cases hide is
            left out.
    """

    late: float
    size: int
    basis: Basis
    quantiles: Mapping[float, timedelta]


class History:
    """Past handlings, indexed for forecasts; build it once for many questions."""

    def __init__(self, past: Iterable[Past], least: int) -> None:
        """Take the past; `least` cases that had run as long make a basis."""
        groups: dict[tuple[Basis, str, str, int], list[Past]] = {}
        for each in past:
            for key in _keys(each.class_code, each.org, each.limit):
                groups.setdefault(key, []).append(each)
        self._curves = {key: _Curve(group) for key, group in groups.items()}
        self._least = least

    def ask(self, class_code: str, org: str, ran: timedelta, left: timedelta) -> Forecast | None:
        """Return the forecast for a case, None if no basis has enough cases.

        Args:
            class_code: Class of the case.
            org: Department that handles it.
            ran: How long it has run, in real time.
            left: How long until its limit; negative if it is late already.
        """
        for key in _keys(class_code, org, ran + left):
            curve = self._curves.get(key)
            if curve is not None and curve.at_risk(ran) >= self._least and curve.reaches(ran + left, self._least):
                late = 1.0 if left < timedelta() else curve.chance_beyond(ran, ran + left)
                return Forecast(late, curve.at_risk(ran), key[0], curve.quantiles())
        return None


def _keys(class_code: str, org: str, limit: timedelta) -> tuple[tuple[Basis, str, str, int], ...]:
    """Return the bases of a case, the nearest first; limits are alike within a factor of the square root of two."""
    hours = max(limit.total_seconds() / 3600, _SHORTEST_H)
    length = round(math.log2(hours) * _STEPS)
    return (
        (Basis.LIMIT, class_code, org, length), (Basis.CLASS_AND_DEPARTMENT, class_code, org, 0),
        (Basis.CLASS, class_code, "", 0), (Basis.DEPARTMENT, "", org, 0),
    )  # fmt: skip


class _Curve:
    """The share of cases still running after a time, by the product-limit estimate (Kaplan and Meier, 1958)."""

    def __init__(self, past: Iterable[Past]) -> None:
        held = sorted(past, key=lambda p: p.took)
        self._times = [p.took for p in held]
        self._ends = [p.took for p in held if p.ended]
        self._steps: list[timedelta] = []
        self._left: list[float] = []
        running, share, number = len(held), 1.0, 0
        while number < len(held):
            took = held[number].took
            same = bisect_right(self._times, took) - number
            ends = sum(p.ended for p in held[number : number + same])
            if ends:
                share *= 1 - ends / running
                self._steps.append(took)
                self._left.append(share)
            running -= same
            number += same

    def at_risk(self, ran: timedelta) -> int:
        """Count cases that had run so long without an end."""
        return len(self._times) - bisect_left(self._times, ran)

    def reaches(self, time: timedelta, least: int) -> bool:
        """Tell whether it is known of enough cases, and of most, if they took longer than a time."""
        quicker = bisect_right(self._ends, time)
        known = quicker + len(self._times) - bisect_right(self._times, time)
        return known >= least and known >= _KNOWN * len(self._times)

    def beyond(self, time: timedelta) -> float:
        """Return the share of cases that take longer than a time."""
        at = bisect_right(self._steps, time)
        return self._left[at - 1] if at else 1.0

    def chance_beyond(self, ran: timedelta, time: timedelta) -> float:
        """Return the chance of taking longer than `time`, given that it has run so long."""
        before = self._left[at - 1] if (at := bisect_left(self._steps, ran)) else 1.0
        return min(1.0, self.beyond(time) / before) if before > 0 else 1.0

    def quantiles(self) -> dict[float, timedelta]:
        """Return the times by which half, 80 and 90 percent had ended."""
        found = {}
        for quantile in _QUANTILES:
            at = next((n for n, left in enumerate(self._left) if left <= 1 - quantile + 1e-12), None)
            if at is not None:
                found[quantile] = self._steps[at]
        return found


@dataclass(frozen=True, slots=True)
class Bin:
    """One row of a calibration table: forecasts between two chances against what happened.

    Attributes:
        stated: Mean chance of being late that was stated.
        seen: Share of those cases that were late.
        size: Their number.
    """

    low: float
    high: float
    stated: float
    seen: float
    size: int

    @property
    def error(self) -> float:
        """By how much the forecasts were wrong on average."""
        return abs(self.stated - self.seen)


def calibration(judged: Iterable[tuple[float, bool]], bins: int = 10) -> tuple[Bin, ...]:
    """Return the table of forecasts and outcomes, by stated chance; empty bins are left out."""
    held: dict[int, list[tuple[float, bool]]] = {}
    for chance, late in judged:
        held.setdefault(min(bins - 1, math.floor(chance * bins)), []).append((chance, late))
    return tuple(
        Bin(n / bins, (n + 1) / bins, _mean(chance for chance, _ in rows), _mean(late for _, late in rows), len(rows))
        for n, rows in sorted(held.items())
    )


def _mean(numbers: Iterable[float]) -> float:
    held = list(numbers)
    return sum(held) / len(held)


def expected_error(table: Iterable[Bin]) -> float:
    """Return the mean error of a calibration table, each bin weighed by its size."""
    rows = tuple(table)
    total = sum(row.size for row in rows)
    return sum(row.error * row.size for row in rows) / total if total else 0.0
