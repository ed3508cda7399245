"""What a supervision round (督查) is: methods, groups, the draw, the checks and how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.process import ProcessFacts

KIND = "round"


class Method(StrEnum):
    """How the checks of a round are made: 联合督查, 实地督查, 书面督查."""

    JOINT = "joint"
    ON_SITE = "on_site"
    WRITTEN = "written"


class Pool(StrEnum):
    """Which cases are drawn from: those at work at the start, or those closed since an instant."""

    RUNNING = "running"
    CLOSED = "closed"


class Finding(StrEnum):
    """What a check finds: in order, to be put right (整改), or badly enough done to begin again (重新办理)."""

    OK = "ok"
    PUT_RIGHT = "put_right"
    REOPEN = "reopen"


class RoundStatus(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"
    COMMITTED = "committed"
    CHECKING = "checking"
    SETTLED = "settled"
    DONE = "done"
    CANCELLED = "cancelled"


class Late(StrEnum):
    """What is late."""

    REPLY = "reply"
    CHECK = "check"
    RECTIFY = "rectify"
    SUMMARY = "summary"
    """Of the round itself: every check is over, and nobody sums it up."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What was fixed when a round was planned; hours are natural hours.

    Attributes:
        office: Organisation that supervises; orders are given in its name.
        since: For a pool of closed cases: the earliest close.
        sample: Cases drawn for each group.
        bodies: Organisations that must all sign each check of a joint round.
        again_hours: From the first escalation of something late to the second.
        summary_hours: From the last check that is over to the summary; 0 for no limit (rounds of before it was one).
    """

    method: Method
    office: str
    starts_at: datetime
    ends_at: datetime
    sample: int
    pool: Pool
    since: datetime | None
    bodies: tuple[str, ...]
    reply_hours: int
    check_hours: int
    rectify_hours: int
    again_hours: int
    summary_hours: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """A supervision group (督导组); an empty scope is the whole round's.

    Attributes:
        members: Ids of users who file its checks.
        areas: Digits of areas; a case raised in or below one of them is in scope.
        lines: Lines (条) of the department that leads the case.
        kinds: Kinds of case.
    """

    code: str
    members: tuple[str, ...]
    areas: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The link of a chain that makes a draw unforeseeable: of a case's first event, or of the round's own."""

    kind: str
    id: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one group draws from, as its activity read it.

    Attributes:
        population: Ids of cases in scope, sorted.
        orgs: Lead department of each, in the same order; empty where there is none.
    """

    group: str
    population: tuple[str, ...]
    orgs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One drawn case and what was found.

    Attributes:
        org: Organisation that answers: the lead department.
        reply_due: When the written answer is due; None unless the round is written.
        due: When the check is due.
        signed: Bodies that signed, in order.
        settled_at: When the finding stands: filed, and signed by all.
        charge: What became of the order or reopening: `order`, `reopen`, or the reason of the refusal.
        rectify_due: When it must be put right; None while nothing is to be.
        told: What was escalated: `late/level`.
    """

    case: str
    group: str
    org: str
    due: datetime
    reply_due: datetime | None = None
    replied_at: datetime | None = None
    finding: Finding | None = None
    signed: tuple[str, ...] = ()
    settled_at: datetime | None = None
    charge: str = ""
    rectify_due: datetime | None = None
    righted_at: datetime | None = None
    told: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Nothing is left to do: in order, or put right."""
        return self.settled_at is not None and (self.finding is Finding.OK or self.righted_at is not None)


@dataclass(frozen=True, slots=True)
class RoundState:
    """A round as the fold of its events; the population stands in the event of the draw and by its digest here.

    Attributes:
        settled_at: When the last check was over; only the summary is left since.
        told: Levels at which the missing summary was escalated: `summary/level`.
    """

    facts: ProcessFacts
    version: int
    at: datetime
    status: RoundStatus
    terms: Terms
    groups: tuple[Group, ...] = ()
    salt: str = ""
    committed_at: datetime | None = None
    head: Head | None = None
    drawn_at: datetime | None = None
    checks: tuple[Check, ...] = ()
    closed_at: datetime | None = None
    settled_at: datetime | None = None
    told: tuple[str, ...] = ()

    def check(self, case: str) -> Check | None:
        """Return the check of a case."""
        return next((check for check in self.checks if check.case == case), None)

    def group(self, code: str) -> Group | None:
        """Return a group."""
        return next((group for group in self.groups if group.code == code), None)
