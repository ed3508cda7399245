"""Cases as the record handles them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from adapters.db import writing
from adapters.db.errors import CaseNotFound
from adapters.db.family import Ask, Family, Opened, Said, Written
from adapters.db.log import Stamped, events_of, read_log
from adapters.db.names import CASES
from adapters.db.opening import open_case, open_raise
from adapters.db.outcome import Outcome
from adapters.db.plans import agenda, plan_payload
from contracts.case import MessageRef, StepAnswer, StepView
from domain.actors import SYSTEM, Actor
from domain.authority import sees
from domain.case import CaseState
from domain.commands import Command, DriveCommand, Raise
from domain.decide import advance, catch_up
from domain.events import Event
from domain.evolve import evolve, fold
from domain.plan import command_of

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.db.rules_store import RulesStore


class CaseFamily(Family[CaseState, Outcome, StepAnswer]):
    """Cases: raised with a number, judged by their own rule pack, with tasks, clocks and notices beside the row."""

    names = CASES

    def __init__(self, rules: RulesStore) -> None:
        """Take the store of published rules."""
        self._rules = rules

    async def open(self, connection: AsyncConnection, ask: Ask) -> tuple[Opened[CaseState], Command]:
        """Lock a case, or draw a number for a new one."""
        command = ask.command
        if isinstance(command, Raise):
            return await open_raise(connection, self._rules, command, ask.actor, ask.key)
        return await open_case(connection, self._rules, ask.id, ask.actor, ask.key), command

    def missing(self, owner: UUID) -> CaseNotFound:
        """There is no such case."""
        return CaseNotFound("No such case.", case=str(owner))

    def is_hidden(self, ask: Ask, state: CaseState) -> bool:
        """The case lies outside the reach that was asked with."""
        return ask.reach is not None and not sees(ask.reach, state)

    def version(self, state: CaseState) -> int:
        """Number of events."""
        return state.version

    def decide(self, opened: Opened[CaseState], command: Command, actor: Actor) -> list[Stamped]:
        """Let everything due happen, under the rules of its time, then decide."""
        state, before = _lived_through(opened)
        _, due, events = advance(state, command, actor, opened.now, opened.rules)
        return [(event, SYSTEM.id) for event in (*before, *due)] + [(event, actor.id) for event in events]

    def command_of(self, step: StepView, state: CaseState) -> DriveCommand:
        """Rungs fire by themselves; calling the departments and the all-clear are commands of their own."""
        return command_of(step.code, state)

    async def write(
        self, connection: AsyncConnection, owner: UUID, opened: Opened[CaseState], stamped: list[Stamped],
        answer: dict[str, Any] | None, *, delivered: bool,
    ) -> Written[CaseState]:  # fmt: skip
        """Append events and every row after them in one statement."""
        return await writing.write(connection, owner, opened, stamped, answer, delivered=delivered)

    async def deliver(self, connection: AsyncConnection, owner: UUID, opened: Opened[CaseState]) -> None:
        """Note that the engine knows the plan."""
        await writing.deliver(connection, owner, opened)

    async def hand_over(self, connection: AsyncConnection, owner: UUID) -> tuple[MessageRef, ...]:
        """Take the waiting messages."""
        return await writing.hand_over(connection, owner)

    async def at_version(self, connection: AsyncConnection, owner: UUID, version: int) -> CaseState | None:
        """Fold the log up to a version."""
        return fold(events_of(await read_log(connection, owner, version)))

    def said(self, owner: UUID, state: CaseState, seqs: tuple[int, ...]) -> Said:
        """Id, number, version and events."""
        return writing.case_said(owner, state, seqs)

    def changed(self, owner: UUID, opened: Opened[CaseState], written: Written[CaseState]) -> Outcome:
        """Answer with the plan that the engine has to know, if it has to."""
        state, epoch = written.state, written.epoch
        plan = plan_payload(state, epoch, opened.now, opened.clock.to_real) if written.dirty else None
        return Outcome(
            owner, state.facts.number, state.version, state, written.seqs, replayed=False, dirty=written.dirty,
            messages=written.messages, epoch=epoch, plan=plan,
        )  # fmt: skip

    def unchanged(self, owner: UUID, opened: Opened[CaseState], state: CaseState) -> Outcome:
        """Answer with the case as it is."""
        return Outcome(
            owner, state.facts.number, state.version, state, (), replayed=False, dirty=False, messages=(),
            epoch=opened.epoch,
        )  # fmt: skip

    def replayed(self, owner: UUID, said: Said, state: CaseState) -> Outcome:
        """Answer with the case as it was."""
        seqs = tuple(said["seqs"])
        return Outcome(owner, said["number"], said["version"], state, seqs, replayed=True, dirty=False, messages=())

    def answer(
        self, state: CaseState, opened: Opened[CaseState], step: StepView | None, messages: tuple[MessageRef, ...]
    ) -> StepAnswer:  # fmt: skip
        """Answer with the plan, and with the real seconds until a step that came too early."""
        coming = agenda(state, opened.now).find(step.key) if step is not None else None
        early = None if coming is None else (opened.clock.to_real(coming.at) - opened.recorded_at).total_seconds()
        plan = plan_payload(state, opened.epoch, opened.now, opened.clock.to_real)
        return StepAnswer(plan=plan, wake_in=early, messages=messages)

    def stale(self) -> StepAnswer:
        """Answer an epoch that is over."""
        return StepAnswer(stale=True)


def _lived_through(opened: Opened[CaseState]) -> tuple[CaseState | None, tuple[Event, ...]]:
    """Let a case live under rules that came and went while nobody touched it: what happens depends on no touch."""
    state = opened.state
    happened: tuple[Event, ...] = ()
    following = [rules.since for rules in (*opened.earlier[1:], opened.rules)] if opened.earlier else []
    for rules, until in zip(opened.earlier, following, strict=True):
        if state is None or until is None:
            break
        events = catch_up(state, until, rules)
        happened += events
        for event in events:
            state = evolve(state, event)
    return state, happened
