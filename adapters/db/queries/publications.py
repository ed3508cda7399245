"""The list of a publication as people read it: only cases within their reach, in rows and in counts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.discrepancies import discrepancies
from adapters.db.process_tables import publication_impact
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import visible
from adapters.db.tables import cases
from contracts.process_views import DiscrepancyRow, ImpactList, ImpactRow, ImpactTotals
from domain.authority import Reach
from domain.processes.publication import PublicationState


async def read_impact(
    conn: AsyncConnection, reach: Reach, process: UUID, state: PublicationState, part: Slice = FIRST
) -> ImpactList:  # fmt: skip
    """Return a page of what a publication moves, by case and clock.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    i, most, after = publication_impact.c, part.size, part.after("impact", "us")
    held = and_(i.process_id == process, visible(reach, cases))
    seen = publication_impact.join(cases, cases.c.id == i.case_id)
    query = select(publication_impact, cases.c.number).select_from(seen).where(held)
    if after is not None:
        query = query.where(tuple_(i.case_id, i.key) > after)
    rows = (await conn.execute(query.order_by(i.case_id, i.key).limit(most + 1))).all()
    counts = select(
        func.count().label("clocks"), func.count(i.case_id.distinct()).label("cases"),
        func.count().filter(i.newly_overdue).label("newly_overdue"),
        func.count().filter(i.no_longer_overdue).label("no_longer_overdue"),
    ).select_from(seen).where(held)  # fmt: skip
    totals = (await conn.execute(counts)).mappings().one()
    shown = [ImpactRow(**{name: getattr(row, name) for name in ImpactRow.model_fields}) for row in rows[:most]]
    last = encode("impact", (rows[most - 1].case_id, rows[most - 1].key)) if len(rows) > most else None
    return ImpactList(
        items=tuple(shown), next_cursor=last, totals=ImpactTotals(**totals), complete=state.listed_at is not None,
        failed=state.listed.failed if reach.everything else 0,
    )  # fmt: skip


async def read_discrepancies(
    conn: AsyncConnection, reach: Reach, process: UUID, state: PublicationState
) -> tuple[DiscrepancyRow, ...]:  # fmt: skip
    """Return where the adoption did otherwise than listed, of the cases within a reach."""
    found = await discrepancies(conn, process, state)
    query = select(cases.c.id).where(cases.c.id.in_({d.case_id for d in found}), visible(reach, cases))
    seen = set((await conn.execute(query)).scalars())
    return tuple(
        DiscrepancyRow(case_id=d.case_id, number=d.number, key=d.key, listed=d.listed, happened=d.happened, why=d.why)
        for d in found
        if d.case_id in seen
    )
