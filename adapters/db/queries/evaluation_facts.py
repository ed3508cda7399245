"""Facts of the cases that can count in a period, from the read model, within what a reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, text, union
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.areas import within
from adapters.db.queries.scope import covered, task_office, visible
from adapters.db.tables import SUPERSEDED, cases, clocks, tasks
from domain.authority import Reach
from domain.case import CaseState, ClockCode, Outcome
from domain.codec import from_plain
from domain.evaluation.facts import CaseFacts, ClockFact, Stamps, facts_of
from domain.evaluation.scheme import UnitKind
from domain.evaluation.windows import Window
from domain.organisations import AREA_LENGTHS

_PAGE: Final = 500
_STATE: Final = cases.c.state.op("-")(text("'clocks'"))
"""The state without its clocks, whose ladders are most of it; their rows stand in `clocks`."""


async def period_facts(
    conn: AsyncConnection, reach: Reach, kind: UnitKind, scope: str | None, window: Window
) -> tuple[CaseFacts, ...]:  # fmt: skip
    """Return the facts of every case that can count in a period, by case id.

    Args:
        conn: A connection for reading.
        reach: What the reader may see.
        kind: Kind of unit that is judged; says where `scope` is looked for.
        scope: Area in which cases were raised (`area`), else an organisation or an area with organisations that were
            called; None for all.
        window: The period.
    """
    found: list[CaseFacts] = []
    ids = list((await conn.execute(_ids(reach, kind, scope, window))).scalars())
    for start in range(0, len(ids), _PAGE):
        found += await facts_by_id(conn, ids[start : start + _PAGE])
    return tuple(found)


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


def _ids(reach: Reach, kind: UnitKind, scope: str | None, window: Window) -> Any:
    """Select the cases that were raised, went on, or had a clock set, met or due in the period."""
    c, k = cases.c, clocks.c
    by_case = [visible(reach, cases), *_scoped(kind, scope)]
    touched = or_(
        and_(k.set_at >= window.start, k.set_at < window.end),
        and_(k.outcome == Outcome.MET, k.ended_at >= window.start, k.ended_at < window.end),
        and_(k.outcome == Outcome.MET, k.due >= window.start, k.due < window.end),
    )
    went_on = and_(c.raised_at < window.end, or_(c.closed_at.is_(None), c.closed_at >= window.start))
    by_clock = c.id.in_(select(k.case_id).where(touched))
    return union(select(c.id).where(*by_case, went_on), select(c.id).where(*by_case, by_clock)).order_by("id")


def _scoped(kind: UnitKind, scope: str | None) -> list[ColumnElement[bool]]:
    if scope is None:
        return []
    if kind is UnitKind.AREA:
        return [cases.c.district == scope if len(scope) == AREA_LENGTHS[0] else within(cases.c.area, scope)]
    office = task_office(tasks)
    called = within(tasks.c.org_area, scope) if "-" not in scope else covered(scope, office)
    return [cases.c.id.in_(select(tasks.c.case_id).where(called))]


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
