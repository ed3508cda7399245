"""What the drive keeps about each case: who has to be told, what the engine knows, which epoch counts."""

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
from adapters.db.plans import farewell, plan_payload
from contracts.case import CasePlan, MessageRef
from domain.case import CaseState
from domain.codec import from_plain, instant


@dataclass(frozen=True, slots=True)
class Due:
    """A case whose next step nobody took.

    Attributes:
        since: Real instant at which the step was due.
        late_s: Real seconds since then.
    """

    case_id: UUID
    epoch: int
    since: datetime
    late_s: float


class Notify:
    """The bookkeeping between record and engine (design 3a); every method is one transaction of its own.

    A row is *dirty* while `urgent > sent`: the engine must be told at once. It is *quiet* while only `wanted > sent`.

    Raises:
        RecordUnavailable: every method, when the database is away.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        """Take a pool of the application's role."""
        self._engine = engine

    async def take_lapsed(self, limit: int = 50) -> list[CasePlan]:
        """Take dirty rows that nobody holds, nearest step first, and return what to signal.

        Each is leased for at least 10 s, twice as long after every attempt up to 60 s (± 20 %), and parked after 50.
        An epoch that is over gets a closed plan that owes nothing.
        """
        return _plans(await self._take(TAKE_LAPSED, limit))

    async def take_quiet(self, limit: int = 10) -> list[CasePlan]:
        """Take open cases that changed quietly and were not signalled for 5 minutes, longest ago first; lease 10 s."""
        return _plans(await self._take(TAKE_QUIET, limit))

    async def mark_sent(self, plans: Iterable[CasePlan]) -> None:
        """Note in one statement that the engine accepted plans.

        Of several for one case the newest counts; one that is older than noted before changes nothing.
        """
        newest: dict[tuple[str, int], CasePlan] = {}
        for plan in plans:
            known = newest.get((plan.case_id, plan.epoch))
            if known is None or known.version < plan.version:
                newest[plan.case_id, plan.epoch] = plan
        rows = [
            {
                "case_id": p.case_id, "epoch": p.epoch, "version": p.version,
                "wake_at": instant(p.wake_at) if p.wake_at else None,
            }
            for p in newest.values()
        ]  # fmt: skip
        await self._take(MARK_SENT, json.dumps(rows))

    async def mark_dirty(self, case_id: UUID | str) -> None:
        """Have the current plan signalled again, even if nothing changed: the workflow then looks."""
        await self._take(MARK_DIRTY, UUID(str(case_id)))

    async def bump_epoch(self, case_id: UUID | str) -> int | None:
        """Give a case a new epoch: a new workflow starts, the old one changes nothing any more.

        Returns:
            The new epoch, `greatest(epoch + 1, seconds since 1970)`; None for an unknown case.
        """
        rows = await self._take(BUMP_ONE, UUID(str(case_id)))
        return int(rows[0].epoch) if rows else None

    async def bump_all(self) -> int:
        """Give every case that still needs a workflow a new epoch: after a restore, or when the engine's store is lost.

        Returns:
            How many.
        """
        return len(await self._take(BUMP_ALL))

    async def due_unfired(self, grace_s: float, limit: int = 200) -> list[Due]:
        """Return cases whose next step has been due for longer than the grace, oldest first."""
        rows = await self._take(DUE_UNFIRED, grace_s, limit)
        return [Due(row.case_id, row.epoch, row.since, float(row.late_s)) for row in rows]

    async def last_step_age(self) -> float | None:
        """Return the real seconds since the engine last took a step of any case, None if it never did."""
        age = (await self._take(LAST_STEP))[0].age
        return None if age is None else float(age)

    async def take_messages(self, limit: int = 50) -> list[MessageRef]:
        """Take outbound messages that no step handed over within 2 s, or whose workflow did not begin within 60 s."""
        rows = await self._take(TAKE_MESSAGES, limit)
        return [MessageRef(message_id=str(row.id), channel=row.kind) for row in rows]

    async def _take(self, statement: str, *parameters: Any) -> Sequence[Row[Any]]:
        with translated():
            async with self._engine.begin() as connection:
                result = await connection.exec_driver_sql(statement, parameters)
                return result.all() if result.returns_rows else []


def _plans(rows: Sequence[Row[Any]]) -> list[CasePlan]:
    nearest_first = sorted(rows, key=lambda r: (r.step_at is None, r.step_at or r.now))
    return [_plan(row) for row in nearest_first]


def _plan(row: Row[Any]) -> CasePlan:
    state = from_plain(CaseState, row.state)
    if row.epoch != row.current:
        return farewell(state, row.epoch)
    return plan_payload(state, row.epoch, row.now, BusinessClock(row.anchor, row.shift, row.rate).to_real)
