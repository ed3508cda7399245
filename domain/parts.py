"""Parts of a rule pack: the numbers of one chapter each, read as plain data, every value with its source."""

from __future__ import annotations

from dataclasses import dataclass

from domain.clocks import Limit
from domain.supervision import Grade


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

    orders: OrdersPart | None = None


NO_PARTS = Parts()
