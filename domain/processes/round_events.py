"""The events of a supervision round, and their fold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, assert_never

from domain.process import ProcessFacts
from domain.processes.round_state import Check, Finding, Group, Head, Late, RoundState, RoundStatus, Share, Terms
from domain.text import Text


@dataclass(frozen=True, slots=True)
class RoundPlanned:
    """A round was planned."""

    at: datetime
    facts: ProcessFacts
    terms: Terms
    title: Text
    questions: Text | None = None


@dataclass(frozen=True, slots=True)
class GroupNamed:
    """A group was named, or named anew."""

    at: datetime
    group: Group


@dataclass(frozen=True, slots=True)
class SeedCommitted:
    """The salt was published."""

    at: datetime
    salt: str


@dataclass(frozen=True, slots=True)
class RoundCancelled:
    """The round will not take place; `cause` is `cancelled`, or `no_seed` when the period began without a salt."""

    at: datetime
    cause: str
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class CasesDrawn:
    """The draw: all that recomputes it, and the checks that follow from it."""

    at: datetime
    head: Head
    salt: str
    sample: int
    shares: tuple[Share, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class CheckReplied:
    """The department answered in writing."""

    at: datetime
    case: str
    late: bool
    answer: Text


@dataclass(frozen=True, slots=True)
class CheckFiled:
    """A group filed its finding; `signed` is the filer's body if it is one of those that sign."""

    at: datetime
    case: str
    finding: Finding
    late: bool
    note: Text
    signed: str = ""
    lat: int | None = None
    lng: int | None = None
    visited_at: datetime | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class CheckSigned:
    """A body signed the finding."""

    at: datetime
    case: str
    body: str


@dataclass(frozen=True, slots=True)
class CheckSettled:
    """The finding stands; what is to be put right has its limit."""

    at: datetime
    case: str
    rectify_due: datetime | None


@dataclass(frozen=True, slots=True)
class ChargeNoted:
    """The case got its order or went back to work, or its rules refused."""

    at: datetime
    case: str
    charge: str


@dataclass(frozen=True, slots=True)
class CheckEscalated:
    """Something about a check is late: first told to the office, a day later to the government above the round."""

    at: datetime
    case: str
    what: Late
    level: int
    to: str


@dataclass(frozen=True, slots=True)
class PutRight:
    """What was found is put right."""

    at: datetime
    case: str
    late: bool
    note: Text


@dataclass(frozen=True, slots=True)
class RoundSettled:
    """Every check is over; only the summary is left."""

    at: datetime


@dataclass(frozen=True, slots=True)
class SummaryEscalated:
    """Nobody sums the round up: first told to the office, later to the government above the round."""

    at: datetime
    level: int
    to: str


@dataclass(frozen=True, slots=True)
class RoundSummarised:
    """The round was summed up and has ended."""

    at: datetime
    summary: Text


Event = (
    RoundPlanned | GroupNamed | SeedCommitted | RoundCancelled | CasesDrawn | CheckReplied | CheckFiled | CheckSigned
    | CheckSettled | ChargeNoted | CheckEscalated | PutRight | RoundSettled | SummaryEscalated | RoundSummarised
)  # fmt: skip


def evolve(state: RoundState | None, event: Event) -> RoundState:
    """Fold one event."""
    if isinstance(event, RoundPlanned):
        return RoundState(event.facts, 0, event.at, RoundStatus.PLANNED, event.terms)
    if state is None:
        raise ValueError("a round begins with its plan")
    changes: dict[str, Any]
    match event:
        case GroupNamed():
            kept = [group for group in state.groups if group.code != event.group.code]
            changes = {"groups": tuple(sorted([*kept, event.group], key=lambda group: group.code))}
        case SeedCommitted():
            changes = {"status": RoundStatus.COMMITTED, "salt": event.salt, "committed_at": event.at}
        case RoundCancelled():
            changes = {"status": RoundStatus.CANCELLED, "closed_at": event.at}
        case CasesDrawn():
            drawn = {"head": event.head, "drawn_at": event.at, "checks": event.checks}
            changes = {"status": RoundStatus.CHECKING, **drawn}
        case RoundSettled():
            changes = {"status": RoundStatus.SETTLED, "settled_at": event.at}
        case SummaryEscalated():
            changes = {"told": (*state.told, f"{Late.SUMMARY}/{event.level}")}
        case RoundSummarised():
            changes = {"status": RoundStatus.DONE, "closed_at": event.at}
        case _:
            return _of_check(state, event)
    return replace(state, **changes)


def _of_check(
    state: RoundState,
    event: CheckReplied | CheckFiled | CheckSigned | CheckSettled | ChargeNoted | CheckEscalated | PutRight,
) -> RoundState:  # fmt: skip
    check = state.check(event.case)
    if check is None:
        raise ValueError(f"an event names the check of {event.case}, which is not there")
    changes: dict[str, Any]
    match event:
        case CheckReplied():
            changes = {"replied_at": event.at}
        case CheckFiled():
            changes = {"finding": event.finding, "signed": (event.signed,) if event.signed else ()}
        case CheckSigned():
            changes = {"signed": (*check.signed, event.body)}
        case CheckSettled():
            changes = {"settled_at": event.at, "rectify_due": event.rectify_due}
        case ChargeNoted():
            changes = {"charge": event.charge}
        case CheckEscalated():
            changes = {"told": (*check.told, f"{event.what}/{event.level}")}
        case PutRight():
            changes = {"righted_at": event.at}
        case _:
            assert_never(event)
    return replace(state, checks=tuple([replace(c, **changes) if c is check else c for c in state.checks]))
