"""Call-back (回访): the citizen is asked when the citizen's limit ends, and the answer counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import Notice, desk_of
from domain.annex import Call, CallBacks
from domain.case import Status, TaskState
from domain.channels import Satisfied, Solved
from domain.folding import BrokenLog, change_annex, changed, set_
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class CallBack:
    """Record the call-back (回访): was the citizen reached, contacted by the units, is it solved, are they satisfied?

    `valid` is false where nobody who can say it was reached; the other answers then do not count.
    """

    valid: bool
    contacted: bool = False
    solved: Solved = Solved.NO
    satisfied: Satisfied = Satisfied.NONE
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class CallBackPlanned:
    """The citizen will be called back."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CallBackAsked:
    """The citizen's limit has ended: the hotline is to call now, for the given handling."""

    at: datetime
    round: int


@dataclass(frozen=True, slots=True)
class CalledBack:
    """The citizen was called; one who was not reached is called again, or the call-back is invalid (`last`)."""

    at: datetime
    by: str
    round: int
    valid: bool
    contacted: bool
    solved: Solved
    satisfied: Satisfied
    last: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class HandledAgain:
    """Not solved: the case is handled once more (二次办理, 三次办理), and those above join."""

    at: datetime
    round: int
    tasks: tuple[int, ...]
    level: int


@dataclass(frozen=True, slots=True)
class CallBackAwaited:
    """The raiser's check passed before the citizen's limit: the case waits for the call-back."""

    at: datetime


Command = CallBack
Event = CallBackPlanned | CallBackAsked | CalledBack | HandledAgain | CallBackAwaited


def _calls(state: CaseState) -> CallBacks:
    if state.annex.call_back is None:
        raise BrokenLog("a call-back in a case that has none")
    return state.annex.call_back


def _planned(state: CaseState, _e: CallBackPlanned) -> None:
    change_annex(state, call_back=CallBacks())


def _asked(state: CaseState, _e: CallBackAsked) -> None:
    change_annex(state, call_back=replace(_calls(state), asked=True))


def _called(state: CaseState, e: CalledBack) -> None:
    calls = _calls(state)
    call = Call(e.at, e.by, e.round, e.valid, e.contacted, e.solved, e.satisfied)
    change_annex(state, call_back=replace(
        calls, asked=False, tries=calls.tries if e.valid else calls.tries + 1, settled=e.last,
        solved=e.round if is_good(call) else 0, calls=(*calls.calls, call),
    ))  # fmt: skip


def _again(state: CaseState, e: HandledAgain) -> None:
    change_annex(state, call_back=replace(_calls(state), round=e.round, tries=0, checked=False))
    tasks = [changed(t, state=TaskState.ON_SCENE) if t.no in e.tasks else t for t in state.tasks]
    set_(state, "tasks", tuple(tasks))
    set_(state, "escalation", max(state.escalation, e.level))
    if state.status is Status.CHECKING:
        set_(state, "status", Status.IN_ACTION)


def _awaited(state: CaseState, _e: CallBackAwaited) -> None:
    change_annex(state, call_back=replace(_calls(state), checked=True))


FOLDS: dict[type, Fold] = {
    CallBackPlanned: _planned,
    CallBackAsked: _asked,
    CalledBack: _called,
    HandledAgain: _again,
    CallBackAwaited: _awaited,
}


def is_good(call: Call) -> bool:
    """Tell whether the citizen calls it solved and is not dissatisfied (domain.md 3.9)."""
    return call.valid and call.solved is Solved.YES and call.satisfied is not Satisfied.DISSATISFIED


def _say_called(e: CalledBack, state: CaseState) -> Iterator[Notice]:
    if not e.valid and not e.last:
        return
    for task in state.tasks:
        if task.is_duty:
            yield Notice("called_back", task.org, task=task.no)
    yield Notice("called_back", state.facts.area)


def _say_again(_e: HandledAgain, state: CaseState) -> Iterator[Notice]:
    for task in state.duties():
        yield Notice("handle_again", task.org, task=task.no)
    yield Notice("handle_again", desk_of(state.facts))


NOTICES: dict[type, Says] = {CalledBack: _say_called, HandledAgain: _say_again}
