"""The overdue report: one row per clock, in sets that are never mixed, as of now or of any past instant.

A clock ran at an instant if it was set by then, had not ended and did not stand still; each generation is a row with
these instants, so the past is asked like the present.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, FromClause, Select, and_, or_, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.directory import Directory
from adapters.db.queries import overdue_rows
from adapters.db.queries.filters import EVERYTHING, Filter, for_clocks
from adapters.db.queries.overdue_rows import DONE
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import branches
from adapters.db.rules_store import RulesStore
from adapters.db.tables import clocks
from contracts.report_views import Bucket, ClockSet, OverdueReport
from domain.authority import Reach
from domain.case import Outcome
from domain.errors import DomainError
from domain.organisations import district_of


class FutureError(DomainError):
    """Code `as_of_future`: a report is asked as of an instant that has not come."""

    code: ClassVar[str] = "as_of_future"


@dataclass(frozen=True, slots=True)
class Question:
    """What the report is asked.

    Attributes:
        set: Which set of clocks.
        as_of: Business instant, not in the future; None for now.
        asked: What the list is narrowed to.
        part: Which page.
        counts: Also count the whole set with its buckets and cuts; every row of it is read for that.
        bucket: Show only clocks of this bucket; the figures are counted without it, so that each opens its list.
    """

    set: ClockSet = ClockSet.OVERDUE_OPEN
    as_of: datetime | None = None
    asked: Filter = EVERYTHING
    part: Slice = FIRST
    counts: bool = False
    bucket: Bucket | None = None


async def overdue(
    conn: AsyncConnection, reach: Reach, directory: Directory, rules: RulesStore, question: Question
) -> OverdueReport:
    """Return one page of the report.

    Raises:
        FutureError: code `as_of_future`.
        BadCursorError: code `bad_cursor`.
        SearchTooShortError: code `search_too_short`.
    """
    now = await business_clock.now(conn)
    at = question.as_of or now
    if at > now:
        raise FutureError("This instant has not come yet.", as_of=at.isoformat())
    order = f"overdue:{question.set}"
    most = question.part.size
    parts = _parts(reach, question, at)
    rows: list[Any] = []
    if parts:
        page = _page(_of_bucket(parts, question, at), question.set, question.part.after(order, "tusi"), most + 1)
        rows = list((await conn.execute(overdue_rows.shown(page, at, down=question.set in DONE))).mappings())
    items = await overdue_rows.views(conn, rows[:most], at, directory, rules)
    last = rows[most - 1] if len(rows) > most else None
    counts = None
    if question.counts:
        asked = (question.asked.district, question.asked.area, reach.area)
        inside = any(area is not None and district_of(area) is not None for area in asked)
        counts = await overdue_rows.counts(conn, parts, at, question.set, directory, by_sub_district=inside)
    return OverdueReport(
        as_of=at, set=question.set, calendars=tuple(sorted({item.calendar for item in items})), items=items,
        next_cursor=encode(order, [last[k] for k in ("place", "case_id", "key", "generation")]) if last else None,
        counts=counts,
    )  # fmt: skip


def in_set(wanted: ClockSet, at: datetime, rows: FromClause, *, live: bool) -> ColumnElement[bool]:
    """Return the condition of a set.

    Args:
        wanted: The set.
        at: Instant asked about.
        rows: `clocks` or an alias.
        live: `at` is now, so that the index of running clocks alone answers.
    """
    c = rows.c
    if wanted in DONE:
        late = c.ended_at > c.due if wanted is ClockSet.OVERDUE_DONE else c.ended_at <= c.due
        return and_(c.outcome == Outcome.MET, c.ended_at <= at, late)
    here = c.ended_at.is_(None) if live else and_(c.set_at <= at, or_(c.ended_at.is_(None), c.ended_at > at))
    if wanted is ClockSet.SUSPENDED:
        return and_(here, c.paused_at.is_not(None) if live else c.paused_at <= at)
    ran = and_(here, c.paused_at.is_(None) if live else or_(c.paused_at.is_(None), c.paused_at > at))
    if wanted is ClockSet.OVERDUE_OPEN:
        return and_(ran, c.due < at)
    return and_(ran, c.due >= at, c.near_at <= at)


def _parts(reach: Reach, question: Question, at: datetime) -> list[list[ColumnElement[bool]]]:
    """Return the conditions of each branch of the reach; no branch if the reader sees nothing."""
    live = question.as_of is None and question.set not in DONE
    held = [in_set(question.set, at, clocks, live=live), *for_clocks(question.asked, reach, clocks)]
    return [[branch, *held] for branch in branches(reach, clocks, live=live)]


def _of_bucket(
    parts: list[list[ColumnElement[bool]]], question: Question, at: datetime
) -> list[list[ColumnElement[bool]]]:
    """Narrow each branch to the bucket that is asked for, if any."""
    if question.bucket is None:
        return parts
    wanted = overdue_rows.bucket_of_set(question.set, at) == str(question.bucket)
    return [[*part, wanted] for part in parts]


def _page(
    parts: list[list[ColumnElement[bool]]], wanted: ClockSet, after: tuple[Any, ...] | None, most: int
) -> FromClause:
    """Return the clocks of one page; each branch walks its own index in the order of the list."""
    c = clocks.c
    down = wanted in DONE
    place = (c.ended_at if down else c.due).label("place")
    keys = (place.element, c.case_id, c.key, c.generation)
    further: list[ColumnElement[bool]] = []
    if after is not None:
        row = tuple_(*keys)
        further.append(row < after if down else row > after)
    selects: list[Select[Any]] = [
        select(place, *(c[name] for name in overdue_rows.CLOCK))
        .where(*part, *further)
        .order_by(*overdue_rows.ordered(*keys, down=down))
        .limit(most)
        for part in parts
    ]
    if len(selects) == 1:
        return selects[0].subquery("page")
    both = union_all(*(select(one.subquery()) for one in selects)).subquery("both")
    names = overdue_rows.ordered(both.c.place, both.c.case_id, both.c.key, both.c.generation, down=down)
    return select(both).order_by(*names).limit(most).subquery("page")
