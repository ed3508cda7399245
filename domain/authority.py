"""Authority as data: who may do what in which case."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from domain import commands as c
from domain.actors import Actor, Role
from domain.case import Direction
from domain.chapters import extension, milestones, reopening, suspension, upward
from domain.chapters import meeting as m
from domain.chapters import orders as o
from domain.chapters import rating as ra
from domain.chapters import volunteers as v
from domain.chapters.adoption import Adopt
from domain.chapters.call_back import CallBack
from domain.chapters.channel import Acknowledge, Confer
from domain.chapters.coordination import DeclineInvitation, HandOver, ReplaceDepartment
from domain.chapters.grid import CancelFiling, Dispatch, FileCase, PostCheck, PreCheck
from domain.chapters.linking import DropLink, FollowMain, LinkCase, NoteFollowed, TakeLink, UnlinkCase
from domain.chapters.objection import Object, RuleObjection
from domain.chapters.reports import AnswerReport, AnswerReports, LinkReport, UnlinkReport
from domain.errors import Reason, Refusal
from domain.organisations import Unit, area_of, covers, district_of, is_within, line_of, sub_district_of, unit_of
from domain.sight import STATION_LINES, Reach, sees, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Protocol

    from domain.case import CaseState, Task

    class Ground(Protocol):
        """What authority asks of a case; its facts are one, and so is a raise."""

        @property
        def raising_org(self) -> str: ...
        @property
        def area(self) -> str: ...
        @property
        def district(self) -> str: ...
        @property
        def direction(self) -> Direction: ...
        @property
        def joint_areas(self) -> tuple[str, ...]: ...


class Relation(StrEnum):
    """How an actor stands to a case or a task."""

    RAISER = "raiser"
    """Acts for the organisation that raised."""
    OWN_APPROVER = "own_approver"
    """Acts for the organisation that raised a case which is approved there."""
    DISTRICT_APPROVER = "district_approver"
    """Acts for the district in a case that only the district may approve: a department calls a sub-district."""
    JOINT = "joint"
    """Acts for a sub-district that raised together with another (跨区联合哨)."""
    DEPARTMENT = "department"
    """Acts for the task's organisation, or for the department above that branch (条)."""
    HOLDER = "holder"
    """Holds the task."""
    DISTRICT = "district"
    """Acts for the district of the case."""
    STATION = "station"
    """Acts for a station in the sub-district of the case (社区服务站, 商务楼宇服务站)."""
    GOVERNMENT = "government"
    """Leads the district of the case."""
    JOINT_DISTRICT = "joint_district"
    """Acts for the other district of a case that two sub-districts raised together."""
    CITY = "city"
    """Acts for the city."""
    INSIDE = "inside"
    """Acts in the district of a process, or anywhere where it is of no district; never of a case."""
    ENGINE = "engine"
    """Is the drive."""


_BY_RAISER = frozenset({Relation.RAISER, Relation.OWN_APPROVER})
_BY_TASK = frozenset({Relation.DEPARTMENT, Relation.HOLDER})

_OF_RAISER: dict[Unit, dict[Role, Role]] = {
    Unit.OFFICE: {
        Role.STREET_STAFF: Role.DEPT_DISPATCHER, Role.STREET_DUTY_OFFICER: Role.DEPT_DISPATCHER,
        Role.STREET_LEADER: Role.DEPT_LEADER,
    },
}  # fmt: skip
"""Who has the right of a sub-district's post where a department raised."""

_OF_HANDLER: dict[Unit, dict[Role, Role]] = {
    Unit.STREET: {
        Role.DEPT_WORKER: Role.STREET_STAFF, Role.DEPT_DISPATCHER: Role.STREET_DUTY_OFFICER,
        Role.DEPT_LEADER: Role.STREET_LEADER, Role.AUXILIARY: Role.AUXILIARY,
    },
    Unit.DESK: dict.fromkeys((Role.DEPT_WORKER, Role.DEPT_DISPATCHER, Role.DEPT_LEADER), Role.DISTRICT_DESK),
}  # fmt: skip
"""Who has the right of a department's post where a sub-district or the desk holds a task."""


