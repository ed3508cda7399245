"""Facts of the cases that can count in a period, from the read model, within what a reader may see."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.areas import within
from adapters.db.evaluation_facts import PART, counting, facts_by_id
from adapters.db.queries.scope import covered, task_office, visible
from adapters.db.tables import cases, tasks
from domain.authority import Reach
from domain.evaluation.facts import CaseFacts
from domain.evaluation.scheme import UnitKind
from domain.evaluation.windows import Window
from domain.organisations import AREA_LENGTHS


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
    held = [visible(reach, cases), *_scoped(kind, scope)]
    ids = list((await conn.execute(counting(held, window))).scalars())
    for start in range(0, len(ids), PART):
        found += await facts_by_id(conn, ids[start : start + PART])
    return tuple(found)


def _scoped(kind: UnitKind, scope: str | None) -> list[ColumnElement[bool]]:
    if scope is None:
        return []
    if kind is UnitKind.AREA:
        return [cases.c.district == scope if len(scope) == AREA_LENGTHS[0] else within(cases.c.area, scope)]
    office = task_office(tasks)
    called = within(tasks.c.org_area, scope) if "-" not in scope else covered(scope, office)
    return [cases.c.id.in_(select(tasks.c.case_id).where(called))]
