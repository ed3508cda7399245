"""Notices: whom an event concerns; the texts are made where they are shown, from the notice's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.actors import Role
from domain.addresses import SYMBOLS, Notice, addresses, to
from domain.chapters import orders
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

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.events import Event

_LEADER_LEVEL = 4
"""Escalation level at which a district leader is told (policies/beijing/1.toml)."""


def notices(event: Event, state: CaseState) -> tuple[Notice, ...]:
    """Return the notices that an event causes, without repeats.

    Args:
        state: The state after the event.
    """
    says = _SAYS.get(type(event))
    return tuple(dict.fromkeys(says(event, state))) if says is not None else ()


def _raised(e: CaseRaised, state: CaseState) -> Iterator[Notice]:
    if e.needs_approval:
        yield Notice("approval_wanted", state.facts.area, Role.STREET_LEADER)


def _approved(_e: CaseApproved, state: CaseState) -> Iterator[Notice]:
    yield Notice("approved", state.facts.area, user=state.facts.raised_by)


def _refused(_e: CaseRefused, state: CaseState) -> Iterator[Notice]:
    yield Notice("refused", state.facts.area, user=state.facts.raised_by)


def _called(e: TaskAdded, _state: CaseState) -> Iterator[Notice]:
    yield Notice("called", e.org, task=e.task)


def _claimed(e: TaskClaimed, state: CaseState) -> Iterator[Notice]:
    task = state.task(e.task)
    if task is not None:
        yield Notice("claimed", task.org, user=e.worker, task=e.task)


def _unclaimed(e: TaskUnclaimed, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "task_returned", "dispatcher")


def _reported_in(e: ReportedIn, state: CaseState) -> Iterator[Notice]:
    yield Notice("reported_in", state.facts.raising_org, task=e.task)


def _stage_reported(e: StageReported, state: CaseState) -> Iterator[Notice]:
    yield Notice("stage_reported", state.facts.raising_org, task=e.task)


def _check_opened(_e: CheckOpened, state: CaseState) -> Iterator[Notice]:
    yield Notice("check_wanted", state.facts.raising_org)


def _check_failed(e: CheckFailed, state: CaseState) -> Iterator[Notice]:
    for no in e.tasks:
        yield from to(state, no, "sent_back", "holder", "dispatcher")


def _released(e: TaskReleased, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "released", "holder", "dispatcher")


def _urged(e: Urged, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "urged", "holder", "dispatcher")


def _closed(_e: CaseClosed, state: CaseState) -> Iterator[Notice]:
    yield from _everybody(state, "closed")


def _withdrawn(_e: CaseWithdrawn, state: CaseState) -> Iterator[Notice]:
    yield from _everybody(state, "withdrawn")


def _everybody(state: CaseState, code: str) -> Iterator[Notice]:
    return (Notice(code, t.org, task=t.no) for t in state.tasks if t.holder or t.is_duty)


def _all_clear(_e: WoundUp, state: CaseState) -> Iterator[Notice]:
    yield from addresses(state, None, "all_clear", _alarmed(state))


def _rung(e: RungFired, state: CaseState) -> Iterator[Notice]:
    clock = state.clock(e.key)
    if clock is not None:
        task = state.task(clock.spec.task) if clock.spec.task is not None else None
        yield from addresses(state, task, f"rung:{e.action}", e.to, clock.spec.party)


def _alarmed(state: CaseState) -> tuple[str, ...]:
    """Name who was alarmed by the ladders of the rule packs: the higher the mark, the more of them."""
    marks = (
        ("desk", state.escalation >= 1), ("supervisor", state.supervision >= 1),
        ("district_leader", state.escalation >= _LEADER_LEVEL),
    )  # fmt: skip
    return tuple(symbol for symbol, was in marks if was)


_SAYS: dict[type, Says] = {
    CaseRaised: _raised,
    CaseApproved: _approved,
    CaseRefused: _refused,
    TaskAdded: _called,
    TaskClaimed: _claimed,
    TaskUnclaimed: _unclaimed,
    ReportedIn: _reported_in,
    StageReported: _stage_reported,
    CheckOpened: _check_opened,
    CheckFailed: _check_failed,
    TaskReleased: _released,
    Urged: _urged,
    CaseClosed: _closed,
    CaseWithdrawn: _withdrawn,
    WoundUp: _all_clear,
    RungFired: _rung,
    **orders.NOTICES,
}
"""By event; each chapter brings its own (`NOTICES`)."""

__all__ = ["SYMBOLS", "Notice", "notices"]
