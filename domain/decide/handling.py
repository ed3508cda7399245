"""Stage reports and results of the departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import commands as c
from domain.case import ClockCode, Outcome, Status, TaskState
from domain.decide.muster import progress, takes_part
from domain.decide.rule import MUSTER_OR_ACT, RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import ResultSubmitted, StageDone, StageReported

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft
    from domain.text import Text


def _stage_report(draft: Draft, command: c.StageReport) -> None:
    draft.emit(StageReported(draft.at, command.task, command.note))


def _submit(draft: Draft, command: c.Submit) -> None:
    task = draft.task(command.task)
    if draft.kind.report_in and task.state is TaskState.CLAIMED:
        raise Refusal(Reason.WRONG_TASK_STATE, task=task.no, state=task.state, needs=TaskState.ON_SCENE)
    worker = draft.actor.id
    if not task.is_duty:  # a partner has no stages and no clocks, and owes no proof
        draft.emit(ResultSubmitted(draft.at, task.no, worker, command.note, command.evidence))
        return
    part = draft.rules.pack.parts.checking
    if part is not None and len(set(command.evidence)) < part.evidence:
        raise Refusal(Reason.EVIDENCE_MISSING, needs=part.evidence)
    stage = task.stages[task.stage]
    key = f"{ClockCode.HANDLE}:{task.no}:{stage}"
    reason = _late_reason(draft, key, command)
    is_last = task.stage + 1 == len(task.stages)
    if is_last:
        draft.emit(ResultSubmitted(draft.at, task.no, worker, command.note, command.evidence, reason))
    else:
        draft.emit(StageDone(draft.at, task.no, stage, worker, command.note, command.evidence, reason))
    draft.end_clock(key)
    draft.end_clock(f"{ClockCode.LEASE}:{task.no}")
    draft.end_clock(f"{ClockCode.EXTENSION}:{task.no}", Outcome.CANCELLED)
    if is_last:
        draft.end_clock(f"{ClockCode.SUSPENSION_ANSWER}:{task.no}", Outcome.CANCELLED)
        progress(draft)
    else:
        start_stage(draft, task.no)


def _late_reason(draft: Draft, key: str, command: c.Submit) -> Text | None:
    """Return why a result is late; asked for where the rules say so (接诉即办条例 art. 14), kept only if it is late."""
    clock = draft.state.clock(key)
    if clock is None or not clock.is_open or draft.at <= clock.spec.due:
        return None
    part = draft.rules.pack.parts.coordination
    if command.late_reason is None and part is not None and part.late_reason:
        raise Refusal(Reason.LATE_REASON_WANTED, task=command.task, due=clock.spec.due.isoformat())
    return command.late_reason


def _hands_in(state: CaseState, task: Task | None, actor: Actor) -> None:
    """Guard: whoever objects does not hand in at the same time."""
    takes_part(state, task, actor)
    if task is not None and task.state is TaskState.OBJECTED:
        raise Refusal(Reason.WRONG_TASK_STATE, task=task.no, state=task.state)


def start_stage(draft: Draft, no: int) -> None:
    """Start the clock of the stage that a task is in."""
    task = draft.task(no)
    code, stages = task.stages[task.stage], draft.rules.pack.limit_classes[draft.state.facts.limit_class]
    # What a meeting decided is a stage of its own; sent back, it has the time of the last one.
    stage = next((s for s in stages if s.code == code), stages[-1])
    draft.start_clock(ClockCode.HANDLE, task.org, no, code, limit=stage.limit)


_AT_WORK = frozenset({TaskState.CLAIMED, TaskState.ON_SCENE})

RULES[c.StageReport] = Rule(_stage_report, MUSTER_OR_ACT | {Status.SUSPENDED}, _AT_WORK, takes_part)
RULES[c.Submit] = Rule(_submit, MUSTER_OR_ACT, _AT_WORK, _hands_in, handles=True)

__all__ = ["start_stage"]
