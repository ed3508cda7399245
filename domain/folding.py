"""Tools of the folds: change parts of a state **in place**; only `domain.evolve` hands them a state of its own."""

from __future__ import annotations

from dataclasses import fields, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from domain.case import Clock, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.case import CaseState, TaskState

    Fold = Callable[[CaseState, Any], None]


class BrokenLog(Exception):
    """The events do not form a case: the first is no raise, or one names what is not there."""


_TASK = attrgetter(*(f.name for f in fields(Task)))
set_ = object.__setattr__


def changed(task: Task, **changes: Any) -> Task:
    """Return a task with some fields changed; `dataclasses.replace` takes twice as long."""
    copied = Task(*_TASK(task))
    for name, value in changes.items():
        set_(copied, name, value)
    return copied


def change_task(state: CaseState, no: int, /, **changes: Any) -> None:
    """Change fields of one task."""
    old = task_of(state, no)
    set_(state, "tasks", tuple([changed(t, **changes) if t is old else t for t in state.tasks]))


def task_of(state: CaseState, no: int) -> Task:
    """Return a task that an event names; raises `BrokenLog` if it is not there."""
    task = state.task(no)
    if task is None:
        msg = f"an event names task {no}, which is not there"
        raise BrokenLog(msg)
    return task


def stand(state: CaseState, no: int, where: TaskState, /, **changes: Any) -> None:
    """Let a department stand somewhere with its work, whether it objects or not."""
    moved = {"state": where} if task_of(state, no).before is None else {"before": where}
    change_task(state, no, **moved, **changes)


def not_called(state: CaseState, no: int) -> None:
    """A task that ended need not be called any more."""
    set_(state, "uncalled", tuple([each for each in state.uncalled if each != no]))


def handlers_with(task: Task, worker: str) -> tuple[str, ...]:
    """Return the handlers of a task with one more, each once."""
    return task.handlers if worker in task.handlers else (*task.handlers, worker)


def change_clock(state: CaseState, key: str, generation: int, change: Callable[[Clock], Clock]) -> None:
    """Change one generation of a clock, which must be the latest; raises `BrokenLog` if it is not there."""
    clocks = list(state.clocks)
    for index, clock in enumerate(clocks):
        if clock.spec.key == key and clock.spec.generation == generation:
            clocks[index] = change(clock)
            set_(state, "clocks", tuple(clocks))
            return
    msg = f"an event names the clock {key}/{generation}, which is not there"
    raise BrokenLog(msg)


def change_annex(state: CaseState, /, **changes: Any) -> None:
    """Change parts of the annex."""
    set_(state, "annex", replace(state.annex, **changes))


def nothing(_state: CaseState, _event: Any) -> None:
    """Stay as it was: the event is for the record and the notices only."""
