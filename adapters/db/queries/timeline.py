"""The timeline of a case: its events for people, with the words that belong to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, get_args, get_type_hints
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.directory import Directory
from adapters.db.log import LogRow
from adapters.db.tables import case_texts
from contracts.views import TimelineEntry
from domain.actors import Actor
from domain.case import CaseState
from domain.codec import EVENTS, event_name
from domain.discretion import withheld
from domain.events import Personal, RungFired, Text

WITHHELD = "withheld"
"""Kind of an entry that is kept from the reader."""

Texts = dict[int, dict[str, str | None]]
"""Words by number of the event and field; None where they were erased."""


async def read_texts(conn: AsyncConnection, case_id: UUID) -> Texts:
    """Read the words of a case, personal ones included: mask them before they are shown."""
    t = case_texts.c
    found: Texts = {}
    for row in await conn.execute(select(t.seq, t.field, t.body).where(t.case_id == case_id)):
        found.setdefault(row.seq, {})[row.field] = row.body
    return found


def timeline(  # noqa: PLR0913 - a case, and who reads it
    log: Sequence[LogRow], texts: Texts, state: CaseState, names: dict[str, str], directory: Directory, *,
    reader: Actor, now: datetime,
) -> tuple[TimelineEntry, ...]:  # fmt: skip
    """Show events in order of `seq`; personal texts are left out, they stand masked in the case itself.

    What is kept from the reader (`domain.discretion`) leaves its place in the row of events, and nothing else.
    """
    return tuple(
        _withheld(row)
        if withheld(state, row.kind, row.body, reader, now)
        else _entry(row, texts.get(row.seq, {}), state, names, directory)
        for row in log
    )


def _withheld(row: LogRow) -> TimelineEntry:
    return TimelineEntry(
        seq=row.seq, at=row.at, recorded_at=row.recorded_at, kind=WITHHELD, actor="", actor_name="", task=None,
        org_name=None, texts={}, facts={},
    )  # fmt: skip


def fired_instants(log: Sequence[LogRow]) -> dict[tuple[str, int, str], datetime]:
    """Return when each rung fired, by clock key, generation and rung code."""
    name = event_name(RungFired)
    return {(r.body["key"], r.body["generation"], r.body["rung"]): r.at for r in log if r.kind == name}


def _entry(
    row: LogRow, words: dict[str, str | None], state: CaseState, names: dict[str, str], directory: Directory
) -> TimelineEntry:  # fmt: skip
    sealed = _sealed(row.kind)
    shown = {name: words.get(name) for name, personal in sealed.items() if not personal and row.body.get(name)}
    named = row.body.get("task")
    task = named if isinstance(named, int) else _clock_task(row.body, state)
    org = _org(row.body, state)
    return TimelineEntry(
        seq=row.seq, at=row.at, recorded_at=row.recorded_at, kind=row.kind, actor=row.actor,
        actor_name=names.get(row.actor, row.actor), task=task,
        org_name=directory.org_name(org) if org else None, texts=shown,
        facts={name: value for name, value in row.body.items() if name not in sealed and name != "at"},
    )  # fmt: skip


def _org(body: dict[str, Any], state: CaseState) -> str | None:
    """Return the organisation that an event is about: named in it, or that of its task or clock."""
    if isinstance(body.get("org"), str):
        return str(body["org"])
    if isinstance(body.get("clock"), dict):
        return str(body["clock"]["party"])
    no = body.get("task") if isinstance(body.get("task"), int) else _clock_task(body, state)
    task = state.task(no) if no is not None else None
    if task is not None:
        return task.org
    clock = state.clock(body["key"]) if isinstance(body.get("key"), str) else None
    return clock.spec.party if clock is not None else None


def _clock_task(body: dict[str, Any], state: CaseState) -> int | None:
    if isinstance(body.get("clock"), dict):
        no = body["clock"].get("task")
        return int(no) if no is not None else None
    clock = state.clock(body["key"]) if isinstance(body.get("key"), str) else None
    return clock.spec.task if clock is not None else None


@cache
def _sealed(kind: str) -> dict[str, bool]:
    """Return the fields of an event that hold digests of texts; True for personal ones."""
    found = {}
    for name, hint in get_type_hints(EVENTS[kind]).items():
        kinds = [k for k in (get_args(hint) or (hint,)) if isinstance(k, type) and issubclass(k, Text)]
        if kinds:
            found[name] = issubclass(kinds[0], Personal)
    return found
