"""Whose figures a person may see: units all of whose cases lie within the person's reach, never half a unit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from domain.actors import Role
from domain.authority import covers
from domain.evaluation.scheme import UnitKind
from domain.organisations import AREA_LENGTHS, BadOrgCodeError, area_of, city_of, district_of, is_within, line_of

if TYPE_CHECKING:
    from datetime import datetime

    from domain.actors import Actor
    from domain.authority import Reach
    from domain.evaluation.scheme import Indicator
    from domain.evaluation.windows import Window

ASSESSORS: Final = (Role.DISTRICT_SUPERVISOR, Role.CITY_SUPERVISOR, Role.AUDITOR)
"""Who assesses sub-districts: the district, and those above (街道办事处条例 art. 43)."""


@dataclass(frozen=True, slots=True)
class Ear:
    """Who is told figures, and of what.

    Attributes:
        assesses: The reader assesses sub-districts.
        settled: The period is a whole assessment month that has ended: two boards never differ by one rating.
    """

    assesses: bool
    settled: bool

    @classmethod
    def of(cls, actor: Actor, window: Window, at: datetime) -> Ear:
        """Tell it of a reader, a period and the instant as of which it is judged."""
        return cls(actor.has(*ASSESSORS), window.is_month and at >= window.end)


NO_EAR: Final = Ear(assesses=False, settled=False)
"""Nobody is told what is veiled: where figures of units of any size are averaged."""


def is_told(indicator: Indicator, base: int, ear: Ear) -> bool:
    """Tell whether a figure may be told: a veiled one only for the assessment, and not of too few (domain.md 5.5)."""
    return not indicator.veiled or (ear.assesses and ear.settled and base >= indicator.veiled)


def may_judge(reach: Reach, kind: UnitKind, unit: str) -> bool:
    """Tell whether the figures of a unit may be shown to a reader.

    An area's reader sees the sub-districts and offices within it, and the departments of a district only if that whole
    district is theirs; a department sees itself and its branches, and alone the figures of its own people.

    Args:
        unit: Code of an organisation; of persons the office whose people are asked for.
    """
    if kind is UnitKind.PERSON:
        return reach.org is not None and _covered(reach.org, unit)
    if reach.everything:
        return True
    if kind is UnitKind.LINE:
        return reach.org is not None and _covered(reach.org, unit)
    if reach.area is not None:
        within = _within(unit, reach.area)
        return within and (kind is not UnitKind.DEPARTMENT or len(reach.area) == AREA_LENGTHS[0])
    return reach.org is not None and kind is not UnitKind.AREA and _covered(reach.org, unit)


def fits(kind: UnitKind, unit: str) -> bool:
    """Tell whether a code can be a unit of this kind."""
    try:
        area, line = area_of(unit), line_of(unit)
    except BadOrgCodeError:
        return False
    match kind:
        case UnitKind.AREA:
            return line is None and len(area) == AREA_LENGTHS[1]
        case UnitKind.DEPARTMENT:
            return line is not None and len(area) == AREA_LENGTHS[0]
        case UnitKind.LINE:
            return line is not None and area == city_of(area)
        case UnitKind.BRANCH:
            return line is not None and len(area) > AREA_LENGTHS[0]
        case UnitKind.PERSON:
            return line is not None


def widest(reach: Reach) -> str | None:
    """Return the area whose units a reader compares if none is named; None for the whole installation."""
    if reach.area is not None:
        return reach.area
    return district_of(reach.org) or area_of(reach.org) if reach.org is not None else None


def _covered(org: str, unit: str) -> bool:
    try:
        return covers(org, unit)
    except BadOrgCodeError:
        return False


def _within(unit: str, area: str) -> bool:
    try:
        return is_within(unit, area)
    except BadOrgCodeError:
        return False
