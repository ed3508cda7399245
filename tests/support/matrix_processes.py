"""What becomes of the commands on processes, and of a raise on every channel, for every role."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from domain.actors import SYSTEM, Actor, Role
from domain.case import Direction, Party, TaskRole
from domain.decide import decide
from domain.errors import Refusal
from domain.organisations import line_of
from tests.support.cases import AREA, CITY, DISTRICT, GARDENS, LAMPS, MONDAY, OTHER_AREA, WATER, raise_command, rules2
from tests.support.intake import PHONE
from tests.support.process_states import process_states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.matrix import Where, Who

_LINES = {
    Role.DISTRICT_DESK: "DESK", Role.ACCEPTANCE_CLERK: "DESK", Role.DISTRICT_SUPERVISOR: "SUP",
    Role.HOTLINE_AGENT: "HOTLINE", Role.HOTLINE_CALLBACK: "HOTLINE", Role.CITY_SUPERVISOR: "SUP",
    Role.AUDITOR: "SUP", Role.OPERATOR: "SUP",
}  # fmt: skip
_OTHER_DISTRICT = "110102"


@dataclass
class Asked:
    """What was found of one kind of process: by command and outcome, in which statuses for whom."""

    statuses: list[str] = field(default_factory=list)
    cell: dict[type, dict[str, dict[Where, set[Who]]]] = field(default_factory=dict)
    asked: set[tuple[type, str, Who]] = field(default_factory=set)

    @property
    def cells(self) -> int:
        """How many cells were asked."""
        return len(self.asked)


def ask_processes() -> dict[str, Asked]:
    """Ask every command on an open process in every state, for everybody."""
    found: dict[str, Asked] = defaultdict(Asked)
    for kind, state in process_states():
        sheet, status = found[kind.kind], str(state.status)
        if status not in sheet.statuses:
            sheet.statuses.append(status)
        known = _known(state)
        for command in kind.rules:
            if command is kind.opening:
                continue
            cells = sheet.cell.setdefault(command, defaultdict(lambda: defaultdict(set)))
            for who, actor in _people(known):
                reason = kind.refusal(state, command, actor)
                sheet.asked.add((command, status, who))
                cells["ok" if reason is None else reason.value][status, ""].add(who)
    return dict(found)


def _known(state: object) -> dict[str, str]:
    """Name those who have had to do with a process: who opened it, and the members of its groups."""
    facts, groups = getattr(state, "facts", None), getattr(state, "groups", ())
    members = [name for group in groups for name in group.members]
    known = {"who opened it": facts.opened_by if facts else None, "a member": members[0] if members else None}
    return {who: name for who, name in known.items() if name and name != SYSTEM.id}


def _people(known: dict[str, str]) -> Iterator[tuple[Who, Actor]]:
    for role in Role:
        if role is Role.SYSTEM:
            yield (role.value, "engine", "anybody"), SYSTEM
            continue
        for place, area in (("district", DISTRICT), ("other district", _OTHER_DISTRICT), ("city", CITY)):
            org = _org(role, area)
            for who, name in {"anybody": "somebody", **(known if place == "district" else {})}.items():
                yield (role.value, place, who), Actor(name, org, frozenset({role}))


def _org(role: Role, area: str) -> str:
    if role in _LINES:
        return f"{area}-{_LINES[role]}"
    if role.value.startswith("dept") or role is Role.UTILITY_WORKER:
        return f"{area}-WATER"
    return f"{area}001" if area != CITY else f"{area}-GOV"


Raised = tuple[str, str, str]
"""Channel, role and place."""


def ask_raises() -> dict[Raised, str]:
    """Raise a plain case on every channel of the rule pack as everybody, each for their own unit."""
    found = {}
    channels = rules2().pack.parts.channels or {}
    for channel in channels:
        for role, place, org in _raisers():
            own = line_of(org) is not None and role in {Role.DEPT_WORKER, Role.DEPT_DISPATCHER, Role.DEPT_LEADER}
            from_department = {"raiser": org, "direction": Direction.DEPT_TO_DEPT} if own else {}
            command = raise_command(
                "public_request", Party(WATER, TaskRole.LEAD), channel=channel, reporter_phone=PHONE, **from_department
            )
            try:
                decide(None, command, Actor("somebody", org, frozenset({role})), MONDAY, rules2())
            except Refusal as refusal:
                found[channel, role.value, place] = refusal.reason.value
            else:
                found[channel, role.value, place] = "ok"
    return found


def _raisers() -> Iterator[tuple[Role, str, str]]:
    for role in Role:
        if role is Role.SYSTEM:
            continue
        if role in _LINES:
            yield role, "district", f"{DISTRICT}-{_LINES[role]}"
            yield role, "city", f"{CITY}-{_LINES[role]}"
        elif role.value.startswith("dept") or role is Role.UTILITY_WORKER:
            yield role, "department", LAMPS if role is not Role.UTILITY_WORKER else GARDENS
        else:
            yield role, "own area", AREA
            yield role, "other area", OTHER_AREA
        if role is Role.COMMUNITY_WORKER:
            yield role, "station", f"{AREA}-STN"
