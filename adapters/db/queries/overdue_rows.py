"""Rows and figures of the overdue report, for keys and conditions that `overdue` has chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)  # fmt: skip
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import people
from adapters.db.directory import Directory
from adapters.db.queries.amounts import bucket_of, bucket_sql, calendars, over_by
from adapters.db.rules_store import RulesStore
from adapters.db.tables import case_events, case_texts, cases, clocks, tasks
from contracts.report_views import Bucket, ClockRow, ClockSet, Counts, Cut
from domain.actors import SYSTEM
from domain.case import ClockCode, Outcome

DONE: Final = frozenset({ClockSet.OVERDUE_DONE, ClockSet.IN_TIME_DONE})
CLOCK: Final = (
    "case_id", "key", "generation", "code", "task_no", "stage", "party", "line", "district", "area", "kind",
    "class_code", "role", "started_at", "due", "ended_at", "paused_at", "limit_text", "calendar",
    "provisional", "fired",
)  # fmt: skip
"""Columns of `clocks` that a page carries, so that its rows need not be looked up again."""
_AS_THEY_ARE = (
    "number", "channel", "kind", "class_code", "title", "district", "area", "line", "party", "role", "key",
    "generation", "stage", "calendar", "provisional", "started_at", "due", "status", "state", "last_actor", "repeated",
)  # fmt: skip


def ordered(*columns: ColumnElement[Any], down: bool) -> tuple[ColumnElement[Any], ...]:
    """Return the order by: all ascending, or all descending."""
    return tuple(column.desc() for column in columns) if down else columns


def shown(page: FromClause, at: datetime, *, down: bool) -> Select[Any]:
    """Return everything that rows show, for a page with `place` and the columns `CLOCK`, in its order."""
    p, t, x = page.c, tasks.c, case_texts.c
    source = (
        page.join(cases, cases.c.id == p.case_id)
        .join(tasks, and_(t.case_id == p.case_id, t.no == p.task_no), isouter=True)
        .join(case_texts, and_(x.case_id == p.case_id, x.seq == 1, x.field == "title"), isouter=True)
    )
    columns = (
        p.place, *(p[name] for name in CLOCK), cases.c.number, cases.c.channel, cases.c.status,
        cases.c.rework.label("case_rework"), t.state, t.rework.label("task_rework"), x.body.label("title"),
        _last_actor(page, at).label("last_actor"), _was_overdue_before(page, at).label("repeated"),
        _suspended_until(page, at).label("suspended_until"),
    )  # fmt: skip
    return select(*columns).select_from(source).order_by(*ordered(p.place, p.case_id, p.key, p.generation, down=down))


def _last_actor(page: FromClause, at: datetime) -> ColumnElement[Any]:
    e = case_events.c
    query = select(e.actor).where(e.case_id == page.c.case_id, e.at <= at, e.actor != SYSTEM.id)
    return query.order_by(e.seq.desc()).limit(1).scalar_subquery()


def _was_overdue_before(page: FromClause, at: datetime) -> ColumnElement[bool]:
    """Tell whether an earlier generation of the clock ran past its due instant; of a first one nothing is looked up."""
    p, o = page.c, clocks.alias("old").c
    same = and_(o.case_id == p.case_id, o.key == p.key, o.generation < p.generation)
    late = and_(o.due < func.least(o.ended_at, o.paused_at, literal(at)), o.outcome != Outcome.CANCELLED)
    return case((p.generation > 1, exists(select(1).where(same, late))), else_=false())


def _suspended_until(page: FromClause, at: datetime) -> ColumnElement[Any]:
    """Return the end date of the suspension that stops a clock at the instant; none of a running one."""
    p, s = page.c, clocks.alias("suspension").c
    ends = select(s.due).where(
        s.case_id == p.case_id, s.code == ClockCode.SUSPENSION, s.set_at <= at,
        or_(s.ended_at.is_(None), s.ended_at > at), or_(s.task_no.is_(None), s.task_no == p.task_no),
    )  # fmt: skip
    return case((p.paused_at <= at, ends.limit(1).scalar_subquery()), else_=null())


async def views(
    conn: AsyncConnection, rows: Sequence[Any], at: datetime, directory: Directory, rules: RulesStore
) -> tuple[ClockRow, ...]:
    """Show rows of `shown`."""
    known = await calendars(conn, rules, (row["calendar"] for row in rows))
    named = await people.names(conn, (row["last_actor"] for row in rows))
    found = []
    for row in rows:
        ended = row["ended_at"] if row["ended_at"] is not None and row["ended_at"] <= at else None
        paused = row["paused_at"] if row["paused_at"] is not None and row["paused_at"] <= at and ended is None else None
        end = ended or paused or at
        returned = row["task_rework"] if row["task_rework"] is not None else row["case_rework"]
        found.append(ClockRow(
            case_id=str(row["case_id"]), **{name: row[name] for name in _AS_THEY_ARE}, clock=row["code"],
            area_name=directory.org_name(row["area"]), class_name=directory.class_name(row["class_code"]),
            party_name=directory.org_name(row["party"]), task=row["task_no"], limit=row["limit_text"],
            ended_at=ended, paused_at=paused, suspended_until=row["suspended_until"] if paused else None,
            over_by=over_by(row["due"], end, row["limit_text"], known[row["calendar"]]),
            bucket=bucket_of(at - paused if paused else abs(end - row["due"])), times_returned=returned,
            alerts=sum(datetime.fromisoformat(fired) <= at for fired in row["fired"].values()),
            last_actor_name=named.get(row["last_actor"]),
        ))  # fmt: skip
    return tuple(found)


async def counts(
    conn: AsyncConnection, parts: list[list[ColumnElement[bool]]], at: datetime, wanted: ClockSet, directory: Directory,
    *, by_sub_district: bool,
) -> Counts:  # fmt: skip
    """Count a set by bucket, area and line in one pass.

    Args:
        conn: A connection for reading.
        parts: Conditions of each branch of the reach.
        at: Instant asked about.
        wanted: The set.
        directory: Gives areas and lines their names.
        by_sub_district: Cut by sub-district, else by district.
    """
    if not parts:
        return Counts(total=0, buckets=dict.fromkeys(Bucket, 0), by_area=(), by_line=())
    c = clocks.c
    area = (c.area if by_sub_district else c.district).label("area")
    columns = (bucket_of_set(wanted, at).label("bucket"), area, c.line.label("line"))
    rows = union_all(*(select(*columns).where(*part) for part in parts)).subquery("rows").c
    query = select(rows.bucket, rows.area, rows.line, func.count()).group_by(rows.bucket, rows.area, rows.line)
    return _summed((await conn.execute(query)).all(), directory)


def bucket_of_set(wanted: ClockSet, at: datetime) -> ColumnElement[str]:
    """Return the bucket of a clock: how far over its due instant, how far before, or how long paused, by its set."""
    c = clocks.c
    if wanted is ClockSet.SUSPENDED:
        return bucket_sql(literal(at) - c.paused_at)
    late = wanted in (ClockSet.OVERDUE_OPEN, ClockSet.OVERDUE_DONE)
    end: ColumnElement[Any] = c.ended_at if wanted in DONE else literal(at)
    return bucket_sql(end - c.due if late else c.due - end)


def _summed(groups: Sequence[Any], directory: Directory) -> Counts:
    buckets: Counter[str] = Counter()
    areas: Counter[str] = Counter()
    lines: Counter[str] = Counter()
    for bucket, area, line, number in groups:
        buckets[bucket] += number
        areas[area] += number
        lines[line or ""] += number
    return Counts(
        total=buckets.total(), buckets={bucket: buckets[bucket] for bucket in Bucket},
        by_area=tuple(Cut(code=a, name=directory.org_name(a), count=n) for a, n in areas.most_common()),
        by_line=tuple(Cut(code=x, name=directory.line_name(x), count=n) for x, n in lines.most_common()),
    )  # fmt: skip
