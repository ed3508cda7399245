"""The report of a campaign: counts and indicators by area and leading department, each with the cases behind it.

Indicators are those of the evaluation, computed by its formulas over the campaign's cases; nothing is defined twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from domain.case import ClockCode, Outcome, Status, TaskRole, TaskState
from domain.evaluation.board import Figure, Question, behind, department_of, figure
from domain.evaluation.scheme import UnitKind
from domain.evaluation.windows import Window
from domain.organisations import sub_district_of

if TYPE_CHECKING:
    from domain.evaluation.facts import CaseFacts
    from domain.evaluation.formulas import Contribution
    from domain.evaluation.scheme import Scheme

RAISED, OVERDUE, REWORKED = "raised", "overdue", "reworked"
COUNTS: Final = (RAISED, *(status.value for status in Status), OVERDUE, REWORKED)
"""What is counted; a status counts the cases that stand in it."""
INDICATORS: Final = ("closing", "closing_in_time", "rework")
"""Indicators of the evaluation that the report shows."""

_GONE = (TaskState.RELEASED, TaskState.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Cell:
    """The cases of one area and one leading department.

    Attributes:
        area: Sub-district that raised; empty in the row of all together.
        department: Department of the lead; empty where nobody is called yet, and in the row of all together.
    """

    area: str
    department: str
    cases: tuple[CaseFacts, ...]


def period(name: str, starts_at: datetime, ends_at: datetime, at: datetime) -> Window:
    """Return the period of a campaign for the formulas: to its end, and on while its cases go on."""
    return Window(name, starts_at, max(at, ends_at) + timedelta(microseconds=1))


def cells(cases: Iterable[CaseFacts]) -> tuple[Cell, ...]:
    """Part the cases by area and leading department, in order of both."""
    found: dict[tuple[str, str], list[CaseFacts]] = defaultdict(list)
    for case in cases:
        found[place_of(case)].append(case)
    return tuple([Cell(*place, tuple(held)) for place, held in sorted(found.items())])


def place_of(case: CaseFacts) -> tuple[str, str]:
    """Return the area and the department of the lead of a case."""
    leads = [t.org for t in case.tasks if t.role is TaskRole.LEAD and t.state not in _GONE]
    return sub_district_of(case.area) or case.area, department_of(leads[-1]) if leads else ""


def counts(cases: Iterable[CaseFacts], at: datetime) -> Mapping[str, tuple[str, ...]]:
    """Return the ids of the cases behind every count, zeros included."""
    found: dict[str, list[str]] = {name: [] for name in COUNTS}
    for case in cases:
        for name in _counted(case, at):
            found[name].append(case.id)
    return {name: tuple(ids) for name, ids in found.items()}


def is_overdue(case: CaseFacts, at: datetime) -> bool:
    """Tell whether the light of the nearest running clock is red; the end of a suspension is no duty."""
    return any(
        c.outcome is Outcome.OPEN and c.code is not ClockCode.SUSPENSION and c.due < at for c in case.clocks
    )  # fmt: skip


def finished_share(counted: Mapping[str, Sequence[str]]) -> Fraction | None:
    """Return closed / raised and not taken back; None for no case."""
    whole = len(counted[RAISED]) - len(counted[Status.WITHDRAWN])
    return Fraction(len(counted[Status.CLOSED]), whole) if whole else None


def contributions(
    scheme: Scheme, code: str, window: Window, at: datetime, cases: Iterable[CaseFacts]
) -> tuple[Contribution, ...]:  # fmt: skip
    """Return what every case adds to an indicator of the evaluation.

    Raises:
        LookupError: the scheme has no such indicator.
    """
    rule = scheme.indicator(code)
    if rule is None:
        raise LookupError(f"{scheme.ref} has no indicator {code}")
    held = tuple(cases)
    question = Question(UnitKind.AREA, window, at, scheme)
    areas = sorted({place_of(case)[0] for case in held})
    return tuple([each for area in areas for each in behind(question, rule, area, held)])


def figure_of(scheme: Scheme, code: str, added: Sequence[Contribution]) -> Figure:
    """Make the figure of an indicator from what the cases add to it."""
    rule = scheme.indicator(code)
    if rule is None:
        raise LookupError(f"{scheme.ref} has no indicator {code}")
    return figure(rule, sum(c.base for c in added), sum((c.score for c in added), Fraction(0)))


def _counted(case: CaseFacts, at: datetime) -> Iterator[str]:
    yield RAISED
    yield case.status.value
    if is_overdue(case, at):
        yield OVERDUE
    if case.rework:
        yield REWORKED