@dataclass(frozen=True, slots=True)
class Grant:
    """The right of some roles, where they stand in a relation to the case or task.

    Attributes:
        roles: Posts of a sub-district that raises, of a department that holds a task.
        elsewhere: Their counterparts in other units that raise or hold a task.
    """

    relation: Relation
    roles: frozenset[Role]
    elsewhere: Mapping[Unit, frozenset[Role]] = field(default_factory=dict)

    def posts(self, ground: Ground, task: Task | None) -> frozenset[Role]:
        """Return the roles that the right belongs to in this case or task."""
        if self.relation in _BY_RAISER:
            return self.elsewhere.get(unit_of(raising_side(ground)), self.roles)
        if task is not None and self.relation in _BY_TASK:
            return self.elsewhere.get(unit_of(task.org), self.roles)
        return self.roles


@dataclass(frozen=True, slots=True)
class PlaceOf:
    """A sub-district in which a case would be raised: what authority asks before there is one."""

    area: str
    direction: Direction = Direction.STREET_TO_DEPT
    joint_areas: tuple[str, ...] = ()

    @property
    def raising_org(self) -> str:
        """The sub-district itself."""
        return self.area

    @property
    def district(self) -> str:
        """District of the place."""
        return district_of(self.area) or self.area


def _grant(relation: Relation, *roles: Role) -> Grant:
    counterparts = _OF_RAISER if relation in _BY_RAISER else _OF_HANDLER if relation in _BY_TASK else {}
    elsewhere = {
        unit: frozenset(posts[role] for role in roles if role in posts) for unit, posts in counterparts.items()
    }  # fmt: skip
    return Grant(relation, frozenset(roles), elsewhere)


_STREET = (Role.STREET_STAFF, Role.STREET_DUTY_OFFICER, Role.STREET_LEADER)
_WORKERS = (Role.DEPT_WORKER, Role.UTILITY_WORKER, Role.COMMUNITY_WORKER, Role.DEPT_DISPATCHER)
_HEADS = (Role.DEPT_DISPATCHER, Role.DEPT_LEADER)
_RAISER = _grant(Relation.RAISER, *_STREET)
_DESK = _grant(Relation.DISTRICT, Role.DISTRICT_DESK)
_SUPERVISORS = (_grant(Relation.DISTRICT, Role.DISTRICT_SUPERVISOR), _grant(Relation.CITY, Role.CITY_SUPERVISOR))
_CONVENERS = (_RAISER, _DESK, _grant(Relation.CITY, Role.CITY_SUPERVISOR))
_STREET_LEADER = _grant(Relation.RAISER, Role.STREET_LEADER)
_HOLDER = _grant(Relation.HOLDER, *_WORKERS)
_DISPATCHER = _grant(Relation.DEPARTMENT, Role.DEPT_DISPATCHER)
_HEADED = _grant(Relation.DEPARTMENT, *_HEADS)
_HOTLINE = (_grant(Relation.DISTRICT, Role.HOTLINE_AGENT), _grant(Relation.CITY, Role.HOTLINE_AGENT))
_CLERKS = _grant(Relation.DISTRICT, Role.ACCEPTANCE_CLERK, Role.DISTRICT_DESK)
_STATION = _grant(Relation.STATION, Role.COMMUNITY_WORKER)
_GRID_MEMBERS = _grant(Relation.RAISER, Role.GRID_MEMBER)
_INTAKE = (_RAISER, _GRID_MEMBERS, _STATION, _DESK, *_HOTLINE)
_JOINT = (_grant(Relation.JOINT, *_STREET), _grant(Relation.JOINT_DISTRICT, Role.DISTRICT_DESK))
_APPROVERS = (
    _grant(Relation.OWN_APPROVER, Role.STREET_LEADER), _grant(Relation.DISTRICT_APPROVER, Role.DISTRICT_DESK),
)  # fmt: skip
_LEADERS_OF_HELP = (_RAISER, _grant(Relation.DEPARTMENT, Role.COMMUNITY_WORKER))
_HELPERS = (
    _grant(Relation.RAISER, Role.VOLUNTEER, Role.AUXILIARY), _grant(Relation.DEPARTMENT, Role.AUXILIARY),
)  # fmt: skip
"""Who helps and persuades; none of them enforces anything (domain.md 9)."""
_ENGINE = (_grant(Relation.ENGINE, Role.SYSTEM),)

