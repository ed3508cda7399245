"""The record: the one way to change a case or a process, whoever acts, in one transaction."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, TypeVar, overload
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.db.case_family import CaseFamily
from adapters.db.errors import (
    DEADLOCK,
    SERIALIZATION_FAILURE,
    UNIQUE_VIOLATION,
    CaseExists,
    CaseNotFound,
    KeyReused,
    OutcomeUnknown,
    ProcessExists,
    ProcessNotFound,
    RecordUnavailable,
    StaleEpoch,
    StaleVersion,
    constraint,
    is_away,
    is_lost,
    sqlstate,
    translated,
)  # fmt: skip
from adapters.db.family import Ask, Family, Opened, Seen
from adapters.db.opening import seen
from adapters.db.outcome import Outcome, ProcessOutcome
from adapters.db.process_family import ProcessFamily
from adapters.db.process_tables import processes
from adapters.db.rules_store import RulesStore
from adapters.db.statements import ANSWER
from adapters.db.tables import cases
from adapters.db.writing import as_json, stored_answer
from contracts.case import StepAnswer, StepView
from contracts.process import ProcessAnswer
from domain.actors import SYSTEM, Actor
from domain.authority import Reach
from domain.case import CaseState, Status
from domain.chapters.linking import FollowMain, NoteFollowed, followers
from domain.codec import from_plain
from domain.commands import Command, Raise
from domain.errors import Reason, Refusal
from domain.plan import StepCode
from domain.process import ProcessCommand, ProcessState
from domain.processes import PROCESSES

log = structlog.get_logger(__name__)

T = TypeVar("T")
S = TypeVar("S")
A = TypeVar("A")
O = TypeVar("O")  # noqa: E741 - as in `adapters.db.family`

_TRIES = 3
_AGAIN = frozenset({SERIALIZATION_FAILURE, DEADLOCK, UNIQUE_VIOLATION})
_RAISED_BEFORE = frozenset({
    "pk_cases", "pk_case_events", "pk_case_texts", "pk_case_notify", "pk_tasks", "pk_clocks", "uq_cases_source_ref",
    "uq_cases_number",
})  # fmt: skip
"""What a second raise of a case violates, whichever row comes first; a changed case is locked and violates none."""
_OPENED_BEFORE = frozenset({
    "pk_processes", "pk_process_events", "pk_process_texts", "pk_process_notify", "uq_processes_kind_name",
})  # fmt: skip
"""The same for the opening of a process."""
_MATTER_STANDS = "uq_case_matters_open"
"""What a second open case about one matter violates, raised or reopened."""

_PAUSE_S = 0.01


class Record:
    """Cases and processes in PostgreSQL. Safe for concurrent use; every method is one transaction of its own."""

    def __init__(self, engine: AsyncEngine, rules: RulesStore) -> None:
        """Take a pool of the application's role and the store of published rules."""
        self._engine = engine
        self._cases = CaseFamily(rules)
        self._processes = ProcessFamily(rules)
        self._running: set[asyncio.Task[Any]] = set()

    @overload
    async def transact(
        self, owner: UUID, command: ProcessCommand, actor: Actor, key: str, *, fingerprint: str = "",
        epoch: int | None = None, expected_version: int | None = None, reach: Reach | None = None,
    ) -> ProcessOutcome: ...  # fmt: skip

    @overload
    async def transact(
        self, owner: UUID, command: Command, actor: Actor, key: str, *, fingerprint: str = "",
        epoch: int | None = None, expected_version: int | None = None, reach: Reach | None = None,
    ) -> Outcome: ...  # fmt: skip

    async def transact(  # noqa: PLR0913 - one call carries the whole request
        self, owner: UUID, command: Command | ProcessCommand, actor: Actor, key: str, *, fingerprint: str = "",
        epoch: int | None = None, expected_version: int | None = None, reach: Reach | None = None,
    ) -> Outcome | ProcessOutcome:  # fmt: skip
        """Decide a command and write all it causes, or nothing.

        What is due by now happens first (design 3a.3). The transaction runs to its end even if the caller is cancelled.

        Args:
            owner: The case or process; for a raise or an opening the id of the new one.
            command: Of a case, or of a process (`ProcessCommand`).
            key: Idempotency key of this actor: a repeat gets the first answer. Empty for none, for commands that
                are safe to repeat by themselves.
            fingerprint: Digest of the request; the same key with another one is refused.
            epoch: Refuse unless this is the current epoch; None for any.
            expected_version: Refuse unless this is the current version; None for any.
            reach: The case must lie within it; None for any. A process is shown to its readers only, whoever asks.

        Raises:
            domain.errors.Refusal: a rule refuses; nothing changed.
            CaseNotFound, CaseExists, ProcessNotFound, ProcessExists, KeyReused, StaleVersion, StaleEpoch,
                UnknownRules: as their codes say.
            RecordUnavailable: code `record_unavailable`; nothing changed.
            OutcomeUnknown: code `outcome_unknown`; the same key tells.
        """
        if isinstance(command, Raise):
            command = replace(command, id=str(owner))
        ask = Ask(owner, command, actor, key, fingerprint, epoch, expected_version, reach)
        if isinstance(command, ProcessCommand):
            return await self._shielded(self._persist(lambda c: _transact(c, self._processes, ask)))
        return await self._shielded(self._persist(lambda c: _transact(c, self._cases, ask)))

    async def knows(self, actor: Actor, key: str) -> bool:
        """Tell whether a key of this actor has taken effect; whoever refuses before the record asks this first."""
        with translated():
            async with self._engine.connect() as connection:
                return await seen(connection, actor, key) is not None

    async def foresee(self, command: Raise, actor: Actor) -> None:
        """Decide a raise as it would be decided now, and write nothing: no number is used up.

        Raises:
            Refusal, UnknownRules, RecordUnavailable: as `transact`.
        """
        owner = UUID(command.id)
        with translated():
            async with self._engine.connect() as connection:
                opened, given = await self._cases.open(connection, Ask(owner, command, actor))
                self._cases.decide(opened, given, actor)

    async def transact_pair(  # noqa: PLR0913 - two requests under one key
        self, first: tuple[UUID, Command], second: tuple[UUID, Command], actor: Actor, key: str, *,
        fingerprint: str = "", expected_version: int | None = None, reach: Reach | None = None,
    ) -> tuple[Outcome, Outcome]:  # fmt: skip
        """Give each of two cases its own command, both or neither, under one key; for linking and transferring.

        Locks are taken in order of id, so that two such calls never wait for each other in a ring.

        Args:
            first: The case that the actor works on, with its command; `expected_version` is its.
            second: Another case.
            reach: Both cases must lie within it; None for any.

        Raises:
            ValueError: both are the same case.
            Exception: as `transact`; nothing changed in either.
        """
        if first[0] == second[0]:
            raise ValueError("a pair is of two cases")
        asks = (
            Ask(*first, actor, key, fingerprint, None, expected_version, reach),
            Ask(*second, actor, key, fingerprint, None, None, reach),
        )
        return await self._shielded(self._persist(lambda c: _transact_pair(c, self._cases, asks)))

    async def step(self, case_id: UUID, epoch: int, step: StepView) -> StepAnswer:
        """Carry out a step of a case's plan for the engine; on a repeat nothing happens twice, for the state decides.

        Raises:
            RecordUnavailable, OutcomeUnknown: try again.
        """
        if step.code == StepCode.FOLLOW:
            await self.let_follow(case_id)
        return await self._shielded(self._persist(lambda c: _drive(c, self._cases, case_id, epoch, step)))

    async def let_follow(self, case_id: UUID) -> None:
        """Let the cases that are linked to an ended one follow it, each in a transaction with it; once, for ever.

        Raises:
            RecordUnavailable, OutcomeUnknown: try again.
        """
        state = await self.state(case_id)
        if state is None or not state.is_ended:
            return
        follow = FollowMain(state.result or "", withdrawn=state.status is Status.WITHDRAWN)
        for link in followers(state):
            noted = (case_id, NoteFollowed(link.case_id))
            await self.transact_pair(noted, (UUID(link.case_id), follow), SYSTEM, "")

    async def look(self, case_id: UUID, epoch: int) -> StepAnswer:
        """Read the plan afresh under the row lock, and note that the engine now knows it; changes nothing in the case.

        Raises:
            RecordUnavailable, OutcomeUnknown: try again.
        """
        return await self._shielded(self._persist(lambda c: _drive(c, self._cases, case_id, epoch, None)))

    async def step_process(self, process_id: UUID, epoch: int, step: StepView | None) -> ProcessAnswer:
        """Carry out a step of a process's plan, or look at it if there is none; as `step` and `look`."""
        return await self._shielded(self._persist(lambda c: _drive(c, self._processes, process_id, epoch, step)))

    async def carry_out(
        self, process_id: UUID, epoch: int, command: ProcessCommand, step: StepView
    ) -> ProcessAnswer:  # fmt: skip
        """Give a command that carries out a step which needed more than the state; answers as `step_process`."""
        work = lambda c: _drive(c, self._processes, process_id, epoch, step, command)  # noqa: E731 - the transaction
        return await self._shielded(self._persist(work))

    async def state(self, case_id: UUID) -> CaseState | None:
        """Return the last written state of a case, None if there is no such case."""
        with translated():
            async with self._engine.connect() as connection:
                query = select(cases.c.state).where(cases.c.id == case_id)
                found = (await connection.execute(query)).scalar_one_or_none()
        return None if found is None else from_plain(CaseState, found)

    async def find(self, number: str) -> UUID | None:
        """Return the id of the case of a number, None if there is none; whoever asks checks who may see it."""
        with translated():
            async with self._engine.connect() as connection:
                query = select(cases.c.id).where(cases.c.number == number)
                found: UUID | None = (await connection.execute(query)).scalar_one_or_none()
        return found

    async def process(self, process_id: UUID) -> ProcessState | None:
        """Return the last written state of a process, None if there is no such process."""
        p = processes.c
        with translated():
            async with self._engine.connect() as connection:
                row = (await connection.execute(select(p.kind, p.state).where(p.id == process_id))).one_or_none()
        if row is None:
            return None
        state: ProcessState = from_plain(PROCESSES[row.kind].state, row.state)
        return state

    async def drain(self) -> None:
        """Wait for the transactions whose callers were cancelled; before the pool is closed."""
        while self._running:
            await asyncio.wait(self._running)

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        """Let a transaction finish when its caller is cancelled, so that no connection is lost half-way."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return await asyncio.shield(task)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # whoever was cancelled no longer asks; the record is whole either way

    async def _persist(self, work: Callable[[AsyncConnection], Coroutine[Any, Any, T]]) -> T:
        for attempt in range(1, _TRIES + 1):
            try:
                with translated():
                    async with self._engine.connect() as connection:
                        result = await work(connection)
                        await _commit(connection)
                        return result
            except RecordUnavailable as error:  # a lost COMMIT is another error, so nothing was written
                if attempt == _TRIES or not is_lost(error.__cause__):
                    raise
            except DBAPIError as error:
                if sqlstate(error) not in _AGAIN:
                    raise
                if attempt == _TRIES or (attempt > 1 and constraint(error) in _FINAL):
                    raise _named(error) from error
                log.info("record.again", state=sqlstate(error), attempt=attempt)
            await asyncio.sleep(_PAUSE_S * attempt * (1 + random.random()))  # noqa: S311 - only spreads retries
        raise AssertionError


async def _transact(connection: AsyncConnection, family: Family[S, O, A], ask: Ask) -> O:
    opened, command = await family.open(connection, ask)
    if opened.seen is not None:
        return await _replay(connection, family, ask, opened.seen)
    try:
        _check(family, ask, opened)
        stamped = family.decide(opened, command, ask.actor)
    except (Refusal, StaleVersion, StaleEpoch):
        earlier = await seen(connection, ask.actor, ask.key)
        if earlier is None:
            raise
        return await _replay(connection, family, ask, earlier)
    if not stamped and opened.state is not None:
        return family.unchanged(ask.id, opened, opened.state)
    written = await family.write(connection, ask.id, opened, stamped, ask.answer, delivered=False)
    return family.changed(ask.id, opened, written)


async def _transact_pair(
    connection: AsyncConnection, family: CaseFamily, asks: tuple[Ask, Ask]
) -> tuple[Outcome, Outcome]:  # fmt: skip
    found = {ask.id: (ask, await family.open(connection, ask)) for ask in sorted(asks, key=lambda ask: ask.id)}
    first, second = (found[ask.id] for ask in asks)
    earlier = first[1][0].seen
    if earlier is not None:
        return await _replay_pair(connection, family, asks, earlier)
    decided = []
    try:
        for ask, (opened, command) in (first, second):
            _check(family, ask, opened)
            decided.append(family.decide(opened, command, ask.actor))
    except (Refusal, StaleVersion, StaleEpoch):
        earlier = await seen(connection, asks[0].actor, asks[0].key)
        if earlier is None:
            raise
        return await _replay_pair(connection, family, asks, earlier)
    also = await _write_one(connection, family, second[0], second[1][0], decided[1], None)
    answer: dict[str, Any] | None = asks[0].answer
    if answer is not None:
        answer = {**answer, "also": family.said(also.case_id, also.state, also.seqs)}
    outcome = await _write_one(connection, family, first[0], first[1][0], decided[0], answer)
    if answer is not None and also.seqs and not outcome.seqs:
        said = stored_answer(family.said(outcome.case_id, outcome.state, ()), answer)
        await connection.exec_driver_sql(ANSWER, (as_json(said),))
    return outcome, also


async def _write_one(
    connection: AsyncConnection, family: CaseFamily, ask: Ask, opened: Opened[CaseState], stamped: list[Any],
    answer: dict[str, Any] | None,
) -> Outcome:  # fmt: skip
    if not stamped and opened.state is not None:
        return family.unchanged(ask.id, opened, opened.state)
    written = await family.write(connection, ask.id, opened, stamped, answer, delivered=False)
    return family.changed(ask.id, opened, written)


async def _drive(
    connection: AsyncConnection, family: Family[S, O, A], owner: UUID, epoch: int, step: StepView | None,
    command: Any = None,
) -> A:  # fmt: skip
    try:
        opened, _ = await family.open(connection, Ask(owner, command))
    except (CaseNotFound, ProcessNotFound):
        return family.stale()
    state = opened.state
    if opened.epoch != epoch or state is None:
        return family.stale()
    given = command if command is not None or step is None else family.command_of(step, state)
    stamped = [] if given is None else family.decide(opened, given, SYSTEM)
    if stamped:
        written = await family.write(connection, owner, opened, stamped, None, delivered=True)
        state = written.state
        if written.epoch != epoch:
            return family.stale()  # the step took it up again: another workflow drives it from here
    else:
        await family.deliver(connection, owner, opened)
    return family.answer(state, opened, step, await family.hand_over(connection, owner))


def _check(family: Family[S, O, A], ask: Ask, opened: Opened[S]) -> None:
    state = opened.state
    if state is None:
        return
    if family.is_hidden(ask, state):
        raise family.missing(ask.id)
    if ask.epoch is not None and ask.epoch != opened.epoch:
        raise StaleEpoch("This epoch is over.", epoch=opened.epoch, given=ask.epoch)
    version = family.version(state)
    if ask.expected_version is not None and ask.expected_version != version:
        facts = {"version": version, "expected": ask.expected_version}
        raise StaleVersion("It has changed since you looked at it.", **facts)


async def _replay(connection: AsyncConnection, family: Family[S, O, A], ask: Ask, earlier: Seen) -> O:
    """Answer as the first time: the state is the fold up to the version of that answer."""
    said = dict(earlier.answer)
    if earlier.fingerprint != ask.fingerprint or family.names.id not in said:
        raise KeyReused("This idempotency key was used for another request.", key=ask.key)
    return await _as_before(connection, family, said)


async def _as_before(connection: AsyncConnection, family: Family[S, O, A], said: dict[str, Any]) -> O:
    owner = UUID(said[family.names.id])
    state = await family.at_version(connection, owner, said["version"])
    if state is None:
        raise family.missing(owner)
    return family.replayed(owner, said, state)


async def _replay_pair(
    connection: AsyncConnection, family: CaseFamily, asks: tuple[Ask, Ask], earlier: Seen
) -> tuple[Outcome, Outcome]:  # fmt: skip
    if "also" not in earlier.answer:
        raise KeyReused("This idempotency key was used for another request.", key=asks[0].key)
    first = await _replay(connection, family, asks[0], earlier)
    return first, await _as_before(connection, family, earlier.answer["also"])


async def _commit(connection: AsyncConnection) -> None:
    try:
        await connection.commit()
    except (DBAPIError, OSError, TimeoutError) as error:
        if is_away(error):
            raise OutcomeUnknown("The connection was lost while saving; repeat with the same key.") from error
        raise


_FINAL = _RAISED_BEFORE | _OPENED_BEFORE | {_MATTER_STANDS}
"""What trying again cannot mend."""


def _named(error: DBAPIError) -> Exception:
    if constraint(error) == _MATTER_STANDS:
        return Refusal(Reason.MATTER_STANDS)
    if constraint(error) in _RAISED_BEFORE:
        return CaseExists("This case was raised before.", constraint=constraint(error))
    if constraint(error) in _OPENED_BEFORE:
        return ProcessExists("This process was opened before.", constraint=constraint(error))
    return error


__all__ = ["Outcome", "ProcessOutcome", "Record"]
