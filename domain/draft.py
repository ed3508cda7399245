"""A decision in the making: collects events and folds each at once, so that later rules see earlier effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import CaseState, Clock, ClockCode, ClockSpec, Outcome, Rung, Task
from domain.clocks import after_due, before_due, resolve_due, share_point
from domain.errors import Reason, Refusal
from domain.events import ClockEnded, ClockStarted
from domain.evolve import apply, copy
from domain.rulepack import KindRule, Point, RungRule

if TYPE_CHECKING:
    from datetime import datetime

    from domain.actors import Actor
    from domain.clocks import Limit
    from domain.events import Event
    from domain.rulepack import Rules

GIVEN = "given"
"""Limit text of a clock whose due instant was agreed or imported instead of counted."""


class Draft:
    """The state under decision, with the events decided so far."""

    __slots__ = ("_state", "actor", "at", "events", "rules")

    def __init__(self, state: CaseState | None, actor: Actor, at: datetime, rules: Rules) -> None:
        """Begin with the state before the command; `at` dates every event."""
        self._state = state
        self.actor = actor
        self.at = at
        self.rules = rules
        self.events: list[Event] = []

    @property
    def state(self) -> CaseState:
        """The state with every event so far folded in; it moves on with each `emit`, so do not keep it."""
        if self._state is None:
            msg = "no case yet"
            raise RuntimeError(msg)
        return self._state

    @property
    def kind(self) -> KindRule:
        """The rules of the case's kind."""
        return self.rules.pack.kinds[self.state.facts.kind]

    def emit(self, event: Event) -> None:
        """Add an event and fold it; the first one parts the draft from the state it began with."""
        self._state = apply(self._state if self.events else copy(self._state), event)
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
        """End a clock if it runs."""
        clock = self.state.clock(key)
        if clock is not None and clock.is_open:
            self.emit(ClockEnded(self.at, key, clock.spec.generation, outcome))

    def cancel_clocks(self, task: int | None = None) -> None:
        """Cancel every running clock, or those of one task."""
        for clock in self.state.clocks:
            if clock.is_open and (task is None or clock.spec.task == task):
                self.end_clock(clock.spec.key, Outcome.CANCELLED)

    def start_clock(
        self, code: ClockCode, party: str, task: int | None = None, stage: str | None = None, *,
        limit: Limit | None = None, given: datetime | None = None,
    ) -> None:  # fmt: skip
        """Start a clock of the case's kind at `at`, if the kind has it.

        Args:
            limit: The stage's limit for handling clocks; otherwise the kind's own.
            given: An agreed due instant, which replaces the counted one.
        """
        rule = self.kind.clocks.get(code)
        if rule is None:
            return
        key = code.value if task is None else f"{code}:{task}" if stage is None else f"{code}:{task}:{stage}"
        last = self.state.clock(key)
        limit = limit or rule.limit
        if given is None and limit is None:
            return
        calendar = self.rules.calendar
        if given is not None or limit is None:
            due, near, provisional, said = given or self.at, given or self.at, False, GIVEN
            near = self.at + (due - self.at) * self.rules.pack.near_percent / 100
        else:
            counted = resolve_due(self.at, limit, calendar)
            due, provisional, said = counted.at, counted.provisional, str(limit)
            near = share_point(self.at, limit, self.rules.pack.near_percent, calendar)
        placed = [(r.point, _place(r, self.at, due, limit if given is None else None, self.rules)) for r in rule.ladder]
        # A reminder whose instant is gone says nothing new; the due instant itself may be now (a limit of zero).
        ahead = sorted((r for point, r in placed if r.at > self.at or point is not Point.BEFORE), key=lambda r: r.at)
        spec = ClockSpec(
            key, code, party, task, stage, last.spec.generation + 1 if last else 1, self.at, self.at, due, near, said,
            self.rules.calendar_ref, provisional, tuple(ahead),
        )  # fmt: skip
        self.emit(ClockStarted(self.at, spec))

    def resume_clock(self, clock: Clock) -> None:
        """Run an ended clock on as a new generation with its old due instant and the rungs that have not fired.

        Giving work back must not gain time, and must not fire a rung twice.
        """
        old = clock.spec
        rungs = tuple(r for r in old.rungs if r.code not in clock.fired)
        spec = ClockSpec(
            old.key, old.code, old.party, old.task, old.stage, old.generation + 1, old.started_at, self.at, old.due,
            old.near_at, old.limit, old.calendar, old.provisional, rungs,
        )  # fmt: skip
        self.emit(ClockStarted(self.at, spec))


def _place(rule: RungRule, start: datetime, due: datetime, limit: Limit | None, rules: Rules) -> Rung:
    """Give a rung its instant on a running clock."""
    calendar = rules.calendar
    if rule.point is Point.AT or (rule.offset is None and rule.percent is None):
        at = due
    elif rule.percent is not None:
        spent = start + (due - start) * rule.percent / 100
        at = share_point(start, limit, rule.percent, calendar) if limit else spent
    elif rule.point is Point.BEFORE and rule.offset is not None:
        at = before_due(due, rule.offset, calendar).at
    else:
        at = after_due(due, rule.offset, calendar).at if rule.offset else due
    return Rung(rule.code, at, rule.action, rule.to, rule.level)