GRANTS: dict[type, tuple[Grant, ...]] = {
    c.Raise: (_RAISER, _GRID_MEMBERS, _STATION, _CLERKS, *_HOTLINE),
    c.RaiseTopic: _SUPERVISORS,
    c.Approve: _APPROVERS,
    c.Refuse: _APPROVERS,
    c.Claim: (_grant(Relation.DEPARTMENT, *_WORKERS),),
    c.Unclaim: (_HOLDER, _DISPATCHER),
    c.Assign: (_grant(Relation.DEPARTMENT, *_HEADS),),
    c.ReportIn: (_HOLDER, _DISPATCHER),
    c.StageReport: (_HOLDER, _DISPATCHER, _grant(Relation.DEPARTMENT, Role.AUXILIARY)),
    c.Submit: (_HOLDER, _DISPATCHER),
    c.CheckPass: (_RAISER, _CLERKS),
    c.CheckFail: (_RAISER, _CLERKS),
    extension.AskExtension: (_HOLDER, _HEADED),
    extension.ForwardExtension: (_HEADED,),
    extension.GrantExtension: (_DESK,),
    extension.RefuseExtension: (_HEADED, _DESK),
    suspension.AskSuspension: (_RAISER, _HOLDER, _HEADED),
    suspension.GrantSuspension: (_DESK,),
    suspension.RefuseSuspension: (_DESK,),
    suspension.Resume: (_DESK, _RAISER, _HOLDER, _HEADED),
    upward.ReportUpward: (_RAISER, _HOLDER, _HEADED, _DESK, _grant(Relation.GOVERNMENT, Role.DEPT_LEADER)),
    upward.AskHelp: (_RAISER, _HOLDER, _HEADED, _DESK),
    upward.AnswerHelp: (
        _grant(Relation.DEPARTMENT, *_WORKERS, Role.DEPT_LEADER, Role.DISTRICT_SUPERVISOR, Role.CITY_SUPERVISOR),
    ),
    milestones.SetMilestone: (_RAISER, _DESK),
    milestones.ReachMilestone: (_HOLDER, _DISPATCHER),
    reopening.Reopen: (_RAISER, _DESK, *_SUPERVISORS),
    c.AddDepartment: (_RAISER, _DESK, *_JOINT),
    c.Urge: (_RAISER, _DESK, *_JOINT, *_SUPERVISORS),
    c.Release: (_RAISER,),
    c.Withdraw: (_RAISER, *_HOTLINE),
    ReplaceDepartment: (_RAISER, _DESK),
    DeclineInvitation: (_grant(Relation.DEPARTMENT, *_WORKERS, Role.DEPT_LEADER),),
    HandOver: (_RAISER, _DESK),
    Object: (_HOLDER, _grant(Relation.DEPARTMENT, *_HEADS)),
    RuleObjection: (_DESK,),
    o.IssueOrder: (*_SUPERVISORS, _STREET_LEADER),
    o.AnswerOrder: (_grant(Relation.DEPARTMENT, *_HEADS, Role.COMMUNITY_WORKER), _RAISER, _DESK),
    o.LiftOrder: (*_SUPERVISORS, _STREET_LEADER),
    o.AppealOrder: (_grant(Relation.DEPARTMENT, *_HEADS, Role.COMMUNITY_WORKER), _STREET_LEADER, _DESK),
    o.RuleAppeal: _SUPERVISORS,
    o.Instruct: (*_SUPERVISORS, _STREET_LEADER, _grant(Relation.GOVERNMENT, Role.DEPT_LEADER)),
    v.OfferHelp: _LEADERS_OF_HELP,
    v.TakeOffer: _HELPERS,
    v.LeaveOffer: _HELPERS,
    v.CallHelper: (_DESK,),
    v.CloseOffer: (*_LEADERS_OF_HELP, _DESK),
    v.RecordHours: _LEADERS_OF_HELP,
    v.Persuade: _HELPERS,
    ra.RateDepartment: (_RAISER,),
    ra.RateRaiser: (_grant(Relation.DEPARTMENT, *_HEADS, Role.COMMUNITY_WORKER),),
    ra.RecordVoice: (_RAISER,),
    ra.AdvisePersonnel: (_STREET_LEADER,),
    m.CallMeeting: _CONVENERS,
    m.HoldMeeting: _CONVENERS,
    m.CancelMeeting: _CONVENERS,
    m.DecideTask: _CONVENERS,
    m.PublishMeeting: _CONVENERS,
    c.Tick: _ENGINE,
    c.MarkCalled: _ENGINE,
    c.WindUp: _ENGINE,
    Adopt: _ENGINE,
    Confer: (_HOLDER, _DISPATCHER),
    Acknowledge: (_grant(Relation.DEPARTMENT, *_WORKERS, Role.DEPT_LEADER),),
    PreCheck: (_GRID_MEMBERS,),
    FileCase: (_CLERKS,),
    CancelFiling: (_CLERKS,),
    Dispatch: (_DESK, _grant(Relation.RAISER, Role.STREET_DUTY_OFFICER, Role.STREET_LEADER)),
    PostCheck: (_GRID_MEMBERS,),
    CallBack: (_grant(Relation.DISTRICT, Role.HOTLINE_CALLBACK), _grant(Relation.CITY, Role.HOTLINE_CALLBACK)),
    LinkReport: _INTAKE,
    AnswerReport: _INTAKE,
    UnlinkReport: (_RAISER, _DESK, *_HOTLINE),
    AnswerReports: _ENGINE,
    LinkCase: (_RAISER, _DESK, *_HOTLINE),
    UnlinkCase: (_RAISER, _DESK, *_HOTLINE),
    TakeLink: (_RAISER, _DESK, *_HOTLINE),
    DropLink: (_RAISER, _DESK, *_HOTLINE),
    FollowMain: _ENGINE,
    NoteFollowed: _ENGINE,
}  # fmt: skip
"""Every command with its grants; a command that is missing here is allowed to nobody."""


