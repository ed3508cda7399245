"""Processes as the record handles them: each kind's own rules, one way to open, write and tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from adapters.db.business_clock import BusinessClock
from adapters.db.effects import EFFECTS
from adapters.db.errors import ProcessNotFound, UnknownRules
from adapters.db.family import FIRST_EPOCH, Ask, Family, Opened, Said, Written
from adapters.db.log import Stamped, events_of, log_rows, read_log
from adapters.db.names import PROCESSES as NAMES
from adapters.db.opening import seen_in
from adapters.db.outcome import ProcessOutcome
from adapters.db.plans import Agenda, process_agenda, process_payload
from adapters.db.process_tables import processes
from adapters.db.statements import DELIVER_PROCESS, OPEN_OPENING, OPEN_PROCESS, WRITE_OPENING, WRITE_PROCESS
from adapters.db.writing import as_json, drive_order, events_json, hex_of, stored_answer
from contracts.case import MessageRef, StepView
from contracts.process import ProcessAnswer
from domain.actors import SYSTEM, Actor
from domain.addresses import Notice
from domain.chain import GENESIS
from domain.codec import event_name, from_plain, to_plain
from domain.process import Opening, Process, ProcessCommand, ProcessState, Tick
from domain.processes import OPENINGS, PROCESSES
from domain.rulepack import Rules

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.db.rules_store import RulesStore


@cache
def vocabulary(kind: str) -> Mapping[str, type]:
    """Return the event classes of a kind by their name in the log."""
    return {event_name(cls): cls for cls in PROCESSES[kind].events}


def process_row(state: ProcessState) -> dict[str, Any]:
    """Return the row of `processes` that a state makes, but for epoch and head."""
    facts = state.facts
    return {
        "kind": facts.kind, "name": facts.name, "district": facts.district, "rules": facts.rules,
        "status": str(state.status), "version": state.version, "at": to_plain(state.at), "opened_by": facts.opened_by,
        "opened_at": to_plain(facts.opened_at), "closed_at": to_plain(state.closed_at), "state": to_plain(state),
    }  # fmt: skip


class ProcessFamily(Family[ProcessState, ProcessOutcome, ProcessAnswer]):
    """Processes of every kind; what an event does beyond its own row stands in `adapters.db.effects`."""

    names = NAMES

    def __init__(self, rules: RulesStore) -> None:
        """Take the store of published rules."""
        self._rules = rules

    async def open(self, connection: AsyncConnection, ask: Ask) -> tuple[Opened[ProcessState], ProcessCommand]:
        """Lock a process, or read what the opening of a new one needs."""
        command = ask.command
        if isinstance(command, Opening):
            return await self._open_new(connection, ask, command)
        row = (await connection.exec_driver_sql(OPEN_PROCESS, (ask.id, ask.actor.id, ask.key))).one_or_none()
        if row is None:
            raise self.missing(ask.id)
        state = from_plain(PROCESSES[row.kind].state, row.state)
        opened: Opened[ProcessState] = Opened(
            row.epoch, state, row.head, row.now, row.recorded_at, BusinessClock(row.anchor, row.shift, row.rate),
            await self._judged_by(row.rules, row.calendar, connection), seen_in(row),
        )  # fmt: skip
        return opened, command

    async def _open_new(
        self, connection: AsyncConnection, ask: Ask, command: Opening
    ) -> tuple[Opened[ProcessState], Opening]:
        parameters = (ask.actor.id, ask.key, command.rules, command.district)
        row = (await connection.exec_driver_sql(OPEN_OPENING, parameters)).one()
        rules = await self._judged_by(command.rules, row.calendar, connection)
        clock = BusinessClock(row.anchor, row.shift, row.rate)
        named: Any = replace(command, id=str(ask.id))  # type: ignore[type-var]
        return Opened(FIRST_EPOCH, None, GENESIS, row.now, row.recorded_at, clock, rules, seen_in(row)), named

    async def _judged_by(self, ref: str | None, calendar: str | None, connection: AsyncConnection) -> Rules | None:
        if ref is None:
            return None
        if calendar is None:
            raise UnknownRules(f"no calendar for {ref}", ref=ref)
        return await self._rules.rules(ref, calendar, connection)

    def missing(self, owner: UUID) -> ProcessNotFound:
        """There is no such process."""
        return ProcessNotFound("No such process.", process=str(owner))

    def is_hidden(self, ask: Ask, state: ProcessState) -> bool:
        """The actor may not read it."""
        return not PROCESSES[state.facts.kind].sees(ask.actor, state)

    def version(self, state: ProcessState) -> int:
        """Number of events."""
        return state.version

    def decide(self, opened: Opened[ProcessState], command: ProcessCommand, actor: Actor) -> list[Stamped]:
        """Let everything due happen, then decide."""
        kind = _kind(opened.state, command)
        _, due, events = kind.advance(opened.state, command, actor, opened.now, opened.rules)
        return [(event, SYSTEM.id) for event in due] + [(event, actor.id) for event in events]

    def command_of(self, step: StepView, state: ProcessState) -> ProcessCommand:
        """Timed steps happen by themselves; those that the record does on demand have a command."""
        commands = PROCESSES[state.facts.kind].step_command or {}
        return commands.get(step.code, Tick)()

    async def write(
        self, connection: AsyncConnection, owner: UUID, opened: Opened[ProcessState], stamped: list[Stamped],
        answer: dict[str, Any] | None, *, delivered: bool,
    ) -> Written[ProcessState]:  # fmt: skip
        """Let events have their effects, then append them and bring the row up to date in one statement."""
        before, kind = opened.state, _kind(opened.state, stamped[0][0])
        first, state = (before.version if before is not None else 0), before
        said: list[dict[str, Any]] = []
        for event, _ in stamped:
            state = kind.apply(state, event)
            said += [_notice_row(state.version, event.at, notice) for notice in kind.notices(event, state)]
            effect = EFFECTS.get(type(event))
            if effect is not None:
                await effect(connection, event, state)
        if state is None:
            raise LookupError("a process without an event")
        log = log_rows(owner, stamped, opened.recorded_at, opened.head, first, NAMES.subject)
        seqs = tuple(range(first + 1, state.version + 1))
        row = {**process_row(state), "head": hex_of(log.head), "epoch": opened.epoch}
        parameters = (
            owner, as_json(row), as_json(events_json(log.events)), as_json(log.texts),
            as_json(stored_answer(self.said(owner, state, seqs), answer)),
            as_json(self._order(state, opened, delivered=delivered)), as_json(said),
        )  # fmt: skip
        statement = WRITE_OPENING if before is None else WRITE_PROCESS
        dirty = (await connection.exec_driver_sql(statement, parameters)).scalar_one()
        return Written(state, seqs, bool(dirty), (), opened.epoch)

    def _order(self, state: ProcessState, opened: Opened[ProcessState], *, delivered: bool) -> dict[str, Any]:
        before = opened.state
        held = process_agenda(before, opened.now) if before is not None else Agenda((), ())
        closed = state.closed_at is not None
        ends = closed and before is not None and before.closed_at is None
        told = {"epoch": opened.epoch, "wanted": state.version, "closed": closed, "delivered": delivered}
        return {**told, **drive_order(held, process_agenda(state, opened.now), opened, ends=ends)}

    async def deliver(self, connection: AsyncConnection, owner: UUID, opened: Opened[ProcessState]) -> None:
        """Note that the engine knows the plan."""
        if opened.state is not None:
            order = self._order(opened.state, opened, delivered=True)
            await connection.exec_driver_sql(DELIVER_PROCESS, (owner, as_json(order)))

    async def hand_over(self, _connection: AsyncConnection, _owner: UUID) -> tuple[MessageRef, ...]:
        """Return none: processes send no outside messages of their own, cases do."""
        return ()

    async def at_version(self, connection: AsyncConnection, owner: UUID, version: int) -> ProcessState | None:
        """Fold the log up to a version."""
        kind = (await connection.execute(select(processes.c.kind).filter_by(id=owner))).scalar_one_or_none()
        if kind is None:
            return None
        state: ProcessState | None = PROCESSES[kind].fold(
            events_of(await read_log(connection, owner, version, NAMES), vocabulary(kind))
        )
        return state

    def said(self, owner: UUID, state: ProcessState, seqs: tuple[int, ...]) -> Said:
        """Id, name, version and events."""
        return {"process_id": str(owner), "name": state.facts.name, "version": state.version, "seqs": list(seqs)}

    def changed(
        self, owner: UUID, opened: Opened[ProcessState], written: Written[ProcessState]
    ) -> ProcessOutcome:  # fmt: skip
        """Answer with the plan that the engine has to know, if it has to."""
        state = written.state
        plan = process_payload(state, opened.epoch, opened.now, opened.clock.to_real) if written.dirty else None
        return ProcessOutcome(
            state.facts.kind, owner, state.facts.name, state.version, state, written.seqs, replayed=False,
            dirty=written.dirty, epoch=opened.epoch, plan=plan,
        )  # fmt: skip

    def unchanged(self, owner: UUID, opened: Opened[ProcessState], state: ProcessState) -> ProcessOutcome:
        """Answer with the process as it is."""
        return ProcessOutcome(
            state.facts.kind, owner, state.facts.name, state.version, state, (), replayed=False, dirty=False,
            epoch=opened.epoch,
        )  # fmt: skip

    def replayed(self, owner: UUID, said: Said, state: ProcessState) -> ProcessOutcome:
        """Answer with the process as it was."""
        seqs = tuple(said["seqs"])
        return ProcessOutcome(
            state.facts.kind, owner, said["name"], said["version"], state, seqs, replayed=True, dirty=False
        )  # fmt: skip

    def answer(
        self, state: ProcessState, opened: Opened[ProcessState], step: StepView | None,
        messages: tuple[MessageRef, ...],
    ) -> ProcessAnswer:  # fmt: skip
        """Answer with the plan, and with the real seconds until a step that came too early."""
        coming = process_agenda(state, opened.now).find(step.key) if step is not None else None
        early = None if coming is None else (opened.clock.to_real(coming.at) - opened.recorded_at).total_seconds()
        plan = process_payload(state, opened.epoch, opened.now, opened.clock.to_real)
        return ProcessAnswer(plan=plan, wake_in=early, messages=messages)

    def stale(self) -> ProcessAnswer:
        """Answer an epoch that is over."""
        return ProcessAnswer(stale=True)


def _notice_row(seq: int, at: datetime, notice: Notice) -> dict[str, Any]:
    return {
        "seq": seq, "code": notice.code, "org": notice.org, "role": notice.role.value if notice.role else None,
        "user_id": notice.user, "at": to_plain(at),
    }  # fmt: skip


def _kind(state: ProcessState | None, opening: Any) -> Process[Any]:
    """Return the kind of a state, or of the command or first event that opens a process."""
    if state is not None:
        return PROCESSES[state.facts.kind]
    known = OPENINGS.get(type(opening))
    return known if known is not None else PROCESSES[opening.facts.kind]
