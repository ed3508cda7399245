"""Ending a case: who says that it is done, and when the last word has been said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import ClockCode, Status
from domain.channels import Checker
from domain.chapters.call_back import CallBackAwaited
from domain.chapters.channel import checker_of
from domain.decide.rating import open_window
from domain.events import CaseClosed, CheckOpened, CheckPassed

if TYPE_CHECKING:
    from domain.case import CaseState
    from domain.draft import Draft

SOLVED, UNSOLVED, UNREACHED = "solved", "unsolved", "unreached"
"""Result codes: the last word is that it is solved; that it is not; nobody could be reached to say so."""


def open_check(draft: Draft) -> None:
    """Every department has handed in: whoever has to say that it is done is asked."""
    draft.emit(CheckOpened(draft.at))
    checker, facts = checker_of(draft.state), draft.state.facts
    if checker is Checker.RAISER:
        draft.start_clock(ClockCode.CHECK, facts.raising_org)
    elif checker is Checker.GRID:
        draft.start_clock(ClockCode.POST_CHECK, facts.area)
    else:
        end_if_settled(draft)


def end_checked(draft: Draft, result: str) -> None:
    """The check passed: the case closes with the checker's result, or waits for the call-back if one is to come."""
    calls = draft.state.annex.call_back
    if calls is not None and not calls.settled:
        draft.emit(CallBackAwaited(draft.at))
        return
    _close(draft, result)


def end_if_settled(draft: Draft) -> None:
    """Close a case whose departments have handed in, once the citizen has said the last word and the raiser too."""
    state, calls = draft.state, draft.state.annex.call_back
    if state.status is not Status.CHECKING or calls is None or not calls.settled:
        return
    if checker_of(state) is Checker.CITIZEN:
        if calls.solved:
            draft.emit(CheckPassed(draft.at))
        _close(draft)
    elif calls.checked:
        _close(draft)


def _close(draft: Draft, result: str = SOLVED) -> None:
    draft.cancel_clocks()
    draft.emit(CaseClosed(draft.at, _result(draft.state, result)))
    open_window(draft)


def _result(state: CaseState, checked: str) -> str:
    calls = state.annex.call_back
    if calls is None or calls.solved:
        return checked
    return UNSOLVED if any(call.valid for call in calls.calls) else UNREACHED


