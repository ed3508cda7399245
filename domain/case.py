"""The state of a case: frozen values without rules; events change it, `evolve` says how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.annex import NO_ANNEX, Annex
from domain.channels import Nature


class Status(StrEnum):
    """Where a case stands (design 5)."""

    PENDING_APPROVAL = "pending_approval"
    MUSTERING = "mustering"
    IN_ACTION = "in_action"
    CHECKING = "checking"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Status.CLOSED, Status.WITHDRAWN})


class Phase(StrEnum):
    """Where a case stands in the workflow's model of its life."""

    APPROVE = "approve"
    MUSTER = "muster"
    ACT = "act"
    CHECK = "check"
    SUSPENDED = "suspended"
    WIND_UP = "wind_up"


PHASE_OF: dict[Status, Phase] = {
    Status.PENDING_APPROVAL: Phase.APPROVE,
    Status.MUSTERING: Phase.MUSTER,
    Status.IN_ACTION: Phase.ACT,
    Status.CHECKING: Phase.CHECK,
    Status.SUSPENDED: Phase.SUSPENDED,
    Status.CLOSED: Phase.WIND_UP,
    Status.WITHDRAWN: Phase.WIND_UP,
}


class TaskRole(StrEnum):
    """A department's part in a case: 主办, 协办, 知会."""

    LEAD = "lead"
    ASSIST = "assist"
    INFORM = "inform"


class Tie(StrEnum):
    """What binds a department to a case: an order (it must come), an invitation (it may), a notice (it knows)."""

    ORDER = "order"
    INVITATION = "invitation"
    NOTICE = "notice"


class Direction(StrEnum):
    """Who calls whom (三协同, domain.md 2.1)."""

    STREET_TO_DEPT = "street_to_dept"
    DEPT_TO_DEPT = "dept_to_dept"
    DEPT_TO_STREET = "dept_to_street"


class TaskState(StrEnum):
    """Where one department stands (design 5); a no-show is a mark, not a state."""

    READY = "ready"
    CLAIMED = "claimed"
    ON_SCENE = "on_scene"
    SUBMITTED = "submitted"
    OBJECTED = "objected"
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
    RULING = "ruling"
    EXTENSION = "extension"
    SUSPENSION = "suspension"
    MILESTONE = "milestone"
    HELP = "help"
    MEETING = "meeting"
    ORDER = "order"
    APPEAL = "appeal"
    CALL_BACK = "call_back"
    """The citizen's limit, at whose end the citizen is called; also the wait until the next try."""
    CALL = "call"
    """Until when the citizen has to be called once that is due."""
    PRE_CHECK = "pre_check"
    FILING = "filing"
    DISPATCH = "dispatch"
    POST_CHECK = "post_check"
    CLOSING = "closing"
    CONFER = "confer"
    ACKNOWLEDGE = "acknowledge"
    SUSPENSION_ANSWER = "suspension_answer"


class Outcome(StrEnum):
    """How a clock stands; `met` may be late: compare `ended_at` with `due`; a `paused` one neither runs nor ended."""

    OPEN = "open"
    PAUSED = "paused"
    MET = "met"
    CANCELLED = "cancelled"


class Action(StrEnum):
    """What a rung of a ladder does when its instant has passed."""

    REMIND = "remind"
    NO_SHOW = "no_show"
    ESCALATE = "escalate"
    SUPERVISE = "supervise"
    RETURN_TASK = "return_task"
    RESUME = "resume"
    CALL_BACK = "call_back"
    CLOSE = "close"
    UPHOLD = "uphold"
    RAISE_GRADE = "raise_grade"
    CRITICISE = "criticise"
    """通报批评: the organisation is criticised in public (街道办事处条例 art. 47)."""


MARKING = frozenset({Action.CRITICISE})
"""Actions that are written to the name of the department whose clock it was: a mark on its task, and a figure."""


@dataclass(frozen=True, slots=True)
class Party:
    """A department that is called, in its role; `tie` says whether it must come."""

    org: str
    role: TaskRole
    tie: Tie = Tie.ORDER


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


class MoveKind(StrEnum):
    """Why a due instant moved."""

    EXTENSION = "extension"
    PAUSE = "pause"
    ADOPTION = "adoption"


