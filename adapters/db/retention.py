"""Retention: what is forgotten after its time, a page at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.errors import translated

KEEP_KEYS: Final = timedelta(days=7)
"""Longer than any client repeats a request (`reliability.md` D7)."""
_PAGE: Final = 5_000
_FORGET = text(
    "DELETE FROM idempotency WHERE (actor, key) IN (SELECT actor, key FROM idempotency"
    " WHERE created_at < clock_timestamp() - make_interval(secs => :age)"
    " ORDER BY created_at LIMIT :page)"
)


async def forget_keys(engine: AsyncEngine, age: timedelta = KEEP_KEYS) -> int:
    """Delete idempotency keys that are older than `age` in real time; returns how many. Repeating it is harmless.

    Raises:
        RecordUnavailable: the database is away; what was deleted stays deleted.
    """
    count = 0
    while True:
        with translated():
            async with engine.begin() as connection:
                gone = (await connection.execute(_FORGET, {"age": age.total_seconds(), "page": _PAGE})).rowcount
        count += gone
        if gone < _PAGE:
            return count
