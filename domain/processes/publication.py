"""Publications: a new version of calendar, rule pack or duty list, proposed by one person and approved by another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never, get_args

from domain.actors import Actor, Role
from domain.authority import Grant, Relation
from domain.errors import Reason, Refusal
from domain.events import Text
from domain.process import (
    Opening,
    Process,
    ProcessCommand,
    ProcessDraft,
    ProcessFacts,
    ProcessRule,
    ProcessStep,
    facts_of,
    register,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Iterator

KIND = "publication"


class Subject(StrEnum):
    """What is published."""

    CALENDAR = "calendar"
    RULE_PACK = "rule_pack"
    DUTY_LIST = "duty_list"


class PublicationStatus(StrEnum):
    """Where a publication stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    PUBLISHED = "published"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class PublicationState:
    """A publication as the fold of its events.

    Attributes:
        ref: `name/version` that will hold.
        digest: SHA-256 of the draft's body (hexadecimal): what is approved is what is published.
        case_id: The case whose ruling asks for it, if one does.
        approver: Who approved; never the proposer.
    """

    facts: ProcessFacts
    version: int
    at: datetime
    status: PublicationStatus
    subject: Subject
    ref: str
    digest: str
    case_id: str | None = None
    approver: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposePublication(Opening):
    """Propose a new version (拟发布); its draft lies in the record under its digest."""

    id: str
    name: str
    district: str | None
    subject: Subject
    ref: str
    digest: str
    reason: Text
    case_id: str | None = None
    rules: str | None = None


@dataclass(frozen=True, slots=True)
class ApprovePublication(ProcessCommand):
    """Approve the publication (批准发布); never its proposer."""

    note: Text | None = None


@dataclass(frozen=True, slots=True)
class RefusePublication(ProcessCommand):
    """Refuse the publication (驳回)."""

    reason: Text


@dataclass(frozen=True, slots=True)
class WithdrawPublication(ProcessCommand):
    """Take the proposal back (撤回), before it is published."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Publish(ProcessCommand):
    """Put the approved draft into force: one row, from which every new clock uses it (design 3a.11)."""


@dataclass(frozen=True, slots=True)
class PublicationProposed:
    """A new version was proposed."""

    at: datetime
    facts: ProcessFacts
    subject: Subject
    ref: str
    digest: str
    reason: Text
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class PublicationApproved:
    """A second person approved."""

    at: datetime
    approver: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class PublicationRefused:
    """The proposal was refused."""

    at: datetime
    reason: Text


@dataclass(frozen=True, slots=True)
class PublicationWithdrawn:
    """The proposal was taken back."""

    at: datetime
    reason: Text


@dataclass(frozen=True, slots=True)
class Published:
    """The version is in force."""

    at: datetime
    subject: Subject
    ref: str
    digest: str


Event = PublicationProposed | PublicationApproved | PublicationRefused | PublicationWithdrawn | Published


def evolve(state: PublicationState | None, event: Event) -> PublicationState:
    """Fold one event."""
    if isinstance(event, PublicationProposed):
        return PublicationState(
            event.facts, 0, event.at, PublicationStatus.PROPOSED, event.subject, event.ref, event.digest, event.case_id
        )
    if state is None:
        raise ValueError("a publication begins with its proposal")
    match event:
        case PublicationApproved():
            return replace(state, status=PublicationStatus.APPROVED, approver=event.approver)
        case PublicationRefused():
            return replace(state, status=PublicationStatus.REFUSED, closed_at=event.at)
        case PublicationWithdrawn():
            return replace(state, status=PublicationStatus.WITHDRAWN, closed_at=event.at)
        case Published():
            return replace(state, status=PublicationStatus.PUBLISHED, closed_at=event.at)
        case _:
            assert_never(event)


def steps(state: PublicationState) -> Iterator[ProcessStep]:
    """Yield what is owed: an approved draft waits to be put into force."""
    if state.status is PublicationStatus.APPROVED:
        yield ProcessStep("publish", "publish", state.at, state.ref, at_once=True, outside=True)


def _propose(draft: ProcessDraft[PublicationState], command: ProposePublication) -> None:
    facts = facts_of(draft, KIND, command)
    draft.emit(PublicationProposed(
        draft.at, facts, command.subject, command.ref, command.digest, command.reason, command.case_id
    ))  # fmt: skip


def _approve(draft: ProcessDraft[PublicationState], command: ApprovePublication) -> None:
    draft.emit(PublicationApproved(draft.at, draft.actor.id, command.note))


def _refuse(draft: ProcessDraft[PublicationState], command: RefusePublication) -> None:
    draft.emit(PublicationRefused(draft.at, command.reason))


def _withdraw(draft: ProcessDraft[PublicationState], command: WithdrawPublication) -> None:
    draft.emit(PublicationWithdrawn(draft.at, command.reason))


def _publish(draft: ProcessDraft[PublicationState], _command: Publish) -> None:
    """Put it into force once; a repeat of the step finds it done and changes nothing."""
    state = draft.state
    if state.status is PublicationStatus.APPROVED:
        draft.emit(Published(draft.at, state.subject, state.ref, state.digest))


def _second_person(state: PublicationState, actor: Actor) -> None:
    if actor.id == state.facts.opened_by:
        raise Refusal(Reason.PROPOSER_MAY_NOT_APPROVE, proposer=actor.id)


_OPEN = frozenset[str]({PublicationStatus.PROPOSED})
_UNPUBLISHED = frozenset[str]({PublicationStatus.PROPOSED, PublicationStatus.APPROVED})
_OFFICE = (
    Grant(Relation.DISTRICT, frozenset({Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR})),
    Grant(Relation.CITY, frozenset({Role.OPERATOR, Role.CITY_SUPERVISOR})),
)
_ENGINE = (Grant(Relation.ENGINE, frozenset({Role.SYSTEM})),)

PUBLICATION = register(Process(
    kind=KIND,
    state=PublicationState,
    events=get_args(Event),
    opening=ProposePublication,
    rules={
        ProposePublication: ProcessRule(_propose),
        ApprovePublication: ProcessRule(_approve, _OPEN, _second_person),
        RefusePublication: ProcessRule(_refuse, _OPEN),
        WithdrawPublication: ProcessRule(_withdraw, _UNPUBLISHED),
        Publish: ProcessRule(_publish),
    },
    grants={
        ProposePublication: _OFFICE, ApprovePublication: _OFFICE, RefusePublication: _OFFICE,
        WithdrawPublication: _OFFICE, Publish: _ENGINE,
    },
    evolve=evolve,
    steps=steps,
    codes=("publish",),
    readers=frozenset({Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR, Role.STREET_LEADER}),
    facts=lambda state: (("subject", state.subject.value), ("ref", state.ref)),
    step_command={"publish": Publish},
))  # fmt: skip
"""The kind `publication` (发布)."""
