"""Lists of tasks: what a department, its branches or one worker has to do, the nearest due first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock, people
from adapters.db.directory import Directory
from adapters.db.queries.cases import HEAD, head
from adapters.db.queries.filters import EVERYTHING, Filter, for_tasks
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import branches
from adapters.db.tables import case_texts, cases, clocks, tasks
from contracts.views import Page, TaskRow
from domain.authority import Reach

_OWN: Final = ("case_id", "org", "role", "state", "stage", "holder", "late", "no_show", "marks")


class TaskOrder(StrEnum):
    """Orders of a list of tasks, each total."""

    DUE = "due"
    """By the task's own nearest due instant; tasks without a running clock are not in the list."""
    NEWEST = "newest"
    """By the instant at which the department was called, the newest first."""


async def list_tasks(
    conn: AsyncConnection, reach: Reach, directory: Directory, asked: Filter = EVERYTHING, *,
    order: TaskOrder = TaskOrder.DUE, part: Slice = FIRST,
) -> Page[TaskRow]:  # fmt: skip
    """Return one page of the tasks of cases that a reader may see; arguments and errors as `list_cases`."""
    now = await business_clock.now(conn)
    most, after = part.size, part.after(f"tasks:{order}", "tui")
    page = _page(reach, for_tasks(asked, reach, now), order, after, most + 1)
    if page is None:
        return Page(items=())
    rows = (await conn.execute(_shown(page, order))).mappings().all()
    shown, more = rows[:most], len(rows) > most
    named = await people.names(conn, (row["holder"] for row in shown))
    last = (shown[-1]["place"], shown[-1]["case_id"], shown[-1]["no"]) if more else None
    items = tuple(_task_row(row, directory, named, now) for row in shown)
    return Page(items=items, next_cursor=encode(f"tasks:{order}", last) if last else None)


def _page(
    reach: Reach, conditions: list[ColumnElement[bool]], order: TaskOrder, after: tuple[Any, ...] | None, most: int
) -> FromClause | None:  # fmt: skip
    t = tasks.c
    down = order is TaskOrder.NEWEST
    place = t.added_at if down else t.next_due
    held = [*conditions, place.is_not(None)]
    if after is not None:
        row = tuple_(place, t.case_id, t.no)
        held.append(row < after if down else row > after)
    parts: list[Select[Any]] = [
        select(t.case_id, t.no, place.label("place"))
        .join_from(tasks, cases, cases.c.id == t.case_id)
        .where(branch, *held)
        .order_by(*_ordered(place, t.case_id, t.no, down=down))
        .limit(most)
        for branch in branches(reach, tasks)
    ]
    if not parts:
        return None
    both = union_all(*(select(part.subquery()) for part in parts)).subquery("both").c
    ordered = _ordered(both.place, both.case_id, both.no, down=down)
    return select(both.case_id, both.no, both.place).order_by(*ordered).limit(most).subquery("page")


def _ordered(*columns: ColumnElement[Any], down: bool) -> tuple[ColumnElement[Any], ...]:
    return tuple(column.desc() for column in columns) if down else columns


def _shown(page: FromClause, order: TaskOrder) -> Select[Any]:
    p, t, x, k = page.c, tasks.c, case_texts.c, clocks.c
    source = (
        page.join(tasks, and_(t.case_id == p.case_id, t.no == p.no))
        .join(cases, cases.c.id == p.case_id)
        .join(case_texts, and_(x.case_id == p.case_id, x.seq == 1, x.field == "title"), isouter=True)
        .join(clocks, and_(k.case_id == p.case_id, k.key == t.next_clock, k.ended_at.is_(None)), isouter=True)
    )
    columns = (
        *(cases.c[name] for name in HEAD), *(t[name] for name in _OWN), t.no, t.rework.label("task_rework"),
        t.next_due, t.next_near, t.next_clock, x.body.label("title"),
        func.coalesce(k.provisional, False).label("provisional"), p.place,
    )  # fmt: skip
    ordered = _ordered(p.place, p.case_id, p.no, down=order is TaskOrder.NEWEST)
    return select(*columns).select_from(source).order_by(*ordered)


def _task_row(row: Any, directory: Directory, named: dict[str, str], now: datetime) -> TaskRow:
    own = {name: row[name] for name in _OWN if name != "case_id"}
    return TaskRow(
        case_id=str(row["case_id"]), task=row["no"], org_name=directory.org_name(row["org"]),
        holder_name=named.get(row["holder"]), task_rework=row["task_rework"], **own, **head(row, directory, now),
    )  # fmt: skip
