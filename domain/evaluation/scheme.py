"""The scheme of evaluation: which indicators there are, with weights, bands, grades and guards; all of it is data.

A scheme has a name and a version. A published period keeps the version it was computed with and is never rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from domain.case import MARKING
from domain.evaluation.formulas import FORMULAS, NO_OPTIONS, Options
from domain.rating import Side

_POINTED = {"rework_points": 1, "shirking_points": 1, "order_points": 3}
_MOST_DAY = 28


class Measure(StrEnum):
    """How contributions become a value."""

    RATE = "rate"
    """Score / base; 0 where nothing counts [found: C1, valid = 0]."""
    MEAN = "mean"
    """Score / base; no value where nothing counts."""
    SUM = "sum"
    """Score alone: points, numbers."""


class UnitKind(StrEnum):
    """Who is judged (块, 条, 岗)."""

    AREA = "area"
    """Sub-districts, by the cases that they raised."""
    DEPARTMENT = "department"
    """Departments of the district, with their branches in the sub-districts."""
    BRANCH = "branch"
    """One branch office."""
    LINE = "line"
    """A business line (条) in the whole city, with all its offices; within a district the department is the line."""
    PERSON = "person"
    """One worker, by the tasks held; shown to the office itself, never ranked."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Attributes:
        formula: Name in `domain.evaluation.formulas.FORMULAS`.
        source: Where formula and numbers come from, or `proposal`.
        veiled: Of what is never told singly (部门评街道): with fewer than so many below the line it is not told at all;
            0 for every other indicator. Who reads it: `domain.evaluation.access.is_told`.
    """

    code: str
    name: str
    english: str
    formula: str
    measure: Measure
    source: str
    options: Options = NO_OPTIONS
    veiled: int = 0


@dataclass(frozen=True, slots=True)
class Composite:
    """A total score (综合成绩) = sum of weight × rate × 100, rounded half up, for some kinds of unit.

    Attributes:
        weights: By code of a rate; they add up to 1.
        places: Decimals of the score.
        guard: Indicator whose base says how much lies behind a score.
        least: With fewer than so many a unit is shown, but neither ranked nor graded.
    """

    code: str
    name: str
    units: tuple[UnitKind, ...]
    weights: Mapping[str, Decimal]
    places: int
    guard: str
    least: int
    source: str


@dataclass(frozen=True, slots=True)
class Band:
    """A rate that should be neither too low nor too high; both ends belong to it."""

    indicator: str
    low: Decimal
    high: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, reached from a score of `least` on; the best first."""

    code: str
    name: str
    least: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class FlagReason:
    """A listed reason for an exclusion (剔除) or an appeal (申诉)."""

    code: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """One version of the formulas.

    Attributes:
        first_day: Day of the month on which an assessment month begins, 1 to 28.
        review_days: So long after its end a month is reviewed; then it is published by itself.
        answer_days: A flag that nobody decided by then lapses.
        appeal_days: For so many days after its case was closed an appeal may be made.
    """

    name: str
    version: int
    first_day: int
    review_days: int
    answer_days: int
    appeal_days: int
    indicators: tuple[Indicator, ...]
    composites: tuple[Composite, ...]
    bands: tuple[Band, ...]
    grades: tuple[Grade, ...]
    exclusions: tuple[FlagReason, ...]
    appeals: tuple[FlagReason, ...]

    @property
    def ref(self) -> str:
        """Name and version: `beijing-evaluation/2`."""
        return f"{self.name}/{self.version}"

    def indicator(self, code: str) -> Indicator | None:
        """Find an indicator."""
        return next((i for i in self.indicators if i.code == code), None)

    def composite(self, unit: UnitKind) -> Composite | None:
        """Return the total score of a kind of unit; None where there is none."""
        return next((c for c in self.composites if unit in c.units), None)


def lint(scheme: Scheme) -> Iterator[str]:
    """Yield what is wrong with a scheme; none when it can be used."""
    codes = [i.code for i in scheme.indicators]
    rates = {i.code for i in scheme.indicators if i.measure is Measure.RATE}
    if len(set(codes)) != len(codes):
        yield "an indicator code stands twice"
    if not 1 <= scheme.first_day <= _MOST_DAY:
        yield f"the period begins on day 1 to {_MOST_DAY}, not {scheme.first_day}"
    for indicator in scheme.indicators:
        yield from _lint_indicator(indicator)
    yield from _lint_scores(scheme, codes, rates)
    for what in (scheme.exclusions, scheme.appeals):
        if len({r.code for r in what}) != len(what):
            yield "a reason stands twice"


def _lint_scores(scheme: Scheme, codes: list[str], rates: set[str]) -> Iterator[str]:
    veiled = {i.code for i in scheme.indicators if i.veiled}
    for composite in scheme.composites:
        if sum(composite.weights.values()) != 1:
            yield f"{composite.code}: the weights add up to {sum(composite.weights.values())}, not 1"
        if unknown := sorted(set(composite.weights) - rates):
            yield f"{composite.code}: no rates {unknown}"
        if hidden := sorted(set(composite.weights) & veiled):
            yield f"{composite.code}: a score would tell {hidden}"
        if composite.guard not in codes:
            yield f"{composite.code}: no indicator {composite.guard}"
    for band in scheme.bands:
        if band.indicator not in rates - veiled or not 0 <= band.low <= band.high <= 1:
            yield f"band {band.indicator}: names a rate with 0 ≤ low ≤ high ≤ 1"
    least = [g.least for g in scheme.grades]
    if least != sorted(least, reverse=True) or len(set(least)) != len(least):
        yield "the grades stand from the best down"


def _lint_indicator(indicator: Indicator) -> Iterator[str]:
    if indicator.formula not in FORMULAS:
        yield f"{indicator.code}: no formula {indicator.formula}"
    wanted = _POINTED.get(indicator.formula)
    if wanted is not None and len(indicator.options.points) != wanted:
        yield f"{indicator.code}: {indicator.formula} takes {wanted} points"
    if indicator.formula == "clock_kept" and indicator.options.clock is None:
        yield f"{indicator.code}: names no clock"
    if indicator.formula == "rated" and indicator.options.side is None:
        yield f"{indicator.code}: does not say whose ratings"
    if indicator.formula == "marked" and indicator.options.mark not in MARKING:
        yield f"{indicator.code}: names no action that leaves a mark"
    if indicator.options.side is Side.OF_RAISER and not indicator.veiled:
        yield f"{indicator.code}: what a department says of a sub-district is never told singly"
