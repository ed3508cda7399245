"""Events: what happened, in the past tense; each carries `at`, its business instant.

Events hold codes, ids and sealed texts. A field of type `Text` leaves the event when it is recorded: the record keeps a
salted digest in the chain and the words in a row of their own that can be erased (design 3a.13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.case import Action, ClockSpec, Facts, Outcome, TaskRole, Tie
from domain.chapters import (
    adoption,
    call_back,
    channel,
    coordination,
    extension,
    grid,
    linking,
    meeting,
    milestones,
    objection,
    orders,
    rating,
    reopening,
    reports,
    suspension,
    upward,
    volunteers,
)  # fmt: skip
from domain.text import Personal, Text


@dataclass(frozen=True, slots=True)
class CaseRaised:
    """A whistle was blown (吹哨)."""

    at: datetime
    facts: Facts
    needs_approval: bool
    title: Text
    description: Text
    place: Text
    reporter_name: Personal | None = None
    reporter_phone: Personal | None = None
    support: Text | None = None


@dataclass(frozen=True, slots=True)
class CaseApproved:
    """The leader approved the whistle, before or after its issue."""

    at: datetime
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class CaseRefused:
    """The leader refused the whistle."""

    at: datetime
    reason: Text


@dataclass(frozen=True, slots=True)
class CaseIssued:
    """The whistle reached the departments: their clocks count from here."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TaskAdded:
    """A department was called into the case."""

    at: datetime
    task: int
    org: str
    role: TaskRole
    stages: tuple[str, ...]
    tie: Tie = Tie.ORDER


@dataclass(frozen=True, slots=True)
class ClockStarted:
    """A clock, or a new generation of it, began to run."""

    at: datetime
    clock: ClockSpec


@dataclass(frozen=True, slots=True)
class ClockEnded:
    """A clock was met (in time or late) or cancelled because its duty fell away."""

    at: datetime
    key: str
    generation: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RungFired:
    """A rung of a ladder became due; `at` is the instant it was due, however late it was recorded."""

    at: datetime
    key: str
    generation: int
    rung: str
    action: Action
    to: tuple[str, ...]
    level: int


@dataclass(frozen=True, slots=True)
class NoShowMarked:
    """Nobody of the department was on the scene when the limit passed; coming late stays possible."""

    at: datetime
    task: int


@dataclass(frozen=True, slots=True)
class TaskClaimed:
    """A worker holds the task for the department (签收)."""

    at: datetime
    task: int
    worker: str


@dataclass(frozen=True, slots=True)
class TaskUnclaimed:
    """The task went back to the department's pool; `lapsed` when a lease ended by itself."""

    at: datetime
    task: int
    lapsed: bool
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class ReportedIn:
    """The department is on the scene (报到); coordinates in millionths of a degree, WGS-84."""

    at: datetime
    task: int
    worker: str
    late: bool
    lat: int | None = None
    lng: int | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class StageReported:
    """Progress was told (阶段性情况); no clock stops."""

    at: datetime
    task: int
    note: Text


@dataclass(frozen=True, slots=True)
class StageDone:
    """A stage that is not the last was handed in; the next one begins."""

    at: datetime
    task: int
    stage: str
    worker: str
    note: Text
    evidence: tuple[str, ...] = ()
    late_reason: Text | None = None


@dataclass(frozen=True, slots=True)
class ResultSubmitted:
    """The department handed in its result (反馈); a late one says why."""

    at: datetime
    task: int
    worker: str
    note: Text
    evidence: tuple[str, ...] = ()
    late_reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Mustered:
    """The quorum is on the scene: the case is in action."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CheckOpened:
    """Every department has handed in: the raiser checks."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CheckPassed:
    """The raiser accepted the result (核查通过); `standard` is the stage whose closing test was met."""

    at: datetime
    note: Text | None = None
    standard: str = ""


@dataclass(frozen=True, slots=True)
class CheckFailed:
    """The raiser sent the named tasks back (返工)."""

    at: datetime
    tasks: tuple[int, ...]
    reason: Text


@dataclass(frozen=True, slots=True)
class CaseClosed:
    """The case ended with a result code."""

    at: datetime
    result: str


@dataclass(frozen=True, slots=True)
class CaseWithdrawn:
    """The raiser took the whistle back, or it was refused."""

    at: datetime
    result: str
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class TaskReleased:
    """The raiser let a department go (放行)."""

    at: datetime
    task: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Urged:
    """A person reminded a department (催办); `told` is False where they had been told shortly before."""

    at: datetime
    task: int
    note: Text | None = None
    told: bool = True


@dataclass(frozen=True, slots=True)
class DepartmentsCalled:
    """The drive handed the call over to the departments' channels."""

    at: datetime
    tasks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WoundUp:
    """The all-clear: whoever was alarmed on the way was told that the case has ended."""

    at: datetime


@dataclass(frozen=True, slots=True)
class ClockPaused:
    """A clock stands still (挂账); its next generation counts the pause in."""

    at: datetime
    key: str
    generation: int


Event = (
    CaseRaised | CaseApproved | CaseRefused | CaseIssued | TaskAdded | ClockStarted | ClockEnded | RungFired
    | NoShowMarked | TaskClaimed | TaskUnclaimed | ReportedIn | StageReported | StageDone | ResultSubmitted
    | Mustered | CheckOpened | CheckPassed | CheckFailed | CaseClosed | CaseWithdrawn | TaskReleased | Urged
    | DepartmentsCalled | WoundUp | ClockPaused
    | adoption.Event | extension.Event | suspension.Event | upward.Event | milestones.Event | reopening.Event
    | channel.Event | grid.Event | call_back.Event | reports.Event | linking.Event
    | coordination.Event | objection.Event | orders.Event
    | rating.Event | volunteers.Event
    | meeting.Event
)  # fmt: skip
"""Every event of a case: those of the main job, then those of each chapter."""

__all__ = ["Event", "Personal", "Text"]