def raising_side(ground: Ground) -> str:
    """Return who has the rights of the raiser: a hotline leaves them to the sub-district of the place (art. 16)."""
    return ground.area if line_of(ground.raising_org) == "HOTLINE" else ground.raising_org


def acts_for(actor: Actor, raiser: str) -> bool:
    """Tell whether somebody acts for an organisation that raises: a sub-district with its communities, or an office."""
    if line_of(raiser) is None:
        return line_of(actor.org) is None and sub_district_of(actor.org) == raiser
    return line_of(actor.org) is not None and covers(actor.org, raiser)


def _holds(actor: Actor, task: Task | None) -> bool:
    return task is not None and task.holder == actor.id and covers(actor.org, task.org)


def _is_of_joint_district(actor: Actor, ground: Ground) -> bool:
    home = area_of(actor.org)
    return home != ground.district and any(district_of(area) == home for area in ground.joint_areas)


def _is_of_city(actor: Actor, ground: Ground) -> bool:
    home = area_of(actor.org)
    return home != ground.district and is_within(ground.district, home)


_STANDS: dict[Relation, Callable[[Actor, Ground, Task | None], bool]] = {
    Relation.RAISER: lambda a, g, _: acts_for(a, raising_side(g)),
    Relation.OWN_APPROVER: lambda a, g, _: (
        g.direction is not Direction.DEPT_TO_STREET and acts_for(a, raising_side(g))
    ),
    Relation.DISTRICT_APPROVER: lambda a, g, _: (
        g.direction is Direction.DEPT_TO_STREET and area_of(a.org) == g.district
    ),
    Relation.JOINT: lambda a, g, _: any(acts_for(a, area) for area in g.joint_areas),
    Relation.DEPARTMENT: lambda a, _, t: t is not None and covers(a.org, t.org),
    Relation.HOLDER: lambda a, _, t: _holds(a, t),
    Relation.DISTRICT: lambda a, g, _: area_of(a.org) == g.district,
    Relation.GOVERNMENT: lambda a, g, _: area_of(a.org) == g.district and line_of(a.org) == "GOV",
    Relation.STATION: lambda a, g, _: (
        line_of(a.org) in STATION_LINES and sub_district_of(a.org) == sub_district_of(g.area)
    ),
    Relation.JOINT_DISTRICT: lambda a, g, _: _is_of_joint_district(a, g),
    Relation.CITY: lambda a, g, _: _is_of_city(a, g),
    Relation.INSIDE: lambda *_: False,
    Relation.ENGINE: lambda *_: True,
}


