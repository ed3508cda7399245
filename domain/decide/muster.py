"""Claiming, assigning and reporting in, adding and releasing departments, until the quorum is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import authority
from domain import commands as c
from domain.case import ClockCode, Move, MoveKind, Outcome, Party, Status, TaskRole, TaskState, Tie
from domain.channels import Nature
from domain.clocks import resolve_due
from domain.decide.closing import open_check
from domain.decide.intake import call
from domain.decide.parties import check_newcomer, check_party, check_reach
from domain.decide.rule import MUSTER_OR_ACT, RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import (
    Mustered,
    ReportedIn,
    TaskClaimed,
    TaskReleased,
    TaskUnclaimed,
    Urged,
)  # fmt: skip

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Clock, Task
    from domain.draft import Draft

_WAITING = (TaskState.READY, TaskState.CLAIMED)
_DONE = (TaskState.SUBMITTED, TaskState.ACCEPTED)


def progress(draft: Draft) -> None:
    """Move the case on when its departments allow it: quorum arrived → in action, all handed in → checking."""
    state = draft.state
    duties = state.duties()
    if state.status is Status.MUSTERING:
        away = _WAITING if draft.kind.report_in else (TaskState.READY,)
        arrived = tuple([t.role for t in duties if t.stands not in away])
        if draft.kind.quorum.is_met(arrived, len(duties)):
            draft.emit(Mustered(draft.at))
    if draft.state.status is Status.IN_ACTION and not [t for t in duties if t.state not in _DONE]:
        draft.end_clock(ClockCode.SUSPENSION_ANSWER, Outcome.CANCELLED)
        open_check(draft)


def _is_free(_state: CaseState, task: Task | None, _actor: Actor) -> None:
    if task is not None and task.holder is not None:
        raise Refusal(Reason.ALREADY_CLAIMED, task=task.no, holder=task.holder)


def _claim(draft: Draft, command: c.Claim) -> None:
    _take(draft, command.task, draft.actor.id)


def _assign(draft: Draft, command: c.Assign) -> None:
    task = draft.task(command.task)
    if not authority.covers(command.worker_org, task.org):
        raise Refusal(Reason.UNKNOWN_WORKER, worker=command.worker, org=task.org)
    if task.holder == command.worker:
        raise Refusal(Reason.ALREADY_CLAIMED, task=command.task, holder=command.worker)
    _take(draft, command.task, command.worker)


def _take(draft: Draft, no: int, worker: str) -> None:
    draft.emit(TaskClaimed(draft.at, no, worker))
    draft.end_clock(f"{ClockCode.CLAIM}:{no}")
    draft.end_clock(f"{ClockCode.LEASE}:{no}", Outcome.CANCELLED)
    task = draft.task(no)
    if task.is_duty and task.stands is TaskState.CLAIMED:
        draft.start_clock(ClockCode.LEASE, task.org, no)
    if not draft.kind.report_in:
        progress(draft)


def _unclaim(draft: Draft, command: c.Unclaim) -> None:
    draft.emit(TaskUnclaimed(draft.at, command.task, lapsed=False, reason=command.reason))
    give_back(draft, command.task)


def give_back(draft: Draft, no: int) -> None:
    """Let the claim clock of a task run on after the task lost its holder.

    With its old due instant, but for suspensions since it was met: time that stood still is not used up.
    """
    draft.end_clock(f"{ClockCode.LEASE}:{no}", Outcome.CANCELLED)
    clock = draft.state.clock(f"{ClockCode.CLAIM}:{no}")
    if clock is None or clock.is_open:
        return
    missed = _missed(draft, no, clock)
    if missed:
        draft.recount(clock, *missed)
    else:
        draft.resume_clock(clock)


def _missed(draft: Draft, no: int, clock: Clock) -> tuple[Move, ...]:
    """Return the suspensions that would have stopped a clock if it had not been met."""
    part = draft.rules.pack.parts.suspension
    if part is None or clock.spec.code not in part.pauses or clock.ended_at is None:
        return ()
    return tuple(
        Move(MoveKind.PAUSE, s.begun_at, clock.spec.due, s.ended_at)
        for s in draft.state.annex.suspensions
        if s.task in (None, no) and s.begun_at is not None and s.ended_at is not None
        and s.begun_at >= clock.ended_at
    )  # fmt: skip


def _report_in(draft: Draft, command: c.ReportIn) -> None:
    task = draft.task(command.task)
    key = f"{ClockCode.REPORT_IN}:{task.no}"
    clock = draft.state.clock(key)
    late = clock is not None and draft.at > clock.spec.due
    draft.emit(ReportedIn(draft.at, task.no, draft.actor.id, late, command.lat, command.lng, command.note))
    draft.end_clock(key)
    draft.end_clock(f"{ClockCode.LEASE}:{task.no}")
    progress(draft)


def takes_part(_state: CaseState, task: Task | None, _actor: Actor) -> None:
    """Guard: a unit that is only informed has nothing to report on or to hand in."""
    if task is not None and (task.role is TaskRole.INFORM or task.tie is Tie.NOTICE):
        raise Refusal(Reason.INFORM_ONLY, task=task.no)


def _has_work(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    if state.facts.nature is Nature.COMMENDATION:
        raise Refusal(Reason.PRAISE_ONLY)


def owes_work(state: CaseState, task: Task | None, actor: Actor) -> None:
    """Guard: a partner was invited and cannot be held to anything."""
    takes_part(state, task, actor)
    if task is not None and task.tie is Tie.INVITATION:
        raise Refusal(Reason.INVITED_ONLY, task=task.no)


def _add_department(draft: Draft, command: c.AddDepartment) -> None:
    state = draft.state
    check_newcomer(state, command.org)
    if command.role is TaskRole.LEAD:
        lead = state.lead()
        raise Refusal(Reason.ONE_LEAD, lead=lead.org if lead is not None else None)
    party = Party(command.org, command.role, command.tie)
    check_party(party, state.facts, draft.rules.pack)
    check_reach(draft.actor, state, command.org)
    _check_set_limit(draft, command)
    call(draft, party, command.due)


def _check_set_limit(draft: Draft, command: c.AddDepartment) -> None:
    """Refuse a limit set by the lead or the raiser (接诉即办条例 art. 14) that is over, or that nobody would owe."""
    if command.due is None:
        return
    if draft.rules.pack.parts.coordination is None:
        raise Refusal(Reason.NOT_IN_FORCE)
    if command.role is TaskRole.INFORM:
        raise Refusal(Reason.INFORM_ONLY)
    if command.tie is not Tie.ORDER:
        raise Refusal(Reason.INVITED_ONLY)
    if command.due <= draft.at:
        raise Refusal(Reason.END_DATE_PAST, until=command.due.isoformat())


def _may_go(_state: CaseState, task: Task | None, _actor: Actor) -> None:
    if task is None:
        return
    if task.is_gone:
        raise Refusal(Reason.RELEASED_LAST, task=task.no)
    if task.role is TaskRole.LEAD:
        raise Refusal(Reason.LEAD_STAYS, task=task.no)


def _release(draft: Draft, command: c.Release) -> None:
    draft.emit(TaskReleased(draft.at, command.task, command.reason))
    draft.cancel_clocks(command.task)
    progress(draft)


def _urge(draft: Draft, command: c.Urge) -> None:
    part, last = draft.rules.pack.parts.urge, draft.task(command.task).urged_at
    rested = part is None or last is None or resolve_due(last, part.rest, draft.rules.calendar).at <= draft.at
    draft.emit(Urged(draft.at, command.task, command.note, told=rested))


_ON_SCENE_FROM = frozenset({TaskState.CLAIMED})
_AT_WORK = frozenset({TaskState.READY, TaskState.CLAIMED, TaskState.ON_SCENE})

RULES[c.Claim] = Rule(_claim, MUSTER_OR_ACT, frozenset({TaskState.READY}), _is_free, handles=True)
RULES[c.Unclaim] = Rule(_unclaim, MUSTER_OR_ACT, frozenset({TaskState.CLAIMED}), handles=True)
RULES[c.Assign] = Rule(_assign, MUSTER_OR_ACT, _AT_WORK, handles=True)
RULES[c.ReportIn] = Rule(_report_in, MUSTER_OR_ACT, _ON_SCENE_FROM, takes_part, handles=True)
RULES[c.AddDepartment] = Rule(_add_department, MUSTER_OR_ACT, guard=_has_work)
RULES[c.Release] = Rule(_release, MUSTER_OR_ACT, guard=_may_go)
RULES[c.Urge] = Rule(_urge, MUSTER_OR_ACT | {Status.SUSPENDED}, _AT_WORK, owes_work)
