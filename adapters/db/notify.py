"""What the drive keeps about each case and process: who has to be told, what the engine knows, which epoch counts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.business_clock import BusinessClock
from adapters.db.errors import translated
from adapters.db.names import CASES, PROCESSES, Names
from adapters.db.notify_sql import (
    BUMP_ALL,
    BUMP_ONE,
    DUE_UNFIRED,
    LAST_STEP,
    MARK_DIRTY,
    MARK_SENT,
    TAKE_LAPSED,
    TAKE_MESSAGES,
    TAKE_QUIET,
)  # fmt: skip
from adapters.db.plans import farewell, plan_payload, process_farewell, process_payload
from contracts.case import MessageRef
from contracts.process import Plan, owner_of
from domain.case import CaseState
from domain.codec import from_plain, instant
from domain.processes import PROCESSES as KINDS


@dataclass(frozen=True, slots=True)
class Due:
    """A case or process whose next step nobody took.

    Attributes:
        since: Real instant at which the step was due.
        late_s: Real seconds since then.
    """

    id: UUID
    epoch: int
    since: datetime
    late_s: float


class Notify:
    """The bookkeeping between record and engine (design 3a) for one family; every method is its own transaction.

    A row is *dirty* while `urgent > sent`: the engine must be told at once. It is *quiet* while only `wanted > sent`.

    Raises:
        RecordUnavailable: every method, when the database is away.
    """

    def __init__(self, engine: AsyncEngine, family: Names = CASES) -> None:
        """Take a pool of the application's role, and the family: cases unless another is named."""
        self._engine = engine
        self._family = family

    async def take_lapsed(self, limit: int = 50) -> list[Plan]:
        """Take dirty rows that nobody holds, nearest step first, and return what to signal.

        Each is leased for at least 10 s, twice as long after every attempt up to 60 s (± 20 %), and parked after 50.
        An epoch that is over gets a closed plan that owes nothing.
        """
        return self._plans(await self._take(TAKE_LAPSED, limit))

    async def take_quiet(self, limit: int = 10) -> list[Plan]:
        """Take open cases that changed quietly and were not signalled for 5 minutes, longest ago first; lease 10 s."""
        return self._plans(await self._take(TAKE_QUIET, limit))

    async def mark_sent(self, plans: Iterable[Plan]) -> None:
        """Note in one statement that the engine accepted plans.

        Of several for one case the newest counts; one that is older than noted before changes nothing.
        """
        newest: dict[tuple[str, int], Plan] = {}
        for plan in plans:
            named = owner_of(plan), plan.epoch
            known = newest.get(named)
            if known is None or known.version < plan.version:
                newest[named] = plan
        rows = [
            {
                "id": owner_of(p), "epoch": p.epoch, "version": p.version,
                "wake_at": instant(p.wake_at) if p.wake_at else None,
            }
            for p in newest.values()
        ]  # fmt: skip
        await self._take(MARK_SENT, json.dumps(rows))

    async def mark_dirty(self, owner: UUID | str) -> None:
        """Have the current plan signalled again, even if nothing changed: the workflow then looks."""
        await self._take(MARK_DIRTY, UUID(str(owner)))

    async def bump_epoch(self, owner: UUID | str) -> int | None:
        """Give it a new epoch: a new workflow starts, the old one changes nothing any more.

        Returns:
            The new epoch, `greatest(epoch + 1, seconds since 1970)`; None for an unknown one.
        """
        rows = await self._take(BUMP_ONE, UUID(str(owner)))
        return int(rows[0].epoch) if rows else None

    async def bump_all(self) -> int:
        """Give whatever still needs a workflow a new epoch: after a restore, or when the engine's store is lost.

        Returns:
            How many.
        """
        return len(await self._take(BUMP_ALL))

    async def due_unfired(self, grace_s: float, limit: int = 200) -> list[Due]:
        """Return those whose next step has been due for longer than the grace, oldest first."""
        rows = await self._take(DUE_UNFIRED, grace_s, limit)
        return [Due(row.id, row.epoch, row.since, float(row.late_s)) for row in rows]

    async def last_step_age(self) -> float | None:
        """Return the real seconds since the engine last took a step in this family, None if it never did."""
        age = (await self._take(LAST_STEP))[0].age
        return None if age is None else float(age)

    async def take_messages(self, limit: int = 50) -> list[MessageRef]:
        """Take outbound messages that no step handed over within 2 s, or whose workflow did not begin within 60 s."""
        rows = await self._take(TAKE_MESSAGES, limit)
        return [MessageRef(message_id=str(row.id), channel=row.kind) for row in rows]

    async def _take(self, statement: str, *parameters: Any) -> Sequence[Row[Any]]:
        with translated():
            async with self._engine.begin() as connection:
                result = await connection.exec_driver_sql(self._family.fill(statement), parameters)
                return result.all() if result.returns_rows else []

    def _plans(self, rows: Sequence[Row[Any]]) -> list[Plan]:
        make = _process_plan if self._family is PROCESSES else _case_plan
        return [make(row) for row in sorted(rows, key=lambda r: (r.step_at is None, r.step_at or r.now))]


def _case_plan(row: Row[Any]) -> Plan:
    state = from_plain(CaseState, row.state)
    if row.epoch != row.current:
        return farewell(state, row.epoch)
    return plan_payload(state, row.epoch, row.now, BusinessClock(row.anchor, row.shift, row.rate).to_real)


def _process_plan(row: Row[Any]) -> Plan:
    state = from_plain(KINDS[row.kind].state, row.state)
    if row.epoch != row.current:
        return process_farewell(state, row.epoch)
    return process_payload(state, row.epoch, row.now, BusinessClock(row.anchor, row.shift, row.rate).to_real)
