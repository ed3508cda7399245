"""Authority as data: who may do what in which case, and whose cases a person sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from domain import commands as c
from domain.actors import Actor, Role
from domain.chapters import orders as o
from domain.chapters.adoption import Adopt
from domain.errors import Reason, Refusal
from domain.organisations import area_of, district_of, is_within, line_of, sub_district_of

if TYPE_CHECKING:
    from domain.case import CaseState, Task


class Relation(StrEnum):
    """How an actor stands to a case or a task."""

    RAISER = "raiser"
    """Acts for the sub-district that raised."""
    DEPARTMENT = "department"
    """Acts for the task's organisation, or for the department above that branch (条)."""
    HOLDER = "holder"
    """Holds the task."""
    DISTRICT = "district"
    """Acts for the district of the case."""
    GOVERNMENT = "government"
    """Leads the district of the case."""
    CITY = "city"
    """Acts for the city."""
    ENGINE = "engine"
    """Is the drive."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The right of some roles, where they stand in a relation to the case or task."""

    relation: Relation
    roles: frozenset[Role]


def _grant(relation: Relation, *roles: Role) -> Grant:
    return Grant(relation, frozenset(roles))


_STREET = (Role.STREET_STAFF, Role.STREET_DUTY_OFFICER, Role.STREET_LEADER)
_WORKERS = (Role.DEPT_WORKER, Role.UTILITY_WORKER, Role.COMMUNITY_WORKER, Role.DEPT_DISPATCHER)
_HEADS = (Role.DEPT_DISPATCHER, Role.DEPT_LEADER)
_RAISER = _grant(Relation.RAISER, *_STREET)
_DESK = _grant(Relation.DISTRICT, Role.DISTRICT_DESK)
_SUPERVISORS = (_grant(Relation.DISTRICT, Role.DISTRICT_SUPERVISOR), _grant(Relation.CITY, Role.CITY_SUPERVISOR))
_STREET_LEADER = _grant(Relation.RAISER, Role.STREET_LEADER)
_HOLDER = _grant(Relation.HOLDER, *_WORKERS)
_DISPATCHER = _grant(Relation.DEPARTMENT, Role.DEPT_DISPATCHER)
_ENGINE = (_grant(Relation.ENGINE, Role.SYSTEM),)

GRANTS: dict[type, tuple[Grant, ...]] = {
    c.Raise: (
        _RAISER, _grant(Relation.RAISER, Role.GRID_MEMBER),
        _grant(Relation.DISTRICT, Role.DISTRICT_DESK, Role.HOTLINE_AGENT), _grant(Relation.CITY, Role.HOTLINE_AGENT),
    ),
    c.Approve: (_grant(Relation.RAISER, Role.STREET_LEADER),),
    c.Refuse: (_grant(Relation.RAISER, Role.STREET_LEADER),),
    c.Claim: (_grant(Relation.DEPARTMENT, *_WORKERS),),
    c.Unclaim: (_HOLDER, _DISPATCHER),
    c.Assign: (_grant(Relation.DEPARTMENT, *_HEADS),),
    c.ReportIn: (_HOLDER, _DISPATCHER),
    c.StageReport: (_HOLDER, _DISPATCHER),
    c.Submit: (_HOLDER, _DISPATCHER),
    c.CheckPass: (_RAISER,),
    c.CheckFail: (_RAISER,),
    c.AddDepartment: (_RAISER, _DESK),
    c.Urge: (_RAISER, _DESK, *_SUPERVISORS),
    c.Release: (_RAISER,),
    c.Withdraw: (_RAISER,),
    o.IssueOrder: (*_SUPERVISORS, _STREET_LEADER),
    o.AnswerOrder: (_grant(Relation.DEPARTMENT, *_HEADS, Role.COMMUNITY_WORKER), _RAISER, _DESK),
    o.LiftOrder: (*_SUPERVISORS, _STREET_LEADER),
    o.AppealOrder: (_grant(Relation.DEPARTMENT, *_HEADS, Role.COMMUNITY_WORKER), _STREET_LEADER, _DESK),
    o.RuleAppeal: _SUPERVISORS,
    o.Instruct: (*_SUPERVISORS, _STREET_LEADER, _grant(Relation.GOVERNMENT, Role.DEPT_LEADER)),
    c.Tick: _ENGINE,
    c.MarkCalled: _ENGINE,
    c.WindUp: _ENGINE,
    Adopt: _ENGINE,
}  # fmt: skip
"""Every command with its grants; a command that is missing here is allowed to nobody."""


