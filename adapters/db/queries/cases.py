"""Lists of cases: newest first, or by the nearest due instant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.directory import Directory
from adapters.db.queries.filters import EVERYTHING, Filter, for_cases
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import branches, visible
from adapters.db.tables import case_texts, cases, clocks, tasks
from contracts.views import CaseRow, Page
from domain.authority import Reach
from domain.case import ClockCode, TaskRole, TaskState
from domain.light import light

HEAD: Final = (
    "number", "kind", "status", "phase", "district", "area", "class_code", "raised_at", "escalation", "supervision",
    "rework", "version",
)  # fmt: skip
"""Columns of `cases` that every row about a case shows as they are."""


class CaseOrder(StrEnum):
    """Orders of a list of cases, each total."""

    NEWEST = "newest"
    DUE = "due"
    """By the nearest due instant; cases without a running clock are not in the list."""



async def list_cases(
    conn: AsyncConnection, reach: Reach, directory: Directory, asked: Filter = EVERYTHING, *,
    order: CaseOrder = CaseOrder.NEWEST, part: Slice = FIRST,
) -> Page[CaseRow]:  # fmt: skip
    """Return one page of the cases that a reader may see.

    Args:
        conn: A connection for reading.
        reach: What the reader may see.
        directory: Gives units and classes their names.
        asked: What the list is narrowed to.
        order: Order of the list; a cursor belongs to one order.
        part: Which page.

    Raises:
        BadCursorError: code `bad_cursor`.
        SearchTooShortError: code `search_too_short`.
    """
    now = await business_clock.now(conn)
    most, after = part.size, part.after(f"cases:{order}", "tu")
    page = _page(reach, for_cases(asked, reach, now), order, after, most + 1)
    if page is None:
        return Page(items=())
    rows = (await conn.execute(_shown(page, order))).mappings().all()
    items = tuple(case_row(row, directory, now) for row in rows[:most])
    place = (rows[most - 1]["place"], rows[most - 1]["id"]) if len(rows) > most else None
    return Page(items=items, next_cursor=encode(f"cases:{order}", place) if place else None)


async def count_cases(conn: AsyncConnection, reach: Reach, asked: Filter = EVERYTHING) -> int:
    """Return how many cases a list has in all; counts every row, so ask only where a person waits for it."""
    now = await business_clock.now(conn)
    query = select(func.count()).where(visible(reach, cases), *for_cases(asked, reach, now))
    return int((await conn.execute(query.select_from(cases))).scalar_one())


def _page(
    reach: Reach, conditions: Sequence[ColumnElement[bool]], order: CaseOrder, after: tuple[Any, ...] | None, most: int
) -> FromClause | None:  # fmt: skip
    """Return the ids of one page in order, each branch of the reach walking its own index; None if nothing is seen."""
    c = cases.c
    place = c.raised_at if order is CaseOrder.NEWEST else c.next_due
    keys = (place.desc(), c.id.desc()) if order is CaseOrder.NEWEST else (place, c.id)
    held = list(conditions)
    if order is CaseOrder.DUE:
        held += [c.next_due.is_not(None), c.closed_at.is_(None)]
    if after is not None:
        row = tuple_(place, c.id)
        held.append(row < after if order is CaseOrder.NEWEST else row > after)
    parts: list[Select[Any]] = [
        select(c.id, place.label("place")).where(branch, *held).order_by(*keys).limit(most)
        for branch in branches(reach, cases)
    ]
    if not parts:
        return None
    if len(parts) == 1:
        return parts[0].subquery("page")
    both = union_all(*(select(part.subquery()) for part in parts)).subquery("both")
    down = order is CaseOrder.NEWEST
    first = (both.c.place.desc(), both.c.id.desc()) if down else (both.c.place, both.c.id)
    return select(both).order_by(*first).limit(most).subquery("page")


def _shown(page: FromClause, order: CaseOrder) -> Select[Any]:
    """Return what a row shows, for the ids of a page."""
    query = select(page.c.place, *shown_columns()).select_from(joined(page, page.c.id))
    if order is CaseOrder.NEWEST:
        return query.order_by(page.c.place.desc(), page.c.id.desc())
    return query.order_by(page.c.place, page.c.id)


def joined(page: FromClause, case_id: ColumnElement[Any]) -> FromClause:
    """Join a page to its cases, their titles and their nearest clocks."""
    t, k = case_texts.c, clocks.c
    first = and_(t.case_id == cases.c.id, t.seq == 1, t.field == "title")
    nearest = and_(k.case_id == cases.c.id, k.key == cases.c.next_clock, k.ended_at.is_(None))
    return (
        page.join(cases, cases.c.id == case_id)
        .join(case_texts, first, isouter=True)
        .join(clocks, nearest, isouter=True)
    )


def shown_columns() -> tuple[ColumnElement[Any], ...]:
    """Return the columns of a case's row, to be selected from `joined`."""
    lead = (
        select(tasks.c.org)
        .where(tasks.c.case_id == cases.c.id, tasks.c.role == TaskRole.LEAD, tasks.c.state != TaskState.RELEASED)
        .limit(1)
        .scalar_subquery()
    )
    called = cases.c.state["facts"]["parties"][0]["org"].astext
    return (
        cases.c.id, *(cases.c[name] for name in HEAD), cases.c.closed_at, cases.c.result, cases.c.next_due,
        cases.c.next_near, cases.c.next_clock, case_texts.c.body.label("title"),
        func.coalesce(clocks.c.provisional, False).label("provisional"), func.coalesce(lead, called).label("lead_org"),
    )  # fmt: skip


def case_row(row: Any, directory: Directory, now: datetime) -> CaseRow:
    """Show one row of `shown_columns`."""
    return CaseRow(
        id=str(row["id"]), closed_at=row["closed_at"], result=row["result"], lead_org=row["lead_org"],
        lead_name=directory.org_name(row["lead_org"]) if row["lead_org"] else None, **head(row, directory, now),
    )  # fmt: skip


def head(row: Any, directory: Directory, now: datetime) -> dict[str, Any]:
    """Return the values of a `CaseHead` from a row with the columns of `HEAD`, title and nearest clock."""
    paused = clock_code(row["next_clock"]) == ClockCode.SUSPENSION
    return {
        **{name: row[name] for name in HEAD},
        "area_name": directory.org_name(row["area"]), "class_name": directory.class_name(row["class_code"]),
        "title": row["title"], "light": light(row["next_due"], row["next_near"], now, paused=paused),
        "next_due": row["next_due"],
        "next_clock": clock_code(row["next_clock"]), "next_provisional": row["provisional"],
    }  # fmt: skip


def clock_code(key: str | None) -> str | None:
    """Return the code in a clock's key: `handle:1:repair` → `handle`."""
    return key.partition(":")[0] if key is not None else None
