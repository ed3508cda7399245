"""Publications: a new version of calendar, rule pack or duty list; listed, approved by a second person, adopted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never, get_args

from domain.actors import Actor, Role
from domain.addresses import Notice
from domain.authority import Grant, Relation
from domain.errors import Reason, Refusal
from domain.organisations import city_of
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
from domain.text import Text

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
    LISTED = "listed"
    APPROVED = "approved"
    ADOPTING = "adopting"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Counts:
    """What a walk over the running cases has found or done so far.

    Attributes:
        cases: Cases walked over.
        clocks: Clocks whose due instant moves.
        failed: Cases that cannot go over: the draft does not reach as far as one of their clocks.
    """

    cases: int = 0
    clocks: int = 0
    newly_overdue: int = 0
    no_longer_overdue: int = 0
    failed: int = 0

    def plus(self, other: Counts) -> Counts:
        """Add another page."""
        return Counts(
            self.cases + other.cases, self.clocks + other.clocks, self.newly_overdue + other.newly_overdue,
            self.no_longer_overdue + other.no_longer_overdue, self.failed + other.failed,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PublicationState:
    """A publication as the fold of its events.

    Attributes:
        ref: `name/version` that will hold.
        digest: SHA-256 of the draft's body (hexadecimal): what is approved is what is published.
        case_id: The case whose ruling asks for it, if one does.
        approver: Who approved; never the proposer.
        page: Pages done of the walk that is on: of the list, later of the adoption.
        cursor: Id of the last case of that page; empty at the start of a walk.
        listed: What the list says.
        listed_at: When the list was complete.
        adopted: What the adoption did.
        published_at: Since when it is in force.
        office: Organisation of the proposer; empty in publications of before it was kept.
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
    page: int = 0
    cursor: str = ""
    listed: Counts = Counts()
    listed_at: datetime | None = None
    adopted: Counts = Counts()
    published_at: datetime | None = None
    closed_at: datetime | None = None
    office: str = ""


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
class NotePage(ProcessCommand):
    """Note a page of the walk that is on; a page that was noted before changes nothing.

    Attributes:
        page: Number of this page, from 1.
        cursor: Id of its last case.
        last: No page follows.
    """

    page: int
    cursor: str
    counts: Counts
    last: bool


@dataclass(frozen=True, slots=True)
class ApprovePublication(ProcessCommand):
    """Approve the publication (批准发布) on the strength of its list; never by its proposer."""

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
    office: str = ""


@dataclass(frozen=True, slots=True)
class ImpactListed:
    """A page of the list of what would move was written."""

    at: datetime
    page: int
    cursor: str
    counts: Counts
    last: bool


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


@dataclass(frozen=True, slots=True)
class CasesAdopted:
    """A page of running cases went over to it."""

    at: datetime
    page: int
    cursor: str
    counts: Counts
    last: bool


Event = (
    PublicationProposed | ImpactListed | PublicationApproved | PublicationRefused | PublicationWithdrawn | Published
    | CasesAdopted
)  # fmt: skip


def evolve(state: PublicationState | None, event: Event) -> PublicationState:
    """Fold one event."""
    status = PublicationStatus
    if isinstance(event, PublicationProposed):
        return PublicationState(
            event.facts, 0, event.at, status.PROPOSED, event.subject, event.ref, event.digest, event.case_id,
            office=event.office,
        )
    if state is None:
        raise ValueError("a publication begins with its proposal")
    match event:
        case ImpactListed():
            listed = replace(state, page=event.page, cursor=event.cursor, listed=state.listed.plus(event.counts))
            return replace(listed, status=status.LISTED, listed_at=event.at) if event.last else listed
        case PublicationApproved():
            return replace(state, status=status.APPROVED, approver=event.approver)
        case PublicationRefused() | PublicationWithdrawn():
            ended = status.REFUSED if isinstance(event, PublicationRefused) else status.WITHDRAWN
            return replace(state, status=ended, closed_at=event.at)
        case Published():
            return replace(state, status=status.ADOPTING, published_at=event.at, page=0, cursor="")
        case CasesAdopted():
            adopted = replace(state, page=event.page, cursor=event.cursor, adopted=state.adopted.plus(event.counts))
            return replace(adopted, status=status.DONE, closed_at=event.at) if event.last else adopted
        case _:
            assert_never(event)


def _say_listed(event: ImpactListed, state: PublicationState) -> Iterator[Notice]:
    """Ask for the approval of those who may give it: of the district, or of the city."""
    if not event.last:
        return
    district = state.facts.district
    if district is not None:
        yield Notice("publication_waits", f"{district}-DESK", Role.DISTRICT_DESK)
        yield Notice("publication_waits", f"{district}-SUP", Role.DISTRICT_SUPERVISOR)
    if state.office:
        yield Notice("publication_waits", f"{city_of(state.office)}-SUP", Role.CITY_SUPERVISOR)
        yield Notice("publication_waits", state.office, Role.OPERATOR)


