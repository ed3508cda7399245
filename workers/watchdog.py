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
from adapters.db.notify import Due, Notify
from adapters.temporal import EngineUnavailableError, is_running
from domain.actors import SYSTEM
from domain.commands import MarkCalled, Tick, WindUp
from domain.errors import DomainError
from workers.waiting import pause

if TYPE_CHECKING:
    from temporalio.client import Client

    from adapters.db.record import Record
    from domain.commands import DriveCommand

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
        self._notify = Notify(engine)
        self._cursor = watching.FIRST
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
        await self._fire_overdue()
        await self._rearm()
        await self._find_ended()
        if time.monotonic() - self._proved >= PROOF_EVERY_S:
            self._proved = time.monotonic()
            await self._prove()
        return found

    async def _fire_overdue(self) -> None:
        """D8: past the grace the engine is told again; past ten minutes the step is taken here, same function."""
        while True:
            overdue = await self._notify.due_unfired(GRACE_S, _BATCH)
            if not overdue or await self._is_a_herd(overdue):
                return
            old = [due for due in overdue if due.late_s >= SELF_FIRE_S]
            fired = [await self._fire(due) for due in old]
            if len(old) < _BATCH or not all(fired):
                for due in overdue[len(old) :]:
                    await self._notify.mark_dirty(due.case_id)
                    self._act("dirtied", due.case_id, late_s=round(due.late_s))
                return

    async def _is_a_herd(self, overdue: Sequence[Due]) -> bool:
        """Tell whether the engine is at work on many steps that fell due at once: that is no fault."""
        age = await self._notify.last_step_age()
        return age is not None and age < HERD_STEP_AGE_S and overdue[0].late_s < HERD_LATE_S

    async def _fire(self, due: Due) -> bool:
        """Take every step of a case that is owed, without the engine and without a signal."""
        try:
            outcome = await self._record.transact(due.case_id, Tick(), SYSTEM, "", epoch=due.epoch)
            state = outcome.state
            more: list[DriveCommand] = []
            if state.uncalled and not state.is_ended:
                more.append(MarkCalled(state.uncalled))
            if state.owes_all_clear:
                more.append(WindUp())
            for command in more:
                await self._record.transact(due.case_id, command, SYSTEM, "", epoch=due.epoch)
        except StaleEpoch:
            return False
        except DomainError as error:
            log.warning("watchdog.cannot_fire", case_id=str(due.case_id), code=error.code)
            return False
        self._act("fired", due.case_id, late_s=round(due.late_s))
        return True

    async def _rearm(self) -> None:
        """R2: the engine knows no wake of an open case, a later one, or one that passed: tell it the plan again."""
        for case_id in await watching.misarmed(self._engine, _BATCH):
            await self._notify.mark_dirty(case_id)
            self._act("rearmed", case_id)

    async def _find_ended(self) -> None:
        """R3: a workflow that should run has ended or was never there: a new epoch gets a new one."""
        page = await watching.silent(self._engine, self._cursor)
        self._cursor = page[-1][0] if page else watching.FIRST
        for case_id, epoch in page:
            try:
                if await is_running(self._client, str(case_id), epoch):
                    continue
            except (EngineUnavailableError, RPCError):
                return
            if await watching.still_open(self._engine, case_id, epoch):
                await self._notify.bump_epoch(case_id)
                self._act("epochs", case_id, ended=epoch)
            await asyncio.sleep(1 / _DESCRIBE_PER_SECOND)

    async def _prove(self) -> None:
        """R6: the rows of cases touched within the hour are what their events say, and their chains hold."""
        differences = await watching.differences(self._engine)
        if differences:
            self.acts["differences"] += differences
            log.error("watchdog.differences", count=differences)

    def _act(self, what: str, case_id: UUID, **facts: int) -> None:
        self.acts[what] += 1
        log.warning("watchdog.acted", act=what, case_id=str(case_id), **facts)
