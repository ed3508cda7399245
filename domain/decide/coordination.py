"""Replacing a department, declining an invitation, handing a sensitive case over to the psychology service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import Party, TaskRole, TaskState, Tie
from domain.chapters.coordination import (
    DeclineInvitation,
    HandedOver,
    HandOver,
    InvitationDeclined,
    ReplaceDepartment,
    TaskReplaced,
)  # fmt: skip
from domain.decide.intake import call
from domain.decide.muster import owes_work, progress
from domain.decide.parties import check_lead, check_newcomer, check_party
from domain.decide.rule import MUSTER_OR_ACT, RULES, Rule
from domain.errors import Reason, Refusal

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft


def _replace(draft: Draft, command: ReplaceDepartment) -> None:
    """The new department has its own time: its clocks count from now."""
    task, state = draft.task(command.task), draft.state
    if draft.rules.pack.parts.coordination is None:
        raise Refusal(Reason.NOT_IN_FORCE)
    check_newcomer(state, command.org)
    party = Party(command.org, task.role, command.tie)
    check_lead(party)
    check_party(party, state.facts, draft.rules.pack)
    draft.emit(TaskReplaced(draft.at, task.no, command.org, command.reason))
    draft.cancel_clocks(task.no)
    call(draft, party)
    progress(draft)


def _no_objection_waits(state: CaseState, task: Task | None, actor: Actor) -> None:
    owes_work(state, task, actor)
    if task is not None and task.state is TaskState.OBJECTED:
        raise Refusal(Reason.WRONG_TASK_STATE, task=task.no, state=task.state)


def _is_invited(_state: CaseState, task: Task | None, _actor: Actor) -> None:
    if task is not None and task.tie is not Tie.INVITATION:
        raise Refusal(Reason.NOT_INVITED, task=task.no)


def _decline(draft: Draft, command: DeclineInvitation) -> None:
    draft.emit(InvitationDeclined(draft.at, command.task, command.reason))


def _is_sensitive(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    if not state.facts.sensitive:
        raise Refusal(Reason.NOT_SENSITIVE)


def _hand_over(draft: Draft, command: HandOver) -> None:
    part = draft.rules.pack.parts.sensitivity
    if part is None:
        raise Refusal(Reason.NOT_IN_FORCE)
    check_newcomer(draft.state, command.service)
    draft.emit(HandedOver(draft.at, command.service, command.reason))
    call(draft, Party(command.service, TaskRole.ASSIST, part.hand_over))


_AT_WORK = frozenset({TaskState.READY, TaskState.CLAIMED, TaskState.ON_SCENE})

RULES[ReplaceDepartment] = Rule(_replace, MUSTER_OR_ACT, _AT_WORK, _no_objection_waits)
RULES[DeclineInvitation] = Rule(_decline, MUSTER_OR_ACT, _AT_WORK, _is_invited)
RULES[HandOver] = Rule(_hand_over, MUSTER_OR_ACT, guard=_is_sensitive)