def _say_decided(event: PublicationApproved | PublicationRefused, state: PublicationState) -> Iterator[Notice]:
    code = "publication_approved" if isinstance(event, PublicationApproved) else "publication_refused"
    yield Notice(code, state.office, user=state.facts.opened_by)


def _say_adopted(event: CasesAdopted, state: PublicationState) -> Iterator[Notice]:
    if event.last:
        for user in (state.facts.opened_by, state.approver):
            if user is not None:
                yield Notice("adoption_done", state.office, user=user)


_WALKS = {PublicationStatus.PROPOSED: "list", PublicationStatus.ADOPTING: "adopt"}


def steps(state: PublicationState) -> Iterator[ProcessStep]:
    """Yield what is owed: the next page of the list, the row that puts it into force, the next page of the adoption."""
    walk = _WALKS.get(state.status)
    if walk is not None:
        yield ProcessStep(f"{walk}/{state.page + 1}", walk, state.at, state.ref, at_once=True, outside=True)
    elif state.status is PublicationStatus.APPROVED:
        yield ProcessStep("publish", "publish", state.at, state.ref, at_once=True, outside=True)


def _propose(draft: ProcessDraft[PublicationState], command: ProposePublication) -> None:
    facts = facts_of(draft, KIND, command)
    draft.emit(PublicationProposed(
        draft.at, facts, command.subject, command.ref, command.digest, command.reason, command.case_id,
        draft.actor.org,
    ))  # fmt: skip


def _note_page(draft: ProcessDraft[PublicationState], command: NotePage) -> None:
    """Note the page that the walk is at; one noted before, or of a walk that is over, changes nothing."""
    state = draft.state
    if command.page != state.page + 1 or state.status not in _WALKS:
        return
    event = ImpactListed if state.status is PublicationStatus.PROPOSED else CasesAdopted
    draft.emit(event(draft.at, command.page, command.cursor, command.counts, command.last))


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


def _may_approve(state: PublicationState, actor: Actor) -> None:
    if actor.id == state.facts.opened_by:
        raise Refusal(Reason.PROPOSER_MAY_NOT_APPROVE, proposer=actor.id)
    if state.listed.failed:
        raise Refusal(Reason.DRAFT_LEAVES_GAPS, cases=state.listed.failed)


_OPEN = frozenset[str]({PublicationStatus.PROPOSED, PublicationStatus.LISTED})
_UNPUBLISHED = frozenset[str]({*_OPEN, PublicationStatus.APPROVED})
_OFFICE = (
    Grant(Relation.DISTRICT, frozenset({Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR})),
    Grant(Relation.CITY, frozenset({Role.OPERATOR, Role.CITY_SUPERVISOR})),
)
_ENGINE = (Grant(Relation.ENGINE, frozenset({Role.SYSTEM})),)


def _told(state: PublicationState) -> tuple[tuple[str, str], ...]:
    walk = state.adopted if state.published_at is not None else state.listed
    counted = (("page", state.page), ("cases", walk.cases), ("clocks", walk.clocks), ("failed", walk.failed))
    return (("subject", state.subject.value), ("ref", state.ref), *((word, str(n)) for word, n in counted))


PUBLICATION = register(Process(
    kind=KIND,
    state=PublicationState,
    events=get_args(Event),
    opening=ProposePublication,
    rules={
        ProposePublication: ProcessRule(_propose),
        ApprovePublication: ProcessRule(_approve, frozenset({PublicationStatus.LISTED}), _may_approve),
        RefusePublication: ProcessRule(_refuse, _OPEN),
        WithdrawPublication: ProcessRule(_withdraw, _UNPUBLISHED),
        NotePage: ProcessRule(_note_page),
        Publish: ProcessRule(_publish),
    },
    grants={
        ProposePublication: _OFFICE, ApprovePublication: _OFFICE, RefusePublication: _OFFICE,
        WithdrawPublication: _OFFICE, NotePage: _ENGINE, Publish: _ENGINE,
    },
    evolve=evolve,
    steps=steps,
    codes=("list", "publish", "adopt"),
    readers=frozenset({Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR, Role.STREET_LEADER}),
    facts=_told,
    says={
        ImpactListed: _say_listed, PublicationApproved: _say_decided, PublicationRefused: _say_decided,
        CasesAdopted: _say_adopted,
    },
    step_command={"publish": Publish},
))  # fmt: skip
"""The kind `publication` (发布)."""
