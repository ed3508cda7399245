"""The record: the one way to change a case, whoever acts, in one transaction."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.db.errors import (
    DEADLOCK,
    SERIALIZATION_FAILURE,
    UNIQUE_VIOLATION,
    CaseExists,
    CaseNotFound,
    KeyReused,
    OutcomeUnknown,
    RecordUnavailable,
    StaleEpoch,
    StaleVersion,
    constraint,
    is_away,
    is_lost,
    sqlstate,
    translated,
)  # fmt: skip
from adapters.db.log import Stamped, events_of, read_log
from adapters.db.opening import Opened, Seen, open_case, open_raise, seen
from adapters.db.outcome import Outcome, changed, unchanged
from adapters.db.plans import agenda, plan_payload
from adapters.db.rules_store import RulesStore
from adapters.db.tables import cases
from adapters.db.writing import deliver, hand_over, write
from contracts.case import StepAnswer, StepView
from domain.actors import SYSTEM, Actor
from domain.authority import Reach, sees
from domain.case import CaseState
from domain.codec import from_plain
from domain.commands import Command, DriveCommand, MarkCalled, Raise, Tick, WindUp
from domain.decide import advance
from domain.errors import Refusal
from domain.evolve import fold
from domain.plan import StepCode

log = structlog.get_logger(__name__)

T = TypeVar("T")

_TRIES = 3
_AGAIN = frozenset({SERIALIZATION_FAILURE, DEADLOCK, UNIQUE_VIOLATION})
_RAISED_BEFORE = frozenset({
    "pk_cases", "pk_case_events", "pk_case_texts", "pk_case_notify", "pk_tasks", "pk_clocks", "uq_cases_source_ref",
    "uq_cases_number",
})  # fmt: skip
"""What a second raise of a case violates, whichever row comes first; a changed case is locked and violates none."""

_PAUSE_S = 0.01


@dataclass(frozen=True, slots=True)
class _Request:
    """One call of `transact`."""

    case_id: UUID
    command: Command
    actor: Actor
    key: str
    fingerprint: str
    epoch: int | None
    expected_version: int | None
    reach: Reach | None

    @property
    def answer(self) -> dict[str, str] | None:
        """Columns of the stored answer."""
        if not self.key:
            return None
        return {"actor": self.actor.id, "key": self.key, "fingerprint": self.fingerprint}


class Record:
    """Cases in PostgreSQL. Safe for concurrent use; every method is one transaction of its own."""

    def __init__(self, engine: AsyncEngine, rules: RulesStore) -> None:
        """Take a pool of the application's role and the store of published rules."""
        self._engine = engine
        self._rules = rules
        self._running: set[asyncio.Task[Any]] = set()

    async def transact(  # noqa: PLR0913 - one call carries the whole request
        self, case_id: UUID, command: Command, actor: Actor, key: str, *, fingerprint: str = "",
        epoch: int | None = None, expected_version: int | None = None, reach: Reach | None = None,
    ) -> Outcome:  # fmt: skip
        """Decide a command and write all it causes, or nothing.

        What is due by now happens first (design 3a.3). The transaction runs to its end even if the caller is cancelled.

        Args:
            case_id: The case; for a raise the id of the new one.
            key: Idempotency key of this actor: a repeat gets the first answer. Empty for none, for commands that
                are safe to repeat by themselves.
            fingerprint: Digest of the request; the same key with another one is refused.
            epoch: Refuse unless this is the case's epoch; None for any.
            expected_version: Refuse unless this is the case's version; None for any.
            reach: The case must lie within it; None for any.

        Raises:
            domain.errors.Refusal: a rule refuses; nothing changed.
            CaseNotFound, CaseExists, KeyReused, StaleVersion, StaleEpoch, UnknownRules: as their codes say.
            RecordUnavailable: code `record_unavailable`; nothing changed.
            OutcomeUnknown: code `outcome_unknown`; the same key tells.
        """
        request = _Request(case_id, command, actor, key, fingerprint, epoch, expected_version, reach)
        return await self._shielded(self._persist(lambda c: self._transact(c, request)))

    async def step(self, case_id: UUID, epoch: int, step: StepView) -> StepAnswer:
        """Carry out a step of the plan for the engine; on a repeat nothing happens twice, for the state decides.

        Raises:
            RecordUnavailable, OutcomeUnknown: try again.
        """
        return await self._shielded(self._persist(lambda c: self._drive(c, case_id, epoch, step)))

    async def look(self, case_id: UUID, epoch: int) -> StepAnswer:
        """Read the plan afresh under the row lock, and note that the engine now knows it; changes nothing in the case.

        Raises:
            RecordUnavailable, OutcomeUnknown: try again.
        """
        return await self._shielded(self._persist(lambda c: self._drive(c, case_id, epoch, None)))

    async def state(self, case_id: UUID) -> CaseState | None:
        """Return the last written state of a case, None if there is no such case."""
        with translated():
            async with self._engine.connect() as connection:
                query = select(cases.c.state).where(cases.c.id == case_id)
                found = (await connection.execute(query)).scalar_one_or_none()
        return None if found is None else from_plain(CaseState, found)

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
                if attempt == _TRIES or (attempt > 1 and constraint(error) in _RAISED_BEFORE):
                    raise _named(error) from error
                log.info("record.again", state=sqlstate(error), attempt=attempt)
            await asyncio.sleep(_PAUSE_S * attempt * (1 + random.random()))  # noqa: S311 - only spreads retries
        raise AssertionError

    async def _transact(self, connection: AsyncConnection, request: _Request) -> Outcome:
        command = request.command
        if isinstance(command, Raise):
            named = replace(command, id=str(request.case_id))
            opened, command = await open_raise(connection, self._rules, named, request.actor, request.key)
        else:
            opened = await open_case(connection, self._rules, request.case_id, request.actor, request.key)
        if opened.seen is not None:
            return await _replay(connection, request, opened.seen)
        try:
            _check(request, opened)
            stamped = _decide(opened, command, request.actor)
        except (Refusal, StaleVersion, StaleEpoch):
            earlier = await seen(connection, request.actor, request.key)
            if earlier is None:
                raise
            return await _replay(connection, request, earlier)
        if not stamped and opened.state is not None:
            return unchanged(request.case_id, opened, opened.state)
        written = await write(connection, request.case_id, opened, stamped, request.answer, delivered=False)
        return changed(request.case_id, opened, written)

    async def _drive(
        self, connection: AsyncConnection, case_id: UUID, epoch: int, step: StepView | None
    ) -> StepAnswer:  # fmt: skip
        try:
            opened = await open_case(connection, self._rules, case_id, SYSTEM, "")
        except CaseNotFound:
            return StepAnswer(stale=True)
        state = opened.state
        if opened.epoch != epoch or state is None:
            return StepAnswer(stale=True)
        stamped = [] if step is None else _decide(opened, _command_of(step, state), SYSTEM)
        if stamped:
            state = (await write(connection, case_id, opened, stamped, None, delivered=True)).state
        else:
            await deliver(connection, case_id, state, opened)
        messages = await hand_over(connection, case_id)
        plan = plan_payload(state, epoch, opened.now, opened.clock.to_real)
        return StepAnswer(plan=plan, wake_in=_too_early(opened, state, step), messages=messages)


