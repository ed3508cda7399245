"""What came of a publication's list: where the adoption did otherwise than listed, each clock with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.process_tables import publication_impact
from domain.processes.publication import PublicationState


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """A clock for which the adoption did otherwise than the list said, and why.

    Attributes:
        listed: Old and new due instant as listed; None if the clock was not listed.
        happened: Old and new due instant as it came; None if the clock did not move.
        why: `ended` (the clock had ended), `started` (it began after the list), `moved` (something else moved it in
            between), or `unexplained`, which a sound system never shows.
    """

    case_id: UUID
    number: str
    key: str
    listed: tuple[datetime, datetime] | None
    happened: tuple[datetime, datetime] | None
    why: str


_HAPPENED = text(
    "SELECT e.case_id, e.body -> 'clock' ->> 'key' AS key, (e.body -> 'clock' ->> 'generation')::integer AS generation,"
    " (e.body -> 'clock' -> 'moves' -> -1 ->> 'due')::timestamptz AS old_due,"
    " (e.body -> 'clock' ->> 'due')::timestamptz AS new_due"
    " FROM case_events e WHERE e.recorded_at >= :since AND e.kind = 'clock_started'"
    " AND e.body -> 'clock' -> 'moves' -> -1 ->> 'kind' = 'adoption'"
    " AND e.body -> 'clock' -> 'moves' -> -1 ->> 'ref' = :ref ORDER BY e.case_id, e.seq"
)
_PUBLISHED = text("SELECT recorded_at FROM process_events WHERE process_id = :id AND kind = 'published'")
_FATES = text(
    "SELECT k.case_id, k.key, k.generation, k.set_at, k.started_at, k.ended_at, k.outcome, c.number"
    " FROM clocks k JOIN cases c ON c.id = k.case_id WHERE k.case_id = ANY(:cases)"
)


async def discrepancies(connection: AsyncConnection, process: UUID, state: PublicationState) -> list[Discrepancy]:
    """Compare the list with what then changed, by case and clock; empty if nothing happened in between."""
    since = (await connection.execute(_PUBLISHED, {"id": process})).scalar_one_or_none()
    if since is None:
        return []
    p = publication_impact.c
    rows = await connection.execute(select(publication_impact).where(p.process_id == process))
    listed = {(row.case_id, row.key): row for row in rows}
    came: dict[tuple[UUID, str], Row[Any]] = {}
    for row in await connection.execute(_HAPPENED, {"since": since, "ref": state.ref}):
        if row.old_due != row.new_due:
            came.setdefault((row.case_id, row.key), row)
    differ = sorted(k for k in listed.keys() | came.keys() if _dues(listed.get(k)) != _dues(came.get(k)))
    fates: dict[tuple[UUID, str], list[Row[Any]]] = {}
    for row in await connection.execute(_FATES, {"cases": sorted({case for case, _ in differ})}):
        fates.setdefault((row.case_id, row.key), []).append(row)
    return list(_explained(differ, listed, came, fates, state))


def _dues(row: Row[Any] | None) -> tuple[datetime, datetime] | None:
    return None if row is None else (row.old_due, row.new_due)


def _explained(
    differ: list[tuple[UUID, str]], listed: Mapping[Any, Row[Any]], came: Mapping[Any, Row[Any]],
    fates: Mapping[Any, list[Row[Any]]], state: PublicationState,
) -> Iterator[Discrepancy]:  # fmt: skip
    for named in differ:
        was, now = listed.get(named), came.get(named)
        lives = sorted(fates.get(named, ()), key=lambda row: row.generation)
        why = _why(was, now, lives, state)
        number = lives[0].number if lives else ""
        yield Discrepancy(named[0], number, named[1], _dues(was), _dues(now), why)


def _why(was: Row[Any] | None, now: Row[Any] | None, lives: list[Row[Any]], state: PublicationState) -> str:
    """Tell what came between list and adoption."""
    if was is None and now is not None:
        before = next((row for row in lives if row.generation == now.generation - 1), None)
        if before is not None and state.listed_at is not None and before.set_at >= state.listed_at:
            return "started" if before.generation == 1 else "moved"
        return "unexplained"
    if was is None:
        return "unexplained"
    held = next((row for row in lives if row.generation == was.generation), None)
    if held is not None and held.ended_at is not None and (now is None or now.generation != was.generation + 1):
        return "moved" if held.outcome == "superseded" else "ended"
    return "unexplained"
