"""Folding: how each event changes the state of a case; no rule and no refusal lives here."""

from __future__ import annotations

from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, overload

from domain.case import MARKING, Action, CaseState, Clock, ClockSpec, Mark, Outcome, Status, Task, TaskState
from domain.chapters import (
    adoption,
    call_back,
    channel,
    coordination,
    extension,
    grid,
    linking,
    meeting,
    milestones,
    objection,
    orders,
    rating,
    reopening,
    reports,
    suspension,
    upward,
    volunteers,
)  # fmt: skip
from domain.events import (
    CaseApproved,
    CaseClosed,
    CaseIssued,
    CaseRaised,
    CaseRefused,
    CaseWithdrawn,
    CheckFailed,
    CheckOpened,
    CheckPassed,
    ClockEnded,
    ClockPaused,
    ClockStarted,
    DepartmentsCalled,
    Mustered,
    NoShowMarked,
    ReportedIn,
    ResultSubmitted,
    RungFired,
    StageDone,
    StageReported,
    TaskAdded,
    TaskClaimed,
    TaskReleased,
    TaskUnclaimed,
    Urged,
    WoundUp,
)  # fmt: skip
from domain.folding import (
    BrokenLog,
    change_clock,
    change_task,
    changed,
    handlers_with,
    not_called,
    nothing,
    set_,
    stand,
    task_of,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from domain.events import Event


_STATE = attrgetter(*(f.name for f in fields(CaseState)))


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
    change(state, event)
    set_(state, "version", state.version + 1)
    set_(state, "at", event.at)
    return state


def _approval_settled(state: CaseState, _e: CaseApproved | CaseRefused) -> None:
    set_(state, "awaiting_approval", False)


def _task_added(state: CaseState, e: TaskAdded) -> None:
    set_(state, "tasks", (*state.tasks, Task(e.task, e.org, e.role, e.stages, tie=e.tie, called_at=e.at)))
    set_(state, "uncalled", (*state.uncalled, e.task))


def _clock_started(state: CaseState, e: ClockStarted) -> None:
    spec = e.clock
    clock = Clock(spec)
    if spec.generation == 1:
        set_(state, "clocks", (*state.clocks, clock))
    else:
        change_clock(state, spec.key, spec.generation - 1, lambda _old: clock)
    if state.calendar is None:
        set_(state, "calendar", spec.calendar)
    if spec.task is not None and spec.voids:
        _void(state, spec, spec.task)


def _void(state: CaseState, spec: ClockSpec, no: int) -> None:
    """Take back what voided rungs wrote to a department's name: their instant lies ahead again."""
    if any(r.code in spec.voids and r.action is Action.NO_SHOW for r in spec.rungs):
        change_task(state, no, no_show=False)
    marks = task_of(state, no).marks
    kept = tuple([m for m in marks if m.clock != spec.key or m.rung not in spec.voids])
    if kept != marks:
        change_task(state, no, marks=kept)


def _clock_paused(state: CaseState, e: ClockPaused) -> None:
    change_clock(state, e.key, e.generation, lambda c: Clock(c.spec, Outcome.PAUSED, None, c.fired, e.at))


def _clock_ended(state: CaseState, e: ClockEnded) -> None:
    change_clock(state, e.key, e.generation, lambda c: Clock(c.spec, e.outcome, e.at, c.fired, c.paused_at))
    if e.outcome is Outcome.CANCELLED:
        fell = _FALLEN.get(e.key.partition(":")[0])
        if fell is not None:
            fell(state, e)


def _rung_fired(state: CaseState, e: RungFired) -> None:
    change_clock(state, e.key, e.generation, lambda c: Clock(c.spec, c.outcome, c.ended_at, (*c.fired, e.rung)))
    if e.action is Action.ESCALATE:
        set_(state, "escalation", max(state.escalation, e.level))
    elif e.action is Action.SUPERVISE:
        set_(state, "supervision", max(state.supervision, e.level))
    elif e.action in MARKING:
        _mark(state, e)


def _mark(state: CaseState, e: RungFired) -> None:
    clock = state.clock(e.key)
    if clock is not None and clock.spec.task is not None:
        marks = task_of(state, clock.spec.task).marks
        change_task(state, clock.spec.task, marks=(*marks, Mark(e.action, e.at, e.key, e.rung)))


def _no_show(state: CaseState, e: NoShowMarked) -> None:
    change_task(state, e.task, no_show=True)


def _task_claimed(state: CaseState, e: TaskClaimed) -> None:
    task = task_of(state, e.task)
    stands = TaskState.CLAIMED if task.stands is TaskState.READY else task.stands
    stand(state, e.task, stands, holder=e.worker, handlers=handlers_with(task, e.worker))


def _task_unclaimed(state: CaseState, e: TaskUnclaimed) -> None:
    stand(state, e.task, TaskState.READY, holder=None)


def _reported_in(state: CaseState, e: ReportedIn) -> None:
    handlers = handlers_with(task_of(state, e.task), e.worker)
    stand(state, e.task, TaskState.ON_SCENE, late=e.late, handlers=handlers)


def _stage_done(state: CaseState, e: StageDone) -> None:
    task = task_of(state, e.task)
    change_task(state, e.task, stage=task.stage + 1, handlers=handlers_with(task, e.worker))


def _submitted(state: CaseState, e: ResultSubmitted) -> None:
    handlers = handlers_with(task_of(state, e.task), e.worker)
    change_task(state, e.task, state=TaskState.SUBMITTED, handlers=handlers)


def _mustered(state: CaseState, _e: Mustered) -> None:
    set_(state, "status", Status.IN_ACTION)


def _issued(state: CaseState, _e: CaseIssued) -> None:
    set_(state, "status", Status.MUSTERING)


def _check_opened(state: CaseState, _e: CheckOpened) -> None:
    set_(state, "status", Status.CHECKING)


def _check_passed(state: CaseState, _e: CheckPassed) -> None:
    tasks = [changed(t, state=TaskState.ACCEPTED) if t.state is TaskState.SUBMITTED else t for t in state.tasks]
    set_(state, "tasks", tuple(tasks))


def _check_failed(state: CaseState, e: CheckFailed) -> None:
    tasks = [
        changed(t, state=TaskState.ON_SCENE, rework=t.rework + 1) if t.no in e.tasks else t for t in state.tasks
    ]  # fmt: skip
    set_(state, "tasks", tuple(tasks))
    set_(state, "status", Status.IN_ACTION)
    set_(state, "rework", state.rework + 1)


def _ended(state: CaseState, status: Status, e: CaseClosed | CaseWithdrawn) -> None:
    set_(state, "status", status)
    set_(state, "result", e.result)
    set_(state, "closed_at", e.at)
    set_(state, "uncalled", ())
    set_(state, "awaiting_approval", False)


def _closed(state: CaseState, e: CaseClosed) -> None:
    _ended(state, Status.CLOSED, e)


def _withdrawn(state: CaseState, e: CaseWithdrawn) -> None:
    _ended(state, Status.WITHDRAWN, e)
    gone = (TaskState.RELEASED, TaskState.ACCEPTED)
    tasks = [t if t.state in gone else changed(t, state=TaskState.WITHDRAWN, before=None) for t in state.tasks]
    set_(state, "tasks", tuple(tasks))
    set_(state, "awaiting_approval", False)


def _released(state: CaseState, e: TaskReleased) -> None:
    change_task(state, e.task, state=TaskState.RELEASED, before=None)
    not_called(state, e.task)


def _called(state: CaseState, e: DepartmentsCalled) -> None:
    set_(state, "uncalled", tuple([no for no in state.uncalled if no not in e.tasks]))


def _urged(state: CaseState, e: Urged) -> None:
    task = task_of(state, e.task)
    change_task(state, e.task, urged=task.urged + 1, urged_at=e.at if e.told else task.urged_at)


def _wound_up(state: CaseState, _e: WoundUp) -> None:
    set_(state, "wound_up", True)


_CHANGES: dict[type, Callable[[CaseState, Any], None]] = {
    CaseApproved: _approval_settled,
    CaseRefused: _approval_settled,
    CaseIssued: _issued,
    TaskAdded: _task_added,
    ClockStarted: _clock_started,
    ClockEnded: _clock_ended,
    ClockPaused: _clock_paused,
    RungFired: _rung_fired,
    NoShowMarked: _no_show,
    TaskClaimed: _task_claimed,
    TaskUnclaimed: _task_unclaimed,
    ReportedIn: _reported_in,
    StageReported: nothing,
    StageDone: _stage_done,
    ResultSubmitted: _submitted,
    Mustered: _mustered,
    CheckOpened: _check_opened,
    CheckPassed: _check_passed,
    CheckFailed: _check_failed,
    CaseClosed: _closed,
    CaseWithdrawn: _withdrawn,
    TaskReleased: _released,
    Urged: _urged,
    DepartmentsCalled: _called,
    WoundUp: _wound_up,
    **adoption.FOLDS,
    **extension.FOLDS,
    **suspension.FOLDS,
    **upward.FOLDS,
    **milestones.FOLDS,
    **reopening.FOLDS,
    **channel.FOLDS,
    **grid.FOLDS,
    **call_back.FOLDS,
    **reports.FOLDS,
    **linking.FOLDS,
    **coordination.FOLDS,
    **objection.FOLDS,
    **orders.FOLDS,
    **rating.FOLDS,
    **volunteers.FOLDS,
    **meeting.FOLDS,
}

_FALLEN: dict[str, Callable[[CaseState, Any], None]] = {**extension.FALLEN, **suspension.FALLEN}
"""By code of a clock: what becomes of the entry that it belongs to when the clock is cancelled, whoever cancels it."""

__all__ = ["BrokenLog", "apply", "copy", "evolve", "fold"]
