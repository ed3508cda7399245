"""Stage reports and results of the departments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import commands as c
from domain.case import ClockCode, Outcome, Status, TaskState
from domain.decide.muster import owes_work, progress
from domain.decide.rule import MUSTER_OR_ACT, RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import ResultSubmitted, StageDone, StageReported

if TYPE_CHECKING:
    from domain.draft import Draft


def _stage_report(draft: Draft, command: c.StageReport) -> None:
    draft.emit(StageReported(draft.at, command.task, command.note))


def _submit(draft: Draft, command: c.Submit) -> None:
    task = draft.task(command.task)
    if draft.kind.report_in and task.state is TaskState.CLAIMED:
        raise Refusal(Reason.WRONG_TASK_STATE, task=task.no, state=task.state, needs=TaskState.ON_SCENE)
    part = draft.rules.pack.parts.checking
    if part is not None and len(set(command.evidence)) < part.evidence:
        raise Refusal(Reason.EVIDENCE_MISSING, needs=part.evidence)
    worker = draft.actor.id
    stage = task.stages[task.stage]
    is_last = task.stage + 1 == len(task.stages)
    if is_last:
        draft.emit(ResultSubmitted(draft.at, task.no, worker, command.note, command.evidence))
    else:
        draft.emit(StageDone(draft.at, task.no, stage, worker, command.note, command.evidence))
    draft.end_clock(f"{ClockCode.HANDLE}:{task.no}:{stage}")
    draft.end_clock(f"{ClockCode.LEASE}:{task.no}")
    draft.end_clock(f"{ClockCode.EXTENSION}:{task.no}", Outcome.CANCELLED)
    if is_last:
        draft.end_clock(f"{ClockCode.SUSPENSION_ANSWER}:{task.no}", Outcome.CANCELLED)
        progress(draft)
    else:
        start_stage(draft, task.no)


def start_stage(draft: Draft, no: int) -> None:
    """Start the clock of the stage that a task is in."""
    task = draft.task(no)
    stages = {s.code: s for s in draft.rules.pack.limit_classes[draft.state.facts.limit_class]}
    stage = stages[task.stages[task.stage]]
    draft.start_clock(ClockCode.HANDLE, task.org, no, stage.code, limit=stage.limit)


_AT_WORK = frozenset({TaskState.CLAIMED, TaskState.ON_SCENE})

RULES[c.StageReport] = Rule(_stage_report, MUSTER_OR_ACT | {Status.SUSPENDED}, _AT_WORK, owes_work)
RULES[c.Submit] = Rule(_submit, MUSTER_OR_ACT, _AT_WORK, owes_work, handles=True)

__all__ = ["start_stage"]
