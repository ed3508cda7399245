"""Campaigns (专项行动): opened for a period, areas and classes; batches of cases in it; closed by hand or by its end.

A process and no plain record, for it ends by itself, and a batch must be carried to its end whatever crashes: the drive
does both, and each step stands in a log.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never, get_args

from domain.actors import Actor, Role
from domain.authority import Grant, Relation, covers
from domain.batches import read_batch
from domain.errors import Reason, Refusal
from domain.organisations import area_of, is_within
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

    from domain.standing_parts import CampaignsPart

KIND = "campaign"


class CampaignStatus(StrEnum):
    """Where a campaign stands."""

    OPEN = "open"
    CLOSED = "closed"
    ENDED = "ended"
    """Its period is over."""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What became of one row: a case, or a refusal; the code says why."""

    row: int
    case: str = ""
    refused: str = ""


@dataclass(frozen=True, slots=True)
class BatchState:
    """One batch of a campaign.

    Attributes:
        by: Who gave it, and in whose name every row is raised.
        seq: The event that holds its words.
        rows: How many rows it has.
        page: How many of them one step raises.
        outcomes: What became of the rows so far, in order.
    """

    no: int
    by: str
    at: datetime
    seq: int
    case_kind: str
    class_code: str
    rows: int
    page: int
    outcomes: tuple[RowOutcome, ...] = ()

    @property
    def is_done(self) -> bool:
        """Every row is accounted for."""
        return len(self.outcomes) == self.rows

    @property
    def pages(self) -> int:
        """Pages that are done."""
        return -(-len(self.outcomes) // self.page)


@dataclass(frozen=True, slots=True)
class CampaignState:
    """A campaign as the fold of its events; its code is the name in `facts`.

    Attributes:
        owner: Office that leads it.
        areas: Areas that it covers.
        classes: Classes that it covers; empty for all.
    """

    facts: ProcessFacts
    version: int
    at: datetime
    status: CampaignStatus
    owner: str
    areas: tuple[str, ...]
    classes: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    batches: tuple[BatchState, ...] = ()
    closed_at: datetime | None = None

    @property
    def running(self) -> BatchState | None:
        """The batch that is not done; there is at most one."""
        return next((batch for batch in self.batches if not batch.is_done), None)


@dataclass(frozen=True, slots=True)
class OpenCampaign(Opening):
    """Open a campaign (发起专项行动); `name` is its code, `owner` the office of whoever opens it."""

    id: str
    name: str
    district: str | None
    rules: str | None
    title: Text
    owner: str
    areas: tuple[str, ...]
    classes: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CloseCampaign(ProcessCommand):
    """Close a campaign before its end (结束专项行动): no case is raised in it any more, those raised go on."""

    reason: Text


@dataclass(frozen=True, slots=True)
class StartBatch(ProcessCommand):
    """Raise a case for every place of a list (批量吹哨): CSV with the columns `area` and `place`.

    Further columns `title`, `description`, `class_code`, `lead`, `lat`, `lng` stand before what is said for all. Every
    row is raised by the drive in the name of whoever gave the command, and by the ordinary rule.
    """

    kind: str
    class_code: str
    title: Text
    description: Text
    rows: Text


@dataclass(frozen=True, slots=True)
class NoteBatch(ProcessCommand):
    """A page of a batch was raised; `page` counts from 1."""

    batch: int
    page: int
    outcomes: tuple[RowOutcome, ...]


@dataclass(frozen=True, slots=True)
class CampaignOpened:
    """A campaign was opened."""

    at: datetime
    facts: ProcessFacts
    title: Text
    owner: str
    areas: tuple[str, ...]
    classes: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CampaignClosed:
    """Its owner closed it."""

    at: datetime
    by: str
    reason: Text


@dataclass(frozen=True, slots=True)
class CampaignEnded:
    """Its period was over."""

    at: datetime


@dataclass(frozen=True, slots=True)
class BatchStarted:
    """A list of places was given; from here on nothing of it is lost."""

    at: datetime
    batch: int
    by: str
    case_kind: str
    class_code: str
    count: int
    page: int
    title: Text
    description: Text
    rows: Text


@dataclass(frozen=True, slots=True)
class BatchNoted:
    """A page of it was raised or refused, row by row."""

    at: datetime
    batch: int
    page: int
    outcomes: tuple[RowOutcome, ...]


Event = CampaignOpened | CampaignClosed | CampaignEnded | BatchStarted | BatchNoted


def evolve(state: CampaignState | None, event: Event) -> CampaignState:
    """Fold one event."""
    if isinstance(event, CampaignOpened):
        return CampaignState(
            event.facts, 0, event.at, CampaignStatus.OPEN, event.owner, event.areas, event.classes, event.starts_at,
            event.ends_at,
        )  # fmt: skip
    if state is None:
        raise ValueError("a campaign begins with its opening")
    match event:
        case CampaignClosed():
            return replace(state, status=CampaignStatus.CLOSED, closed_at=event.at)
        case CampaignEnded():
            return replace(state, status=CampaignStatus.ENDED, closed_at=event.at)
        case BatchStarted():
            new = BatchState(
                event.batch, event.by, event.at, state.version + 1, event.case_kind, event.class_code, event.count,
                event.page,
            )  # fmt: skip
            return replace(state, batches=(*state.batches, new))
        case BatchNoted():
            noted = [
                replace(b, outcomes=(*b.outcomes, *event.outcomes)) if b.no == event.batch else b for b in state.batches
            ]
            return replace(state, batches=tuple(noted))
        case _:
            assert_never(event)


def steps(state: CampaignState) -> Iterator[ProcessStep]:
    """Yield the next page of the batch that runs; when none does, the end of the period."""
    batch = state.running
    if batch is not None:
        key = f"batch/{batch.no}/{batch.pages + 1}"
        yield ProcessStep(key, "batch", batch.at, state.owner, at_once=True, outside=True)
    elif state.status is CampaignStatus.OPEN:
        yield ProcessStep("end", "end", state.ends_at, state.owner)


def refuse_unfit(state: CampaignState, area: str, class_code: str, now: datetime) -> None:
    """Refuse a case that does not belong into a campaign.

    Raises:
        Refusal: `campaign_over`, `campaign_not_begun`, `outside_campaign`.
    """
    code = state.facts.name
    if state.status is not CampaignStatus.OPEN or now > state.ends_at:
        raise Refusal(Reason.CAMPAIGN_OVER, campaign=code)
    if now < state.starts_at:
        raise Refusal(Reason.CAMPAIGN_NOT_BEGUN, campaign=code, starts_at=state.starts_at.isoformat())
    if not any(is_within(area, covered) for covered in state.areas):
        raise Refusal(Reason.OUTSIDE_CAMPAIGN, campaign=code, area=area)
    if state.classes and class_code not in state.classes:
        raise Refusal(Reason.OUTSIDE_CAMPAIGN, campaign=code, class_code=class_code)


def _part(draft: ProcessDraft[CampaignState]) -> CampaignsPart:
    part = draft.rules.pack.parts.campaigns if draft.rules is not None else None
    if part is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    return part


def _open(draft: ProcessDraft[CampaignState], command: OpenCampaign) -> None:
    _part(draft)
    if not covers(draft.actor.org, command.owner):
        raise Refusal(Reason.NOT_ALLOWED, owner=command.owner)
    if not draft.at < command.ends_at or not command.starts_at < command.ends_at:
        raise Refusal(Reason.PERIOD_NOT_AHEAD, ends_at=command.ends_at.isoformat())
    home = area_of(command.owner)
    foreign = [area for area in command.areas if not is_within(area, home)]
    if foreign or not command.areas:
        raise Refusal(Reason.OUTSIDE_OWN_AREA, areas=foreign)
    draft.emit(CampaignOpened(
        draft.at, facts_of(draft, KIND, command), command.title, command.owner, command.areas, command.classes,
        command.starts_at, command.ends_at,
    ))  # fmt: skip


def _close(draft: ProcessDraft[CampaignState], command: CloseCampaign) -> None:
    draft.emit(CampaignClosed(draft.at, draft.actor.id, command.reason))


def _start(draft: ProcessDraft[CampaignState], command: StartBatch) -> None:
    state, part, batch = draft.state, _part(draft), read_batch(command.rows)
    if draft.at < state.starts_at:
        raise Refusal(Reason.CAMPAIGN_NOT_BEGUN, campaign=state.facts.name, starts_at=state.starts_at.isoformat())
    if not batch.is_sound:
        raise Refusal(Reason.BAD_BATCH, missing=list(batch.missing), unknown=list(batch.unknown), rows=len(batch.rows))
    if len(batch.rows) > part.most_rows:
        raise Refusal(Reason.BATCH_TOO_LONG, rows=len(batch.rows), most=part.most_rows)
    draft.emit(BatchStarted(
        draft.at, len(state.batches) + 1, draft.actor.id, command.kind, command.class_code, len(batch.rows), part.page,
        command.title, command.description, command.rows,
    ))  # fmt: skip


def _note(draft: ProcessDraft[CampaignState], command: NoteBatch) -> None:
    """Note the page that the batch is at; one noted before changes nothing."""
    batch = draft.state.running
    if batch is None or (batch.no, batch.pages + 1) != (command.batch, command.page):
        return
    draft.emit(BatchNoted(draft.at, command.batch, command.page, command.outcomes))


def _fire(draft: ProcessDraft[CampaignState], _step: ProcessStep) -> None:
    draft.emit(CampaignEnded(draft.at))


def _no_batch_runs(state: CampaignState, _actor: Actor) -> None:
    if state.running is not None:
        raise Refusal(Reason.BATCH_RUNS, batch=state.running.no)


def _may_close(state: CampaignState, actor: Actor) -> None:
    if not covers(actor.org, state.owner):
        raise Refusal(Reason.NOT_ALLOWED, owner=state.owner)
    _no_batch_runs(state, actor)


def _told(state: CampaignState) -> tuple[tuple[str, str], ...]:
    rows = sum(b.rows for b in state.batches)
    done = [outcome for b in state.batches for outcome in b.outcomes]
    raised = sum(bool(outcome.case) for outcome in done)
    return (
        ("campaign", state.facts.name), ("owner", state.owner), ("rows", str(rows)), ("raised", str(raised)),
        ("refused", str(len(done) - raised)),
    )  # fmt: skip


_OPEN = frozenset[str]({CampaignStatus.OPEN})
_STREET = frozenset({Role.STREET_STAFF, Role.STREET_DUTY_OFFICER, Role.STREET_LEADER})
_OWNERS = (
    Grant(Relation.DISTRICT, frozenset({
        Role.STREET_LEADER, Role.DEPT_LEADER, Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR,
    })),
    Grant(Relation.CITY, frozenset({Role.CITY_SUPERVISOR, Role.DEPT_LEADER})),
)  # fmt: skip
"""Who opens and closes [proposal: domain.md names no office; the heads of whoever raises, and supervision]."""
_RAISERS = (Grant(Relation.INSIDE, _STREET | {Role.DISTRICT_DESK}),)
_ENGINE = (Grant(Relation.ENGINE, frozenset({Role.SYSTEM})),)

CAMPAIGN = register(Process(
    kind=KIND,
    state=CampaignState,
    events=get_args(Event),
    opening=OpenCampaign,
    rules={
        OpenCampaign: ProcessRule(_open),
        CloseCampaign: ProcessRule(_close, _OPEN, _may_close),
        StartBatch: ProcessRule(_start, _OPEN, _no_batch_runs),
        NoteBatch: ProcessRule(_note),
    },
    grants={OpenCampaign: _OWNERS, CloseCampaign: _OWNERS, StartBatch: _RAISERS, NoteBatch: _ENGINE},
    evolve=evolve,
    steps=steps,
    codes=("batch", "end"),
    fire=_fire,
    readers=_STREET | {
        Role.GRID_MEMBER, Role.COMMUNITY_WORKER, Role.DEPT_DISPATCHER, Role.DEPT_LEADER, Role.DEPT_WORKER,
        Role.UTILITY_WORKER, Role.ACCEPTANCE_CLERK, Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR, Role.HOTLINE_AGENT,
    },
    facts=_told,
))  # fmt: skip
"""The kind `campaign` (专项行动)."""
