"""The raiser's check: accept and close, or send back for rework; never by a handler."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import commands as c
from domain.case import ClockCode, Status, TaskState
from domain.decide.handling import start_stage
from domain.decide.rating import open_window
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import CaseClosed, CheckFailed, CheckPassed

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft

SOLVED = "solved"
"""Result code of a case whose check passed."""


def _is_no_handler(state: CaseState, _task: Task | None, actor: Actor) -> None:
    if any(actor.id in t.handlers for t in state.tasks):
        raise Refusal(Reason.HANDLER_MAY_NOT_CHECK)


def _pass(draft: Draft, command: c.CheckPass) -> None:
    draft.emit(CheckPassed(draft.at, command.note))
    draft.end_clock(ClockCode.CHECK)
    draft.cancel_clocks()
    draft.emit(CaseClosed(draft.at, SOLVED))
    open_window(draft)


def _fail(draft: Draft, command: c.CheckFail) -> None:
    handed_in = tuple(t.no for t in draft.state.tasks if t.state is TaskState.SUBMITTED)
    named = tuple(sorted(set(command.tasks))) or handed_in
    if not named or not set(named) <= set(handed_in):
        raise Refusal(Reason.NOTHING_TO_RETURN, handed_in=list(handed_in))
    draft.emit(CheckFailed(draft.at, named, command.reason))
    draft.end_clock(ClockCode.CHECK)
    for no in named:
        start_stage(draft, no)


RULES[c.CheckPass] = Rule(_pass, frozenset({Status.CHECKING}), guard=_is_no_handler)
RULES[c.CheckFail] = Rule(_fail, frozenset({Status.CHECKING}), guard=_is_no_handler)