def stands(actor: Actor, relation: Relation, ground: Ground, task: Task | None) -> bool:
    """Tell whether the actor stands in the relation to a case, or to its task."""
    return _STANDS[relation](actor, ground, task)


def granted(actor: Actor, command: type, ground: Ground, task: Task | None) -> bool:
    """Tell whether some grant of the command fits the actor here."""
    if not actor.org and Role.SYSTEM not in actor.roles:
        return False
    for grant in GRANTS.get(command, ()):  # asked at every command: a loop takes half the time of any()
        roles = grant.posts(ground, task)
        if not roles.isdisjoint(actor.roles) and stands(actor, grant.relation, ground, task):
            return True
    return False


def allowed(actor: Actor, command: c.Command, state: CaseState | None, task: Task | None) -> None:
    """Let the command pass, or refuse it.

    Raises:
        Refusal: `not_allowed`; for a task held by somebody else `not_holder`, naming the holder; to an auxiliary who
            reaches for a department's work `auxiliary_may_not_enforce`.
    """
    ground: Ground
    if isinstance(command, c.Raise):
        ground = command
    elif state is not None:
        ground = state.facts
    else:
        raise Refusal(Reason.NOT_ALLOWED, command=type(command).__name__)
    if granted(actor, type(command), ground, task) and not is_hidden(actor, state):
        return
    relations = {grant.relation for grant in GRANTS.get(type(command), ())}
    if Relation.HOLDER in relations and task is not None and covers(actor.org, task.org):
        if actor.has(Role.AUXILIARY):
            raise Refusal(Reason.AUXILIARY_MAY_NOT_ENFORCE, command=type(command).__name__)
        if task.holder not in (None, actor.id):
            raise Refusal(Reason.NOT_HOLDER, holder=task.holder)
    raise Refusal(Reason.NOT_ALLOWED, command=type(command).__name__)


def acting(actor: Actor, command: c.Command) -> Reach | None:
    """Describe the cases in which the actor may give a command; None for any: what it names says where.

    A volunteer takes an offer from the list of offers, and sees the case only then.
    """
    return None if isinstance(command, v.TakeOffer) and actor.has(Role.VOLUNTEER) else visible(actor)


def is_hidden(actor: Actor, state: CaseState | None) -> bool:
    """Tell whether a sensitive case is kept from somebody whose post would otherwise have a right in it."""
    return state is not None and state.facts.sensitive and not sees(visible(actor), state)


__all__ = [
    "GRANTS", "Grant", "PlaceOf", "Reach", "Relation", "acting", "acts_for", "allowed", "covers", "granted",
    "is_hidden", "raising_side", "sees", "stands", "visible",
]  # fmt: skip
