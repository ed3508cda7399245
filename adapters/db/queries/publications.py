"""The list of a publication as people read it: only cases within their reach, in rows and in counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.directory import Directory
from adapters.db.discrepancies import discrepancies
from adapters.db.process_tables import processes, publication_impact
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import visible
from adapters.db.tables import case_events, cases
from contracts.process_views import DiscrepancyRow, ImpactList, ImpactRow, ImpactTotals, PrecedentRow
from contracts.views import Page
from domain.authority import Reach
from domain.case import CaseState
from domain.chapters.objection import ObjectionRuled
from domain.codec import from_plain, unseal
from domain.processes.publication import KIND, PublicationState


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


async def list_precedents(
    conn: AsyncConnection, reach: Reach, directory: Directory, part: Slice = FIRST
) -> Page[PrecedentRow]:  # fmt: skip
    """Return a page of the rulings that ask for a rule of the duty list, of the cases within a reach, newest first.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    e, after = case_events.c, part.after("precedents", "tus")
    query = (
        select(e.case_id, e.seq, e.at, e.body, cases.c.number, cases.c.state)
        .select_from(case_events.join(cases, cases.c.id == e.case_id))
        .where(text("case_events.kind = 'objection_ruled' AND body ->> 'precedent' = 'true'"), visible(reach, cases))
    )
    if after is not None:
        at, case_id, _ = after
        query = query.where(or_(e.at < at, and_(e.at == at, e.case_id > case_id)))
    found = (await conn.execute(query.order_by(e.at.desc(), e.case_id, e.seq).limit(part.size + 1))).all()
    rows = found[: part.size]
    asked = await _proposals(conn, [str(row.case_id) for row in rows])
    shown = tuple(_precedent(row, directory, asked.get(str(row.case_id), ())) for row in rows)
    last = encode("precedents", (rows[-1].at, rows[-1].case_id, "")) if len(found) > len(rows) else None
    return Page(items=shown, next_cursor=last)


def _precedent(row: Any, directory: Directory, publications: tuple[UUID, ...]) -> PrecedentRow:
    ruled: ObjectionRuled = unseal("objection_ruled", row.body)
    facts, to = from_plain(CaseState, row.state).facts, ruled.next or ""
    return PrecedentRow(
        case_id=row.case_id, number=row.number, class_code=ruled.new_class or ruled.class_code, area=facts.area,
        org=ruled.org, org_name=directory.org_name(ruled.org), next=to, next_name=directory.org_name(to),
        ground=ruled.ground, at=row.at, publications=publications,
    )  # fmt: skip


async def _proposals(conn: AsyncConnection, case_ids: list[str]) -> dict[str, tuple[UUID, ...]]:
    case_id = processes.c.state["case_id"].astext
    query = select(processes.c.id, case_id.label("case_id")).where(
        processes.c.kind == KIND, case_id.in_(case_ids)
    ).order_by(processes.c.opened_at, processes.c.id)  # fmt: skip
    found: dict[str, tuple[UUID, ...]] = {}
    for row in await conn.execute(query):
        found[row.case_id] = (*found.get(row.case_id, ()), row.id)
    return found


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
