"""What the watchdog and the reconciler count: every number is 0 in a healthy system."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.errors import translated
from adapters.db.names import FAMILIES
from adapters.db.notify_sql import COUNTERS, MESSAGES_COUNTER
from adapters.db.tables import cases


async def counters(engine: AsyncEngine) -> dict[str, int]:
    """Count what should not be there, in cases and processes together.

    Returns:
        `dirty_over_30s` (R1), `parked`, `unarmed_over_60s` (R2: the engine knows no wake, or a later one),
        `armed_past_120s` (R3: a known wake passed and nothing came), `due_unfired_120s` (a step past the grace),
        `undriven` (open cases without a drive), `messages_over_5min` (outside messages that nobody took).

    Raises:
        RecordUnavailable: the database is away.
    """
    with translated():
        async with engine.connect() as connection:
            found: Counter[str] = Counter()
            for statement in (*(family.fill(COUNTERS) for family in FAMILIES), MESSAGES_COUNTER):
                found.update(dict((await connection.exec_driver_sql(statement)).mappings().one()))
    return {name: int(value) for name, value in found.items()}


async def epoch(engine: AsyncEngine, case_id: UUID) -> int | None:
    """Return the current epoch of a case, None for an unknown one; raises `RecordUnavailable`."""
    with translated():
        async with engine.connect() as connection:
            found = (await connection.execute(select(cases.c.epoch).where(cases.c.id == case_id))).scalar_one_or_none()
    return None if found is None else int(found)
