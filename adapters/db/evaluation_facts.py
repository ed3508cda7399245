"""Facts of cases from the read model: state, the instants of tasks, the latest clocks; and which cases can count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text, union
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.annex_tables import ratings
from adapters.db.tables import SUPERSEDED, cases, clocks, tasks
from domain.case import CaseState, ClockCode, Outcome
from domain.codec import from_plain
from domain.evaluation.facts import CaseFacts, ClockFact, Stamps, facts_of
from domain.evaluation.windows import Window

PART: Final = 500
"""Cases that are read at once."""
_STATE: Final = cases.c.state.op("-")(text("'clocks'"))
"""The state without its clocks, whose ladders are most of it; their rows stand in `clocks`."""


async def facts_by_id(conn: AsyncConnection, ids: Sequence[UUID]) -> list[CaseFacts]:
    """Return the facts of some cases, in order of their ids."""
    chosen = cases.c.id.in_(ids)
    states = await conn.execute(select(cases.c.id, _STATE.label("state")).where(chosen).order_by(cases.c.id))
    stamps = await _stamps(conn, ids)
    held = await _clocks(conn, ids)
    return [
        facts_of(from_plain(CaseState, row.state), stamps.get(row.id, {}), tuple(held.get(row.id, ())))
        for row in states
    ]  # fmt: skip


async def district_ids(
    conn: AsyncConnection, district: str | None, window: Window, after: str | None, most: int
) -> list[UUID]:  # fmt: skip
    """Return a page of the cases that can count for a district in a period: raised in it, or its offices were called.

    Args:
        district: None for the whole installation.
        after: Id after which the page begins; None for the first.
    """
    held: list[ColumnElement[bool]] = []
    if district is not None:
        called = select(tasks.c.case_id).where(tasks.c.org_district == district)
        held.append(or_(cases.c.district == district, cases.c.id.in_(called)))
    if after is not None:
        held.append(cases.c.id > UUID(after))
    return list((await conn.execute(counting(held, window).limit(most))).scalars())


def counting(held: list[ColumnElement[bool]], window: Window) -> Any:
    """Select the ids of cases that went on, were rated, or had a clock set, met or due in a period, in order."""
    c, k = cases.c, clocks.c
    touched = or_(
        and_(k.set_at >= window.start, k.set_at < window.end),
        and_(k.outcome == Outcome.MET, k.ended_at >= window.start, k.ended_at < window.end),
        and_(k.outcome == Outcome.MET, k.due >= window.start, k.due < window.end),
    )
    went_on = and_(c.raised_at < window.end, or_(c.closed_at.is_(None), c.closed_at >= window.start))
    by_clock = c.id.in_(select(k.case_id).where(touched))
    r = ratings.c
    said = or_(and_(r.at >= window.start, r.at < window.end), and_(r.opens_at >= window.start, r.opens_at < window.end))
    rated = c.id.in_(select(r.case_id).where(said))
    ways = (went_on, by_clock, rated)
    return union(*(select(c.id).where(*held, way) for way in ways)).order_by("id")


async def _stamps(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, dict[int, Stamps]]:
    t = tasks.c
    found: dict[UUID, dict[int, Stamps]] = {}
    query = select(t.case_id, t.no, t.claimed_at, t.reported_at, t.submitted_at).where(t.case_id.in_(ids))
    for row in await conn.execute(query):
        found.setdefault(row.case_id, {})[row.no] = Stamps(row.claimed_at, row.reported_at, row.submitted_at)
    return found


async def _clocks(conn: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, list[ClockFact]]:
    """Read the latest generation of each clock, by key."""
    k = clocks.c
    latest = func.row_number().over(partition_by=(k.case_id, k.key), order_by=k.generation.desc()).label("place")
    columns = (k.case_id, k.key, k.code, k.task_no, k.due, k.outcome, k.ended_at)
    ranked = select(*columns, latest).where(k.case_id.in_(ids), k.outcome != SUPERSEDED).subquery("ranked")
    found: dict[UUID, list[ClockFact]] = {}
    query = select(ranked).where(ranked.c.place == 1).order_by(ranked.c.case_id, ranked.c.key)
    for row in await conn.execute(query):
        fact = ClockFact(row.key, ClockCode(row.code), row.task_no, row.due, Outcome(row.outcome), row.ended_at)
        found.setdefault(row.case_id, []).append(fact)
    return found
