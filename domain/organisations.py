"""Who belongs where: organisation codes, the tree of units by area (块) and by line (条), and their users."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar, Final

from domain.actors import Role
from domain.errors import DomainError

AREA_LENGTHS: Final = (6, 9, 12)
"""Digits of a government area: city or district, sub-district, community (statistical division codes)."""

_CODE: Final = re.compile(r"([0-9]{6}(?:[0-9]{3}){0,2})(?:-([A-Z][A-Z0-9]*))?", re.ASCII)
_CITY_ENDING: Final = "0000"


class OrgKind(StrEnum):
    """What a unit is. The four kinds of sub-district rank alike; a community assists but never leads."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    AREA_OFFICE = "area_office"
    TOWN = "town"
    TOWNSHIP = "township"
    COMMUNITY = "community"
    DEPARTMENT = "department"
    BRANCH = "branch"
    UTILITY = "utility"
    DESK = "desk"
    SUPERVISION = "supervision"
    GOVERNMENT = "government"
    ZONE = "zone"
    HOTLINE = "hotline"
    OPERATIONS = "operations"
    CENTRAL = "central"
    """A body of the central government, or a firm of the state."""
    PARTY = "party"
    SOCIAL = "social"
    FIRM = "firm"
    PSYCHOLOGY = "psychology"
    STATION = "station"
    """A service station of communities (社区服务站)."""
    BUILDING = "building"
    """A service station in a business building (商务楼宇服务站)."""


class Unit(StrEnum):
    """What a code alone tells of a unit."""

    STREET = "street"
    """A sub-district or township."""
    AREA = "area"
    """Any other government area."""
    DESK = "desk"
    OFFICE = "office"
    """Everything else that has a line."""


SUB_DISTRICT_KINDS: Final = frozenset({OrgKind.STREET, OrgKind.AREA_OFFICE, OrgKind.TOWN, OrgKind.TOWNSHIP})
INVITED: Final = frozenset({
    OrgKind.PARTY, OrgKind.SOCIAL, OrgKind.FIRM, OrgKind.PSYCHOLOGY, OrgKind.STATION, OrgKind.BUILDING,
})  # fmt: skip
"""Partners, who are invited (domain.md 9)."""

UNCOMMANDED: Final = INVITED | {OrgKind.CENTRAL}
"""Whom nobody here commands."""

AREA_KINDS: Final = SUB_DISTRICT_KINDS | {OrgKind.CITY, OrgKind.DISTRICT, OrgKind.COMMUNITY}


class BadOrgCodeError(DomainError):
    """Code `bad_org_code`: the text is no organisation code."""

    code: ClassVar[str] = "bad_org_code"


class UnknownOrgError(DomainError):
    """Code `unknown_org`: no unit has this code."""

    code: ClassVar[str] = "unknown_org"


@dataclass(frozen=True, slots=True)
class Org:
    """One unit.

    Attributes:
        code: `<area>` for a government area, else `<area>-<LINE>`.
        name: Full Chinese name; `short` is the name for narrow columns.
        parent: The unit above it in its own line: area above area, department above its branch; None for the city.
        command_org: Who commands it on the scene, None for the city. Mostly the area's own government, but
            a branch office is commanded by its sub-district (街道办事处条例 art. 11(4)) and an E-Town sub-district by
            Beijing E-Town.
    """

    code: str
    name: str
    short: str
    kind: OrgKind
    parent: str | None
    command_org: str | None

    @property
    def area_code(self) -> str:
        """The area whose code it carries; not always the area that commands it."""
        return area_of(self.code)

    @property
    def line(self) -> str | None:
        """Its line, None for a government area."""
        return line_of(self.code)

    @property
    def district(self) -> str | None:
        """Six digits, None at city level."""
        return district_of(self.code)


@dataclass(frozen=True, slots=True)
class User:
    """One person who may sign in: `roles` are not empty, in order of the file."""

    login: str
    name: str
    org: str
    roles: tuple[Role, ...]


@lru_cache(maxsize=16_384)
def split_code(code: str) -> tuple[str, str | None]:
    """Split a code into area and line.

    Raises:
        BadOrgCodeError: code `bad_org_code`.
    """
    match = _CODE.fullmatch(code)
    if match is None:
        raise BadOrgCodeError(f"{code!r} is no organisation code", value=code)
    return match[1], match[2]


def area_of(code: str) -> str:
    """Return the digits: the area in which the unit stands."""
    return split_code(code)[0]


