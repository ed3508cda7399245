"""The state of a case: frozen values without rules; events change it, `evolve` says how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where a case stands (design 5)."""

    PENDING_APPROVAL = "pending_approval"
    MUSTERING = "mustering"
    IN_ACTION = "in_action"
    CHECKING = "checking"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Status.CLOSED, Status.WITHDRAWN})


class Phase(StrEnum):
    """Where a case stands in the workflow's model of its life."""

    APPROVE = "approve"
    MUSTER = "muster"
    ACT = "act"
    CHECK = "check"
    WIND_UP = "wind_up"


PHASE_OF: dict[Status, Phase] = {
    Status.PENDING_APPROVAL: Phase.APPROVE,
    Status.MUSTERING: Phase.MUSTER,
    Status.IN_ACTION: Phase.ACT,
    Status.CHECKING: Phase.CHECK,
    Status.CLOSED: Phase.WIND_UP,
    Status.WITHDRAWN: Phase.WIND_UP,
}


class TaskRole(StrEnum):
    """A department's part in a case: 主办, 协办, 知会."""

    LEAD = "lead"
    ASSIST = "assist"
    INFORM = "inform"


class TaskState(StrEnum):
    """Where one department stands (design 5); a no-show is a mark, not a state."""

    READY = "ready"
    CLAIMED = "claimed"
    ON_SCENE = "on_scene"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"


TASK_ENDED = frozenset({TaskState.ACCEPTED, TaskState.RELEASED, TaskState.WITHDRAWN})


class ClockCode(StrEnum):
    """Which limit a clock measures (时限)."""

    APPROVAL = "approval"
    CLAIM = "claim"
    REPORT_IN = "report_in"
    HANDLE = "handle"
    CHECK = "check"
    LEASE = "lease"


class Outcome(StrEnum):
    """How a clock stands; `met` may be late: compare `ended_at` with `due`."""

    OPEN = "open"
    MET = "met"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What a rung of a ladder does when its instant has passed."""

    REMIND = "remind"
    NO_SHOW = "no_show"
    ESCALATE = "escalate"
    SUPERVISE = "supervise"
    RETURN_TASK = "return_task"


@dataclass(frozen=True, slots=True)
class Party:
    """A department that is called, in its role."""

    org: str
    role: TaskRole


@dataclass(frozen=True, slots=True)
class Rung:
    """One point of a running clock: what happens, to whom, at which instant.

    Attributes:
        code: Unique within its ladder; part of the identity that fires exactly once.
        at: Aware UTC instant; the rung is due from the first instant after it.
        to: Addressees as symbols (`holder`, `dispatcher`, `desk` ...), resolved by `domain.notices`.
        level: Escalation level or supervision grade that the action sets; 0 for none.
    """

    code: str
    at: datetime
    action: Action
    to: tuple[str, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class ClockSpec:
    """What a clock is, fixed when it starts; a change of the due instant makes a new generation.

    Attributes:
        key: Unique in the case, for example `handle:1:repair`.
        party: Organisation that must act.
        task: Task number, or None for clocks of the whole case.
        stage: Stage code of a handling clock.
        generation: 1, 2, ... per key.
        started_at: Instant from which the limit counts (the moment of issue, not of reading).
        set_at: Business instant of the event that set this due instant; nothing fires before it.
        due: Aware UTC; done at this instant is in time.
        near_at: Instant from which the light is yellow.
        limit: The limit as text (`2 hours work_hours`), or `given` for an agreed instant.
        calendar: `name/version` of the calendar the due instant was computed with.
        provisional: The due instant rests on a year whose calendar is not yet published.
        rungs: In order of their instant.
    """

    key: str
    code: ClockCode
    party: str
    task: int | None
    stage: str | None
    generation: int
    started_at: datetime
    set_at: datetime
    due: datetime
    near_at: datetime
    limit: str
    calendar: str
    provisional: bool
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock's specification with its progress; `fired` holds rung codes of this generation in order of firing."""

    spec: ClockSpec
    outcome: Outcome = Outcome.OPEN
    ended_at: datetime | None = None
    fired: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """The party still owes the act that this clock measures."""
        return self.outcome is Outcome.OPEN


