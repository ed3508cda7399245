"""Brings a database to a revision of the schema: guarded by a lock, patient when tables are in use."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from adapters.db.errors import sqlstate
from domain.errors import DomainError

_LOCK = 0x77686973  # "whis": the advisory lock of migrations
_LOCK_WAIT_S = 120.0
_LOCK_TIMEOUT = "55P03"
_TRIES = 10
_MIGRATIONS = Path(__file__).parents[2] / "migrations"


class MigrationBusy(DomainError):
    """Another migration has been running for two minutes."""

    code: ClassVar[str] = "migration_busy"


def config(connection: Connection | None = None, output: io.StringIO | None = None) -> Config:
    """Build Alembic's configuration; there is no ini file.

    Args:
        connection: Where migrations run.
        output: Where their SQL is written instead.
    """
    made = Config(output_buffer=output) if output is not None else Config()
    made.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    made.attributes["connection"] = connection
    return made


def head() -> str:
    """Return the newest revision that this installation knows."""
    return str(ScriptDirectory.from_config(config()).get_current_head())


async def upgrade(owner_dsn: str, revision: str = "head") -> None:
    """Bring the database to a revision; does nothing if it is there already.

    A migration that cannot get its lock within 2 s is rolled back and tried again, ten times with growing pauses, so
    that it never holds up traffic. A second caller waits for the first.

    Args:
        owner_dsn: URL of the role that owns the tables; the application's role may not change them.
        revision: A revision, or `head`.

    Raises:
        MigrationBusy: code `migration_busy`.
    """
    await _run(owner_dsn, lambda connection: command.upgrade(config(connection), revision))


async def downgrade(owner_dsn: str, revision: str) -> None:
    """Go back to a revision (`-1` for one step); data in dropped tables is lost."""
    await _run(owner_dsn, lambda connection: command.downgrade(config(connection), revision))


async def current(dsn: str) -> str | None:
    """Return the revision of a database, None for an empty one."""
    engine = create_async_engine(dsn, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda c: MigrationContext.configure(c).get_current_revision())
    finally:
        await engine.dispose()


def offline_sql() -> str:
    """Return the SQL of all migrations, for review and for `squawk`."""
    output = io.StringIO()
    command.upgrade(config(output=output), "head", sql=True)
    return output.getvalue()


async def _run(owner_dsn: str, work: Callable[[Connection], None]) -> None:
    engine = create_async_engine(owner_dsn, poolclass=NullPool)
    try:
        async with engine.connect() as guard:
            await guard.execution_options(isolation_level="AUTOCOMMIT")
            await _acquire(guard)
            await _patiently(engine, work)
    finally:
        await engine.dispose()


async def _acquire(guard: AsyncConnection) -> None:
    """Take the session's advisory lock; it ends with the connection."""
    waited = 0.0
    while not (await guard.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK})).scalar_one():
        if waited >= _LOCK_WAIT_S:
            raise MigrationBusy("Another migration is running.")
        await asyncio.sleep(0.5)
        waited += 0.5


async def _patiently(engine: AsyncEngine, work: Callable[[Connection], None]) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            async with engine.connect() as connection:
                await connection.run_sync(work)
                return
        except DBAPIError as error:
            if sqlstate(error) != _LOCK_TIMEOUT or attempt == _TRIES:
                raise
        await asyncio.sleep(min(0.2 * 2**attempt, 10.0))
