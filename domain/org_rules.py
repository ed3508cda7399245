"""What must hold in an organisation list: shapes, parents, commands, exactly one city, roles that fit their unit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from domain.actors import Role
from domain.organisations import (
    AREA_KINDS,
    SUB_DISTRICT_KINDS,
    UNCOMMANDED,
    Org,
    OrgKind,
    OrgTree,
    area_of,
    district_of,
    line_of,
)

_AREA_DIGITS: Final[Mapping[OrgKind, int]] = {
    OrgKind.CITY: 6,
    OrgKind.DISTRICT: 6,
    OrgKind.COMMUNITY: 12,
    **dict.fromkeys(SUB_DISTRICT_KINDS, 9),
}
_LOCAL: Final = frozenset({OrgKind.BRANCH, OrgKind.STATION, OrgKind.BUILDING})
"""Units of a sub-district."""

_ANYWHERE: Final = frozenset({OrgKind.PARTY, OrgKind.SOCIAL, OrgKind.FIRM})
"""Units of a district or of a sub-district; everything else that has a line stands at city or district level."""


@dataclass(frozen=True, slots=True)
class OrgProblem:
    """One broken rule: `org` is the code at fault (empty for the list), `field` the attribute, `code` stable."""

    org: str
    field: str
    code: str
    message: str


def problems(tree: OrgTree) -> tuple[OrgProblem, ...]:
    """Return every broken rule, in order of the list; empty if the list is sound."""
    found: list[OrgProblem] = []
    for org in tree.orgs.values():
        found.extend(_shape(org))
        found.extend(_links(org, tree))
    cities = [org.code for org in tree.orgs.values() if org.kind is OrgKind.CITY]
    if len(cities) != 1:
        found.append(OrgProblem("", "kind", "not_one_city", f"exactly one city expected, found {len(cities)}"))
    return tuple(found)


def _shape(org: Org) -> Iterator[OrgProblem]:
    """A kind and its code must fit: areas are plain digits of a fixed length, everything else has a line."""
    area, line = area_of(org.code), line_of(org.code)
    if org.kind in AREA_KINDS:
        city = len(area) == _AREA_DIGITS[OrgKind.CITY] and district_of(area) is None
        fits = line is None and len(area) == _AREA_DIGITS[org.kind] and city == (org.kind is OrgKind.CITY)
    else:
        local = len(area) == _AREA_DIGITS[OrgKind.STREET]
        level = local if org.kind in _LOCAL else len(area) == _AREA_DIGITS[OrgKind.DISTRICT]
        fits = line is not None and (level or (org.kind in _ANYWHERE and local))
    if not fits:
        yield OrgProblem(org.code, "kind", "kind_code_mismatch", f"a {org.kind} cannot have the code {org.code}")


def _links(org: Org, tree: OrgTree) -> Iterator[OrgProblem]:
    """Parents and commanders exist, the parent lies around the unit, and following parents ends at the city."""
    if org.kind is OrgKind.CITY:
        if org.parent is not None or org.command_org is not None:
            yield OrgProblem(org.code, "parent", "city_has_parent", "the city stands above everything")
        return
    if org.parent is None or org.parent not in tree:
        yield OrgProblem(org.code, "parent", "unknown_parent", f"parent {org.parent!r} is not in the list")
    elif not _may_stand_under(org, tree.get(org.parent)):
        yield OrgProblem(org.code, "parent", "wrong_parent", f"{org.code} cannot stand under {org.parent}")
    if org.kind in UNCOMMANDED:
        if org.command_org is not None:
            yield OrgProblem(org.code, "command_org", "commanded", f"nobody commands a {org.kind}")
    elif org.command_org is None or org.command_org not in tree:
        yield OrgProblem(org.code, "command_org", "unknown_command_org", f"{org.command_org!r} is not in the list")


def _may_stand_under(org: Org, parent: Org) -> bool:
    """Each kind has one kind of parent, in the area that its own code names; so no circle is possible."""
    area = org.area_code
    if org.kind is OrgKind.DISTRICT:
        return parent.kind is OrgKind.CITY and parent.code[:2] == area[:2]
    if org.kind in SUB_DISTRICT_KINDS:
        return parent.kind is OrgKind.DISTRICT and parent.code == area[:6]
    if org.kind is OrgKind.COMMUNITY:
        return parent.kind in SUB_DISTRICT_KINDS and parent.code == area[:9]
    if org.kind is OrgKind.BRANCH:
        return parent.code == f"{area[:6]}-{org.line}"
    return parent.code == area


_STREET: Final = SUB_DISTRICT_KINDS
_DEPARTMENT: Final = frozenset({OrgKind.DEPARTMENT, OrgKind.BRANCH, OrgKind.UTILITY})
_PARTNER: Final = UNCOMMANDED - {OrgKind.STATION, OrgKind.BUILDING}

ROLE_KINDS: Final[Mapping[Role, frozenset[OrgKind]]] = {
    Role.STREET_STAFF: _STREET,
    Role.STREET_DUTY_OFFICER: _STREET,
    Role.STREET_LEADER: _STREET,
    Role.GRID_MEMBER: _STREET | {OrgKind.COMMUNITY},
    Role.AUXILIARY: _STREET | {OrgKind.BRANCH},
    Role.COMMUNITY_WORKER: frozenset({OrgKind.COMMUNITY, OrgKind.STATION, OrgKind.BUILDING}),
    Role.VOLUNTEER: _STREET | {OrgKind.COMMUNITY, OrgKind.STATION, OrgKind.BUILDING},
    Role.DEPT_DISPATCHER: _DEPARTMENT | _PARTNER,
    Role.DEPT_WORKER: _DEPARTMENT | _PARTNER,
    Role.DEPT_LEADER: _DEPARTMENT | _PARTNER | {OrgKind.GOVERNMENT},
    Role.UTILITY_WORKER: frozenset({OrgKind.UTILITY}),
    Role.ACCEPTANCE_CLERK: frozenset({OrgKind.DESK}),
    Role.DISTRICT_DESK: frozenset({OrgKind.DESK}),
    Role.DISTRICT_SUPERVISOR: frozenset({OrgKind.SUPERVISION}),
    Role.HOTLINE_AGENT: frozenset({OrgKind.HOTLINE}),
    Role.HOTLINE_CALLBACK: frozenset({OrgKind.HOTLINE}),
    Role.CITY_SUPERVISOR: frozenset({OrgKind.SUPERVISION}),
    Role.AUDITOR: frozenset({OrgKind.SUPERVISION}),
    Role.OPERATOR: frozenset({OrgKind.OPERATIONS}),
}
"""In which kinds of unit a role may be held [proposal]; the system's own role is held by nobody."""

_LEVEL: Final[Mapping[Role, bool]] = {Role.DISTRICT_SUPERVISOR: False, Role.CITY_SUPERVISOR: True}


def may_hold(role: Role, org: Org) -> bool:
    """True if a member of this unit may hold this role; a city supervisor sits at city level, a district one below."""
    if org.kind not in ROLE_KINDS.get(role, frozenset()):
        return False
    return role not in _LEVEL or _LEVEL[role] == (org.district is None)
