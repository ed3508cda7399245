"""Addresses: whom a notice is for, and how a ladder's symbols are resolved to people of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.organisations import area_of, district_of, is_within, line_of, sub_district_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

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
    "city_supervisor", "party",
)  # fmt: skip
"""Addressees that a ladder may name."""


_OFFICES: dict[str, tuple[str, Role | None]] = {
    "desk": ("DESK", Role.DISTRICT_DESK), "supervisor": ("SUP", Role.DISTRICT_SUPERVISOR),
    "district_leader": ("GOV", None), "city_supervisor": ("SUP", Role.CITY_SUPERVISOR),
}  # fmt: skip
"""Offices above a case by symbol: line and post."""


def to(state: CaseState, no: int, code: str, *symbols: str) -> Iterator[Notice]:
    """Address people around one task."""
    yield from addresses(state, state.task(no), code, symbols)


def addresses(
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
                # A community has no dispatcher: everybody there is addressed.
                role = Role.DEPT_DISPATCHER if line_of(task.org) is not None else None
                yield Notice(code, task.org, role, task=number)
            case "department_leader" if task is not None:
                # Above a community stands its sub-district.
                role = Role.DEPT_LEADER if line_of(task.org) is not None else Role.STREET_LEADER
                yield Notice(code, _department(task.org, facts.district), role, task=number)
            case "raiser":
                yield Notice(code, facts.area, task=number)
            case "street_leader":
                yield Notice(code, facts.area, Role.STREET_LEADER, task=number)
            case "party" if party:
                yield from heads(state, code, party, number)
            case _ if symbol in _OFFICES:
                line, role = _OFFICES[symbol]
                area = f"{facts.district[:2]}0000" if role is Role.CITY_SUPERVISOR else facts.district
                yield Notice(code, f"{area}-{line}", role, task=number)
            case _:
                continue


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
        yield Notice(code, _department(org, state.facts.district), Role.DEPT_LEADER, task=task)


def _department(org: str, district: str) -> str:
    """Return the department above a branch: its leader answers for it (条); for a community its sub-district."""
    line = line_of(org)
    if line is None:
        return sub_district_of(org) or org
    home = district_of(org) or district
    return f"{home}-{line}" if is_within(area_of(org), home) else org
