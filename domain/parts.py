"""Parts of a rule pack: the numbers of one chapter each, read as plain data, every value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.case import Tie
from domain.clocks import Limit
from domain.relief_parts import (
    CheckingPart,
    ExtensionPart,
    MilestonePart,
    ReopenPart,
    SuspensionPart,
    UpwardPart,
    UrgePart,
)  # fmt: skip
from domain.supervision import Grade


@dataclass(frozen=True, slots=True)
class OwnPower:
    """An enforcement power that sub-districts hold themselves.

    Attributes:
        class_code: Class of matters that it is for.
        line: Line whose departments held it before.
        power: Its name.
    """

    class_code: str
    line: str
    power: str
    source: str


@dataclass(frozen=True, slots=True)
class Coordination:
    """Lead, assist and inform; cases of two districts; powers of the sub-district itself.

    Attributes:
        late_reason: A result after its due instant needs the reason of the delay.
        city_from_level: From this escalation level on, the city is told of a case of two districts.
        city_from_grade: The same for supervision grades.
    """

    late_reason: bool
    late_source: str
    city_from_level: int
    city_from_grade: int
    city_source: str
    own_powers: tuple[OwnPower, ...]
    own_powers_source: str


@dataclass(frozen=True, slots=True)
class ObjectionGround:
    """A ground on which a department may object."""

    code: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Objections:
    """Objection and ruling.

    Attributes:
        limit: From the call; `by_kind` for kinds that have their own.
    """

    limit: Limit
    by_kind: Mapping[str, Limit]
    source: str
    grounds: tuple[ObjectionGround, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Which cases are sensitive, and how they are handed over to the psychology service.

    Attributes:
        words: A title or description with one of these makes a case sensitive; so does one of the `classes`.
        hand_over: Whether the service is ordered or invited.
    """

    words: tuple[str, ...]
    words_source: str
    classes: tuple[str, ...]
    classes_source: str
    hand_over: Tie
    hand_over_source: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order of one grade means.

    Attributes:
        limit: Until when it must be answered.
        points: What it costs the organisation in the assessment; zero or less.
    """

    limit: Limit
    points: int
    source: str


@dataclass(frozen=True, slots=True)
class OrdersPart:
    """Supervision orders.

    Attributes:
        street_grade: The gravest grade that a sub-district may give.
    """

    normal: Terms
    yellow: Terms
    red: Terms
    street_grade: Grade
    source: str

    def terms(self, grade: Grade) -> Terms:
        """Return what a grade means."""
        return {Grade.NORMAL: self.normal, Grade.YELLOW: self.yellow, Grade.RED: self.red}[grade]


@dataclass(frozen=True, slots=True)
class Parts:
    """The chapters' parts; None where a pack has none, and then the chapter is not in force."""

    coordination: Coordination | None = None
    objections: Objections | None = None
    sensitivity: Sensitivity | None = None
    extension: ExtensionPart | None = None
    suspension: SuspensionPart | None = None
    upward: UpwardPart | None = None
    urge: UrgePart | None = None
    milestones: MilestonePart | None = None
    checking: CheckingPart | None = None
    reopen: ReopenPart | None = None
    orders: OrdersPart | None = None


NO_PARTS = Parts()
