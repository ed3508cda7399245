"""A decision in the making: collects events and folds each at once, so that later rules see earlier effects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.case import Action, CaseState, Clock, ClockCode, ClockSpec, Move, MoveKind, Outcome, Rung, Status, Task
from domain.clocks import Limit
from domain.errors import Reason, Refusal
from domain.events import ClockEnded, ClockPaused, ClockStarted
from domain.evolve import apply, copy
from domain.organisations import district_of
from domain.schedule import GIVEN, Schedule, changes_of, schedule

if TYPE_CHECKING:
    from datetime import datetime

    from domain.actors import Actor
    from domain.events import Event
    from domain.rulepack import ClockRule, KindRule, Rules


class Draft:
    """The state under decision, with the events decided so far."""

    __slots__ = ("_schedules", "actor", "at", "events", "rules", "state")

    state: CaseState
    """The state with every event so far folded in; not there before a raise, and moved on by each `emit`."""

    def __init__(self, state: CaseState | None, actor: Actor, at: datetime, rules: Rules) -> None:
        """Begin with the state before the command; `at` dates every event."""
        if state is not None:
            self.state = state
        self.actor = actor
        self.at = at
        self.rules = rules
        self.events: list[Event] = []
        self._schedules: dict[tuple[datetime, int, int], Schedule] = {}

    @property
    def kind(self) -> KindRule:
        """The rules of the case's kind."""
        return self.rules.pack.kinds[self.state.facts.kind]

    def emit(self, event: Event) -> None:
        """Add an event and fold it; the first one parts the draft from the state it began with."""
        self.state = apply(self.state if self.events else copy(getattr(self, "state", None)), event)
        self.events.append(event)

    def task(self, no: int) -> Task:
        """Return a task.

        Raises:
            Refusal: `unknown_task`.
        """
        task = self.state.task(no)
        if task is None:
            raise Refusal(Reason.UNKNOWN_TASK, task=no)
        return task

    def end_clock(self, key: str, outcome: Outcome = Outcome.MET) -> None:
        """End a clock if it runs or is paused."""
        clock = self.state.clock(key)
        if clock is not None and clock.is_live:
            self.emit(ClockEnded(self.at, key, clock.spec.generation, outcome))

    def cancel_clocks(self, task: int | None = None) -> None:
        """Cancel every running or paused clock, or those of one task; an appeal goes on when its case has ended."""
        for clock in self.state.clocks:
            mine = clock.spec.code is not ClockCode.APPEAL if task is None else clock.spec.task == task
            if clock.is_live and mine:
                self.end_clock(clock.spec.key, Outcome.CANCELLED)

    def start_clock(
        self, code: ClockCode, party: str, task: int | None = None, stage: str | None = None, *,
        limit: Limit | None = None, given: datetime | None = None,
    ) -> None:  # fmt: skip
        """Start a clock of the case's kind at `at`, if the kind has it; in a suspended case it stands still at once.

        Args:
            limit: The stage's limit for handling clocks; otherwise the kind's own.
            given: An agreed due instant, which replaces the counted one.
        """
        rule = self.kind.clocks.get(code)
        if rule is None:
            return
        until = given or limit or rule.limit
        if until is None:
            return
        key = clock_key(code, task, stage)
        last = self.state.clock(key)
        times = self._schedule(rule, until)
        spec = ClockSpec(
            key, code, party, task, stage, last.spec.generation + 1 if last else 1, self.at, self.at, times.due,
            times.near, times.limit, self.rules.calendar_ref, times.provisional, times.rungs,
        )  # fmt: skip
        self.emit(ClockStarted(self.at, spec))
        part = self.rules.pack.parts.suspension
        if self.state.status is Status.SUSPENDED and part is not None and code in part.pauses:
            self.emit(ClockPaused(self.at, key, spec.generation))

    def _schedule(self, rule: ClockRule, until: Limit | datetime) -> Schedule:
        """Count once for the departments that are called together: they have the same limits from the same instant."""
        key = (self.at, id(rule), id(until))  # both live in the rule pack, or in the facts of the case
        times = self._schedules.get(key)
        if times is None:
            times = self._schedules[key] = self._scheduled(self.at, until, rule)
        return times

    def _scheduled(
        self, start: datetime, until: Limit | datetime, rule: ClockRule, moves: tuple[Move, ...] = ()
    ) -> Schedule:  # fmt: skip
        times = schedule(start, until, rule.ladder, self.rules, changes_of(moves), self.at)
        told = self._told(times.rungs)
        return times if told is times.rungs else replace(times, rungs=told)

    def _told(self, rungs: tuple[Rung, ...]) -> tuple[Rung, ...]:
        """Add the city to what a case of two districts escalates: neither of them stands above the other."""
        part, facts = self.rules.pack.parts.coordination, self.state.facts
        if part is None or all(district_of(area) == facts.district for area in facts.joint_areas):
            return rungs
        least = {Action.ESCALATE: part.city_from_level, Action.SUPERVISE: part.city_from_grade}
        return tuple([
            replace(r, to=(*r.to, "city_supervisor")) if r.action in least and r.level >= least[r.action] else r
            for r in rungs
        ])  # fmt: skip

    def resume_clock(self, clock: Clock) -> None:
        """Run an ended clock on as a new generation with its old due instant and the rungs that have not fired.

        Giving work back must not gain time, and must not fire a rung twice.
        """
        old = clock.spec
        rungs = tuple(r for r in old.rungs if r.code not in clock.fired)
        spec = ClockSpec(
            old.key, old.code, old.party, old.task, old.stage, old.generation + 1, old.started_at, self.at, old.due,
            old.near_at, old.limit, old.calendar, old.provisional, rungs, old.moves, done=(*old.done, *clock.fired),
        )  # fmt: skip
        self.emit(ClockStarted(self.at, spec))

    def pause_clock(self, clock: Clock) -> None:
        """Let a running clock stand still; one that is overdue stands still too, and is not moved later."""
        self.emit(ClockPaused(self.at, clock.spec.key, clock.spec.generation))

    def recount(self, clock: Clock, *moves: Move) -> None:
        """Count a clock anew from its own start, with all that moved it; emits a new generation if anything changes.

        A rung that fired stays fired, unless its instant now lies ahead: then it is laid again and the firing is void.

        Args:
            clock: Running or paused.
            moves: What moves it now, after everything that moved it before.
        """
        old, moved = clock.spec, (*clock.spec.moves, *moves)
        times = self.foresee(clock, *moves)
        if times is None:  # the rules have no such clock any more: it ends as it was set
            if not clock.is_open:
                self.resume_clock(clock)
            return
        fired = (*old.done, *clock.fired)
        kept = tuple(r for r in times.rungs if r.code not in fired or r.at > self.at)
        left = tuple(r for r in old.rungs if r.code not in fired)
        same = (times.due, times.near, times.provisional, kept) == (old.due, old.near_at, old.provisional, left)
        if same and not moves and clock.is_open:
            return
        voids = tuple(r.code for r in kept if r.code in fired)
        spec = ClockSpec(
            old.key, old.code, old.party, old.task, old.stage, old.generation + 1, old.started_at, self.at, times.due,
            times.near, times.limit, self.rules.calendar_ref, times.provisional, kept,
            moved if moves else (*moved, Move(MoveKind.ADOPTION, self.at, old.due, ref=self._adopted(old))), voids,
            tuple(code for code in fired if code not in voids),
        )  # fmt: skip
        self.emit(ClockStarted(self.at, spec))

    def foresee(self, clock: Clock, *moves: Move) -> Schedule | None:
        """Return where moves would bring a clock; None if the rules have no such clock.

        Raises:
            CalendarGap: code `calendar_gap`, the calendar does not reach so far.
        """
        spec, rule = clock.spec, self.kind.clocks.get(clock.spec.code)
        if rule is None:
            return None
        return self._scheduled(spec.started_at, self._limit_of(spec, rule), rule, (*spec.moves, *moves))

    def _limit_of(self, spec: ClockSpec, rule: ClockRule) -> Limit | datetime:
        """Return the limit that the rules give to a clock now; an agreed instant stays, before anything moved it."""
        if spec.limit == GIVEN:
            return spec.moves[0].due if spec.moves else spec.due
        if spec.code is ClockCode.CALL_BACK:
            return self._call_back_limit() or Limit.parse(spec.limit)
        if spec.code is ClockCode.HANDLE:
            stages = self.rules.pack.limit_classes.get(self.state.facts.limit_class, ())
            return next((s.limit for s in stages if s.code == spec.stage), Limit.parse(spec.limit))
        if spec.code is ClockCode.ORDER:  # by its grade
            return Limit.parse(spec.limit)
        return rule.limit or Limit.parse(spec.limit)

    def _call_back_limit(self) -> Limit | None:
        """Return the citizen's limit, or the wait for the next try, by the rules that count now."""
        rule, calls = self.rules.pack.parts.call_back, self.state.annex.call_back
        if rule is None or calls is None:
            return None
        return rule.retry if calls.tries else rule.limit(self.state.facts.urgency)

    def _adopted(self, spec: ClockSpec) -> str:
        calendar = self.rules.calendar_ref
        return calendar if spec.calendar != calendar else self.rules.pack.ref


def clock_key(code: ClockCode, task: int | None = None, stage: str | None = None) -> str:
    """Name a clock: `code`, `code:task`, `code:task:stage`; `code:-:stage` where several of one code have no task."""
    if stage is not None:
        return f"{code}:{'-' if task is None else task}:{stage}"
    return code.value if task is None else f"{code}:{task}"
