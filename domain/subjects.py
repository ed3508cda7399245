"""Six subjects of governance (六位一体), and what binds each kind of unit that is called into a case."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.case import Tie
from domain.organisations import INVITED, SUB_DISTRICT_KINDS, OrgKind


class Subject(StrEnum):
    """Who governs together: party, government, social, market, street, community (domain.md 9 [found: SP])."""

    PARTY = "party"
    GOVERNMENT = "government"
    SOCIAL = "social"
    MARKET = "market"
    STREET = "street"
    COMMUNITY = "community"


SUBJECT_OF: Final[dict[OrgKind, Subject]] = {
    **dict.fromkeys(OrgKind, Subject.GOVERNMENT),
    **dict.fromkeys(SUB_DISTRICT_KINDS, Subject.STREET),
    OrgKind.PARTY: Subject.PARTY,
    OrgKind.SOCIAL: Subject.SOCIAL,
    OrgKind.PSYCHOLOGY: Subject.SOCIAL,
    OrgKind.UTILITY: Subject.MARKET,
    OrgKind.FIRM: Subject.MARKET,
    OrgKind.COMMUNITY: Subject.COMMUNITY,
    OrgKind.STATION: Subject.COMMUNITY,
    OrgKind.BUILDING: Subject.STREET,
}
"""Which of the six a unit belongs to [proposal, after domain.md 9]."""

ORDERED: Final = SUB_DISTRICT_KINDS | {
    OrgKind.DEPARTMENT, OrgKind.BRANCH, OrgKind.UTILITY, OrgKind.DESK, OrgKind.ZONE, OrgKind.COMMUNITY,
}  # fmt: skip
"""Who must come when called: departments, branch offices and public-service enterprises (街道办事处条例 art. 5); a
community assists (art. 32); a sub-district after the district's approval (art. 10)."""


def tie_of(kind: OrgKind) -> Tie:
    """Return what binds a unit of this kind to a case it is called into.

    Whoever is neither ordered nor invited is told: central bodies and firms of the state have no duty to obey
    (接诉即办条例 art. 22), and whoever supervises or commands is no party.
    """
    if kind in ORDERED:
        return Tie.ORDER
    return Tie.INVITATION if kind in INVITED else Tie.NOTICE
