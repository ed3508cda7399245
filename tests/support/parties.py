"""Units and people beside those of `cases`: a neighbouring district, partners, a raising department; their lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain import commands as c
from domain.actors import Role
from domain.case import Direction, Party, TaskRole, Tie
from domain.chapters.coordination import DeclineInvitation, HandOver
from domain.chapters.objection import Object, RuleObjection
from domain.errors import Reason
from domain.events import Text
from tests.support.cases import (
    AREA,
    DESK,
    GARDENS,
    LAMP_DISPATCHER,
    LAMPS,
    LEAD,
    LEADER,
    OTHER_AREA,
    STAFF,
    WATER_DISPATCHER,
    WATERMAN,
    Life,
    person,
    raise_command,
    rules,
    rules2,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.actors import Actor
    from domain.commands import Command

WHY = Text("why")
FAR, FAR_ZF = "110102001", "110102-ZF"
TELECOM, PSY, CENTRAL, STATION, TEAM = (
    "110101-TELECOM", "110101-PSY", "110101-CENTRAL", f"{AREA}-STN", f"{AREA}-ZF",
)  # fmt: skip
ZF, DESK_ORG = "110101-ZF", "110101-DESK"

FAR_STAFF = person("farstaff", FAR, Role.STREET_STAFF)
FAR_LEADER = person("farleader", FAR, Role.STREET_LEADER)
FAR_DESK = person("fardesk", "110102-DESK", Role.DISTRICT_DESK)
FAR_WORKER = person("farworker", FAR_ZF, Role.DEPT_WORKER, Role.DEPT_DISPATCHER)
DUTY = person("duty", AREA, Role.STREET_DUTY_OFFICER)
TELECOM_HEAD = person("telecom", TELECOM, Role.DEPT_DISPATCHER)
LISTENER = person("listener", PSY, Role.DEPT_DISPATCHER)
HELPER = person("helper", STATION, Role.COMMUNITY_WORKER)
LAMP_HEAD = person("lamphead", LAMPS, Role.DEPT_LEADER)
TEAM_AUXILIARY = person("teamaux", TEAM, Role.AUXILIARY)

INVITED = Party(PSY, TaskRole.ASSIST, Tie.INVITATION)
STREET_LEAD = Party(AREA, TaskRole.LEAD)
FROM_DEPT: dict[str, Any] = {"raiser": LAMPS, "direction": Direction.DEPT_TO_DEPT}
TO_STREET: dict[str, Any] = {"raiser": LAMPS, "direction": Direction.DEPT_TO_STREET}


def whistle(kind: str = "emergency", *parties: Party, by: Actor = STAFF, life: Life | None = None, **more: Any) -> Life:
    """Begin a life under `beijing/2` with a raise of a real kind."""
    life = life or Life(rules2())
    more.setdefault("limit_class", "danger_2h")
    life.do(raise_command(kind, *parties, **more), by)
    return life


def objected(life: Life, no: int = 1, by: Actor = WATER_DISPATCHER, suggests: str | None = TELECOM) -> Life:
    """Let a department object."""
    life.do(Object(no, "not_our_property", WHY, WHY, suggests), by)
    return life


def assigned(life: Life | None = None, **more: Any) -> Life:
    """A department gives work to the sub-district of the place; it waits for the district's approval."""
    fields = {**TO_STREET, "support": Text("两人、五万元、见附件标准"), "limit_class": "default", **more}
    return whistle("assigned_work", STREET_LEAD, by=LAMP_DISPATCHER, life=life, **fields)


def late() -> Life:
    """An emergency whose handling limit has passed while the department is on the scene."""
    life = whistle("emergency", LEAD)
    life.do(c.Claim(1), WATERMAN)
    life.do(c.ReportIn(1), WATERMAN)
    return life.wait(hours=3)


def _raise(*parties: Party, by: Actor = STAFF, kind: str = "emergency", **more: Any) -> tuple[Life, Command, Actor]:
    limit_class = {"limit_class": "danger_2h", **more}
    return Life(rules2()), raise_command(kind, *parties, **limit_class), by


def _done(life: Life, command: Command, actor: Actor) -> Life:
    life.do(command, actor)
    return life


REACHED: dict[Reason, Callable[[], tuple[Life, Command, Actor]]] = {
    Reason.NOT_IN_FORCE: lambda: (
        whistle("emergency", LEAD, life=Life(rules())), Object(1, "not_our_duty", WHY, WHY), WATER_DISPATCHER
    ),
    Reason.LATE_REASON_WANTED: lambda: (late(), c.Submit(1, WHY, WHY), WATERMAN),
    Reason.NOT_OWN_DISTRICT: lambda: (
        whistle("emergency", LEAD, joint_areas=(FAR,)), c.AddDepartment(GARDENS, TaskRole.ASSIST), FAR_STAFF
    ),
    Reason.OWN_POWER: lambda: _raise(Party(ZF, TaskRole.LEAD), kind="joint_enforcement", class_code="E09006"),
    Reason.NOTICE_ONLY: lambda: _raise(LEAD, Party(CENTRAL, TaskRole.ASSIST, Tie.NOTICE)),
    Reason.PARTNER_MAY_NOT_LEAD: lambda: _raise(Party(PSY, TaskRole.LEAD, Tie.INVITATION)),
    Reason.INVITED_ONLY: lambda: (whistle("emergency", LEAD, INVITED), c.Urge(2), STAFF),
    Reason.NOT_INVITED: lambda: (whistle("emergency", LEAD), DeclineInvitation(1, WHY), WATER_DISPATCHER),
    Reason.STREET_IS_NO_PARTY: lambda: _raise(LEAD, Party(OTHER_AREA, TaskRole.ASSIST)),
    Reason.WRONG_DIRECTION: lambda: _raise(LEAD, kind="planning_comment"),
    Reason.SUPPORT_WANTED: lambda: _raise(STREET_LEAD, by=LAMP_DISPATCHER, kind="assigned_work", **TO_STREET),
    Reason.BAD_JOINT_AREA: lambda: _raise(LEAD, joint_areas=(FAR, AREA)),
    Reason.NOT_SENSITIVE: lambda: (whistle("emergency", LEAD), HandOver(WHY, PSY), LEADER),
    Reason.AUXILIARY_MAY_NOT_ENFORCE: lambda: (
        whistle("emergency", Party(TEAM, TaskRole.LEAD)), c.Submit(1, WHY), TEAM_AUXILIARY
    ),
    Reason.UNKNOWN_GROUND: lambda: (
        whistle("emergency", LEAD), Object(1, "too_much_work", WHY, WHY), WATER_DISPATCHER
    ),
    Reason.TOO_LATE: lambda: (
        whistle("emergency", LEAD).wait(minutes=31), Object(1, "not_our_duty", WHY, WHY), WATER_DISPATCHER
    ),
    Reason.OBJECTED_ONCE: lambda: (
        _done(objected(whistle("emergency", LEAD)), RuleObjection(1, False, WHY), DESK),
        Object(1, "not_our_duty", WHY, WHY), WATER_DISPATCHER,
    ),
    Reason.LAST_INSTANCE: lambda: (
        whistle("emergency", Party(DESK_ORG, TaskRole.LEAD)), Object(1, "not_our_duty", WHY, WHY), DESK
    ),
    Reason.NO_OBJECTION: lambda: (whistle("emergency", LEAD), RuleObjection(1, True, WHY), DESK),
}  # fmt: skip
"""How each reason of these chapters is met: a life, and the command that is refused to somebody."""
