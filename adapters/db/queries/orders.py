"""Supervision orders across cases: for supervisors, for the ordered, for those who rule on appeals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, not_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.annex_tables import orders
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import covered, task_office, visible
from adapters.db.tables import case_texts, cases
from contracts.order_views import OrderRow, OrderView
from contracts.views import Page
from domain.authority import Reach
from domain.light import Light, light
from domain.supervision import Grade, OrderState, PointsState

_AS_IS: Final = (
    "no", "org", "grade", "state", "issuer", "issued_by", "issued_at", "raised_at", "due", "answered_at", "late",
    "lifted_at", "points", "points_state", "follows", "appealed_at", "ruler", "verdict", "ruled_at",
)  # fmt: skip


class OrderSort(StrEnum):
    """Orders of the list, each total."""

    NEWEST = "newest"
    """By the instant of issue."""
    DUE = "due"
    """By the due instant; only those that wait for an answer."""


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What the list is narrowed to; empty fields do not narrow.

    Attributes:
        org: Who was ordered, with its branches.
        appealed: True for orders whose appeal waits for its ruling, False for all others.
        overdue: True for unanswered orders past their due instant, False for all others.
    """

    district: str | None = None
    area: str | None = None
    org: str | None = None
    issuer: str | None = None
    grade: tuple[Grade, ...] = ()
    state: tuple[OrderState, ...] = ()
    points_state: tuple[PointsState, ...] = ()
    appealed: bool | None = None
    overdue: bool | None = None


ALL_ORDERS: Final = OrderFilter()


async def list_orders(
    conn: AsyncConnection, reach: Reach, directory: Directory, asked: OrderFilter = ALL_ORDERS, *,
    sort: OrderSort = OrderSort.NEWEST, part: Slice = FIRST,
) -> Page[OrderRow]:  # fmt: skip
    """Return one page of the orders in cases that a reader may see.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    now = await business_clock.now(conn)
    o, x = orders.c, case_texts.c
    most, name = part.size, f"orders:{sort}"
    place = o.issued_at if sort is OrderSort.NEWEST else o.due
    key = (place, o.case_id, o.no)
    held = [visible(reach, orders), *_conditions(asked, now)]
    if sort is OrderSort.DUE:
        held.append(o.state == OrderState.WAITING)
    after = part.after(name, "tui")
    if after is not None:
        held.append(tuple_(*key) < after if sort is OrderSort.NEWEST else tuple_(*key) > after)
    title = and_(x.case_id == o.case_id, x.seq == 1, x.field == "title")
    query = (
        select(orders, cases.c.number, x.body.label("title"))
        .select_from(orders.join(cases, cases.c.id == o.case_id).join(case_texts, title, isouter=True))
        .where(*held)
        .order_by(*(k.desc() for k in key) if sort is OrderSort.NEWEST else key)
        .limit(most + 1)
    )
    rows = (await conn.execute(query)).mappings().all()
    last = rows[most - 1] if len(rows) > most else None
    cursor = encode(name, (last[place.name], last["case_id"], last["no"])) if last is not None else None
    return Page(items=tuple(_row(row, directory, now) for row in rows[:most]), next_cursor=cursor)


def order_view(row: Any, directory: Directory, now: datetime) -> dict[str, Any]:
    """Return the fields of an `OrderView` from a row of the table, or the same as plain values of one case."""
    waits = row["state"] == OrderState.WAITING
    return {
        **{name: row[name] for name in _AS_IS}, "task": row["task_no"], "org_name": directory.org_name(row["org"]),
        "issuer_name": directory.org_name(row["issuer"]),
        "light": light(row["due"], row["near"], now) if waits else Light.NONE,
    }  # fmt: skip


def _row(row: Any, directory: Directory, now: datetime) -> OrderRow:
    return OrderRow(
        **order_view(row, directory, now), case_id=str(row["case_id"]), number=row["number"], title=row["title"],
        district=row["district"], area=row["area"], area_name=directory.org_name(row["area"]),
    )  # fmt: skip


def _conditions(asked: OrderFilter, now: datetime) -> list[ColumnElement[bool]]:
    o = orders.c
    found: list[ColumnElement[bool]] = []
    if asked.district is not None:
        found.append(o.district == asked.district)
    if asked.area is not None:
        found.append(within(o.area, asked.area))
    if asked.org is not None:
        found.append(covered(asked.org, task_office(orders)))
    if asked.issuer is not None:
        found.append(o.issuer == asked.issuer)
    for column, values in ((o.grade, asked.grade), (o.state, asked.state), (o.points_state, asked.points_state)):
        if values:
            found.append(column.in_(values))
    if asked.appealed is not None:
        pending = and_(o.appealed_at.is_not(None), o.verdict.is_(None))
        found.append(pending if asked.appealed else not_(pending))
    if asked.overdue is not None:
        over = and_(o.state == OrderState.WAITING, o.due < now)
        found.append(over if asked.overdue else not_(over))
    return found


__all__ = ["ALL_ORDERS", "OrderFilter", "OrderSort", "OrderView", "list_orders", "order_view"]
