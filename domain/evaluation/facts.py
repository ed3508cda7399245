"""What evaluation looks at of a case: a small value made from the state and the instants of its tasks.

The same function serves the read model and the log: the state is the fold of the events either way, and the instants
are those of the last claim, report-in and hand-in. So a figure can be derived again from the events alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.case import ClockCode, Mark, Outcome, Status, TaskRole, TaskState
from domain.channels import Satisfied, Solved
from domain.chapters.objection import pending
from domain.events import ReportedIn, ResultSubmitted, TaskClaimed
from domain.evolve import fold
from domain.rating import Side
from domain.supervision import PointsState

if TYPE_CHECKING:
    from domain.case import CaseState
    from domain.events import Event


class Satisfaction(StrEnum):
    """Answer of a citizen (满意, 基本满意, 不满意)."""

    SATISFIED = "satisfied"
    BASICALLY = "basically"
    DISSATISFIED = "dissatisfied"


class Objection(StrEnum):
    """How a department's objection stands; `UPHELD` also where silence was acceptance."""

    OPEN = "open"
    UPHELD = "upheld"
    OVERRULED = "overruled"


@dataclass(frozen=True, slots=True)
class Stamps:
    """Instants of one task: its last claim, report-in and hand-in; None where there was none."""

    claimed_at: datetime | None = None
    reported_at: datetime | None = None
    submitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ClockFact:
    """The latest generation of a clock, with extensions, pauses and adoptions already in its due instant.

    Attributes:
        exempt: A reviewed appeal says that lateness is not counted; the lateness itself stays.
    """

    key: str
    code: ClockCode
    task: int | None
    due: datetime
    outcome: Outcome
    ended_at: datetime | None
    exempt: bool = False

    @property
    def kept(self) -> bool:
        """The act came in time (at the due instant still is), or its lateness is not counted."""
        return self.exempt or (self.outcome is Outcome.MET and self.ended_at is not None and self.ended_at <= self.due)

    def settled(self, at: datetime) -> bool:
        """Tell whether it is known at an instant if the duty was kept: done, or overdue; not if it fell away."""
        return self.outcome is Outcome.MET or (self.outcome is Outcome.OPEN and self.due < at)


@dataclass(frozen=True, slots=True)
class TaskFact:
    """One department's part; `duty` if it was ordered to come, not only told or invited."""

    no: int
    org: str
    role: TaskRole
    state: TaskState
    duty: bool
    holder: str | None
    called_at: datetime | None
    stamps: Stamps
    rework: int
    objection: Objection | None = None
    ruled_at: datetime | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class CallBack:
    """One call-back to the citizen (回访).

    Attributes:
        valid: It counts: the citizen was reached and answered.
        response_only: Only the response rate is counted of it.
        satisfied: None where it was not asked.
    """

    round: int
    at: datetime
    valid: bool
    contacted: bool
    solved: bool
    satisfied: Satisfaction | None
    response_only: bool = False


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating since the case closed last; what was said in an earlier run of it no longer counts.

    Attributes:
        org: Who was rated.
        task: The department that rates or is rated.
        at: From when it counts: of a department only once both sides are open to each other.
    """

    side: Side
    org: str
    task: int
    at: datetime
    score: int
    voices: int


@dataclass(frozen=True, slots=True)
class Order:
    """One supervision order; `standing` is false while an appeal suspends its points, and once it voided them."""

    org: str
    at: datetime
    grade: int
    standing: bool = True


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case as evaluation sees it.

    Attributes:
        version: Number of events behind it; folding so many events gives these facts again.
    """

    id: str
    number: str
    version: int
    kind: str
    channel: str
    district: str
    area: str
    class_code: str
    raised_by: str
    raised_at: datetime
    status: Status
    closed_at: datetime | None
    rework: int
    tasks: tuple[TaskFact, ...]
    clocks: tuple[ClockFact, ...]
    call_backs: tuple[CallBack, ...] = ()
    orders: tuple[Order, ...] = ()
    ratings: tuple[Rating, ...] = ()

    @property
    def closed(self) -> bool:
        """Ended with a result, not taken back."""
        return self.status is Status.CLOSED

    @property
    def filed(self) -> bool:
        """Accepted as a case (立案): approved where that is wanted, and not taken back."""
        return self.status not in (Status.PENDING_APPROVAL, Status.WITHDRAWN)

    @property
    def suspended(self) -> bool:
        """Its handling rests (挂账): the whole case, or a handling clock of it."""
        return self.status is Status.SUSPENDED or any(c.outcome is Outcome.PAUSED for c in self.handling())

    def only(self, wanted: Callable[[str], bool]) -> CaseFacts:
        """Return the case with the tasks of some organisations alone; the rest of it stays."""
        return replace(self, tasks=tuple([t for t in self.tasks if wanted(t.org)]))

    def handling(self, tasks: Iterable[int] | None = None) -> tuple[ClockFact, ...]:
        """Return the handling clocks that still are a duty or were met; of some tasks only, if they are given."""
        wanted = None if tasks is None else set(tasks)
        return tuple([
            c for c in self.clocks
            if c.code is ClockCode.HANDLE and c.outcome is not Outcome.CANCELLED
            and (wanted is None or c.task in wanted)
        ])  # fmt: skip