def line_of(code: str) -> str | None:
    """Return the line (条) of a unit, None for a government area."""
    return split_code(code)[1]


def district_of(code: str) -> str | None:
    """Return the six digits of the district, None for the city and its own units."""
    area = area_of(code)
    return None if area.endswith(_CITY_ENDING) and len(area) == AREA_LENGTHS[0] else area[:6]


def city_of(code: str) -> str:
    """Return the six digits of the city."""
    return area_of(code)[:2] + _CITY_ENDING


def sub_district_of(code: str) -> str | None:
    """Return the nine digits of the sub-district, None above it."""
    area = area_of(code)
    return area[:9] if len(area) >= AREA_LENGTHS[1] else None


@lru_cache(maxsize=16_384)
def unit_of(code: str) -> Unit:
    """Tell what sort of unit has a code."""
    area, line = split_code(code)
    if line is None:
        return Unit.STREET if len(area) == AREA_LENGTHS[1] else Unit.AREA
    return Unit.DESK if line == "DESK" else Unit.OFFICE


def covers(actor_org: str, org: str) -> bool:
    """Tell whether somebody of `actor_org` acts for `org`: the same office, or the department above the branch (条)."""
    if actor_org == org or not actor_org:
        return bool(actor_org)
    return line_of(actor_org) is not None and line_of(actor_org) == line_of(org) and is_within(
        area_of(org), area_of(actor_org)
    )


def is_within(code: str, area: str) -> bool:
    """True if the unit or area `code` lies in the government area `area`, or is it."""
    outer, line = split_code(area)
    if line is not None:
        raise BadOrgCodeError(f"{area!r} is no government area", value=area)
    inner = area_of(code)
    if district_of(outer) is None:
        return inner.startswith(outer[: -len(_CITY_ENDING)])
    return inner.startswith(outer)


@dataclass(frozen=True, slots=True)
class OrgTree:
    """All units of one version, by code. Build it with `OrgTree.of`; it does not change afterwards."""

    orgs: Mapping[str, Org]
    _children: Mapping[str, tuple[str, ...]] = field(repr=False, compare=False)

    @classmethod
    def of(cls, orgs: Iterable[Org]) -> "OrgTree":
        """Index the units; does not check them, `problems` does."""
        by_code = {org.code: org for org in orgs}
        below: dict[str, list[str]] = {}
        for code in sorted(by_code):
            parent = by_code[code].parent
            if parent is not None:
                below.setdefault(parent, []).append(code)
        return cls(by_code, {code: tuple(codes) for code, codes in below.items()})

    def __len__(self) -> int:
        return len(self.orgs)

    def __contains__(self, code: object) -> bool:
        return code in self.orgs

    def find(self, code: str) -> Org | None:
        """Return the unit or None."""
        return self.orgs.get(code)

    def get(self, code: str) -> Org:
        """Return the unit.

        Raises:
            UnknownOrgError: code `unknown_org`.
        """
        org = self.orgs.get(code)
        if org is None:
            raise UnknownOrgError(f"no unit has the code {code!r}", value=code)
        return org

    def children(self, code: str) -> tuple[Org, ...]:
        """Return the units directly below in the line of parents, by code; may be empty."""
        return tuple(self.orgs[each] for each in self._children.get(code, ()))

    def path(self, code: str) -> tuple[Org, ...]:
        """Return the unit and its parents, the unit first and the city last."""
        steps = [self.get(code)]
        while (above := steps[-1].parent) is not None and len(steps) <= len(self.orgs):
            steps.append(self.get(above))
        return tuple(steps)

    def of_kind(self, kinds: Iterable[OrgKind], area: str | None = None) -> tuple[Org, ...]:
        """Return the units of these kinds, by code; only those within `area` if it is given."""
        wanted = frozenset(kinds)
        chosen = (org for org in self.orgs.values() if org.kind in wanted)
        return tuple(sorted((o for o in chosen if area is None or is_within(o.code, area)), key=lambda o: o.code))

    def lines(self) -> frozenset[str]:
        """Return every line that some unit has."""
        return frozenset(line for org in self.orgs.values() if (line := org.line) is not None)

    def unit(self, line: str, area: str) -> Org | None:
        """Return who serves `line` in `area`: the sub-district's branch office, else the district's unit, else None.

        Args:
            line: For example `GA`.
            area: Government area of a district, sub-district or community.
        """
        sub_district, district = sub_district_of(area), district_of(area)
        for place in (sub_district, district):
            if place is not None and (org := self.orgs.get(f"{place}-{line}")) is not None:
                return org
        return None
