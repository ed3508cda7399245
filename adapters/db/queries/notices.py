"""Notices of one reader: those to the person, and those to the person's unit and roles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, Table, and_, exists, func, literal, not_, null, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.directory import Directory
from adapters.db.process_tables import process_notice_reads, process_notices, process_texts, processes
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.processes import readable
from adapters.db.queries.scope import visible
from adapters.db.tables import case_texts, cases, notice_reads, notices
from contracts.views import NoticeRow, Page
from domain.actors import Actor
from domain.authority import visible as reach_of
from domain.processes import PROCESSES

MOST_UNREAD: Final = 100
"""The count of unread notices stops here: a bell shows `99+`."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where notices of one family stand; their ids come from one sequence, so both stand in one order.

    Attributes:
        reads: Who read which.
        readable: Tells whether a reader may see what a notice is about.
    """

    table: Table
    reads: Table
    readable: Callable[[Actor], ColumnElement[bool]]


def _case_readable(actor: Actor) -> ColumnElement[bool]:
    return exists(select(1).where(cases.c.id == notices.c.case_id, visible(reach_of(actor), cases)))


def _process_readable(actor: Actor) -> ColumnElement[bool]:
    """Keep what the reader's roles may read, and what the reader opened."""
    p = processes.c
    kinds = [and_(p.kind == kind, readable(actor, process)) for kind, process in PROCESSES.items()]
    about = p.id == process_notices.c.process_id
    return exists(select(1).where(about, or_(p.opened_by == actor.id, *kinds)))


_CASES: Final = _Shelf(notices, notice_reads, _case_readable)
_PROCESSES: Final = _Shelf(process_notices, process_notice_reads, _process_readable)
_SHELVES: Final = (_CASES, _PROCESSES)


async def list_notices(
    conn: AsyncConnection, actor: Actor, directory: Directory, *, unread: bool = False, part: Slice = FIRST
) -> Page[NoticeRow]:
    """Return one page of a reader's notices, the newest first; of what is outside the reader's reach none is shown.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    most, after = part.size, part.after("notices", "b")
    before = after[0] if after else None
    found = []
    for query in (_of_cases, _of_processes):
        found += (await conn.execute(query(actor, most + 1, unread=unread, before=before))).all()
    rows = sorted(found, key=lambda row: row.id, reverse=True)
    last = encode("notices", (rows[most - 1].id,)) if len(rows) > most else None
    return Page(items=tuple(_row(row, directory) for row in rows[:most]), next_cursor=last)


async def unread_count(conn: AsyncConnection, actor: Actor) -> int:
    """Return how many notices the reader has not read, at most 100."""
    found = 0
    for shelf in _SHELVES:
        own = _own(shelf, actor, MOST_UNREAD, unread=True, before=None).subquery()
        found += int((await conn.execute(select(func.count()).select_from(own))).scalar_one())
    return min(found, MOST_UNREAD)


async def mark_read(conn: AsyncConnection, actor: Actor, ids: Sequence[int]) -> int:
    """Mark notices as read by this reader; others' notices and repeats are passed over. Return how many were new.

    Args:
        conn: A connection of the application's role, in a transaction.
        actor: The reader.
        ids: Ids of notices, at most some hundreds.
    """
    return sum([await _mark(conn, actor, shelf, shelf.table.c.id.in_(ids)) for shelf in _SHELVES])


async def mark_all_read(conn: AsyncConnection, actor: Actor, up_to: int) -> int:
    """Mark every notice of the reader up to an id as read, so that one that came since stays new."""
    marked = 0
    for shelf in _SHELVES:
        unread = not_(_read_by(shelf, actor))
        marked += await _mark(conn, actor, shelf, and_(shelf.table.c.id <= up_to, unread))
    return marked


async def _mark(conn: AsyncConnection, actor: Actor, shelf: _Shelf, which: ColumnElement[bool]) -> int:
    n = shelf.table.c
    own = select(literal(actor.id), n.id).where(which, or_(_to_me(shelf, actor), _to_us(shelf, actor)))
    query = insert(shelf.reads).from_select(["user_id", "notice_id"], own).on_conflict_do_nothing()
    return (await conn.execute(query)).rowcount


def _of_cases(actor: Actor, most: int, *, unread: bool, before: int | None) -> Select[Any]:
    n, x = notices.c, case_texts.c
    found = _own(_CASES, actor, most, unread=unread, before=before).subquery("found")
    return (
        select(n.id, n.case_id, n.code, n.org, n.task_no, n.at, cases.c.number, x.body.label("title"))
        .add_columns(_read_by(_CASES, actor).label("is_read"), null().label("process"), null().label("process_id"))
        .select_from(
            found.join(notices, n.id == found.c.id)
            .join(cases, cases.c.id == n.case_id)
            .join(case_texts, and_(x.case_id == n.case_id, x.seq == 1, x.field == "title"), isouter=True)
        )
        .order_by(n.id.desc())
        .limit(most)
    )


def _of_processes(actor: Actor, most: int, *, unread: bool, before: int | None) -> Select[Any]:
    n, p, x = process_notices.c, processes.c, process_texts.c
    found = _own(_PROCESSES, actor, most, unread=unread, before=before).subquery("found")
    return (
        select(n.id, null().label("case_id"), n.code, n.org, null().label("task_no"), n.at, p.name.label("number"))
        .add_columns(x.body.label("title"), _read_by(_PROCESSES, actor).label("is_read"))
        .add_columns(p.kind.label("process"), n.process_id)
        .select_from(
            found.join(process_notices, n.id == found.c.id)
            .join(processes, p.id == n.process_id)
            .join(process_texts, and_(x.process_id == n.process_id, x.seq == 1, x.field == "title"), isouter=True)
        )
        .order_by(n.id.desc())
        .limit(most)
    )


def _own(shelf: _Shelf, actor: Actor, most: int, *, unread: bool, before: int | None) -> Select[Any]:
    """Return the ids of the reader's newest notices; person and unit each walk their own index."""
    n = shelf.table.c
    held: list[ColumnElement[bool]] = [shelf.readable(actor)]
    if before is not None:
        held.append(n.id < before)
    if unread:
        held.append(not_(_read_by(shelf, actor)))
    addressed = (_to_me(shelf, actor), _to_us(shelf, actor))
    parts = [select(n.id).where(to, *held).order_by(n.id.desc()).limit(most).subquery() for to in addressed]
    both = union_all(*(select(part) for part in parts)).subquery("both")
    return select(both.c.id).order_by(both.c.id.desc()).limit(most)


def _to_me(shelf: _Shelf, actor: Actor) -> ColumnElement[bool]:
    return shelf.table.c.user_id == actor.id


def _to_us(shelf: _Shelf, actor: Actor) -> ColumnElement[bool]:
    n = shelf.table.c
    roles = [str(role) for role in actor.roles]
    return and_(n.org == actor.org, n.user_id.is_(None), or_(n.role.is_(None), n.role.in_(roles)))


def _read_by(shelf: _Shelf, actor: Actor) -> ColumnElement[bool]:
    r = shelf.reads.c
    return exists(select(1).where(r.user_id == actor.id, r.notice_id == shelf.table.c.id))


def _row(row: Any, directory: Directory) -> NoticeRow:
    return NoticeRow(
        id=str(row.id), case_id=str(row.case_id) if row.case_id else None, process=row.process,
        process_id=str(row.process_id) if row.process_id else None, number=row.number, title=row.title, code=row.code,
        org=row.org, org_name=directory.org_name(row.org), task=row.task_no, at=row.at, read=row.is_read,
    )  # fmt: skip
