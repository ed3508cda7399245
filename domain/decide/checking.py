"""The raiser's check: accept and close, or send back for rework; never by a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import commands as c
from domain.authority import acts_for, raiser_of
from domain.case import ClockCode, Status, TaskState
from domain.channels import Checker
from domain.chapters.channel import checker_of
from domain.chapters.upward import CaseEscalated
from domain.decide.closing import SOLVED, end_checked
from domain.decide.grid import may_close
from domain.decide.handling import start_stage
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import CheckFailed, CheckPassed

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft


def _may_check(state: CaseState, actor: Actor, *, passes: bool) -> None:
    if any(actor.id in t.handlers for t in state.tasks):
        raise Refusal(Reason.HANDLER_MAY_NOT_CHECK)
    checker, calls = checker_of(state), state.annex.call_back
    if checker is Checker.GRID:
        may_close(state, actor, passes=passes)
    elif not acts_for(actor, raiser_of(state.facts)):
        raise Refusal(Reason.NOT_ALLOWED)
    elif checker is Checker.CITIZEN or (calls is not None and calls.checked):
        raise Refusal(Reason.CALL_BACK_AWAITED)


def _may_pass(state: CaseState, _task: Task | None, actor: Actor) -> None:
    _may_check(state, actor, passes=True)


def _may_fail(state: CaseState, _task: Task | None, actor: Actor) -> None:
    _may_check(state, actor, passes=False)


def _pass(draft: Draft, command: c.CheckPass) -> None:
    result = command.result or SOLVED
    part = draft.rules.pack.parts.checking
    results = part.results if part is not None else (SOLVED,)
    if result not in results:
        raise Refusal(Reason.UNKNOWN_RESULT, result=result, results=list(results))
    last = draft.rules.pack.limit_classes[draft.state.facts.limit_class][-1].code
    if command.standard != last and (command.standard or (part is not None and part.standard)):
        raise Refusal(Reason.UNKNOWN_STANDARD, standard=command.standard, expected=last)
    draft.emit(CheckPassed(draft.at, command.note, command.standard))
    draft.end_clock(ClockCode.CHECK)
    draft.end_clock(ClockCode.CLOSING)
    end_checked(draft, result)


def _fail(draft: Draft, command: c.CheckFail) -> None:
    handed_in = tuple(t.no for t in draft.state.duties() if t.state is TaskState.SUBMITTED)
    named = tuple(sorted(set(command.tasks))) or handed_in
    if not named or not set(named) <= set(handed_in):
        raise Refusal(Reason.NOTHING_TO_RETURN, handed_in=list(handed_in))
    draft.emit(CheckFailed(draft.at, named, command.reason))
    draft.end_clock(ClockCode.CHECK)
    draft.end_clock(ClockCode.CLOSING)
    for no in named:
        start_stage(draft, no)
    part = draft.rules.pack.parts.checking
    if part is not None and draft.state.rework >= part.rework_escalates_at:
        draft.emit(CaseEscalated(draft.at, part.level, "rework", part.to, named[0]))


RULES[c.CheckPass] = Rule(_pass, frozenset({Status.CHECKING}), guard=_may_pass)
RULES[c.CheckFail] = Rule(_fail, frozenset({Status.CHECKING}), guard=_may_fail)