@dataclass(frozen=True, slots=True)
class Move:
    """One reason why a due instant is no longer the one first counted; the moves of a clock are in order of `at`.

    Attributes:
        at: Business instant of the decision; of a pause its begin.
        due: Due instant before it.
        until: End of a pause.
        limit: What an extension adds, as text.
        ref: What was adopted (`name/version`), or who ruled (number of the request).
    """

    kind: MoveKind
    at: datetime
    due: datetime
    until: datetime | None = None
    limit: str = ""
    ref: str = ""


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
        moves: What moved the due instant since the clock was first started, in order.
        voids: Rungs that fired in the generation before and are laid again, for their instant moved into the future:
            those firings count no longer.
        done: Rungs that fired in earlier generations and still count.
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
    moves: tuple[Move, ...] = ()
    voids: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock's specification with its progress; `fired` holds rung codes of this generation in order of firing.

    `paused_at` says since when this generation stands still, or stood until it ended.
    """

    spec: ClockSpec
    outcome: Outcome = Outcome.OPEN
    ended_at: datetime | None = None
    fired: tuple[str, ...] = ()
    paused_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """The party still owes the act that this clock measures."""
        return self.outcome is Outcome.OPEN

    @property
    def is_live(self) -> bool:
        """The duty is still there, whether the clock runs or is paused."""
        return self.outcome is Outcome.OPEN or self.outcome is Outcome.PAUSED


@dataclass(frozen=True, slots=True)
class Mark:
    """What a ladder wrote to the name of a department; it stays, unless the rung's instant moved into the future.

    Attributes:
        at: When the rung was due.
        clock: Key of the clock that had run out.
        rung: Its code in the ladder.
    """

    action: Action
    at: datetime
    clock: str
    rung: str


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
        tie: Whether it was ordered, invited or only told.
        called_at: Instant of the call.
        suspended_until: End date of a suspension of this task alone; None while it is not suspended.
        urged: How often somebody urged the department.
        urged_at: When they were last told so.
        before: Where the department stands with the work while it is `objected`; work goes on until the ruling.
        marks: What ladders wrote to its name, in order.
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
    tie: Tie = Tie.ORDER
    called_at: datetime | None = None
    suspended_until: datetime | None = None
    urged: int = 0
    urged_at: datetime | None = None
    before: TaskState | None = None
    marks: tuple[Mark, ...] = ()

    @property
    def stands(self) -> TaskState:
        """Where the department stands with the work, whether it objects or not."""
        return self.state if self.before is None else self.before

    @property
    def is_gone(self) -> bool:
        """The department was let go or its task was taken back."""
        return self.state is TaskState.RELEASED or self.state is TaskState.WITHDRAWN

    @property
    def is_duty(self) -> bool:
        """The department has to act (lead or assist under an order), not only to know or to help if it likes."""
        return self.role is not TaskRole.INFORM and self.tie is Tie.ORDER


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
        raiser: Organisation that raised and checks; empty when it is the sub-district `area` itself.
        direction: Who calls whom.
        joint_areas: Further sub-districts that raise together (跨区联合哨).
        sensitive: Only those see it who have to do with it.
        campaign: Code of the campaign (专项行动) it belongs to.
        urgency: Level 1 to 4 of a citizen's limit (2 hours, 24 hours, 7 days, 15 days); 0 for none.
        nature: What a citizen wants; None where nobody said.
        gap: Gap in the circle of services that it closes, `community/item`.
        repeats: Ids of the cases that a monthly topic grew from; not empty only for a topic.
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
    raiser: str = ""
    direction: Direction = Direction.STREET_TO_DEPT
    joint_areas: tuple[str, ...] = ()
    sensitive: bool = False
    campaign: str | None = None
    urgency: int = 0
    nature: Nature | None = None
    gap: str | None = None
    repeats: tuple[str, ...] = ()

    @property
    def raising_org(self) -> str:
        """The organisation that raised."""
        return self.raiser or self.area


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
        rules: Rule pack adopted since the raise (`name/version`); None for the one of the facts.
        calendar: Calendar that the running clocks use (`name/version`); None before the first clock.
        annex: What only some cases have.
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
    rules: str | None = None
    calendar: str | None = None
    annex: Annex = NO_ANNEX

    @property
    def rules_ref(self) -> str:
        """The rule pack that judges the case now."""
        return self.rules or self.facts.rules

    @property
    def phase(self) -> Phase:
        """Phase of the workflow's model."""
        return PHASE_OF[self.status]

    @property
    def is_ended(self) -> bool:
        """Closed or withdrawn: no command but reopening is accepted."""
        return self.status in ENDED

    @property
    def at_rest(self) -> bool:
        """Ended, and nothing runs any more: an appeal outlives the case that it is about."""
        return self.is_ended and not any(clock.is_live for clock in self.clocks)

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
        """Ordered tasks of lead and assist still in the case (not released, not withdrawn), in order of number."""
        return tuple([t for t in self.tasks if t.is_duty and not t.is_gone])

    def lead(self) -> Task | None:
        """Return the lead's task; None before the issue and after a withdrawal."""
        return next((t for t in self.tasks if t.role is TaskRole.LEAD and not t.is_gone), None)
