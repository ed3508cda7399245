"""Numbers of the chapters orders, rating, meetings and volunteers, as a rule pack holds them."""

from __future__ import annotations

from dataclasses import dataclass

from domain.clocks import Limit
from domain.rating import Allowance, Rated, Rater, Use
from domain.supervision import Grade

_WHOLE = 100


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

    def mistakes(self) -> list[str]:
        """Return every mistake as a sentence."""
        points = [self.terms(grade).points for grade in Grade]
        return [] if 0 >= points[0] >= points[1] >= points[2] else ["orders: a graver grade costs no less"]


@dataclass(frozen=True, slots=True)
class RatingPart:
    """Mutual rating.

    Attributes:
        window: How long after the closing both sides may speak.
        speed: Weight in percent of the speed of reporting in; `handling` and `satisfaction` likewise.
        most_bonus: The highest bonus, on top of 100.
        utilities: Lines of the public-service enterprises.
        least: With fewer ratings no average of a sub-district is shown.
        regulator: Line of the district's department to which voices on utilities are passed.
        may: Who may rate whom (domain.md 5.5).
    """

    window: Limit
    speed: int
    handling: int
    satisfaction: int
    most_bonus: int
    utilities: tuple[str, ...]
    least: int
    regulator: str
    may: tuple[Allowance, ...]
    source: str

    def use_of(self, rater: Rater, rated: Rated) -> Use | None:
        """Return what a rating may be used for; None where it is not allowed at all."""
        return next((line.use for line in self.may if (line.rater, line.rated) == (rater, rated)), None)

    def mistakes(self) -> list[str]:
        """Return every mistake as a sentence."""
        found = []
        if self.speed + self.handling + self.satisfaction != _WHOLE:
            found.append("rating: the weights are not 100 percent")
        pairs = [(line.rater, line.rated) for line in self.may]
        if len(set(pairs)) != len(pairs):
            found.append("rating: who may rate whom says two things of one pair")
        if self.use_of(Rater.DEPARTMENT, Rated.STREET) not in (None, Use.ASSESSMENT):
            found.append("rating: a department never rates a sub-district alone")
        return found + [f"rating: {rater} of {rated} has no source" for rater, rated in _sourceless(self.may)]


def _sourceless(may: tuple[Allowance, ...]) -> list[tuple[Rater, Rated]]:
    return [(line.rater, line.rated) for line in may if not line.source]


@dataclass(frozen=True, slots=True)
class VolunteersPart:
    """Volunteers and auxiliaries.

    Attributes:
        most_slots: How many people one offer may ask for.
        most_minutes: How much time may be certified at once.
        ordered_kinds: Kinds of whistle in which only the emergency command calls helpers.
    """

    most_slots: int
    most_minutes: int
    ordered_kinds: tuple[str, ...]
    source: str

    def mistakes(self) -> list[str]:
        """Return every mistake as a sentence."""
        return [] if min(self.most_slots, self.most_minutes) > 0 else ["volunteers: bounds must be positive"]
