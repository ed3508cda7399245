"""Reopening (重新办理): a closed case goes back to work within its window, as a new run of the same case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import to
from domain.case import Status, TaskState
from domain.folding import change_annex, changed, set_
from domain.relief import Reopening
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Notice, Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class Reopen:
    """Send a closed case back to work (重新办理), within the window after its close."""

    reason: Text


@dataclass(frozen=True, slots=True)
class CaseReopened:
    """A closed case went back to work: the named tasks are to be handled again, as handling `handling` (2, 3 ...)."""

    at: datetime
    handling: int
    tasks: tuple[int, ...]
    cause: str
    reason: Text | None = None


Command = Reopen
Event = CaseReopened


def _reopened(state: CaseState, e: CaseReopened) -> None:
    closed_at = state.closed_at or e.at
    again = Reopening(e.at, e.cause, closed_at, state.result or "")
    change_annex(state, reopenings=(*state.annex.reopenings, again))
    tasks = [changed(t, state=TaskState.ON_SCENE) if t.no in e.tasks else t for t in state.tasks]
    set_(state, "tasks", tuple(tasks))
    set_(state, "status", Status.IN_ACTION)
    set_(state, "result", None)
    set_(state, "closed_at", None)
    set_(state, "wound_up", False)


FOLDS: dict[type, Fold] = {CaseReopened: _reopened}


def _say_reopened(e: CaseReopened, state: CaseState) -> Iterator[Notice]:
    for no in e.tasks:
        yield from to(state, no, "reopened", "holder", "dispatcher")
    yield from to(state, e.tasks[0], "reopened", "raiser")


NOTICES: dict[type, Says] = {CaseReopened: _say_reopened}
