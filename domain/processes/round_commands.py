"""The commands on a supervision round: planned, drawn, checked, put right, summed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.process import Opening, ProcessCommand
from domain.processes.round_state import Finding, Head, Method, Pool, Share
from domain.text import Text


@dataclass(frozen=True, slots=True)
class PlanRound(Opening):
    """Plan a supervision round (督查计划); one planned by a schedule brings its salt and its one group along."""

    id: str
    name: str
    district: str | None
    office: str
    method: Method
    starts_at: datetime
    ends_at: datetime
    sample: int
    title: Text
    reply_hours: int
    check_hours: int
    rectify_hours: int
    again_hours: int
    pool: Pool = Pool.RUNNING
    since: datetime | None = None
    bodies: tuple[str, ...] = ()
    questions: Text | None = None
    salt: str = ""
    members: tuple[str, ...] = ()
    rules: str | None = None
    summary_hours: int = 0


@dataclass(frozen=True, slots=True)
class NameGroup(ProcessCommand):
    """Name a supervision group (督导组), its members and its scope; naming it again replaces it.

    The border fills in `member_orgs`: the organisation of each member, empty where nobody of that name may take part.
    """

    group: str
    members: tuple[str, ...]
    areas: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    member_orgs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitSeed(ProcessCommand):
    """Publish the salt of the draw (公布抽样盐值), once; the chain head that completes the seed comes after it."""

    salt: str


@dataclass(frozen=True, slots=True)
class CancelRound(ProcessCommand):
    """Cancel the round (取消督查), only before its salt is published: nobody cancels a draw that they dislike."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Draw(ProcessCommand):
    """Draw the cases at the start of the period; by the engine."""

    head: Head
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class ReplyCheck(ProcessCommand):
    """Answer the questions of a written round (书面答复), for the department that leads the case."""

    case: str
    answer: Text


@dataclass(frozen=True, slots=True)
class FileCheck(ProcessCommand):
    """File what a group found at a case (督查情况); on site with place, time and photo."""

    case: str
    finding: Finding
    note: Text
    lat: int | None = None
    lng: int | None = None
    visited_at: datetime | None = None
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class SignCheck(ProcessCommand):
    """Sign the finding of a joint check (联合督查会签), for one of the bodies."""

    case: str


@dataclass(frozen=True, slots=True)
class NoteCharge(ProcessCommand):
    """Note what became of the order or reopening that a finding asked for; by the engine."""

    case: str
    charge: str


@dataclass(frozen=True, slots=True)
class ConfirmPutRight(ProcessCommand):
    """Confirm that what was found is put right (整改完成)."""

    case: str
    note: Text


@dataclass(frozen=True, slots=True)
class SummariseRound(ProcessCommand):
    """Sum the round up and end it (督查总结), once every check is over."""

    summary: Text
