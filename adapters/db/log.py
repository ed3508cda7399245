"""The log of a case or process: events become chained rows with their texts beside them, and events again."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.names import CASES, Names
from domain.chain import link
from domain.codec import EVENTS, event_name, instant, seal, unseal

Stamped = tuple[Any, str]
"""An event with the id of who caused it."""


@dataclass(frozen=True, slots=True)
class LogRows:
    """New rows of one log, as plain values by column.

    Attributes:
        head: Link of the last event: the new head of the chain.
    """

    events: list[dict[str, Any]]
    texts: list[dict[str, Any]]
    head: bytes


@dataclass(frozen=True, slots=True)
class LogRow:
    """One recorded event."""

    seq: int
    at: datetime
    recorded_at: datetime
    actor: str
    kind: str
    body: dict[str, Any]
    hash: bytes

    def event(self, classes: Mapping[str, type] = EVENTS) -> Any:
        """Return the event; its texts hold their digests. `classes` are a case's unless others are given."""
        return unseal(self.kind, self.body, classes)

    def chained(self, owner: UUID, subject: str = CASES.subject) -> dict[str, Any]:
        """Return the record that the chain binds: every column but the link itself."""
        return chain_record(owner, {
            "seq": self.seq, "at": instant(self.at), "recorded_at": instant(self.recorded_at), "actor": self.actor,
            "kind": self.kind, "body": self.body,
        }, subject)  # fmt: skip


def text_digest(salt: str, words: str) -> str:
    """Return the salted digest of a text (SHA-256, hexadecimal); the salt is 32 hexadecimal digits."""
    return hashlib.sha256(f"{salt}{words}".encode()).hexdigest()


def chain_record(owner: UUID, row: dict[str, Any], subject: str = CASES.subject) -> dict[str, Any]:
    """Return what the chain binds of an event row; anybody can check it with SHA-256 and JSON alone."""
    return {subject: str(owner), **{k: row[k] for k in ("seq", "at", "recorded_at", "actor", "kind", "body")}}


def log_rows(
    owner: UUID, stamped: Sequence[Stamped], recorded_at: datetime, head: bytes, last_seq: int,
    subject: str = CASES.subject,
) -> LogRows:  # fmt: skip
    """Seal and chain events.

    Args:
        owner: Id of the case or process.
        stamped: Events in order, each with its actor's id.
        recorded_at: Real instant of recording, for all of them.
        head: Link of the event before the first.
        last_seq: `seq` of the event before the first; 0 for a new log.
        subject: What the owner is.
    """
    events: list[dict[str, Any]] = []
    texts: list[dict[str, Any]] = []
    recorded = instant(recorded_at)
    for seq, (event, actor) in enumerate(stamped, start=last_seq + 1):
        salts: list[str] = []

        def digest(words: str, salts: list[str] = salts) -> str:
            salts.append(secrets.token_hex(16))
            return text_digest(salts[-1], words)

        body, words = seal(event, digest)
        row = {
            "seq": seq, "at": body["at"], "recorded_at": recorded, "actor": actor, "kind": event_name(event),
            "body": body,
        }  # fmt: skip
        head = link(head, chain_record(owner, row, subject))
        events.append({**row, "hash": head})
        texts += [
            {"seq": seq, "field": field, "body": body, "salt": salt, "personal": personal}
            for (field, body, personal), salt in zip(words, salts, strict=True)
        ]
    return LogRows(events, texts, head)


async def read_log(
    connection: AsyncConnection, owner: UUID, up_to: int | None = None, names: Names = CASES
) -> list[LogRow]:  # fmt: skip
    """Return the events of a case or process in order of `seq`, all or up to one; empty for an unknown one."""
    c = names.events.c
    query = select(c.seq, c.at, c.recorded_at, c.actor, c.kind, c.body, c.hash).where(names.key(names.events) == owner)
    if up_to is not None:
        query = query.where(c.seq <= up_to)
    return [LogRow(*row) for row in await connection.execute(query.order_by(c.seq))]


def events_of(rows: Iterable[LogRow], classes: Mapping[str, type] = EVENTS) -> list[Any]:
    """Return the events of rows, in their order."""
    return [row.event(classes) for row in rows]
