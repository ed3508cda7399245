"""Ratings (互评) as a case keeps them: who may rate whom, the window after the closing, what either side said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.organisations import AREA_LENGTHS, area_of, line_of


class Rater(StrEnum):
    """Who rates (domain.md 5.5)."""

    RESIDENTS = "residents"
    COMMUNITY = "community"
    UNITS = "units"
    DEPUTIES = "deputies"
    CITIZEN = "citizen"
    STREET = "street"
    DEPARTMENT = "department"
    DISTRICT = "district"


class Rated(StrEnum):
    """Who is rated."""

    STREET = "street"
    BRANCH = "branch"
    DEPARTMENT = "department"
    UTILITY = "utility"


class Use(StrEnum):
    """What a rating may be used for."""

    SINGLY = "singly"
    """It is shown to the rated once both sides have spoken or the window has ended."""
    ASSESSMENT = "assessment"
    """Only inside the district's unified assessment, never by itself (街道办事处条例 art. 43)."""
    SURVEY = "survey"
    """Gathered by the sub-district, passed to the rated and to whoever regulates them."""
    CALL_BACK = "call_back"
    """Asked in the call-back."""


class Side(StrEnum):
    """Which way a rating of a case goes."""

    OF_DEPARTMENT = "of_department"
    OF_RAISER = "of_raiser"
    VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Allowance:
    """One line of the table who may rate whom; what stands in no line is forbidden."""

    rater: Rater
    rated: Rated
    use: Use
    source: str


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating.

    Attributes:
        task: Task of the department that rates or is rated.
        rater: Who rates; of a voice whose voice it is.
        by: User id of whoever gave or recorded it.
        org: Organisation of that person.
        scores: By criterion, in the order of the rule pack; empty where one score says all.
        score: Total, 0 to 100 and the bonus.
        voices: How many people a voice stands for; 1 otherwise.
    """

    task: int
    side: Side
    rater: Rater
    by: str
    org: str
    at: datetime
    score: int
    scores: tuple[int, ...] = ()
    voices: int = 1


@dataclass(frozen=True, slots=True)
class RatingBook:
    """The ratings of a case.

    Attributes:
        opened_at: Instant of the closing; what was given before belongs to an earlier run of the case.
        due: Last instant at which a rating is accepted.
    """

    opened_at: datetime
    due: datetime
    given: tuple[Rating, ...] = ()

    def of(self, task: int, side: Side, rater: Rater | None = None) -> Rating | None:
        """Return the rating of this run on a side, of one rater if given; None if there is none yet."""
        for each in self.given:
            if (each.task, each.side) == (task, side) and each.at >= self.opened_at and rater in (None, each.rater):
                return each
        return None

    def opens_at(self, task: int) -> datetime:
        """Return the instant from which the two sides of a task are open to each other."""
        sides = [self.of(task, side) for side in (Side.OF_DEPARTMENT, Side.OF_RAISER)]
        both = [each.at for each in sides if each is not None]
        return max(both) if len(both) == len(sides) else self.due


def kind_of(org: str, utilities: tuple[str, ...]) -> Rated | None:
    """Return what an organisation is when it is rated; None for a community, a partner, an office that commands.

    Args:
        utilities: Lines of the public-service enterprises.
    """
    area, line = area_of(org), line_of(org)
    if line is None:
        return Rated.STREET if len(area) == AREA_LENGTHS[1] else None
    if line in utilities:
        return Rated.UTILITY
    if len(area) == AREA_LENGTHS[1]:
        return Rated.BRANCH
    return Rated.DEPARTMENT


def weighted(scores: tuple[int, ...], weights: tuple[int, ...], bonus: int) -> int:
    """Return the total of criteria by weights in percent, halves rounded up, with the bonus on top."""
    hundredths = sum(score * weight for score, weight in zip(scores, weights, strict=True))
    return (hundredths + 50) // 100 + bonus
