"""Addresses: whom a notice is for, and how a ladder's symbols are resolved to people of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.case import Direction
from domain.organisations import Unit, area_of, city_of, district_of, is_within, line_of, sub_district_of, unit_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from domain.case import CaseState, Facts, Task

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
    "city_supervisor", "party", "hotline", "lead", "call_back_staff", "clerks", "grid",
)  # fmt: skip
"""Addressees that a ladder may name; `street_leader` is the leader of whoever raised."""


_OFFICES: dict[str, tuple[str, Role | None]] = {
    "desk": ("DESK", Role.DISTRICT_DESK), "supervisor": ("SUP", Role.DISTRICT_SUPERVISOR),
    "district_leader": ("GOV", None), "city_supervisor": ("SUP", Role.CITY_SUPERVISOR),
    "hotline": ("HOTLINE", None), "clerks": ("DESK", Role.ACCEPTANCE_CLERK),
}  # fmt: skip
"""Offices above a case by symbol: line and post."""
_OF_CITY = frozenset({"city_supervisor", "hotline"})


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
        return desk_of(facts), Role.DISTRICT_DESK
    return _leader_of(facts.raising_org, facts.district)


def desk_of(facts: Facts) -> str:
    """Return the command centre of the case's district (区级指挥中心)."""
    return desk_in(facts.district)


def desk_in(district: str) -> str:
    """Return the command centre of a district."""
    return f"{district}-DESK"


def hotline_of(facts: Facts) -> str:
    """Return the hotline that calls back: the one that raised the case, else the city's."""
    if line_of(facts.raising_org) == "HOTLINE":
        return facts.raising_org
    return f"{city_of(facts.district)}-HOTLINE"


def addresses(  # noqa: C901 - one symbol each
    state: CaseState, task: Task | None, code: str, symbols: tuple[str, ...], party: str = ""
) -> Iterator[Notice]:
    """Resolve a ladder's symbols; those of a department fall away on clocks that no department owes.

    Args:
        party: Organisation that owes what the clock measures.
    """
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
            case "lead":
                yield from addresses(state, state.lead(), code, ("holder",))
            case "grid":
                yield Notice(code, facts.area, Role.GRID_MEMBER, task=number)
            case "call_back_staff":
                yield Notice(code, hotline_of(facts), Role.HOTLINE_CALLBACK, task=number)
            case "party" if party:
                yield from heads(state, code, party, number)
            case _ if symbol in _OFFICES:
                line, role = _OFFICES[symbol]
                above = _above(facts.district, symbol, task)
                yield from (Notice(code, f"{area}-{line}", role, task=number) for area in above)
            case _:
                continue


_DISPATCHERS = {Unit.OFFICE: Role.DEPT_DISPATCHER, Unit.DESK: Role.DISTRICT_DESK}
"""Who gives out work in a unit; of a sub-district or a community, which have no dispatcher, everybody is addressed."""


def _above(district: str, symbol: str, task: Task | None) -> tuple[str, ...]:
    """Return the city, or the district of the case with that of a department called from another one."""
    if symbol in _OF_CITY:
        return (city_of(district),)
    home = district_of(task.org) if task is not None else None
    return (district,) if home in (None, district) else (district, home)


def office(code: str, org: str, task: int | None) -> Notice:
    """Address those of an office who issue orders and rule: supervisors, or the leader of a sub-district."""
    roles = {"SUP": Role.CITY_SUPERVISOR if district_of(org) is None else Role.DISTRICT_SUPERVISOR}
    role = Role.STREET_LEADER if line_of(org) is None else roles.get(line_of(org) or "")
    return Notice(code, org, role, task=task)


def heads(state: CaseState, code: str, org: str, task: int | None) -> Iterator[Notice]:
    """Address those who answer for an organisation of the case: its dispatcher and its leader."""
    line = line_of(org)
    if line is None:
        yield Notice(code, sub_district_of(org) or org, Role.STREET_LEADER, task=task)
        if org != sub_district_of(org):
            yield Notice(code, org, task=task)
    elif line in ("DESK", "SUP"):
        yield Notice(code, org, task=task)
    else:
        yield Notice(code, org, Role.DEPT_DISPATCHER, task=task)
        yield Notice(code, *_leader_of(org, state.facts.district), task=task)


def _leader_of(org: str, district: str) -> tuple[str, Role | None]:
    """Return who answers for a unit: the department above a branch (条), the sub-district above a community."""
    line = line_of(org)
    if line is None:
        return sub_district_of(org) or org, Role.STREET_LEADER
    if unit_of(org) is Unit.DESK:
        return f"{area_of(org)}-GOV", None
    home = district_of(org) or district
    return (f"{home}-{line}" if is_within(area_of(org), home) else org), Role.DEPT_LEADER
