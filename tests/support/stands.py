"""Stands: a person of each role in the typical units around a case, and as who: anybody, its holder, its raiser ..."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.actors import SYSTEM, Actor, Role
from domain.authority import raising_side
from domain.organisations import area_of, city_of, district_of, is_within, line_of, sub_district_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.case import CaseState, Facts, Task

SOMEBODY = "anybody"
"""A person who has had nothing to do with the case so far."""
_OFFICE_LINES = {
    Role.ACCEPTANCE_CLERK: "DESK", Role.DISTRICT_DESK: "DESK", Role.DISTRICT_SUPERVISOR: "SUP",
    Role.HOTLINE_AGENT: "HOTLINE", Role.HOTLINE_CALLBACK: "HOTLINE", Role.CITY_SUPERVISOR: "SUP",
    Role.AUDITOR: "SUP", Role.OPERATOR: "SUP",
}  # fmt: skip
_STREET = frozenset({Role.STREET_STAFF, Role.STREET_DUTY_OFFICER, Role.STREET_LEADER, Role.GRID_MEMBER})
_HELPERS = frozenset({Role.VOLUNTEER, Role.AUXILIARY})
_CITY_ONLY = frozenset({Role.CITY_SUPERVISOR, Role.AUDITOR, Role.OPERATOR})
_OFFICERS = frozenset({
    Role.DEPT_WORKER, Role.DEPT_DISPATCHER, Role.DEPT_LEADER, Role.UTILITY_WORKER, Role.AUXILIARY,
})  # fmt: skip
_COMMAND = frozenset({"DESK", "SUP", "GOV", "HOTLINE"})
"""Lines whose posts are those of the offices."""
PLACES = {
    "raiser": "the sub-district or the department that raised; of a hotline's order the sub-district of the place",
    "raiser, in charge": "the same where it also has the task",
    "own area": "the sub-district of the place, where a department raised",
    "joint area": "a sub-district that raised together with it",
    "other area": "another sub-district, or the same department in another district",
    "in charge": "the unit whose task or entry it is, for commands on the whole case the lead's",
    "line above": "the department above the branch in charge",
    "other line": "another department of the district",
    "station": "a station in the sub-district",
    "government": "the district government",
    "district": "the district's desk, supervision or hotline",
    "joint district": "the same in the district of a joint sub-district",
    "other district": "the same in another district",
    "city": "the city's office",
    "engine": "the engine",
}
"""Where somebody may stand, and what it means."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One person in a place: `name` is role, place, and what they have had to do with it so far."""

    role: Role
    name: tuple[str, str, str]
    actor: Actor


def stands(state: CaseState, task: Task | None, entry: Any) -> Iterator[Stand]:
    """Yield everybody who might give a command on a case, a task or an entry of a chapter."""
    people = _people(state, task, entry)
    charge = _charge(state, task, entry)
    for role in Role:
        if role is Role.SYSTEM:
            yield Stand(role, (role.value, "engine", SOMEBODY), SYSTEM)
            continue
        for place, org in _places(role, state.facts, charge):
            known = people if place not in {"other area", "other line", "other district"} else {}
            for who, name in {SOMEBODY: "somebody", **known}.items():
                yield Stand(role, (role.value, place, who), Actor(name, org, frozenset({role})))


def _charge(state: CaseState, task: Task | None, entry: Any) -> str | None:
    if task is not None:
        return task.org
    org = getattr(entry, "org", None)
    if org is not None:
        return str(org)
    lead = state.lead()
    return lead.org if lead is not None else None


def _people(state: CaseState, task: Task | None, entry: Any) -> dict[str, str]:
    """Name those who have had to do with it: who raised, holds the task, handled something, made the entry."""
    holder = task.holder if task is not None else None
    handlers = [name for each in state.tasks for name in each.handlers if name != holder]
    known = {
        "who raised it": state.facts.raised_by, "its holder": holder,
        "a handler": handlers[0] if handlers else None, "who made the entry": getattr(entry, "by", None),
        "a taker": next(iter(getattr(entry, "takers", ())), None),
    }  # fmt: skip
    return {who: name for who, name in known.items() if name and name != SYSTEM.id}


def _places(role: Role, facts: Facts, charge: str | None) -> Iterator[tuple[str, str]]:
    found = dict(_of_areas(role, facts))
    found |= _of_offices(role, facts)
    found |= _of_departments(role, facts, charge)
    raiser = raising_side(facts)
    for place, org in found.items():
        labels = [label for label, unit in (("raiser", raiser), ("in charge", charge)) if org == unit]
        yield ", ".join(labels) or place, org


def _of_areas(role: Role, facts: Facts) -> Iterator[tuple[str, str]]:
    if role in _STREET or role in _HELPERS:
        yield "own area", facts.area
        if facts.joint_areas:
            yield "joint area", facts.joint_areas[0]
        taken = {facts.area, *facts.joint_areas}
        yield "other area", next(code for code in _sub_districts(facts.district) if code not in taken)
    if role is Role.COMMUNITY_WORKER:
        yield "own area", f"{facts.area}009"
        yield "station", f"{facts.area}-STN"


def _sub_districts(district: str) -> list[str]:
    return [f"{district}{n:03}" for n in range(1, 9)]


def _of_offices(role: Role, facts: Facts) -> Iterator[tuple[str, str]]:
    line = _OFFICE_LINES.get(role)
    if line is None:
        return
    if role in _CITY_ONLY or line == "HOTLINE":
        yield "city", f"{city_of(facts.district)}-{line}"
    if role in _CITY_ONLY:
        return
    yield "district", f"{facts.district}-{line}"
    joint = [home for area in facts.joint_areas if (home := district_of(area)) not in {None, facts.district}]
    if joint:
        yield "joint district", f"{joint[0]}-{line}"
    yield "other district", f"{_other(facts.district, joint)}-{line}"


def _other(district: str, taken: list[str | None]) -> str:
    return next(code for n in range(1, 9) if (code := f"{district[:4]}{n:02}") != district and code not in taken)


def _of_departments(role: Role, facts: Facts, charge: str | None) -> Iterator[tuple[str, str]]:
    """Yield the units that hold tasks, and those beside and above them."""
    raiser = raising_side(facts)
    if role is Role.DEPT_LEADER:
        yield "government", f"{facts.district}-GOV"
    if role in {Role.DEPT_DISPATCHER, Role.DEPT_LEADER} and line_of(raiser) is not None:
        yield "office that raised", raiser
    line = line_of(charge) if charge is not None else None
    if charge is None or not (role in _OFFICERS or role is Role.COMMUNITY_WORKER) or line in _COMMAND:
        return
    if line is None:
        if role is Role.COMMUNITY_WORKER and charge != sub_district_of(charge):
            yield "in charge", charge
        return
    home = district_of(charge) or facts.district
    yield "in charge", charge
    if charge != f"{home}-{line}" and is_within(area_of(charge), home):
        yield "line above", f"{home}-{line}"
    yield "other line", f"{home}-{'YL' if line != 'YL' else 'CG'}"
    yield "other area", f"{_other(home, [])}-{line}"
