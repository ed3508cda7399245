"""Watchdog and reconciler: find in the record what the drive should have done, and heal it; all in SQL.

In a healthy system it finds nothing, so every act of it counts as a fault.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog
from temporalio.service import RPCError

from adapters.db import counters, watching
from adapters.db.engine import Pool
from adapters.db.errors import RecordError, StaleEpoch
from adapters.db.names import CASES, FAMILIES, PROCESSES, Names
from adapters.db.notify import Due, Notify
from adapters.temporal import EngineUnavailableError, is_running
from contracts.names import case_workflow_id, process_workflow_id
from domain import process
from domain.actors import SYSTEM
from domain.commands import Tick
from domain.errors import DomainError
from domain.plan import AT_ONCE, StepCode, command_of, plan
from workers import schedules
from workers.waiting import pause

if TYPE_CHECKING:
    from temporalio.client import Client

    from adapters.db.record import Record

log = structlog.get_logger(__name__)

SWEEP_S: Final = 30.0
GRACE_S: Final = 120.0
SELF_FIRE_S: Final = 600.0
HERD_STEP_AGE_S: Final = 30.0
HERD_LATE_S: Final = 300.0
PROOF_EVERY_S: Final = 600.0
_BATCH: Final = 200
_DESCRIBE_PER_SECOND: Final = 20


class Watchdog:
    """One per installation: a second one waits for the lock of the first.

    Attributes:
        acts: What it did since its start: `dirtied`, `fired`, `rearmed`, `epochs`, `differences`; all 0 when healthy.
    """

    def __init__(self, client: Client, engine: Pool, record: Record) -> None:
        """Take a client, which may be lazy, the reconciler's own pool and the record."""
        self._client = client
        self._engine = engine
        self._record = record
        self._notify = {family: Notify(engine, family) for family in FAMILIES}
        self._cursor = dict.fromkeys(FAMILIES, watching.FIRST)
        self._proved = -PROOF_EVERY_S
        self.acts: Counter[str] = Counter()

    async def run(self, stop: asyncio.Event) -> None:
        """Sweep every 30 s until `stop`, if no other process does."""
        while not stop.is_set():
            try:
                async with watching.singleton(self._engine, "watchdog") as mine:
                    if mine:
                        await self.sweep()
                    await pause(stop, SWEEP_S)
            except RecordError as error:
                log.warning("watchdog.record_away", code=error.code)
                await pause(stop, SWEEP_S / 6)

    async def sweep(self) -> dict[str, int]:
        """Look once for everything and heal it.

        Returns:
            The counters as found before, 0 when healthy.
        """
        found = await counters.counters(self._engine)
        if any(found.values()):
            log.warning("watchdog.found", **{name: count for name, count in found.items() if count})
        for family in FAMILIES:
            await self._fire_overdue(family)
            await self._rearm(family)
            await self._find_ended(family)
        if time.monotonic() - self._proved >= PROOF_EVERY_S:
            self._proved = time.monotonic()
            await self._prove()
            await self._keep_schedules()
        return found

    async def _fire_overdue(self, family: Names) -> None:
        """D8: past the grace the engine is told again; past ten minutes the step is taken here, same function."""
        notify, fire = self._notify[family], self._fire if family is CASES else self._fire_process
        while True:
            overdue = await notify.due_unfired(GRACE_S, _BATCH)
            if not overdue or await self._is_a_herd(notify, overdue):
                return
            old = [due for due in overdue if due.late_s >= SELF_FIRE_S]
            fired = [await fire(due) for due in old]
            if len(old) < _BATCH or not all(fired):
                left = [due for due, done in zip(old, fired, strict=True) if not done and family is PROCESSES]
                for due in (*left, *overdue[len(old) :]):
                    await notify.mark_dirty(due.id)
                    self._act("dirtied", due.id, late_s=round(due.late_s))
                return

    async def _is_a_herd(self, notify: Notify, overdue: Sequence[Due]) -> bool:
        """Tell whether the engine is at work on many steps that fell due at once: that is no fault."""
        age = await notify.last_step_age()
        return age is not None and age < HERD_STEP_AGE_S and overdue[0].late_s < HERD_LATE_S

    async def _fire(self, due: Due) -> bool:
        """Take every step of a case that is owed, without the engine and without a signal."""
        try:
            outcome = await self._record.transact(due.id, Tick(), SYSTEM, "", epoch=due.epoch)
            for step in plan(outcome.state):
                if step.code is StepCode.FOLLOW:
                    await self._record.let_follow(due.id)
                elif step.code in AT_ONCE:
                    command = command_of(step.code, outcome.state)
                    await self._record.transact(due.id, command, SYSTEM, "", epoch=due.epoch)
        except StaleEpoch:
            return False
        except DomainError as error:
            log.warning("watchdog.cannot_fire", id=str(due.id), code=error.code)
            return False
        self._act("fired", due.id, late_s=round(due.late_s))
        return True

    async def _fire_process(self, due: Due) -> bool:
        """Let the timed steps of a process happen; a step that needs its activity is left to the engine."""
        try:
            outcome = await self._record.transact(due.id, process.Tick(), SYSTEM, "", epoch=due.epoch)
        except StaleEpoch:
            return False
        except DomainError as error:
            log.warning("watchdog.cannot_fire", id=str(due.id), code=error.code)
            return False
        if outcome.seqs:
            self._act("fired", due.id, late_s=round(due.late_s))
        return bool(outcome.seqs)

    async def _rearm(self, family: Names) -> None:
        """R2: the engine knows no wake of an open one, a later one, or one that passed: tell it the plan again."""
        for owner in await watching.misarmed(self._engine, _BATCH, family):
            await self._notify[family].mark_dirty(owner)
            self._act("rearmed", owner)

    async def _find_ended(self, family: Names) -> None:
        """R3: a workflow that should run has ended or was never there: a new epoch gets a new one."""
        page = await watching.silent(self._engine, self._cursor[family], family=family)
        self._cursor[family] = page[-1].id if page else watching.FIRST
        for silent in page:
            try:
                if await is_running(self._client, _workflow_id(family, silent)):
                    continue
            except (EngineUnavailableError, RPCError):
                return
            if await watching.still_open(self._engine, silent.id, silent.epoch, family=family):
                await self._notify[family].bump_epoch(silent.id)
                self._act("epochs", silent.id, ended=silent.epoch)
            await asyncio.sleep(1 / _DESCRIBE_PER_SECOND)

    async def _prove(self) -> None:
        """R6: the rows of whatever was touched within the hour are what their events say, and their chains hold."""
        differences = await watching.differences(self._engine)
        if differences:
            self.acts["differences"] += differences
            log.error("watchdog.differences", count=differences)

    async def _keep_schedules(self) -> None:
        """Put the declared schedules in place again: the engine's store may have been lost."""
        try:
            await schedules.ensure(self._client)
        except (RPCError, RuntimeError) as error:
            log.warning("watchdog.no_schedules", reason=type(error).__name__)

    def _act(self, what: str, owner: UUID, **facts: int) -> None:
        self.acts[what] += 1
        log.warning("watchdog.acted", act=what, id=str(owner), **facts)


def _workflow_id(family: Names, silent: watching.Silent) -> str:
    if family is CASES:
        return case_workflow_id(silent.id, silent.epoch)
    return process_workflow_id(silent.kind, silent.id, silent.epoch)