@dataclass(frozen=True, slots=True)
class Task:
    """One department's piece of work.

    Attributes:
        no: 1, 2, ... within the case.
        stages: Codes of the handling stages in order; never empty for lead and assist.
        stage: Index of the stage in work.
        holder: User id of the worker who claimed it.
        handlers: Everyone who ever claimed, reported in or handed in: they may not check.
        late: Reported in after the limit.
        no_show: The report-in limit passed without anybody on the scene.
        rework: How often the raiser sent the result back.
    """

    no: int
    org: str
    role: TaskRole
    stages: tuple[str, ...]
    state: TaskState = TaskState.READY
    stage: int = 0
    holder: str | None = None
    handlers: tuple[str, ...] = ()
    late: bool = False
    no_show: bool = False
    rework: int = 0

    @property
    def is_duty(self) -> bool:
        """The department has to act (lead or assist), not only to know."""
        return self.role is not TaskRole.INFORM


@dataclass(frozen=True, slots=True)
class Facts:
    """What was fixed when the case was raised.

    Attributes:
        number: Label for people, `BJ-110101-20261123-0042`.
        area: Code of the sub-district that raised.
        rules: `name/version` of the rule pack that judges the case.
        parties: Whom the raise calls, the lead first.
        appointment: Agreed instant for reporting in, if any.
        duty: `name/version` of the duty list that routed it, and how (`matched`, `defaulted`, `named`).
    """

    id: str
    number: str
    kind: str
    channel: str
    district: str
    area: str
    class_code: str
    limit_class: str
    raised_by: str
    raised_at: datetime
    rules: str
    parties: tuple[Party, ...]
    duty: str
    appointment: datetime | None = None
    lat: int | None = None
    lng: int | None = None
    source_ref: str | None = None


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case as the fold of its events.

    Attributes:
        version: Number of events folded in.
        at: Business instant of the last event; never falls.
        clocks: The latest generation of each key, in order of first start.
        awaiting_approval: An approval (before or after the issue) is still owed.
        uncalled: Tasks whose department the drive has not called yet.
        wound_up: Whoever was alarmed has been told of the end.
    """

    facts: Facts
    version: int
    at: datetime
    status: Status
    tasks: tuple[Task, ...] = ()
    clocks: tuple[Clock, ...] = ()
    awaiting_approval: bool = False
    uncalled: tuple[int, ...] = ()
    escalation: int = 0
    supervision: int = 0
    rework: int = 0
    result: str | None = None
    closed_at: datetime | None = None
    wound_up: bool = False

    @property
    def phase(self) -> Phase:
        """Phase of the workflow's model."""
        return PHASE_OF[self.status]

    @property
    def is_ended(self) -> bool:
        """Closed or withdrawn: no command but reopening is accepted."""
        return self.status in ENDED

    @property
    def owes_all_clear(self) -> bool:
        """The case has ended and somebody above was alarmed on its way, who has not been told yet."""
        return self.is_ended and not self.wound_up and (self.escalation > 0 or self.supervision > 0)

    def task(self, no: int) -> Task | None:
        """Find a task by its number."""
        for task in self.tasks:
            if task.no == no:
                return task
        return None

    def clock(self, key: str) -> Clock | None:
        """Find the latest generation of a clock."""
        for clock in self.clocks:
            if clock.spec.key == key:
                return clock
        return None

    def duties(self) -> tuple[Task, ...]:
        """Tasks of lead and assist that are still in the case (not released, not withdrawn), in order of number."""
        gone = (TaskState.RELEASED, TaskState.WITHDRAWN)
        return tuple([t for t in self.tasks if t.role is not TaskRole.INFORM and t.state not in gone])
