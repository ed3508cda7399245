"""Milestones of key work: set with a date, reached in time or late, never moved by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import ClockCode, Status, TaskState
from domain.chapters import milestones as x
from domain.decide.muster import owes_work
from domain.decide.requests import in_force
from domain.decide.rule import MUSTER_OR_ACT, RULES, Rule, Topic
from domain.draft import clock_key
from domain.errors import Reason, Refusal

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState
    from domain.clocks import Limit
    from domain.draft import Draft
    from domain.relief import Milestone
    from domain.text import Text


def _set(draft: Draft, command: x.SetMilestone) -> None:
    part = in_force(draft.rules.pack.parts.milestones)
    if draft.state.facts.kind not in part.kinds:
        raise Refusal(Reason.NO_MILESTONES, kind=draft.state.facts.kind)
    if command.due <= draft.at:
        raise Refusal(Reason.END_DATE_PAST, until=command.due.isoformat())
    entries = draft.state.annex.milestones
    if sum(m.task == command.task for m in entries) >= part.most:
        raise Refusal(Reason.MILESTONE_LIMIT, most=part.most)
    no, task = len(entries) + 1, draft.task(command.task)
    draft.emit(x.MilestoneSet(draft.at, no, task.no, command.due, command.name))
    draft.start_clock(ClockCode.MILESTONE, task.org, task.no, str(no), given=command.due)


def lay(draft: Draft, task: int, name: Text, after: Limit) -> None:
    """Set a milestone of the rule pack, counted from now; a pack without milestones has none."""
    if draft.rules.pack.parts.milestones is None:
        return
    no, org, at = len(draft.state.annex.milestones) + 1, draft.task(task).org, draft.at
    draft.start_clock(ClockCode.MILESTONE, org, task, str(no), limit=after)
    clock = draft.state.clock(clock_key(ClockCode.MILESTONE, task, str(no)))
    if clock is not None:
        draft.emit(x.MilestoneSet(at, no, task, clock.spec.due, name))


def _may_reach(_state: CaseState, entry: Milestone, _actor: Actor) -> None:
    if entry.reached_at is not None:
        raise Refusal(Reason.REQUEST_SETTLED, milestone=entry.no)


def _reach(draft: Draft, command: x.ReachMilestone) -> None:
    entry = _TOPIC.find(draft.state, command.milestone)
    key = clock_key(ClockCode.MILESTONE, entry.task, str(entry.no))
    clock = draft.state.clock(key)
    due = clock.spec.due if clock is not None else entry.due
    draft.emit(x.MilestoneReached(draft.at, entry.no, entry.task, draft.at > due, command.note))
    draft.end_clock(key)


_TOPIC = Topic("milestone", lambda state: state.annex.milestones)
_AT_WORK = frozenset({TaskState.READY, TaskState.CLAIMED, TaskState.ON_SCENE})

RULES[x.SetMilestone] = Rule(_set, MUSTER_OR_ACT, _AT_WORK, owes_work)
RULES[x.ReachMilestone] = Rule(
    _reach, MUSTER_OR_ACT | {Status.CHECKING}, _AT_WORK | {TaskState.SUBMITTED}, topic=_TOPIC, entry_guard=_may_reach,
    handles=True,
)  # fmt: skip

__all__ = ["lay"]
