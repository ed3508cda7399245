"""What ties monthly topics and the cases they grew from together, in the detail of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from adapters.db.annex_tables import case_matters
from adapters.db.queries.scope import visible
from adapters.db.tables import cases
from contracts.views import CaseRef
from domain.matters import Matter

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from domain.authority import Reach
    from domain.case import CaseState


async def topic_links(conn: AsyncConnection, reach: Reach, state: CaseState) -> dict[str, Any]:
    """Return `repeats` and `topics` of a case, as far as the reader may see them, by number."""
    m = case_matters.c
    grown = select(m.case_id).where(m.sort == Matter.REPEAT, m.key == state.facts.id)
    repeats = [UUID(case) for case in state.facts.repeats]
    return {
        "repeats": await _refs(conn, reach, cases.c.id.in_(repeats)) if repeats else (),
        "topics": await _refs(conn, reach, cases.c.id.in_(grown)),
    }


async def _refs(conn: AsyncConnection, reach: Reach, which: ColumnElement[bool]) -> tuple[CaseRef, ...]:
    query = select(cases.c.id, cases.c.number).where(which, visible(reach, cases)).order_by(cases.c.number)
    return tuple([CaseRef(id=str(row.id), number=row.number) for row in await conn.execute(query)])
