"""Units to choose from on forms and filters, found by the tree and by code rather than by looking through the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.organisations import SUB_DISTRICT_KINDS, OrgKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from adapters.db.directory import Directory
    from domain.organisations import Org

CITY = "110000"


def sub_districts(city: Directory, district: str | None) -> tuple[Org, ...]:
    """Return the sub-districts of a district by code, of all districts for None."""
    if district is not None:
        return tuple(org for org in city.orgs.children(district) if org.kind in SUB_DISTRICT_KINDS)
    return tuple(org for each in districts(city) for org in sub_districts(city, each.code))


def districts(city: Directory) -> tuple[Org, ...]:
    """Return the districts by code."""
    return tuple(org for org in city.orgs.children(CITY) if org.kind is OrgKind.DISTRICT)


def of_district(city: Directory, district: str, kinds: Collection[OrgKind]) -> tuple[Org, ...]:
    """Return the district's own units of these kinds by code."""
    return tuple(org for org in city.orgs.children(district) if org.kind in kinds)


def of_sub_district(city: Directory, area: str, kinds: Collection[OrgKind]) -> tuple[Org, ...]:
    """Return the offices in a sub-district by line, then its communities, as far as the kinds ask for them."""
    offices = (city.orgs.find(f"{area}-{line}") for line in lines_of(city))
    found = [org for org in offices if org is not None and org.kind in kinds]
    return (*found, *(org for org in city.orgs.children(area) if org.kind in kinds and org.line is None))


def lines_of(city: Directory) -> dict[str, str]:
    """Return the names of the lines by code, in order of code."""
    return dict(sorted(city.lines.items()))
