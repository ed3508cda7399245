"""Notices: whom an event concerns; the texts are made where they are shown, from the notice's code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.events import (
    CaseApproved,
    CaseClosed,
    CaseRaised,
    CaseRefused,
    CaseWithdrawn,
    CheckFailed,
    CheckOpened,
    ReportedIn,
    RungFired,
    StageReported,
    TaskAdded,
    TaskClaimed,
    TaskReleased,
    TaskUnclaimed,
    Urged,
    WoundUp,
)  # fmt: skip
from domain.organisations import area_of, district_of, is_within, line_of, sub_district_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.case import CaseState, Task
    from domain.events import Event


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


_LEADER_LEVEL = 4
"""Escalation level at which a district leader is told (policies/beijing/1.toml)."""

SYMBOLS: tuple[str, ...] = (
    "holder", "dispatcher", "department_leader", "raiser", "street_leader", "desk", "supervisor", "district_leader",
)  # fmt: skip
"""Addressees that a ladder may name."""


def notices(event: Event, state: CaseState) -> tuple[Notice, ...]:
    """Return the notices that an event causes, without repeats.

    Args:
        state: The state after the event.
    """
    return tuple(dict.fromkeys(_notices(event, state)))


def _notices(event: Event, state: CaseState) -> Iterator[Notice]:  # noqa: C901, PLR0912 - one flat table of events
    area = state.facts.area
    match event:
        case CaseRaised() if event.needs_approval:
            yield Notice("approval_wanted", area, Role.STREET_LEADER)
        case CaseApproved() | CaseRefused():
            code = "approved" if isinstance(event, CaseApproved) else "refused"
            yield Notice(code, area, user=state.facts.raised_by)
        case TaskAdded():
            yield Notice("called", event.org, task=event.task)
        case TaskClaimed():
            task = state.task(event.task)
            if task is not None:
                yield Notice("claimed", task.org, user=event.worker, task=event.task)
        case TaskUnclaimed():
            yield from _to(state, event.task, "task_returned", "dispatcher")
        case ReportedIn():
            yield Notice("reported_in", area, task=event.task)
        case StageReported():
            yield Notice("stage_reported", area, task=event.task)
        case CheckOpened():
            yield Notice("check_wanted", area)
        case CheckFailed():
            for no in event.tasks:
                yield from _to(state, no, "sent_back", "holder", "dispatcher")
        case TaskReleased():
            yield from _to(state, event.task, "released", "holder", "dispatcher")
        case Urged():
            yield from _to(state, event.task, "urged", "holder", "dispatcher")
        case CaseClosed() | CaseWithdrawn():
            code = "closed" if isinstance(event, CaseClosed) else "withdrawn"
            yield from (Notice(code, t.org, task=t.no) for t in state.tasks if t.holder or t.is_duty)
        case WoundUp():
            yield from _addresses(state, None, "all_clear", _alarmed(state))
        case RungFired():
            clock = state.clock(event.key)
            if clock is not None:
                task = state.task(clock.spec.task) if clock.spec.task is not None else None
                yield from _addresses(state, task, f"rung:{event.action}", event.to)
        case _:
            return


def _alarmed(state: CaseState) -> tuple[str, ...]:
    """Name who was alarmed by the ladders of the rule packs: the higher the mark, the more of them."""
    marks = (
        ("desk", state.escalation >= 1), ("supervisor", state.supervision >= 1),
        ("district_leader", state.escalation >= _LEADER_LEVEL),
    )  # fmt: skip
    return tuple(symbol for symbol, was in marks if was)


def _to(state: CaseState, no: int, code: str, *symbols: str) -> Iterator[Notice]:
    yield from _addresses(state, state.task(no), code, symbols)


def _addresses(state: CaseState, task: Task | None, code: str, symbols: tuple[str, ...]) -> Iterator[Notice]:
    """Resolve a ladder's symbols; those of a department fall away on clocks that no department owes."""
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
            case "desk":
                yield Notice(code, f"{facts.district}-DESK", Role.DISTRICT_DESK, task=number)
            case "supervisor":
                yield Notice(code, f"{facts.district}-SUP", Role.DISTRICT_SUPERVISOR, task=number)
            case "district_leader":
                yield Notice(code, f"{facts.district}-GOV", task=number)
            case _:
                continue


def _department(org: str, district: str) -> str:
    """Return the department above a branch: its leader answers for it (条); for a community its sub-district."""
    line = line_of(org)
    if line is None:
        return sub_district_of(org) or org
    home = district_of(org) or district
    return f"{home}-{line}" if is_within(area_of(org), home) else org