def stands(  # noqa: PLR0911 - one each
    actor: Actor, relation: Relation, area: str, district: str, task: Task | None
) -> bool:  # fmt: skip
    """Tell whether the actor stands in the relation to a case of `area` in `district`, or to its task."""
    match relation:
        case Relation.RAISER:
            return line_of(actor.org) is None and sub_district_of(actor.org) == area
        case Relation.DEPARTMENT:
            return task is not None and covers(actor.org, task.org)
        case Relation.HOLDER:
            return task is not None and task.holder == actor.id and covers(actor.org, task.org)
        case Relation.DISTRICT:
            return area_of(actor.org) == district
        case Relation.GOVERNMENT:
            return area_of(actor.org) == district and line_of(actor.org) == "GOV"
        case Relation.CITY:
            return is_within(district, area_of(actor.org)) and area_of(actor.org) != district
        case Relation.ENGINE:
            return True


def covers(actor_org: str, task_org: str) -> bool:
    """Tell whether somebody of `actor_org` acts for `task_org`: the same office, or the department above the branch."""
    if actor_org == task_org or not actor_org:
        return bool(actor_org)
    return line_of(actor_org) is not None and line_of(actor_org) == line_of(task_org) and is_within(
        area_of(task_org), area_of(actor_org)
    )


def granted(actor: Actor, command: type, area: str, district: str, task: Task | None) -> bool:
    """Tell whether some grant of the command fits the actor here."""
    if not actor.org and Role.SYSTEM not in actor.roles:
        return False
    for grant in GRANTS.get(command, ()):  # asked at every command: a loop takes half the time of any()
        if not grant.roles.isdisjoint(actor.roles) and stands(actor, grant.relation, area, district, task):
            return True
    return False


def allowed(actor: Actor, command: c.Command, state: CaseState | None, task: Task | None) -> None:
    """Let the command pass, or refuse it.

    Raises:
        Refusal: `not_allowed`; for a task held by somebody else `not_holder`, naming the holder.
    """
    if isinstance(command, c.Raise):
        area, district = command.area, district_of(command.area) or command.area
    elif state is not None:
        area, district = state.facts.area, state.facts.district
    else:
        area = district = ""
    if granted(actor, type(command), area, district, task):
        return
    is_for_holder = any(grant.relation is Relation.HOLDER for grant in GRANTS.get(type(command), ()))
    if is_for_holder and task is not None and covers(actor.org, task.org) and task.holder not in (None, actor.id):
        raise Refusal(Reason.NOT_HOLDER, holder=task.holder)
    raise Refusal(Reason.NOT_ALLOWED, command=type(command).__name__)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which cases a person sees, as a description that adapters turn into an SQL filter.

    Attributes:
        everything: Sees all cases of the installation.
        area: Sees cases raised in this area or below, and cases with a task of an office in it (块); a 6 to 12 digit
            code, None for none.
        org: Sees cases with a task of this organisation, or of its branches (条); None for none.
    """

    everything: bool = False
    area: str | None = None
    org: str | None = None


_CITYWIDE = (Role.SYSTEM, Role.CITY_SUPERVISOR, Role.AUDITOR, Role.OPERATOR)
_DISTRICTWIDE = (Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR, Role.HOTLINE_AGENT, Role.HOTLINE_CALLBACK)


def visible(actor: Actor) -> Reach:
    """Describe the cases the actor may see: by role, area (块) and line (条)."""
    if actor.has(*_CITYWIDE):
        return Reach(everything=True)
    if not actor.org:
        return Reach()
    if actor.has(*_DISTRICTWIDE) or line_of(actor.org) == "GOV":
        return Reach(area=district_of(actor.org) or area_of(actor.org))
    if line_of(actor.org) is None and not actor.has(Role.COMMUNITY_WORKER):
        # A case names its sub-district, not the community: a grid member raises and watches for the whole of it.
        return Reach(area=sub_district_of(actor.org) or area_of(actor.org))
    return Reach(org=actor.org)


def sees(reach: Reach, state: CaseState) -> bool:
    """Tell whether a case lies within a reach; the pure twin of the SQL filter, and its oracle in tests."""
    if reach.everything:
        return True
    if reach.area is not None:
        if is_within(state.facts.area, reach.area):
            return True
        return any(is_within(area_of(t.org), reach.area) for t in state.tasks)
    return reach.org is not None and any(covers(reach.org, t.org) for t in state.tasks)
