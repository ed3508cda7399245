"""Supervision orders (督办单) as a case keeps them: grades, points, answers, appeals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.organisations import area_of, district_of, line_of


class Grade(StrEnum):
    """How grave an order is: 一般督办, 黄牌督办, 红牌督办; it rises only until the order is lifted."""

    NORMAL = "normal"
    YELLOW = "yellow"
    RED = "red"

    @property
    def level(self) -> int:
        """1 for normal, 2 for yellow, 3 for red: the supervision mark of a case."""
        return _LEVELS.index(self) + 1

    @property
    def next(self) -> Grade | None:
        """The grade above, None above red."""
        return None if self is Grade.RED else _LEVELS[self.level]


_LEVELS = (Grade.NORMAL, Grade.YELLOW, Grade.RED)


def grade_of(level: int) -> Grade:
    """Return the grade of a supervision mark from 1 to 3."""
    return _LEVELS[level - 1]


class Verdict(StrEnum):
    """How an appeal ends: granted (the points are void, the order is lifted) or dismissed."""

    GRANTED = "granted"
    DISMISSED = "dismissed"


class PointsState(StrEnum):
    """Whether the points of an order count against its department."""

    COUNTED = "counted"
    SUSPENDED = "suspended"
    VOID = "void"


class OrderState(StrEnum):
    """Where an order stands; `fallen` means that case or task ended before it was answered."""

    WAITING = "waiting"
    ANSWERED = "answered"
    LIFTED = "lifted"
    REPLACED = "replaced"
    FALLEN = "fallen"


@dataclass(frozen=True, slots=True)
class Appeal:
    """A department's one appeal against an order; what the order says stays in the record either way.

    Attributes:
        ruler: Organisation one level above the issuer, which rules.
        verdict: None while it is pending.
    """

    at: datetime
    ruler: str
    verdict: Verdict | None = None
    ruled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One supervision order against one organisation of the case.

    Attributes:
        no: 1, 2, ... within the case.
        org: Who must answer.
        task: The organisation's task, None for those that have none (the sub-district itself, the desk).
        issuer: Who issued it, or raised its grade last; for an order of the ladder the supervision office above.
        by: User id of the person, `system` for the ladder.
        clock: Key of the clock within which it must be answered.
        points: What the grade costs the organisation: zero or less.
        follows: Number of the answered order that it goes beyond, 0 for none.
        replaced: A graver order followed it.
        raised_at: When its grade rose, None if it never did.
        late: Answered after its limit.
    """

    no: int
    org: str
    task: int | None
    grade: Grade
    issuer: str
    by: str
    at: datetime
    clock: str
    points: int
    follows: int = 0
    replaced: bool = False
    raised_at: datetime | None = None
    answered_at: datetime | None = None
    late: bool = False
    lifted_at: datetime | None = None
    appeal: Appeal | None = None

    @property
    def stands(self) -> bool:
        """It was not lifted, and no graver one took its place."""
        return self.lifted_at is None and not self.replaced

    def state(self, *, runs: bool) -> OrderState:
        """Return where it stands; `runs` says that its clock does."""
        if self.lifted_at is not None:
            return OrderState.LIFTED
        if self.replaced:
            return OrderState.REPLACED
        if self.answered_at is not None:
            return OrderState.ANSWERED
        return OrderState.WAITING if runs else OrderState.FALLEN

    @property
    def points_state(self) -> PointsState:
        """Points are suspended while an appeal runs, and void once it was granted."""
        if self.appeal is None or self.appeal.verdict is Verdict.DISMISSED:
            return PointsState.COUNTED
        return PointsState.SUSPENDED if self.appeal.verdict is None else PointsState.VOID


_CITY, _DISTRICT, _STREET = 0, 1, 2
_COMMANDING = frozenset({"GOV", "DESK", "SUP"})


def command_level(org: str) -> int:
    """Return how high an organisation stands in the line of command: 0 city, 1 district government, 2 everybody below.

    Departments, utilities, sub-districts and communities stand on one level: none of them is another's superior here.
    """
    if district_of(org) is None:
        return _CITY
    return _DISTRICT if line_of(org) in _COMMANDING and area_of(org) == district_of(org) else _STREET


def office_above(org: str) -> str:
    """Return the supervision office one level above an issuer; above the city stands nobody, so it is its own."""
    area = area_of(org)
    if command_level(org) == _STREET:
        return f"{district_of(org)}-SUP"
    return f"{area[:2]}0000-SUP"