def facts_of(
    state: CaseState, stamps: Mapping[int, Stamps], clocks: tuple[ClockFact, ...] | None = None
) -> CaseFacts:  # fmt: skip
    """Make the facts of a case.

    Args:
        stamps: Instants by number of the task.
        clocks: The latest generation of each clock, by key, if they are known from elsewhere than the state.
    """
    f = state.facts
    tasks = tuple([
        TaskFact(
            t.no, t.org, t.role, t.state, t.is_duty, t.holder, t.called_at, stamps.get(t.no, Stamps()), t.rework,
            *_objection(state, t.no), t.marks,
        )
        for t in state.tasks
    ])  # fmt: skip
    if clocks is None:
        held = sorted(state.clocks, key=lambda c: c.spec.key)
        clocks = tuple([
            ClockFact(c.spec.key, c.spec.code, c.spec.task, c.spec.due, c.outcome, c.ended_at) for c in held
        ])  # fmt: skip
    return CaseFacts(
        f.id, f.number, state.version, f.kind, f.channel, f.district, f.area, f.class_code, f.raised_by, f.raised_at,
        state.status, state.closed_at, state.rework, tasks, clocks, _call_backs(state), _orders(state), _ratings(state),
    )  # fmt: skip


def _call_backs(state: CaseState) -> tuple[CallBack, ...]:
    """Return the call-backs; only `solved` counts as solved, `partly` does not."""
    held = state.annex.call_back
    return tuple([
        CallBack(c.round, c.at, c.valid, c.contacted, c.solved is Solved.YES, _SATISFACTION.get(c.satisfied))
        for c in (held.calls if held is not None else ())
    ])  # fmt: skip


def _ratings(state: CaseState) -> tuple[Rating, ...]:
    book = state.annex.rating
    if book is None:
        return ()
    orgs = {task.no: task.org for task in state.tasks}
    return tuple([
        Rating(
            r.side, state.facts.raising_org if r.side is Side.OF_RAISER else orgs[r.task], r.task,
            book.opens_at(r.task) if r.side is Side.OF_DEPARTMENT else r.at, r.score, r.voices,
        )
        for r in book.given if r.at >= book.opened_at
    ])  # fmt: skip


def _orders(state: CaseState) -> tuple[Order, ...]:
    """Return the supervision orders: one whose grade rose counts by the graver order that replaced it."""
    return tuple([
        Order(o.org, o.at, o.grade.level, standing=o.points_state is PointsState.COUNTED)
        for o in state.annex.orders if not o.replaced
    ])  # fmt: skip


def _objection(state: CaseState, no: int) -> tuple[Objection | None, datetime | None]:
    """Return how the objection to a task stands, and when it was ruled on; silence of the desk upholds."""
    said = next((o for o in state.annex.objections if o.task == no), None)
    if said is None or (said.upheld is None and pending(state, no) is None):
        return None, None  # none, or the department was let go before anybody ruled
    if said.upheld is None:
        return Objection.OPEN, None
    return (Objection.UPHELD if said.upheld else Objection.OVERRULED), said.ruled_at


def facts_from(events: Iterable[Event]) -> CaseFacts:
    """Derive the facts of a case from its events alone.

    Raises:
        domain.evolve.BrokenLog: the events do not fold.
        ValueError: no event at all.
    """
    log = tuple(events)
    state = fold(log)
    if state is None:
        msg = "no event"
        raise ValueError(msg)
    return facts_of(state, stamps_of(log))


def stamps_of(events: Iterable[Event]) -> dict[int, Stamps]:
    """Return the instants of each task: the last of its kind counts, as in the read model."""
    last: dict[int, dict[str, datetime]] = {}
    for event in events:
        name = _STAMPS.get(type(event))
        if name is not None:
            last.setdefault(event.task, {})[name] = event.at  # type: ignore[union-attr, arg-type]
    return {no: Stamps(**instants) for no, instants in last.items()}


_SATISFACTION = {
    Satisfied.SATISFIED: Satisfaction.SATISFIED, Satisfied.BASICALLY: Satisfaction.BASICALLY,
    Satisfied.DISSATISFIED: Satisfaction.DISSATISFIED,
}  # fmt: skip
"""What the citizen answered; the one who was not asked said nothing."""

_STAMPS: dict[type, str] = {
    TaskClaimed: "claimed_at", ReportedIn: "reported_at", ResultSubmitted: "submitted_at",
}  # fmt: skip
