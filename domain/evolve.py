"""Folding: how each event changes the state of a case; no rule and no refusal lives here."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, overload

from domain.case import Action, CaseState, Clock, Status, Task, TaskState
from domain.events import (
    CaseApproved, CaseClosed, CaseIssued, CaseRaised, CaseRefused, CaseWithdrawn, CheckFailed, CheckOpened, CheckPassed,
    ClockEnded, ClockStarted, DepartmentsCalled, Mustered, NoShowMarked, ReportedIn, ResultSubmitted, RungFired,
    StageDone, StageReported, TaskAdded, TaskClaimed, TaskReleased, TaskUnclaimed, Urged, WoundUp,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from domain.events import Event


class BrokenLog(Exception):
    """The events do not form a case: the first is no raise, or one names what is not there."""


_STATE = attrgetter(*(f.name for f in fields(CaseState)))
_TASK = attrgetter(*(f.name for f in fields(Task)))
_set = object.__setattr__


def evolve(state: CaseState | None, event: Event) -> CaseState:
    """Return the state after `event`; `version` grows by one and `at` becomes the event's instant.

    Raises:
        BrokenLog: the event cannot follow this state; a fault of the record, never of a person.
    """
    return apply(copy(state), event)


@overload
def fold(events: Iterable[Event], state: CaseState) -> CaseState: ...
@overload
def fold(events: Iterable[Event], state: CaseState | None = None) -> CaseState | None: ...
def fold(events: Iterable[Event], state: CaseState | None = None) -> CaseState | None:
    """Fold events, in order of `seq`, onto a state; equal to `evolve` one by one, with a single copy.

    Args:
        state: What came before; None for a whole log.

    Returns:
        The state after the last event; `state` itself when there is no event.

    Raises:
        BrokenLog: as `evolve`.
    """
    after = None
    for event in events:
        after = apply(copy(state) if after is None else after, event)
    return state if after is None else after


def copy(state: CaseState | None) -> CaseState | None:
    """Return an equal state that nobody else holds, for `apply`."""
    return None if state is None else CaseState(*_STATE(state))


def apply(state: CaseState | None, event: Event) -> CaseState:
    """Fold one event into a state **in place** and return it: only for a `copy` that nobody else holds yet.

    States are frozen for everybody who is handed one; a decision of twenty events need not copy the case twenty times.
    """
    if state is None:
        if not isinstance(event, CaseRaised):
            msg = f"a log begins with {type(event).__name__}"
            raise BrokenLog(msg)
        status = Status.PENDING_APPROVAL
        return CaseState(event.facts, 1, event.at, status, awaiting_approval=event.needs_approval)
    change = _CHANGES.get(type(event))
    if change is None:
        msg = f"{type(event).__name__} in the middle of a log"
        raise BrokenLog(msg)
    for name, value in change(state, event).items():
        _set(state, name, value)
    _set(state, "version", state.version + 1)
    _set(state, "at", event.at)
    return state


def _changed(task: Task, **changes: Any) -> Task:
    """Return a task with some fields changed; `dataclasses.replace` takes twice as long."""
    copied = Task(*_TASK(task))
    for name, value in changes.items():
        _set(copied, name, value)
    return copied


def _with_task(state: CaseState, no: int, /, **changes: Any) -> tuple[Task, ...]:
    tasks = list(state.tasks)
    for index, task in enumerate(tasks):
        if task.no == no:
            tasks[index] = _changed(task, **changes)
            return tuple(tasks)
    msg = f"an event names task {no}, which is not there"
    raise BrokenLog(msg)


def _handler(task: Task | None, worker: str) -> tuple[str, ...]:
    if task is None:
        msg = "an event names a task that is not there"
        raise BrokenLog(msg)
    return task.handlers if worker in task.handlers else (*task.handlers, worker)


def _nothing(_state: CaseState, _event: Any) -> dict[str, Any]:
    return {}


def _task_added(state: CaseState, e: TaskAdded) -> dict[str, Any]:
    task = Task(e.task, e.org, e.role, e.stages)
    return {"tasks": (*state.tasks, task), "uncalled": (*state.uncalled, e.task)}


def _with_clock(state: CaseState, key: str, generation: int, changed: Callable[[Clock], Clock]) -> tuple[Clock, ...]:
    clocks = list(state.clocks)
    for index, clock in enumerate(clocks):
        if clock.spec.key == key and clock.spec.generation == generation:
            clocks[index] = changed(clock)
            return tuple(clocks)
    msg = f"an event names the clock {key}/{generation}, which is not there"
    raise BrokenLog(msg)


def _clock_started(state: CaseState, e: ClockStarted) -> dict[str, Any]:
    clock = Clock(e.clock)
    if e.clock.generation == 1:
        return {"clocks": (*state.clocks, clock)}
    return {"clocks": _with_clock(state, e.clock.key, e.clock.generation - 1, lambda _old: clock)}


def _clock_ended(state: CaseState, e: ClockEnded) -> dict[str, Any]:
    return {"clocks": _with_clock(state, e.key, e.generation, lambda c: Clock(c.spec, e.outcome, e.at, c.fired))}


def _rung_fired(state: CaseState, e: RungFired) -> dict[str, Any]:
    clocks = _with_clock(
        state, e.key, e.generation, lambda c: Clock(c.spec, c.outcome, c.ended_at, (*c.fired, e.rung))
    )  # fmt: skip
    if e.action is Action.ESCALATE:
        return {"clocks": clocks, "escalation": max(state.escalation, e.level)}
    if e.action is Action.SUPERVISE:
        return {"clocks": clocks, "supervision": max(state.supervision, e.level)}
    return {"clocks": clocks}


def _task_claimed(state: CaseState, e: TaskClaimed) -> dict[str, Any]:
    task = state.task(e.task)
    claimed = TaskState.CLAIMED if task is not None and task.state is TaskState.READY else None
    changes: dict[str, Any] = {"holder": e.worker, "handlers": _handler(task, e.worker)}
    return {"tasks": _with_task(state, e.task, **changes, **({"state": claimed} if claimed else {}))}


def _task_unclaimed(state: CaseState, e: TaskUnclaimed) -> dict[str, Any]:
    return {"tasks": _with_task(state, e.task, state=TaskState.READY, holder=None)}


def _reported_in(state: CaseState, e: ReportedIn) -> dict[str, Any]:
    handlers = _handler(state.task(e.task), e.worker)
    return {"tasks": _with_task(state, e.task, state=TaskState.ON_SCENE, late=e.late, handlers=handlers)}


def _stage_done(state: CaseState, e: StageDone) -> dict[str, Any]:
    task = state.task(e.task)
    handlers = _handler(task, e.worker)
    return {"tasks": _with_task(state, e.task, stage=(task.stage if task else 0) + 1, handlers=handlers)}


def _submitted(state: CaseState, e: ResultSubmitted) -> dict[str, Any]:
    handlers = _handler(state.task(e.task), e.worker)
    return {"tasks": _with_task(state, e.task, state=TaskState.SUBMITTED, handlers=handlers)}


def _check_passed(state: CaseState, _e: CheckPassed) -> dict[str, Any]:
    tasks = tuple(_changed(t, state=TaskState.ACCEPTED) if t.state is TaskState.SUBMITTED else t for t in state.tasks)
    return {"tasks": tasks}


def _check_failed(state: CaseState, e: CheckFailed) -> dict[str, Any]:
    tasks = tuple(
        _changed(t, state=TaskState.ON_SCENE, rework=t.rework + 1) if t.no in e.tasks else t for t in state.tasks
    )
    return {"tasks": tasks, "status": Status.IN_ACTION, "rework": state.rework + 1}


def _closed(_state: CaseState, e: CaseClosed) -> dict[str, Any]:
    return {"status": Status.CLOSED, "result": e.result, "closed_at": e.at, "uncalled": ()}


def _withdrawn(state: CaseState, e: CaseWithdrawn) -> dict[str, Any]:
    gone = (TaskState.RELEASED, TaskState.ACCEPTED)
    tasks = tuple(t if t.state in gone else _changed(t, state=TaskState.WITHDRAWN) for t in state.tasks)
    ended = {"status": Status.WITHDRAWN, "result": e.result, "closed_at": e.at}
    return {**ended, "tasks": tasks, "uncalled": (), "awaiting_approval": False}


def _released(state: CaseState, e: TaskReleased) -> dict[str, Any]:
    uncalled = tuple(no for no in state.uncalled if no != e.task)
    return {"tasks": _with_task(state, e.task, state=TaskState.RELEASED), "uncalled": uncalled}


def _called(state: CaseState, e: DepartmentsCalled) -> dict[str, Any]:
    return {"uncalled": tuple(no for no in state.uncalled if no not in e.tasks)}


_CHANGES: dict[type, Callable[[CaseState, Any], dict[str, Any]]] = {
    CaseApproved: lambda _s, _e: {"awaiting_approval": False},
    CaseRefused: lambda _s, _e: {"awaiting_approval": False},
    CaseIssued: lambda _s, _e: {"status": Status.MUSTERING},
    TaskAdded: _task_added,
    ClockStarted: _clock_started,
    ClockEnded: _clock_ended,
    RungFired: _rung_fired,
    NoShowMarked: lambda s, e: {"tasks": _with_task(s, e.task, no_show=True)},
    TaskClaimed: _task_claimed,
    TaskUnclaimed: _task_unclaimed,
    ReportedIn: _reported_in,
    StageReported: _nothing,
    StageDone: _stage_done,
    ResultSubmitted: _submitted,
    Mustered: lambda _s, _e: {"status": Status.IN_ACTION},
    CheckOpened: lambda _s, _e: {"status": Status.CHECKING},
    CheckPassed: _check_passed,
    CheckFailed: _check_failed,
    CaseClosed: _closed,
    CaseWithdrawn: _withdrawn,
    TaskReleased: _released,
    Urged: _nothing,
    DepartmentsCalled: _called,
    WoundUp: lambda _s, _e: {"wound_up": True},
}

__all__ = ["BrokenLog", "apply", "copy", "evolve", "fold"]
