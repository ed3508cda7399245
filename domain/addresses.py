"""Addresses: whom a notice is for, and how a ladder's symbols are resolved to people of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.actors import Role
from domain.case import Direction
from domain.organisations import Unit, area_of, city_of, district_of, is_within, line_of, sub_district_of, unit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from domain.case import CaseState, Task

    Says = Callable[[Any, CaseState], Iterator["Notice"]]
    """Whom an event concerns, from the event and the state after it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one address.

    Attributes:
        code: What it says: an event's short name, or `rung:<action>`.
        org: The organisation that is addressed.
        role: Only people of this role there; None for everybody of the organisation.
        user: Only this person; None otherwise.
        task: Task number it is about, if any.
    """

    code: str
    org: str
    role: Role | None = None
    user: str | None = None
    task: int | None = None


SYMBOLS: tuple[str, ...] = (
    "holder", "dispatcher", "department_leader", "raiser", "street_leader", "desk", "supervisor", "district_leader",
    "city_supervisor",
)  # fmt: skip
"""Addressees that a ladder may name; `street_leader` is the leader of whoever raised."""


def to(state: CaseState, no: int, code: str, *symbols: str) -> Iterator[Notice]:
    """Address people around one task."""
    yield from addresses(state, state.task(no), code, symbols)


def raisers(state: CaseState, code: str, task: int | None = None) -> Iterator[Notice]:
    """Address whoever raised, alone or together."""
    for org in (state.facts.raising_org, *state.facts.joint_areas):
        yield Notice(code, org, task=task)


def approver(state: CaseState) -> tuple[str, Role | None]:
    """Return the office and the post that approve a case: whoever leads there, or the desk (街道办事处条例 art. 10)."""
    facts = state.facts
    if facts.direction is Direction.DEPT_TO_STREET:
        return desk_of(facts.district), Role.DISTRICT_DESK
    return _leader_of(facts.raising_org, facts.district)


def desk_of(district: str) -> str:
    """Return the desk of a district."""
    return f"{district}-DESK"


def addresses(state: CaseState, task: Task | None, code: str, symbols: tuple[str, ...]) -> Iterator[Notice]:
    """Resolve a ladder's symbols; those of a department fall away on clocks that no department owes."""
    facts = state.facts
    number = task.no if task else None
    for symbol in symbols:
        match symbol:
            case "holder" if task is not None and task.holder is not None:
                yield Notice(code, task.org, user=task.holder, task=number)
            case "holder" | "dispatcher" if task is not None:
                yield Notice(code, task.org, _DISPATCHERS.get(unit_of(task.org)), task=number)
            case "department_leader" if task is not None:
                yield Notice(code, *_leader_of(task.org, facts.district), task=number)
            case "raiser":
                yield Notice(code, facts.raising_org, task=number)
            case "street_leader":
                yield Notice(code, *_leader_of(facts.raising_org, facts.district), task=number)
            case "city_supervisor":
                yield Notice(code, f"{city_of(facts.district)}-SUP", Role.CITY_SUPERVISOR, task=number)
            case "desk" | "supervisor" | "district_leader":
                line, role = _OF_DISTRICT[symbol]
                yield from (Notice(code, f"{d}-{line}", role, task=number) for d in _districts(facts.district, task))
            case _:
                continue


_DISPATCHERS = {Unit.OFFICE: Role.DEPT_DISPATCHER, Unit.DESK: Role.DISTRICT_DESK}
"""Who gives out work in a unit; of a sub-district or a community, which have no dispatcher, everybody is addressed."""

_OF_DISTRICT: dict[str, tuple[str, Role | None]] = {
    "desk": ("DESK", Role.DISTRICT_DESK),
    "supervisor": ("SUP", Role.DISTRICT_SUPERVISOR),
    "district_leader": ("GOV", None),
}


def _districts(district: str, task: Task | None) -> tuple[str, ...]:
    """Return the district of the case, and that of a department called from another one."""
    home = district_of(task.org) if task is not None else None
    return (district,) if home in (None, district) else (district, home)


def _leader_of(org: str, district: str) -> tuple[str, Role | None]:
    """Return who answers for a unit: the department above a branch (条), the sub-district above a community."""
    line = line_of(org)
    if line is None:
        return sub_district_of(org) or org, Role.STREET_LEADER
    if unit_of(org) is Unit.DESK:
        return f"{area_of(org)}-GOV", None
    home = district_of(org) or district
    return (f"{home}-{line}" if is_within(area_of(org), home) else org), Role.DEPT_LEADER
