"""Who acts: persons with roles in one organisation, and the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of `domain.md` 5.2; a person may hold several."""

    STREET_STAFF = "street_staff"
    STREET_DUTY_OFFICER = "street_duty_officer"
    STREET_LEADER = "street_leader"
    GRID_MEMBER = "grid_member"
    AUXILIARY = "auxiliary"
    COMMUNITY_WORKER = "community_worker"
    VOLUNTEER = "volunteer"
    DEPT_DISPATCHER = "dept_dispatcher"
    DEPT_WORKER = "dept_worker"
    DEPT_LEADER = "dept_leader"
    UTILITY_WORKER = "utility_worker"
    ACCEPTANCE_CLERK = "acceptance_clerk"
    DISTRICT_DESK = "district_desk"
    DISTRICT_SUPERVISOR = "district_supervisor"
    HOTLINE_AGENT = "hotline_agent"
    HOTLINE_CALLBACK = "hotline_callback"
    CITY_SUPERVISOR = "city_supervisor"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting person.

    Attributes:
        id: Stable user id; the word `system` for the engine.
        org: Code of the organisation the person acts for; empty for the system.
        roles: Never empty for a person.
    """

    id: str
    org: str
    roles: frozenset[Role]

    def has(self, *roles: Role) -> bool:
        """Tell whether the actor holds any of the roles."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor("system", "", frozenset({Role.SYSTEM}))
NOBODY = Actor("", "", frozenset())
"""Somebody of no organisation and no role."""
