"""What relay and watchdog ask of the record beside `notify`: singletons, cases still open, cases gone silent."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db import business_clock
from adapters.db.errors import translated
from adapters.db.names import CASES, Names
from adapters.db.rebuild import check

_STILL_OPEN = (
    "SELECT EXISTS (SELECT FROM {rows} WHERE id = :id AND epoch = :epoch AND closed_at IS NULL"
    " AND version = coalesce(:version, version))"
)
_MISARMED = (
    "SELECT n.{id} AS id FROM {notify} n JOIN {rows} c ON c.id = n.{id} AND c.epoch = n.epoch"
    " WHERE n.step_at IS NOT NULL AND NOT n.closed AND n.urgent <= n.sent"
    " AND coalesce(n.sent_at, n.stepped_at) < clock_timestamp() - interval '60 seconds'"
    " AND (coalesce(n.armed_at, 'infinity') > real_at(n.step_at) + interval '1 second'"
    "      OR n.armed_at < clock_timestamp() - interval '120 seconds')"
    " LIMIT :limit"
)
_SILENT = (
    "SELECT n.{id} AS id, n.epoch, c.kind FROM {notify} n JOIN {rows} c ON c.id = n.{id} AND c.epoch = n.epoch"
    " WHERE NOT n.closed AND n.urgent <= n.sent AND n.{id} > :after"
    " AND greatest(n.sent_at, n.stepped_at) < clock_timestamp() - interval '15 minutes'"
    " ORDER BY n.{id} LIMIT :limit"
)
_RECENT = timedelta(hours=1)
FIRST = UUID(int=0)


class Silent(NamedTuple):
    """A case or process of which the engine has not heard for long; `kind` is the process's, or the case's."""

    id: UUID
    epoch: int
    kind: str


@asynccontextmanager
async def singleton(engine: AsyncEngine, name: str) -> AsyncIterator[bool]:
    """Hold a name that one process of an installation may hold; yields False if another has it.

    The lock belongs to one connection and goes with it, so a killed holder leaves nothing behind.
    """
    key = zlib.crc32(name.encode())
    with translated():
        async with engine.connect() as opened:
            connection = await opened.execution_options(isolation_level="AUTOCOMMIT")
            held = (await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})).scalar_one()
            try:
                yield bool(held)
            finally:
                if held:
                    await connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


async def still_open(
    engine: AsyncEngine, owner: UUID, epoch: int, version: int | None = None, family: Names = CASES
) -> bool:  # fmt: skip
    """Tell whether a case or process is open in this epoch, and at this version if one is given."""
    values = {"id": owner, "epoch": epoch, "version": version}
    with translated():
        async with engine.connect() as connection:
            return bool((await connection.execute(text(family.fill(_STILL_OPEN)), values)).scalar_one())


async def misarmed(engine: AsyncEngine, limit: int = 200, family: Names = CASES) -> list[UUID]:
    """Return open ones of which the engine knows no wake, a later one, or one that has passed without a step (R2)."""
    with translated():
        async with engine.connect() as connection:
            return list((await connection.execute(text(family.fill(_MISARMED)), {"limit": limit})).scalars())


async def silent(
    engine: AsyncEngine, after: UUID = FIRST, limit: int = 100, family: Names = CASES
) -> list[Silent]:  # fmt: skip
    """Return a page of open ones, by id, of which the engine has not heard for 15 minutes (R3)."""
    with translated():
        async with engine.connect() as connection:
            found = await connection.execute(text(family.fill(_SILENT)), {"after": after, "limit": limit})
            return [Silent(row.id, row.epoch, row.kind) for row in found]


async def differences(engine: AsyncEngine) -> int:
    """Count what differs from the events in cases and processes touched within the last business hour (R6)."""
    with translated():
        async with engine.connect() as opened:
            connection = await opened.execution_options(isolation_level="REPEATABLE READ")
            since = await business_clock.now(connection) - _RECENT
            return len(await check(connection, since=since))
