"""Suspensions: asked with reason, plan and end date, ruled on by the desk, ended by themselves or earlier by hand.

Decided here: exactly the clocks that the rule pack names stand still, of the named task or of the whole case; answers
of the desk, calls for help and supervision go on. A suspended case is not handled, but its departments may be urged and
may tell how it stands, help may be asked, and the raiser keeps the right to withdraw that it had before. Suspensions of
a case and of its tasks never overlap: one request or suspension at a time for whatever it would stop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.actors import Role
from domain.addresses import desk_of
from domain.authority import covers
from domain.case import ClockCode, Move, MoveKind, Outcome, TaskState
from domain.chapters import suspension as x
from domain.clocks import resolve_due
from domain.decide.muster import owes_work, progress
from domain.decide.requests import in_force, ruled_by_desk
from domain.decide.rule import MUSTER_OR_ACT, RULES, UNDER_WAY, Rule, Topic
from domain.errors import Reason, Refusal
from domain.relief import Request

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Clock, ClockSpec, Task
    from domain.draft import Draft
    from domain.relief import Suspension


def _may_ask(state: CaseState, task: Task | None, actor: Actor) -> None:
    owes_work(state, task, actor)
    for entry in state.annex.suspensions:
        if entry.is_live and (task is None or entry.task in (None, task.no)):
            raise Refusal(Reason.ALREADY_SUSPENDED, suspension=entry.no, state=entry.state)


def _ask(draft: Draft, command: x.AskSuspension) -> None:
    part = in_force(draft.rules.pack.parts.suspension)
    if command.reason_code not in part.reasons:
        raise Refusal(Reason.UNKNOWN_REASON, reason_code=command.reason_code, listed=list(part.reasons))
    _check_end(draft, command.until)
    latest = resolve_due(draft.at, part.longest, draft.rules.calendar).at
    if command.until > latest:
        raise Refusal(Reason.SUSPENSION_TOO_LONG, longest=str(part.longest), latest=latest.isoformat())
    entries = draft.state.annex.suspensions
    if sum(s.task == command.task and s.state is Request.GRANTED for s in entries) >= part.most:
        raise Refusal(Reason.SUSPENSION_LIMIT, most=part.most)
    draft.emit(x.SuspensionAsked(
        draft.at, len(entries) + 1, command.task, command.reason_code, draft.actor.id, draft.actor.org, command.until,
        command.plan,
    ))  # fmt: skip
    draft.start_clock(ClockCode.SUSPENSION_ANSWER, desk_of(draft.state.facts), command.task)


def _check_end(draft: Draft, until: Any) -> None:
    if until <= draft.at:
        raise Refusal(Reason.END_DATE_PAST, until=until.isoformat())


def _may_grant(_state: CaseState, entry: Suspension, actor: Actor) -> None:
    ruled_by_desk(entry, actor)


def _grant(draft: Draft, command: x.GrantSuspension) -> None:
    part = in_force(draft.rules.pack.parts.suspension)
    entry: Suspension = _TOPIC.find(draft.state, command.suspension)
    _check_end(draft, entry.until)
    stopped = [k for k in draft.state.clocks if k.is_open and k.spec.code in part.pauses and _concerns(entry, k)]
    for clock in stopped:  # it must be able to run on by itself, so the calendar has to reach that far
        draft.foresee(clock, Move(MoveKind.PAUSE, draft.at, clock.spec.due, entry.until))
    draft.end_clock(x.answer_key(entry))
    for clock in draft.state.clocks:
        if clock.spec.code is ClockCode.EXTENSION and _concerns(entry, clock):
            draft.end_clock(clock.spec.key, Outcome.CANCELLED)
    keys = tuple(k.spec.key for k in stopped)
    draft.emit(x.CaseSuspended(draft.at, entry.no, entry.task, entry.until, keys, command.note))
    for clock in stopped:
        draft.pause_clock(clock)
    party = entry.org if entry.task is None else draft.task(entry.task).org
    draft.start_clock(ClockCode.SUSPENSION, party, entry.task, given=entry.until)


def _concerns(entry: Suspension, clock: Clock) -> bool:
    return entry.task is None or clock.spec.task == entry.task


def _refuse(draft: Draft, command: x.RefuseSuspension) -> None:
    entry = _TOPIC.find(draft.state, command.suspension)
    draft.emit(x.SuspensionRefused(draft.at, entry.no, entry.task, command.reason))
    draft.end_clock(x.answer_key(entry))


def _may_resume(_state: CaseState, entry: Suspension, actor: Actor) -> None:
    if not entry.is_running:
        raise Refusal(Reason.NOT_SUSPENDED, suspension=entry.no)
    if not actor.has(Role.DISTRICT_DESK) and actor.id != entry.by and not covers(actor.org, entry.org):
        raise Refusal(Reason.NOT_ALLOWED, asked_by=entry.org)


def _resume(draft: Draft, command: x.Resume) -> None:
    entry = _TOPIC.find(draft.state, command.suspension)
    draft.emit(x.CaseResumed(draft.at, entry.no, entry.task, early=True, reason=command.reason))
    _run_on(draft, entry)


def resume_at_its_end(draft: Draft, spec: ClockSpec) -> None:
    """Let the clocks of a suspension run on at its end date; the effect of the rung of its own clock."""
    entry = next((s for s in draft.state.annex.suspensions if s.is_running and x.end_key(s) == spec.key), None)
    if entry is not None:
        draft.emit(x.CaseResumed(draft.at, entry.no, entry.task, early=False))
        _run_on(draft, entry)


def _run_on(draft: Draft, entry: Suspension) -> None:
    draft.end_clock(x.end_key(entry))
    for clock in draft.state.clocks:
        if clock.outcome is not Outcome.PAUSED or clock.paused_at is None or not _concerns(entry, clock):
            continue
        begun_meanwhile = entry.begun_at is not None and clock.spec.set_at > entry.begun_at
        if clock.spec.key in entry.clocks or begun_meanwhile:
            draft.recount(clock, Move(MoveKind.PAUSE, clock.paused_at, clock.spec.due, draft.at, ref=str(entry.no)))
    progress(draft)


_TOPIC = Topic("suspension", lambda state: state.annex.suspensions)
_AT_WORK = frozenset({TaskState.READY, TaskState.CLAIMED, TaskState.ON_SCENE})

RULES[x.AskSuspension] = Rule(_ask, MUSTER_OR_ACT, _AT_WORK, _may_ask, by_lead=True)
RULES[x.GrantSuspension] = Rule(_grant, MUSTER_OR_ACT, _AT_WORK, topic=_TOPIC, entry_guard=_may_grant)
RULES[x.RefuseSuspension] = Rule(_refuse, UNDER_WAY, topic=_TOPIC, entry_guard=_may_grant)
RULES[x.Resume] = Rule(_resume, UNDER_WAY, topic=_TOPIC, entry_guard=_may_resume, by_lead=True)

__all__ = ["resume_at_its_end"]