def _check(request: _Request, opened: Opened) -> None:
    state = opened.state
    if state is None:
        return
    if request.reach is not None and not sees(request.reach, state):
        raise CaseNotFound("No such case.", case=str(request.case_id))
    if request.epoch is not None and request.epoch != opened.epoch:
        raise StaleEpoch("This epoch of the case is over.", epoch=opened.epoch, given=request.epoch)
    if request.expected_version is not None and request.expected_version != state.version:
        facts = {"version": state.version, "expected": request.expected_version}
        raise StaleVersion("The case has changed since you looked at it.", **facts)


def _decide(opened: Opened, command: Command, actor: Actor) -> list[Stamped]:
    """Let everything due happen, then decide; what happens by itself is the system's."""
    _, due, events = advance(opened.state, command, actor, opened.now, opened.rules)
    return [(event, SYSTEM.id) for event in due] + [(event, actor.id) for event in events]


def _command_of(step: StepView, state: CaseState) -> DriveCommand:
    if step.code == StepCode.DISPATCH:
        return MarkCalled(state.uncalled)
    return WindUp() if step.code == StepCode.WIND_UP else Tick()


def _too_early(opened: Opened, state: CaseState, step: StepView | None) -> float | None:
    """Return the real seconds until a step that is not owed yet."""
    coming = agenda(state, opened.now).find(step.key) if step is not None else None
    if coming is None:
        return None
    return (opened.clock.to_real(coming.at) - opened.recorded_at).total_seconds()


async def _replay(connection: AsyncConnection, request: _Request, earlier: Seen) -> Outcome:
    """Answer as the first time: the state is the fold up to the version of that answer."""
    if earlier.fingerprint != request.fingerprint:
        raise KeyReused("This idempotency key was used for another request.", key=request.key)
    said = earlier.answer
    case_id = UUID(said["case_id"])
    state = fold(events_of(await read_log(connection, case_id, said["version"])))
    if state is None:
        raise CaseNotFound("No such case.", case=str(case_id))
    seqs = tuple(said["seqs"])
    return Outcome(case_id, said["number"], said["version"], state, seqs, replayed=True, dirty=False, messages=())


async def _commit(connection: AsyncConnection) -> None:
    try:
        await connection.commit()
    except (DBAPIError, OSError, TimeoutError) as error:
        if is_away(error):
            raise OutcomeUnknown("The connection was lost while saving; repeat with the same key.") from error
        raise


def _named(error: DBAPIError) -> Exception:
    if constraint(error) in _RAISED_BEFORE:
        return CaseExists("This case was raised before.", constraint=constraint(error))
    return error


__all__ = ["Outcome", "Record"]
