"""Notices: whom an event concerns; the texts are made where they are shown, from the notice's code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.addresses import SYMBOLS, Notice, addresses, approver, raisers, to
from domain.case import TaskRole, Tie
from domain.channels import Checker, Nature
from domain.chapters import (
    call_back,
    channel,
    coordination,
    extension,
    grid,
    linking,
    meeting,
    milestones,
    objection,
    orders,
    rating,
    reopening,
    reports,
    suspension,
    upward,
    volunteers,
)  # fmt: skip
from domain.chapters.channel import checker_of
from domain.events import (
    CaseApproved,
    CaseClosed,
    CaseIssued,
    CaseRaised,
    CaseRefused,
    CaseWithdrawn,
    CheckFailed,
    CheckOpened,
    ReportedIn,
    ResultSubmitted,
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
"""Escalation level at which a district leader is told; above it stands the city (policies/beijing)."""


def notices(event: Event, state: CaseState) -> tuple[Notice, ...]:
    """Return the notices that an event causes, without repeats.

    Args:
        state: The state after the event.
    """
    says = _SAYS.get(type(event))
    return tuple(dict.fromkeys(says(event, state))) if says is not None else ()


def _raised(e: CaseRaised, state: CaseState) -> Iterator[Notice]:
    if e.needs_approval:
        yield Notice("approval_wanted", *approver(state))


def _approved(_e: CaseApproved, state: CaseState) -> Iterator[Notice]:
    yield Notice("approved", state.facts.raising_org, user=state.facts.raised_by)


def _refused(_e: CaseRefused, state: CaseState) -> Iterator[Notice]:
    yield Notice("refused", state.facts.raising_org, user=state.facts.raised_by)


def _issued(_e: CaseIssued, state: CaseState) -> Iterator[Notice]:
    return (Notice("raised_together", area) for area in state.facts.joint_areas)


def _called(e: TaskAdded, state: CaseState) -> Iterator[Notice]:
    praise = state.facts.nature is Nature.COMMENDATION
    yield Notice("praised" if praise else _CALL[e.tie], e.org, task=e.task)


_CALL = {Tie.ORDER: "called", Tie.INVITATION: "invited", Tie.NOTICE: "copied"}


def _claimed(e: TaskClaimed, state: CaseState) -> Iterator[Notice]:
    task = state.task(e.task)
    if task is not None:
        yield Notice("claimed", task.org, user=e.worker, task=e.task)


def _unclaimed(e: TaskUnclaimed, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "task_returned", "dispatcher")


def _reported_in(e: ReportedIn, state: CaseState) -> Iterator[Notice]:
    yield from raisers(state, "reported_in", e.task)


def _stage_reported(e: StageReported, state: CaseState) -> Iterator[Notice]:
    yield from raisers(state, "stage_reported", e.task)
    yield from _to_lead(state, e.task, "stage_reported")


def _submitted(e: ResultSubmitted, state: CaseState) -> Iterator[Notice]:
    yield from _to_lead(state, e.task, "assist_submitted")


def _to_lead(state: CaseState, no: int, code: str) -> Iterator[Notice]:
    """Tell the lead what an assisting department reports: its results go to the lead (接诉即办条例 art. 14)."""
    task, lead = state.task(no), state.lead()
    if task is None or lead is None or task.role is TaskRole.LEAD:
        return
    whom = ("holder", "dispatcher") if lead.holder is not None else ("dispatcher",)
    yield from (replace(notice, task=no) for notice in addresses(state, lead, code, whom))


def _check_opened(_e: CheckOpened, state: CaseState) -> Iterator[Notice]:
    match checker_of(state):
        case Checker.RAISER:
            yield Notice("check_wanted", state.facts.raising_org)
        case Checker.GRID:
            yield Notice("post_check_wanted", state.facts.area, Role.GRID_MEMBER)
        case Checker.CITIZEN:
            return  # asked by the call-back, when the limit ends


def _check_failed(e: CheckFailed, state: CaseState) -> Iterator[Notice]:
    for no in e.tasks:
        yield from to(state, no, "sent_back", "holder", "dispatcher")


def _released(e: TaskReleased, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "released", "holder", "dispatcher")


def _urged(e: Urged, state: CaseState) -> Iterator[Notice]:
    if e.told:
        yield from to(state, e.task, "urged", "holder", "dispatcher")


def _closed(_e: CaseClosed, state: CaseState) -> Iterator[Notice]:
    yield from _everybody(state, "closed")
    yield from (Notice("closed", area) for area in state.facts.joint_areas)


def _withdrawn(_e: CaseWithdrawn, state: CaseState) -> Iterator[Notice]:
    yield from _everybody(state, "withdrawn")
    yield from (Notice("withdrawn", area) for area in state.facts.joint_areas if state.tasks)


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
        ("city_supervisor", state.escalation > _LEADER_LEVEL or any(
            "city_supervisor" in r.to for c in state.clocks for r in c.spec.rungs if r.code in c.fired
        )),
    )  # fmt: skip
    return tuple(symbol for symbol, was in marks if was)


_SAYS: dict[type, Says] = {
    CaseRaised: _raised,
    CaseApproved: _approved,
    CaseRefused: _refused,
    CaseIssued: _issued,
    TaskAdded: _called,
    TaskClaimed: _claimed,
    TaskUnclaimed: _unclaimed,
    ReportedIn: _reported_in,
    StageReported: _stage_reported,
    ResultSubmitted: _submitted,
    CheckOpened: _check_opened,
    CheckFailed: _check_failed,
    TaskReleased: _released,
    Urged: _urged,
    CaseClosed: _closed,
    CaseWithdrawn: _withdrawn,
    WoundUp: _all_clear,
    RungFired: _rung,
    **extension.NOTICES,
    **suspension.NOTICES,
    **upward.NOTICES,
    **milestones.NOTICES,
    **reopening.NOTICES,
    **channel.NOTICES,
    **grid.NOTICES,
    **call_back.NOTICES,
    **reports.NOTICES,
    **linking.NOTICES,
    **coordination.NOTICES,
    **objection.NOTICES,
    **orders.NOTICES,
    **rating.NOTICES,
    **volunteers.NOTICES,
    **meeting.NOTICES,
}
"""By event; each chapter brings its own (`NOTICES`)."""

__all__ = ["SYMBOLS", "Notice", "notices"]
