"""Who may be called into a case, by whom, in which direction (domain.md 2.1, 2.3, 2.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.actors import Role
from domain.case import Direction, TaskRole, Tie
from domain.errors import Reason, Refusal
from domain.organisations import (
    AREA_LENGTHS,
    Unit,
    area_of,
    covers,
    district_of,
    is_within,
    line_of,
    unit_of,
)  # fmt: skip

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Facts, Party, Task
    from domain.commands import Raise
    from domain.rulepack import RulePack

_COMMUNITY_DIGITS = AREA_LENGTHS[2]
HOTLINE = "HOTLINE"
"""Line of the hotlines."""
EMERGENCY = "emergency"
"""Kind of whistle in which nobody asks whose power it is [proposal: safety first, domain.md 8.6]."""


def check_parties(parties: tuple[Party, ...], case: Facts | Raise, pack: RulePack) -> None:
    """Refuse departments that cannot be called together: exactly one lead, nobody twice."""
    leads = [p for p in parties if p.role is TaskRole.LEAD]
    if len(leads) != 1:
        raise Refusal(Reason.ONE_LEAD, leads=len(leads))
    check_lead(leads[0])
    orgs = [p.org for p in parties]
    if len(set(orgs)) != len(orgs):
        raise Refusal(Reason.ALREADY_IN_CASE, org=next(o for o in orgs if orgs.count(o) > 1))
    for party in parties:
        check_party(party, case, pack)


def by_hotline(case: Facts | Raise) -> bool:
    """Tell whether a hotline raised it: its orders go to sub-districts too (接诉即办条例 art. 14)."""
    return line_of(case.raising_org) == HOTLINE


def check_lead(party: Party) -> None:
    """Refuse a lead that may only assist: a community (街道办事处条例 art. 32), a partner."""
    if party.role is not TaskRole.LEAD:
        return
    if len(area_of(party.org)) == _COMMUNITY_DIGITS:
        raise Refusal(Reason.COMMUNITY_MAY_NOT_LEAD, org=party.org)
    if party.tie is Tie.INVITATION:
        raise Refusal(Reason.PARTNER_MAY_NOT_LEAD, org=party.org)


def check_party(party: Party, case: Facts | Raise, pack: RulePack) -> None:
    """Refuse a unit that this raiser may not call into this case."""
    if party.org == case.raising_org:
        raise Refusal(Reason.RAISER_IS_NO_PARTY, org=party.org)
    if pack.parts.coordination is None:
        if party.tie is Tie.INVITATION:
            raise Refusal(Reason.NOT_IN_FORCE, org=party.org)
        return
    check_lead(party)
    if party.tie is Tie.NOTICE and party.role is not TaskRole.INFORM:
        raise Refusal(Reason.NOTICE_ONLY, org=party.org)
    is_work = unit_of(party.org) is Unit.STREET and party.role is not TaskRole.INFORM
    if is_work and case.direction is not Direction.DEPT_TO_STREET and not by_hotline(case):
        raise Refusal(Reason.STREET_IS_NO_PARTY, org=party.org)
    _check_own_power(party, case, pack)


def _check_own_power(party: Party, case: Facts | Raise, pack: RulePack) -> None:
    """Refuse to call a department for a power that was moved down to the sub-district (431 powers, found O6).

    The sub-district's own team may be called, and other lines for what goes beyond the power.
    """
    part = pack.parts.coordination
    if part is None or case.kind == EMERGENCY or case.raiser or case.direction is not Direction.STREET_TO_DEPT:
        return
    if party.role is TaskRole.INFORM or is_within(party.org, case.area):
        return
    for power in part.own_powers:
        if power.class_code == case.class_code and power.line == line_of(party.org):
            raise Refusal(Reason.OWN_POWER, power=power.power, org=party.org, class_code=case.class_code)


def check_direction(command: Raise, actor: Actor, pack: RulePack) -> None:
    """Refuse a raise whose raiser, place and lead do not fit its direction, or whose kind does not go that way."""
    direction = command.direction
    plain = direction is Direction.STREET_TO_DEPT and (not command.raiser or by_hotline(command))
    if not plain or command.joint_areas:
        if pack.parts.coordination is None:
            raise Refusal(Reason.NOT_IN_FORCE, direction=direction)
        _check_joint(command)
    if direction not in pack.kinds[command.kind].directions:
        raise Refusal(Reason.WRONG_DIRECTION, kind=command.kind, direction=direction)
    if plain:
        return
    if direction is Direction.STREET_TO_DEPT or line_of(command.raiser) is None:
        raise Refusal(Reason.WRONG_DIRECTION, raiser=command.raiser, direction=direction)
    if not actor.has(Role.DEPT_DISPATCHER, Role.DEPT_LEADER) or not covers(actor.org, command.raiser):
        raise Refusal(Reason.NOT_ALLOWED, raiser=command.raiser)
    home = district_of(command.raiser) or area_of(command.raiser)
    if not is_within(command.area, home):
        raise Refusal(Reason.NOT_OWN_DISTRICT, area=command.area)
    if direction is Direction.DEPT_TO_STREET:
        _check_street(command, pack)


def _check_joint(command: Raise) -> None:
    joint = command.joint_areas
    fits = all(unit_of(area) is Unit.STREET and area != command.area for area in joint)
    if joint and (not fits or len(set(joint)) != len(joint) or command.direction is not Direction.STREET_TO_DEPT):
        raise Refusal(Reason.BAD_JOINT_AREA, joint_areas=list(joint))


def _check_street(command: Raise, pack: RulePack) -> None:
    """The lead is the sub-district of the place, and gets what the work takes (街道办事处条例 art. 41)."""
    lead = next(p for p in command.parties if p.role is TaskRole.LEAD)
    if lead.org != command.area or unit_of(lead.org) is not Unit.STREET:
        raise Refusal(Reason.WRONG_DIRECTION, lead=lead.org, direction=command.direction)
    if command.support is None and not pack.kinds[command.kind].comment:
        raise Refusal(Reason.SUPPORT_WANTED)


def check_reach(actor: Actor, state: CaseState, org: str) -> None:
    """Refuse units of another district to whoever stands for a joint sub-district or its district only."""
    home = district_of(actor.org)
    own = state.facts.district
    if home is None or home == own:
        return
    if any(district_of(area) == home for area in state.facts.joint_areas) and district_of(org) != home:
        raise Refusal(Reason.NOT_OWN_DISTRICT, org=org)


def check_newcomer(state: CaseState, org: str) -> None:
    """Refuse a unit that is in the case already."""
    if in_case(state, org) is not None:
        raise Refusal(Reason.ALREADY_IN_CASE, org=org)


def in_case(state: CaseState, org: str) -> Task | None:
    """Return the task of a unit that is in the case, not let go and not taken back."""
    return next((t for t in state.tasks if t.org == org and not t.is_gone), None)
