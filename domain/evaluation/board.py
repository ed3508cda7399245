"""The board: figures of units side by side, total scores, ranks with ties, grades, and the summary of a district."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from domain.case import TaskRole
from domain.evaluation.formulas import FORMULAS, Contribution, Share
from domain.evaluation.scheme import Measure, UnitKind
from domain.organisations import AREA_LENGTHS, BadOrgCodeError, area_of, city_of, line_of, sub_district_of
from domain.rating import Side

if TYPE_CHECKING:
    from domain.evaluation.facts import CaseFacts, Order, Rating, TaskFact
    from domain.evaluation.scheme import Composite, Indicator, Scheme
    from domain.evaluation.windows import Window

_FULL = 100

Sums = dict[str, dict[str, tuple[int, Fraction]]]
"""By unit and indicator: what stands below the line and above it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator of a unit; exact, rounded only when it is shown.

    Attributes:
        base: How many count below the line.
        score: What stands above it.
        value: Score / base, or the score itself; None for a mean of nothing.
    """

    code: str
    base: int
    score: Fraction
    value: Fraction | None


@dataclass(frozen=True, slots=True)
class Row:
    """One unit on the board.

    Attributes:
        received: Cases received in the period; second key of the ranking.
        total: Total score; None where the kind of unit has none.
        rank: 1 for the best; equal units share a rank and the next ones are skipped. None if there are too few cases.
        grade: Code of the grade, None as the rank.
        marks: By indicator with a band: `low`, `within` or `high`.
    """

    unit: str
    received: int
    figures: Mapping[str, Figure]
    total: Decimal | None
    rank: int | None
    grade: str | None
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """What a board is asked: which units, in which period, as of which instant (never after the period's end)."""

    kind: UnitKind
    window: Window
    at: datetime
    scheme: Scheme


def units_of(kind: UnitKind, case: CaseFacts) -> Mapping[str, tuple[TaskFact, ...]]:
    """Return the units that a case counts for, each with its ordered tasks."""
    duties = tuple([t for t in case.tasks if t.duty])
    if kind is UnitKind.AREA:
        return {sub_district_of(case.area) or case.area: duties}
    found: dict[str, tuple[TaskFact, ...]] = {}
    for task in duties:
        unit = _unit(kind, task)
        if unit is not None:
            found[unit] = (*found.get(unit, ()), task)
    return found


def department_of(org: str) -> str:
    """Return the department above a branch office, or the unit itself."""
    area, line = area_of(org), line_of(org)
    return org if line is None or len(area) == AREA_LENGTHS[0] else f"{area[: AREA_LENGTHS[0]]}-{line}"


def line_unit(org: str) -> str:
    """Return the unit that stands for the line (条) of an office in its city: `110000-SW`.

    Raises:
        BadOrgCodeError: the organisation is an area and has no line.
    """
    line = line_of(org)
    if line is None:
        raise BadOrgCodeError(org)
    return f"{city_of(org)}-{line}"


def _unit(kind: UnitKind, task: TaskFact) -> str | None:
    if kind is UnitKind.PERSON:
        return task.holder
    if line_of(task.org) is None:
        return None
    if kind is UnitKind.DEPARTMENT:
        return department_of(task.org)
    if kind is UnitKind.LINE:
        return line_unit(task.org)
    return task.org if len(area_of(task.org)) > AREA_LENGTHS[0] else None


def _share(question: Question, unit: str, case: CaseFacts, tasks: tuple[TaskFact, ...]) -> Share:
    area = question.kind is UnitKind.AREA
    whole = area or any(t.role is TaskRole.LEAD for t in tasks)
    orders = tuple([o for o in case.orders if _ordered(question.kind, unit, o)])
    ratings = tuple([r for r in case.ratings if _rates(question.kind, unit, tasks, r)])
    return Share(case, tasks, orders, ratings, whole, question.window, question.at)


def _ordered(kind: UnitKind, unit: str, order: Order) -> bool:
    if kind is UnitKind.DEPARTMENT:
        return line_of(order.org) is not None and department_of(order.org) == unit
    if kind is UnitKind.LINE:
        return line_of(order.org) is not None and line_unit(order.org) == unit
    return kind is not UnitKind.PERSON and order.org == unit


def _rates(kind: UnitKind, unit: str, tasks: tuple[TaskFact, ...], rating: Rating) -> bool:
    """Tell whether a rating is of the unit: of a sub-district, or of an office; persons are not rated."""
    if rating.side is Side.OF_RAISER:
        return kind is UnitKind.AREA and rating.org == unit
    return kind not in (UnitKind.AREA, UnitKind.PERSON) and any(t.no == rating.task for t in tasks)


def behind(
    question: Question, indicator: Indicator, unit: str, cases: Iterable[CaseFacts]
) -> Iterator[Contribution]:  # fmt: skip
    """Yield the list behind one figure of one unit, in order of the cases."""
    formula = FORMULAS[indicator.formula]
    for case in cases:
        tasks = units_of(question.kind, case).get(unit)
        if tasks is not None:
            yield from formula(_share(question, unit, case, tasks), indicator.options)


def board(question: Question, cases: Iterable[CaseFacts], units: Iterable[str] = ()) -> tuple[Row, ...]:
    """Compute every indicator of every unit; arguments and order as `standing`.

    Args:
        cases: What is looked at; a unit's cases may come in any order.
    """
    return standing(question, tally(question, cases), units)


def tally(question: Question, cases: Iterable[CaseFacts]) -> Sums:
    """Add up what cases contribute, by unit and indicator; what adds nothing is left out."""
    sums: Sums = {}
    for case in cases:
        for unit, tasks in units_of(question.kind, case).items():
            share = _share(question, unit, case, tasks)
            for indicator in question.scheme.indicators:
                for each in FORMULAS[indicator.formula](share, indicator.options):
                    _add(sums, unit, indicator.code, each.base, each.score)
    return sums


def together(parts: Iterable[Sums]) -> Sums:
    """Add up the sums of several parts of the cases."""
    sums: Sums = {}
    for part in parts:
        for unit, held in part.items():
            for code, (base, score) in held.items():
                _add(sums, unit, code, base, score)
    return sums


def standing(question: Question, sums: Sums, units: Iterable[str] = ()) -> tuple[Row, ...]:
    """Return the units by rank; those without a rank follow by their code.

    Args:
        units: Units that are shown even if they had no case.
    """
    rows = [_row(question, unit, sums.get(unit, {})) for unit in dict.fromkeys((*sorted(units), *sums))]
    return _ranked(rows, question.scheme.composite(question.kind))


def _add(sums: Sums, unit: str, code: str, base: int, score: Fraction) -> None:
    held = sums.setdefault(unit, {})
    before = held.get(code, (0, Fraction(0)))
    held[code] = (before[0] + base, before[1] + score)


def figure(indicator: Indicator, base: int, score: Fraction) -> Figure:
    """Make a figure of sums."""
    if indicator.measure is Measure.SUM:
        return Figure(indicator.code, base, score, score)
    empty = Fraction(0) if indicator.measure is Measure.RATE else None
    return Figure(indicator.code, base, score, score / base if base else empty)


def summary(question: Question, rows: Iterable[Row]) -> Row:
    """Return the row of all units together: counts summed, rates, means and the score plain averages [found: C1].

    Units without a value do not count in an average.
    """
    held = tuple(rows)
    figures = {}
    for indicator in question.scheme.indicators:
        each = [row.figures[indicator.code] for row in held]
        values = [f.value for f in each if f.value is not None]
        added = sum(values, Fraction(0))
        value = added if indicator.measure is Measure.SUM else added / len(values) if values else None
        score = sum((f.score for f in each), Fraction(0))
        figures[indicator.code] = Figure(indicator.code, sum(f.base for f in each), score, value)
    totals = [row.total for row in held if row.total is not None]
    composite = question.scheme.composite(question.kind)
    total = rounded(Fraction(sum(totals)) / len(totals), composite.places) if totals and composite else None
    return Row("", sum(row.received for row in held), figures, total, None, None, {})


def rounded(value: Fraction, places: int) -> Decimal:
    """Round half up, as people do; 911/972 × 100 with two places is 93.72."""
    scaled = Decimal(value.numerator * 10**places) / Decimal(value.denominator)
    whole = scaled.quantize(Decimal(1), ROUND_HALF_UP)
    return (whole / Decimal(10**places)).quantize(Decimal(1).scaleb(-places))


def percent(value: Fraction, places: int = 2) -> Decimal:
    """Return a rate in percent, rounded half up."""
    return rounded(value * _FULL, places)


def _row(question: Question, unit: str, held: Mapping[str, tuple[int, Fraction]]) -> Row:
    scheme = question.scheme
    figures = {}
    for indicator in scheme.indicators:
        base, score = held.get(indicator.code, (0, Fraction(0)))
        figures[indicator.code] = figure(indicator, base, score)
    composite = scheme.composite(question.kind)
    total = _total(composite, figures) if composite is not None else None
    enough = composite is not None and figures[composite.guard].base >= composite.least
    grade = next((g.code for g in scheme.grades if total is not None and total >= g.least), None) if enough else None
    marks = {b.indicator: _mark(figures[b.indicator], b.low, b.high) for b in scheme.bands}
    return Row(unit, _received(question, figures), figures, total, 0 if enough else None, grade, marks)


def _received(question: Question, figures: Mapping[str, Figure]) -> int:
    found = next((i.code for i in question.scheme.indicators if i.formula == "received"), None)
    return figures[found].base if found is not None else 0


def _total(composite: Composite, figures: Mapping[str, Figure]) -> Decimal:
    parts = (Fraction(weight) * (figures[code].value or 0) for code, weight in composite.weights.items())
    return rounded(sum(parts, Fraction(0)) * _FULL, composite.places)


def _mark(held: Figure, low: Decimal, high: Decimal) -> str:
    if held.base == 0 or held.value is None:
        return ""
    return "low" if held.value < Fraction(low) else "high" if held.value > Fraction(high) else "within"


def _ranked(rows: list[Row], composite: Composite | None) -> tuple[Row, ...]:
    """Rank by score, then by received, both descending [found: C1]; equal in both share a rank."""
    if composite is None:
        return tuple(sorted(rows, key=lambda row: row.unit))
    judged = [row for row in rows if row.rank is not None]
    judged.sort(key=lambda row: (-(row.total or 0), -row.received, row.unit))
    placed: list[Row] = []
    for place, row in enumerate(judged, start=1):
        tied = placed and (placed[-1].total, placed[-1].received) == (row.total, row.received)
        rank = placed[-1].rank if tied else place
        placed.append(Row(row.unit, row.received, row.figures, row.total, rank, row.grade, row.marks))
    rest = sorted((row for row in rows if row.rank is None), key=lambda row: row.unit)
    return (*placed, *rest)
