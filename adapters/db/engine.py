"""Connection pools: one per sort of work, each with its own limits, so that no sort starves another."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

Pool = AsyncEngine
"""The name by which the layers above know a pool; they speak no SQL themselves."""

_REST_S = 1.0


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one sort of work may take (milliseconds) and how many connections it may hold."""

    pool: int
    statement_ms: int
    lock_ms: int = 1_000
    idle_ms: int = 10_000
    transaction_ms: int = 8_000
    command_s: float | None = 5.0


LIMITS: dict[str, Limits] = {
    "api": Limits(10, 3_000),
    "worker": Limits(8, 3_000),
    "relay": Limits(4, 3_000),
    "reconciler": Limits(2, 30_000, transaction_ms=35_000, command_s=35.0),
    "report": Limits(3, 30_000, transaction_ms=35_000, command_s=35.0),
    "batch": Limits(2, 900_000, lock_ms=2_000, idle_ms=60_000, transaction_ms=0, command_s=None),
}
"""By role: values of `reliability.md` 3.3. `batch` serves importers, rebuild and commands of the operator."""


def create_engine(dsn: str, role: str = "api") -> AsyncEngine:
    """Make the pool of one sort of work; nothing connects before the first use.

    A connection that rested is tested before it is taken; waiting for a free one takes at most 2 s; all are renewed
    after 30 minutes.

    Args:
        dsn: SQLAlchemy URL with the asyncpg driver.
        role: A key of `LIMITS`.
    """
    limits = LIMITS[role]
    settings = {
        "application_name": f"whistle-{role}",
        "timezone": "UTC",
        "jit": "off",
        "statement_timeout": str(limits.statement_ms),
        "lock_timeout": str(limits.lock_ms),
        "idle_in_transaction_session_timeout": str(limits.idle_ms),
        "transaction_timeout": str(limits.transaction_ms),
    }
    engine = create_async_engine(
        dsn, pool_size=limits.pool, max_overflow=0, pool_timeout=2, pool_recycle=1800,
        hide_parameters=True,  # they hold words of people, which must not reach a log
        connect_args={
            "server_settings": settings, "command_timeout": limits.command_s, "timeout": 3,
            "prepared_statement_cache_size": 200,
        },
    )  # fmt: skip
    _test_after_rest(engine)
    return engine


def _test_after_rest(engine: AsyncEngine) -> None:
    """Ping a connection that rested for a second or more when it is taken, and drop the whole pool if it is dead.

    `pool_pre_ping` would ping every time, a round trip of its own for each request under load. A connection that was
    used within the second is all but surely alive; if not, its request is told so and repeats under the same key.
    """
    sync = engine.sync_engine

    @event.listens_for(sync, "checkin")
    def rests(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(sync, "checkout")
    def is_taken(connection: Any, record: Any, _proxy: Any) -> None:
        since = record.info.pop("rests_since", None)
        if since is None or time.monotonic() - since < _REST_S:
            return
        try:
            sync.dialect.do_ping(connection)
        except sync.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error
