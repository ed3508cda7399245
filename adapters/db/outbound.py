"""Outbound messages on their way: read one for sending, note how it ended, list and replay dead letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db.errors import translated

_BEGIN = """
UPDATE outbound o SET attempts = o.attempts + 1, state = 'handed', handed_at = coalesce(o.handed_at, clock_timestamp())
FROM channels ch, cases c
WHERE o.id = $1 AND o.done_at IS NULL AND ch.id = o.channel_id AND c.id = o.case_id
RETURNING o.id, ch.kind, ch.url, ch.secret, o.code, o.created_at, o.case_id, c.number, o.seq, o.recipient
"""
_SETTLE = """
UPDATE outbound SET state = $2, last_error = nullif($3, ''), done_at = clock_timestamp()
WHERE id = $1 AND done_at IS NULL
"""
_DEAD = """
SELECT o.id, ch.kind, o.code, c.number, o.recipient, o.attempts, o.last_error, o.done_at
FROM outbound o JOIN channels ch ON ch.id = o.channel_id JOIN cases c ON c.id = o.case_id
WHERE o.state = 'dead' ORDER BY o.done_at DESC LIMIT $1
"""
_REPLAY = """
UPDATE outbound SET state = 'queued', attempts = 0, last_error = NULL, handed_at = NULL, done_at = NULL
WHERE id = $1 AND state = 'dead'
"""


@dataclass(frozen=True, slots=True)
class Outbound:
    """A message that waits to be sent, with the address of its channel; neither may reach a log."""

    id: UUID
    kind: str
    url: str
    secret: str
    code: str
    created_at: datetime
    case_id: UUID
    number: str
    seq: int
    recipient: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up."""

    id: UUID
    kind: str
    code: str
    number: str
    recipient: str
    attempts: int
    last_error: str | None
    done_at: datetime


class OutboundStore:
    """Rows of `outbound`; every method is one transaction and raises `RecordUnavailable` when the database is away."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Take a pool of the application's role."""
        self._engine = engine

    async def begin(self, message_id: UUID) -> Outbound | None:
        """Count a try and return the message; None if it is unknown or has ended."""
        rows = await self._run(_BEGIN, message_id)
        return Outbound(*rows[0]) if rows else None

    async def settle(self, message_id: UUID, state: str, reason: str) -> None:
        """Note the end (`delivered` or `dead`); the first one counts."""
        await self._run(_SETTLE, message_id, state, reason)

    async def dead_letters(self, limit: int = 100) -> list[DeadLetter]:
        """Return the newest dead letters."""
        return [DeadLetter(*row) for row in await self._run(_DEAD, limit)]

    async def replay(self, message_id: UUID) -> None:
        """Queue a dead letter again; the relay hands it over. Does nothing to any other message."""
        await self._run(_REPLAY, message_id)

    async def _run(self, statement: str, *parameters: Any) -> list[Any]:
        with translated():
            async with self._engine.begin() as connection:
                result = await connection.exec_driver_sql(statement, parameters)
                return list(result.all()) if result.returns_rows else []
