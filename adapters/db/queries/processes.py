"""Processes as people read them: lists and one process with its events."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_type_hints
from uuid import UUID

from sqlalchemy import and_, false, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.log import LogRow, read_log
from adapters.db.names import PROCESSES as NAMES
from adapters.db.process_family import vocabulary
from adapters.db.process_tables import process_texts, processes
from adapters.db.queries.paging import FIRST, Slice, encode
from contracts.process_commands import PROCESS_FORMS
from contracts.process_views import ProcessDetail, ProcessEntry, ProcessRow
from contracts.views import Page
from domain.actors import Actor
from domain.codec import from_plain
from domain.process import Process, ProcessState, process_reach
from domain.processes import PROCESSES
from domain.text import Text


async def list_processes(
    conn: AsyncConnection, actor: Actor, kind: str, *, status: str | None = None, part: Slice = FIRST
) -> Page[ProcessRow]:  # fmt: skip
    """Return one page of the processes of a kind that the actor may read, the newest first.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    p, most, after = processes.c, part.size, part.after(f"processes:{kind}", "tu")
    query = select(processes).where(p.kind == kind, readable(actor, PROCESSES[kind]))
    if status is not None:
        query = query.where(p.status == status)
    if after is not None:
        query = query.where(tuple_(p.opened_at, p.id) < after)
    rows = (await conn.execute(query.order_by(p.opened_at.desc(), p.id.desc()).limit(most + 1))).all()
    last = encode(f"processes:{kind}", (rows[most - 1].opened_at, rows[most - 1].id)) if len(rows) > most else None
    return Page(items=tuple(ProcessRow(**_head(row)) for row in rows[:most]), next_cursor=last)


async def read_process(conn: AsyncConnection, actor: Actor, kind: str, process: UUID) -> ProcessDetail | None:
    """Return a process with its events, None if there is none of this kind that the actor may read."""
    p = processes.c
    query = select(processes).where(and_(p.id == process, p.kind == kind, readable(actor, PROCESSES[kind])))
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return None
    state: ProcessState = from_plain(PROCESSES[kind].state, row.state)
    t = process_texts.c
    words: dict[int, dict[str, str | None]] = {}
    for text in await conn.execute(select(t.seq, t.field, t.body).where(t.process_id == process)):
        words.setdefault(text.seq, {})[text.field] = text.body
    log = await read_log(conn, process, names=NAMES)
    return ProcessDetail(
        **_head(row), allowed_actions=allowed(actor, state),
        timeline=tuple(_entry(kind, each, words.get(each.seq, {})) for each in log),
    )  # fmt: skip


def allowed(actor: Actor, state: ProcessState) -> tuple[str, ...]:
    """Return the names of the commands that the actor may give now."""
    kind = PROCESSES[state.facts.kind]
    forms = PROCESS_FORMS[kind.kind]
    return tuple(name for name, form in forms.items() if kind.refusal(state, form.command, actor) is None)


def readable(actor: Actor, process: Process[Any]) -> Any:
    """Keep the processes of a kind that the actor may read; the twin of `domain.process.Process.sees`."""
    reach = process_reach(actor, process)
    if reach is None:
        return false()
    if reach.everything:
        return processes.c.id.is_not(None)
    return or_(processes.c.district.is_(None), processes.c.district == reach.district)


def _head(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ProcessRow.model_fields}


def _entry(kind: str, row: LogRow, words: Mapping[str, str | None]) -> ProcessEntry:
    sealed = _sealed(kind, row.kind)
    return ProcessEntry(
        seq=row.seq, at=row.at, recorded_at=row.recorded_at, kind=row.kind, actor=row.actor,
        texts={name: words.get(name) for name in sealed if row.body.get(name)},
        facts={name: value for name, value in row.body.items() if name not in sealed and name not in ("at", "facts")},
    )  # fmt: skip


@cache
def _sealed(kind: str, event: str) -> frozenset[str]:
    """Return the fields of an event that hold digests of texts."""
    hints = get_type_hints(vocabulary(kind)[event])
    return frozenset(
        name for name, hint in hints.items()
        if any(isinstance(k, type) and issubclass(k, Text) for k in (get_args(hint) or (hint,)))
    )  # fmt: skip
