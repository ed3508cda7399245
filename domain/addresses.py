"""Addresses: whom a notice is for, and how a ladder's symbols are resolved to people of a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.actors import Role
from domain.organisations import area_of, district_of, is_within, line_of, sub_district_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    "party", "city", "hotline",
)  # fmt: skip
"""Addressees that a ladder may name."""


def to(state: CaseState, no: int, code: str, *symbols: str) -> Iterator[Notice]:
    """Address people around one task."""
    yield from addresses(state, state.task(no), code, symbols)


def addresses(
    state: CaseState, task: Task | None, code: str, symbols: tuple[str, ...], party: str = ""
) -> Iterator[Notice]:  # fmt: skip
    """Resolve a ladder's symbols; those of a department fall away on clocks that no department owes.

    Args:
        party: Whom the symbol `party` means: who owes the act that a clock measures.
    """
    number = task.no if task else None
    for symbol in symbols:
        if symbol in _OFFICES:
            office, role = _OFFICES[symbol]
            yield Notice(code, office(state.facts), role, task=number)
        elif symbol == "party" and party:
            yield Notice(code, party, _POST.get(line_of(party) or ""), task=number)
        elif task is not None:
            yield from _of_department(state.facts, task, code, symbol)


def _of_department(facts: Facts, task: Task, code: str, symbol: str) -> Iterator[Notice]:
    match symbol:
        case "holder" if task.holder is not None:
            yield Notice(code, task.org, user=task.holder, task=task.no)
        case "holder" | "dispatcher":
            # A community has no dispatcher: everybody there is addressed.
            role = Role.DEPT_DISPATCHER if line_of(task.org) is not None else None
            yield Notice(code, task.org, role, task=task.no)
        case "department_leader":
            # Above a community stands its sub-district.
            role = Role.DEPT_LEADER if line_of(task.org) is not None else Role.STREET_LEADER
            yield Notice(code, _department(task.org, facts.district), role, task=task.no)
        case _:
            return


def desk_of(facts: Facts) -> str:
    """Return the command centre of the case's district (区级指挥中心)."""
    return f"{facts.district}-DESK"


def _city(facts: Facts) -> str:
    return f"{facts.district[:2]}0000"


_OFFICES: dict[str, tuple[Callable[[Facts], str], Role | None]] = {
    "raiser": (lambda facts: facts.area, None),
    "street_leader": (lambda facts: facts.area, Role.STREET_LEADER),
    "desk": (desk_of, Role.DISTRICT_DESK),
    "supervisor": (lambda facts: f"{facts.district}-SUP", Role.DISTRICT_SUPERVISOR),
    "district_leader": (lambda facts: f"{facts.district}-GOV", None),
    "city": (lambda facts: f"{_city(facts)}-SUP", Role.CITY_SUPERVISOR),
    "hotline": (lambda facts: f"{_city(facts)}-HOTLINE", None),
}
"""Offices that follow from the case alone, and whom they mean there."""
_POST = {"DESK": Role.DISTRICT_DESK}
"""Who is meant where the party of a clock is addressed, by its line; everybody of other offices."""


def _department(org: str, district: str) -> str:
    """Return the department above a branch: its leader answers for it (条); for a community its sub-district."""
    line = line_of(org)
    if line is None:
        return sub_district_of(org) or org
    home = district_of(org) or district
    return f"{home}-{line}" if is_within(area_of(org), home) else org
