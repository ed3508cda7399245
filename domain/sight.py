"""Sight: whose cases a person sees, by role, area (块) and line (条); sensitive ones only who has to do with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.organisations import area_of, covers, district_of, is_within, line_of, sub_district_of

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases a person sees, as a description that adapters turn into an SQL filter.

    Attributes:
        everything: Sees all cases of the installation.
        area: Sees cases raised in this area or below, alone or together with another, and cases with a task of an
            office in it (块); a 6 to 12 digit code, None for none.
        org: Sees cases with a task of this organisation or of its branches, and those it raised (条); None for none.
        inner: Also sees sensitive cases: those raised in its area, those of its organisation, or all.
        helper: Sees the cases in which the reader takes part as a volunteer.
        user: Id of the reader, who also sees the sensitive cases within reach that they raised or hold a task in.
    """

    everything: bool = False
    area: str | None = None
    org: str | None = None
    inner: bool = False
    user: str = ""
    helper: bool = False


_CITYWIDE = (Role.SYSTEM, Role.CITY_SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
_DISTRICTWIDE = (
    Role.DISTRICT_DESK, Role.ACCEPTANCE_CLERK, Role.DISTRICT_SUPERVISOR, Role.HOTLINE_AGENT, Role.HOTLINE_CALLBACK,
)  # fmt: skip
STATION_LINES = frozenset({"STN", "BLD"})
"""Lines of the stations that take reports: of communities, and in business buildings."""
_INNER = (
    Role.STREET_LEADER, Role.STREET_DUTY_OFFICER, Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR, Role.CITY_SUPERVISOR,
    Role.AUDITOR, Role.SYSTEM, Role.DEPT_DISPATCHER, Role.DEPT_LEADER, Role.COMMUNITY_WORKER,
)  # fmt: skip
"""Posts that also see sensitive cases [proposal, after domain.md 9 社会心理服务: restricted view].

A community has no dispatcher who could pass a sensitive task on, so its workers see those that the community is in.
"""


def visible(actor: Actor) -> Reach:
    """Describe the cases the actor may see: by role, area (块) and line (条)."""
    inner = actor.has(*_INNER)
    if actor.has(*_CITYWIDE):
        return Reach(everything=True, inner=inner, user=actor.id)
    if not actor.org:
        return Reach()
    if actor.roles == {Role.VOLUNTEER}:
        return Reach(user=actor.id, helper=True)
    if actor.has(*_DISTRICTWIDE) or line_of(actor.org) == "GOV":
        return Reach(area=district_of(actor.org) or area_of(actor.org), inner=inner, user=actor.id)
    if line_of(actor.org) in STATION_LINES or (line_of(actor.org) is None and not actor.has(Role.COMMUNITY_WORKER)):
        # A case names its sub-district, not the community: a grid member or a station raises for the whole of it.
        return Reach(area=sub_district_of(actor.org) or area_of(actor.org), inner=inner, user=actor.id)
    return Reach(org=actor.org, inner=inner, user=actor.id)


def sees(reach: Reach, state: CaseState) -> bool:
    """Tell whether a case lies within a reach; the pure twin of the SQL filter, and its oracle in tests."""
    if not _reaches(reach, state):
        return False
    return not state.facts.sensitive or _is_insider(reach, state) or _has_a_hand_in(reach, state)


def _reaches(reach: Reach, state: CaseState) -> bool:
    if reach.everything:
        return True
    if reach.area is not None:
        return _is_of_area(reach.area, state) or any(is_within(area_of(t.org), reach.area) for t in state.tasks)
    if reach.helper:
        return state.annex.helping.takes_part(reach.user)
    if reach.org is None:
        return False
    raised = state.facts.raiser and covers(reach.org, state.facts.raiser)
    return bool(raised) or any(covers(reach.org, t.org) for t in state.tasks)


def _is_of_area(area: str, state: CaseState) -> bool:
    facts = state.facts
    return any(is_within(raised, area) for raised in (facts.area, *facts.joint_areas))


def _is_insider(reach: Reach, state: CaseState) -> bool:
    """Sub-districts whose office was only called into a sensitive case do not see it."""
    return reach.inner and (reach.area is None or _is_of_area(reach.area, state))


def _has_a_hand_in(reach: Reach, state: CaseState) -> bool:
    return bool(reach.user) and (
        state.facts.raised_by == reach.user or any(t.holder == reach.user for t in state.tasks)
    )
