"""Notices of one reader: those to the person, and those to the person's unit and roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, not_, or_, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.directory import Directory
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import visible
from adapters.db.tables import case_texts, cases, notice_reads, notices
from contracts.views import NoticeRow, Page
from domain.actors import Actor
from domain.authority import visible as reach_of

MOST_UNREAD: Final = 100
"""The count of unread notices stops here: a bell shows `99+`."""


async def list_notices(
    conn: AsyncConnection, actor: Actor, directory: Directory, *, unread: bool = False, part: Slice = FIRST
) -> Page[NoticeRow]:
    """Return one page of a reader's notices, the newest first; of cases outside the reader's reach none is shown.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    most, after = part.size, part.after("notices", "b")
    n, x = notices.c, case_texts.c
    found = _own(actor, most + 1, unread=unread, before=after[0] if after else None).subquery("found")
    query = (
        select(n.id, n.case_id, n.code, n.org, n.task_no, n.at, cases.c.number, x.body.label("title"))
        .add_columns(_read_by(actor).label("is_read"))
        .select_from(
            found.join(notices, n.id == found.c.id)
            .join(cases, cases.c.id == n.case_id)
            .join(case_texts, and_(x.case_id == n.case_id, x.seq == 1, x.field == "title"), isouter=True)
        )
        .order_by(n.id.desc())
        .limit(most + 1)
    )
    rows = (await conn.execute(query)).all()
    last = encode("notices", (rows[most - 1].id,)) if len(rows) > most else None
    return Page(items=tuple(_row(row, directory) for row in rows[:most]), next_cursor=last)


async def unread_count(conn: AsyncConnection, actor: Actor) -> int:
    """Return how many notices the reader has not read, at most 100."""
    query = select(func.count()).select_from(_own(actor, MOST_UNREAD, unread=True, before=None).subquery())
    return int((await conn.execute(query)).scalar_one())


async def mark_read(conn: AsyncConnection, actor: Actor, ids: Sequence[int]) -> int:
    """Mark notices as read by this reader; others' notices and repeats are passed over. Return how many were new.

    Args:
        conn: A connection of the application's role, in a transaction.
        actor: The reader.
        ids: Ids of notices, at most some hundreds.
    """
    own = select(literal(actor.id), notices.c.id).where(notices.c.id.in_(ids), _addressed(actor))
    return await _mark(conn, own)


async def mark_all_read(conn: AsyncConnection, actor: Actor, up_to: int) -> int:
    """Mark every notice of the reader up to an id as read, so that one that came since stays new."""
    unread = not_(_read_by(actor))
    own = select(literal(actor.id), notices.c.id).where(notices.c.id <= up_to, _addressed(actor), unread)
    return await _mark(conn, own)


async def _mark(conn: AsyncConnection, own: Select[Any]) -> int:
    query = insert(notice_reads).from_select(["user_id", "notice_id"], own).on_conflict_do_nothing()
    return (await conn.execute(query)).rowcount


def _own(actor: Actor, most: int, *, unread: bool, before: int | None) -> Select[Any]:
    """Return the ids of the reader's newest notices; person and unit each walk their own index."""
    n = notices.c
    seen = exists(select(1).where(cases.c.id == n.case_id, visible(reach_of(actor), cases)))
    held: list[ColumnElement[bool]] = [seen]
    if before is not None:
        held.append(n.id < before)
    if unread:
        held.append(not_(_read_by(actor)))
    addressed = (_to_me(actor), _to_us(actor))
    parts = [select(n.id).where(to, *held).order_by(n.id.desc()).limit(most).subquery() for to in addressed]
    both = union_all(*(select(part) for part in parts)).subquery("both")
    return select(both.c.id).order_by(both.c.id.desc()).limit(most)


def _to_me(actor: Actor) -> ColumnElement[bool]:
    return notices.c.user_id == actor.id


def _to_us(actor: Actor) -> ColumnElement[bool]:
    n = notices.c
    roles = [str(role) for role in actor.roles]
    return and_(n.org == actor.org, n.user_id.is_(None), or_(n.role.is_(None), n.role.in_(roles)))


def _addressed(actor: Actor) -> ColumnElement[bool]:
    return or_(_to_me(actor), _to_us(actor))


def _read_by(actor: Actor) -> ColumnElement[bool]:
    r = notice_reads.c
    return exists(select(1).where(r.user_id == actor.id, r.notice_id == notices.c.id))


def _row(row: Any, directory: Directory) -> NoticeRow:
    return NoticeRow(
        id=str(row.id), case_id=str(row.case_id), number=row.number, title=row.title, code=row.code, org=row.org,
        org_name=directory.org_name(row.org), task=row.task_no, at=row.at, read=row.is_read,
    )  # fmt: skip
