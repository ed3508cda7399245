"""Connection pools: one per sort of work, each with its own limits, so that no sort starves another."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

Engine = AsyncEngine
"""A pool, for those above who only pass it on."""

Pool = AsyncEngine
"""The name by which the layers above know a pool; they speak no SQL themselves."""


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

    A taken connection is tested first, waits at most 2 s to be free, and is renewed after 30 minutes.

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
    return create_async_engine(
        dsn, pool_size=limits.pool, max_overflow=0, pool_timeout=2, pool_pre_ping=True, pool_recycle=1800,
        hide_parameters=True,  # they hold words of people, which must not reach a log
        connect_args={
            "server_settings": settings, "command_timeout": limits.command_s, "timeout": 3,
            "prepared_statement_cache_size": 200,
        },
    )  # fmt: skip
