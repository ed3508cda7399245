"""Calling the citizen back: asked when the limit ends, never before; tried again, believed, and acted upon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.addresses import hotline_of
from domain.annex import Call
from domain.case import ClockCode, Status, TaskState
from domain.chapters.call_back import CallBack, CallBackAsked, CalledBack, HandledAgain, is_good
from domain.decide.closing import end_if_settled
from domain.decide.handling import start_stage
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.annex import CallBacks
    from domain.case import CaseState, ClockSpec, Task
    from domain.draft import Draft
    from domain.parts import CallBackRule

_HANDED_IN = (TaskState.SUBMITTED, TaskState.ACCEPTED)


def ask(draft: Draft, spec: ClockSpec) -> None:
    """The citizen's limit, or the wait for the next try, has ended: call now, whatever state the case is in."""
    calls = draft.state.annex.call_back
    if calls is None or calls.settled:
        return
    draft.end_clock(spec.key)
    draft.emit(CallBackAsked(draft.at, calls.round))
    draft.start_clock(ClockCode.CALL, spec.party)


def _may_call(state: CaseState, _task: Task | None, actor: Actor) -> None:
    calls = state.annex.call_back
    if calls is None or not calls.asked:
        raise Refusal(Reason.CALL_BACK_NOT_DUE)
    if any(actor.id in t.handlers for t in state.tasks):
        raise Refusal(Reason.HANDLER_MAY_NOT_CHECK)


def _call_back(draft: Draft, command: CallBack) -> None:
    calls, rule = draft.state.annex.call_back, draft.rules.pack.parts.call_back
    if calls is None or rule is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    call = Call(
        draft.at, draft.actor.id, calls.round, command.valid, command.contacted, command.solved, command.satisfied
    )  # fmt: skip
    last = _is_last(calls, call, rule)
    draft.end_clock(ClockCode.CALL)
    draft.emit(CalledBack(
        draft.at, call.by, call.round, call.valid, call.contacted, call.solved, call.satisfied, last, command.note
    ))  # fmt: skip
    if last:
        end_if_settled(draft)
    elif call.valid:
        _handle_again(draft, calls.round + 1, rule)
    else:
        draft.start_clock(ClockCode.CALL_BACK, hotline_of(draft.state.facts), limit=rule.retry)


def _is_last(calls: CallBacks, call: Call, rule: CallBackRule) -> bool:
    if not call.valid:
        return calls.tries + 1 >= rule.tries
    return is_good(call) or calls.round >= rule.rounds


def _handle_again(draft: Draft, round_: int, rule: CallBackRule) -> None:
    """Give the work back to those who had handed in; whoever is still at it goes on, with the clocks running."""
    again = tuple(t.no for t in draft.state.duties() if t.state in _HANDED_IN)
    was_checking = draft.state.status is Status.CHECKING
    draft.emit(HandledAgain(draft.at, round_, again, rule.joins))
    if was_checking:
        draft.end_clock(ClockCode.CHECK)
    for no in again:
        start_stage(draft, no)
    facts = draft.state.facts
    draft.start_clock(ClockCode.CALL_BACK, hotline_of(facts), limit=rule.limit(facts.urgency))


_OPEN = frozenset(Status) - {Status.CLOSED, Status.WITHDRAWN}

RULES[CallBack] = Rule(_call_back, _OPEN, guard=_may_call)
