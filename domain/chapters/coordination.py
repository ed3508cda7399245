"""Coordination (统筹协调): a department is replaced, an invited partner declines, a sensitive case is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import Notice, raisers, to
from domain.case import TaskRole, TaskState, Tie
from domain.folding import change_task, not_called, nothing
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class ReplaceDepartment:
    """Let a department go and call another one in its role (更换部门), the lead too; the border fills in the tie."""

    task: int
    org: str
    reason: Text
    tie: Tie = Tie.ORDER


@dataclass(frozen=True, slots=True)
class DeclineInvitation:
    """Decline an invitation (谢绝邀请); only a partner may, for it was not ordered."""

    task: int
    reason: Text


@dataclass(frozen=True, slots=True)
class HandOver:
    """Call the psychology service into a sensitive case (转介心理服务); the border names the district's service."""

    reason: Text
    service: str = ""


@dataclass(frozen=True, slots=True)
class TaskReplaced:
    """A department was let go because another one takes its place."""

    at: datetime
    task: int
    by: str
    reason: Text


@dataclass(frozen=True, slots=True)
class InvitationDeclined:
    """A partner does not take part."""

    at: datetime
    task: int
    reason: Text


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A sensitive case was handed over to the psychology service, which is called next."""

    at: datetime
    service: str
    reason: Text


@dataclass(frozen=True, slots=True)
class LeadPassed:
    """A department that was in the case already leads it from now on."""

    at: datetime
    task: int


Command = ReplaceDepartment | DeclineInvitation | HandOver
Event = TaskReplaced | InvitationDeclined | HandedOver | LeadPassed


def _replaced(state: CaseState, e: TaskReplaced) -> None:
    change_task(state, e.task, state=TaskState.RELEASED, before=None)
    not_called(state, e.task)


def _declined(state: CaseState, e: InvitationDeclined) -> None:
    change_task(state, e.task, state=TaskState.WITHDRAWN)
    not_called(state, e.task)


def _lead_passed(state: CaseState, e: LeadPassed) -> None:
    change_task(state, e.task, role=TaskRole.LEAD)


FOLDS: dict[type, Fold] = {
    TaskReplaced: _replaced,
    InvitationDeclined: _declined,
    HandedOver: nothing,
    LeadPassed: _lead_passed,
}


def _says_replaced(e: TaskReplaced, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "replaced", "holder", "dispatcher")


def _says_declined(e: InvitationDeclined, state: CaseState) -> Iterator[Notice]:
    yield from raisers(state, "declined", e.task)


def _says_lead_passed(e: LeadPassed, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "lead_passed", "holder", "dispatcher", "department_leader")


NOTICES: dict[type, Says] = {
    TaskReplaced: _says_replaced,
    InvitationDeclined: _says_declined,
    LeadPassed: _says_lead_passed,
}
