"""Flags: an exclusion (剔除) or an appeal against lateness (申诉), proposed with evidence, decided by a second person.

A flag changes how a case is counted in the assessed view, and nothing else: facts are never deleted. An appeal is made
by the department that was late, after the case was closed, once for each limit. What nobody decides lapses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never, get_args

from domain.actors import Actor, Role
from domain.addresses import Notice
from domain.authority import Grant, Relation, covers
from domain.errors import Reason, Refusal
from domain.evaluation.flags import FlagKind
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

KIND = "flag"


class FlagStatus(StrEnum):
    """Where a flag stands."""

    PROPOSED = "proposed"
    GRANTED = "granted"
    REFUSED = "refused"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class FlagState:
    """A flag as the fold of its events.

    Attributes:
        case_id: The case it is about.
        clock: Key of the clock whose lateness is appealed; None for an exclusion.
        unit: Organisation that it speaks for.
        reason: Code of the listed reason.
        answer_by: It lapses after this instant.
        decided_by: Who granted or refused; never the proposer.
    """

    facts: ProcessFacts
    version: int
    at: datetime
    status: FlagStatus
    flag: FlagKind
    case_id: str
    clock: str | None
    unit: str
    reason: str
    answer_by: datetime
    decided_by: str | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposeFlag(Opening):
    """Ask that a case is not counted, or that a lateness is not (申请剔除, 申诉).

    Attributes:
        number: Number of the case.
        unit: Organisation that it speaks for: the sub-district of the case, or the department of the late task.
        listed: The reason is one of the scheme's.
        case_closed_at: When the case was closed; None while it runs.
        late: The clock ran past its due instant.
        answer_days: Days after which it lapses.
        appeal_days: Days after the closing in which an appeal is taken.
    """

    id: str
    name: str
    district: str | None
    flag: FlagKind
    case_id: str
    number: str
    clock: str | None
    unit: str
    reason: str
    evidence: Text
    listed: bool
    case_closed_at: datetime | None
    late: bool
    answer_days: int
    appeal_days: int
    rules: str | None = None


@dataclass(frozen=True, slots=True)
class GrantFlag(ProcessCommand):
    """Grant it (同意剔除, 申诉成立); never its proposer."""

    note: Text


@dataclass(frozen=True, slots=True)
class RefuseFlag(ProcessCommand):
    """Refuse it (不同意剔除, 申诉不成立); never its proposer."""

    note: Text


@dataclass(frozen=True, slots=True)
class FlagProposed:
    """Somebody asked for it, with evidence."""

    at: datetime
    facts: ProcessFacts
    flag: FlagKind
    case_id: str
    number: str
    clock: str | None
    unit: str
    reason: str
    answer_by: datetime
    evidence: Text


@dataclass(frozen=True, slots=True)
class FlagGranted:
    """A second person granted it."""

    at: datetime
    by: str
    note: Text


@dataclass(frozen=True, slots=True)
class FlagRefused:
    """A second person refused it."""

    at: datetime
    by: str
    note: Text


@dataclass(frozen=True, slots=True)
class FlagLapsed:
    """Nobody decided in time: the case is counted as it happened."""

    at: datetime


Event = FlagProposed | FlagGranted | FlagRefused | FlagLapsed


def evolve(state: FlagState | None, event: Event) -> FlagState:
    """Fold one event."""
    if isinstance(event, FlagProposed):
        return FlagState(
            event.facts, 0, event.at, FlagStatus.PROPOSED, event.flag, event.case_id, event.clock, event.unit,
            event.reason, event.answer_by,
        )  # fmt: skip
    if state is None:
        raise ValueError("a flag begins with its proposal")
    match event:
        case FlagGranted():
            return replace(state, status=FlagStatus.GRANTED, decided_by=event.by, closed_at=event.at)
        case FlagRefused():
            return replace(state, status=FlagStatus.REFUSED, decided_by=event.by, closed_at=event.at)
        case FlagLapsed():
            return replace(state, status=FlagStatus.LAPSED, closed_at=event.at)
        case _:
            assert_never(event)


def steps(state: FlagState) -> Iterator[ProcessStep]:
    """Yield the instant after which it lapses."""
    if state.status is FlagStatus.PROPOSED:
        yield ProcessStep("lapse", "lapse", state.answer_by, state.unit)


def _propose(draft: ProcessDraft[FlagState], command: ProposeFlag) -> None:
    if not covers(draft.actor.org, command.unit):
        raise Refusal(Reason.NOT_ALLOWED, command="ProposeFlag")
    if not command.listed:
        raise Refusal(Reason.UNKNOWN_REASON, given=command.reason)
    if command.flag is FlagKind.APPEAL:
        _may_appeal(draft.at, command)
    draft.emit(FlagProposed(
        draft.at, facts_of(draft, KIND, command), command.flag, command.case_id, command.number, command.clock,
        command.unit, command.reason, draft.at + timedelta(days=command.answer_days), command.evidence,
    ))  # fmt: skip


def _may_appeal(now: datetime, command: ProposeFlag) -> None:
    if command.case_closed_at is None:
        raise Refusal(Reason.NOT_CLOSED_YET, case=command.number)
    if not command.late:
        raise Refusal(Reason.CLOCK_NOT_LATE, clock=command.clock)
    until = command.case_closed_at + timedelta(days=command.appeal_days)
    if now > until:
        raise Refusal(Reason.APPEAL_TOO_LATE, until=until.isoformat())


def _grant(draft: ProcessDraft[FlagState], command: GrantFlag) -> None:
    draft.emit(FlagGranted(draft.at, draft.actor.id, command.note))


def _refuse(draft: ProcessDraft[FlagState], command: RefuseFlag) -> None:
    draft.emit(FlagRefused(draft.at, draft.actor.id, command.note))


def _fire(draft: ProcessDraft[FlagState], _step: ProcessStep) -> None:
    draft.emit(FlagLapsed(draft.at))


def _second_person(state: FlagState, actor: Actor) -> None:
    if actor.id == state.facts.opened_by:
        raise Refusal(Reason.PROPOSER_MAY_NOT_DECIDE, proposer=actor.id)


def _say_proposed(_event: FlagProposed, state: FlagState) -> Iterator[Notice]:
    yield Notice("flag_proposed", f"{state.facts.district}-SUP", Role.DISTRICT_SUPERVISOR)


def _say_decided(event: FlagGranted | FlagRefused | FlagLapsed, state: FlagState) -> Iterator[Notice]:
    codes = {FlagGranted: "flag_granted", FlagRefused: "flag_refused", FlagLapsed: "flag_lapsed"}
    yield Notice(codes[type(event)], state.unit, user=state.facts.opened_by)


_OPEN = frozenset[str]({FlagStatus.PROPOSED})
_ASSESSED = (Grant(Relation.DISTRICT, frozenset({
    Role.STREET_LEADER, Role.DEPT_LEADER, Role.DEPT_DISPATCHER, Role.DISTRICT_DESK,
})),)  # fmt: skip
_REVIEWERS = (
    Grant(Relation.DISTRICT, frozenset({Role.DISTRICT_SUPERVISOR})),
    Grant(Relation.CITY, frozenset({Role.CITY_SUPERVISOR})),
)

FLAG = register(Process(
    kind=KIND,
    state=FlagState,
    events=get_args(Event),
    opening=ProposeFlag,
    rules={
        ProposeFlag: ProcessRule(_propose),
        GrantFlag: ProcessRule(_grant, _OPEN, _second_person),
        RefuseFlag: ProcessRule(_refuse, _OPEN, _second_person),
    },
    grants={ProposeFlag: _ASSESSED, GrantFlag: _REVIEWERS, RefuseFlag: _REVIEWERS},
    evolve=evolve,
    steps=steps,
    codes=("lapse",),
    fire=_fire,
    readers=frozenset({Role.DISTRICT_DESK, Role.DISTRICT_SUPERVISOR}),
    says={
        FlagProposed: _say_proposed, FlagGranted: _say_decided, FlagRefused: _say_decided, FlagLapsed: _say_decided,
    },
    facts=lambda state: (("flag", state.flag.value), ("unit", state.unit), ("reason", state.reason)),
))  # fmt: skip
"""The kind `flag` (剔除与申诉)."""
