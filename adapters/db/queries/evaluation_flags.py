"""Flags as people read them: on cases that they may see, with the evidence only for those who proposed or decide."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import String, and_, cast, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.process_tables import process_texts, processes
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.processes import allowed
from adapters.db.queries.scope import visible as in_reach
from adapters.db.tables import cases
from contracts.evaluation_views import FlagRow
from contracts.views import Page
from domain.actors import Actor
from domain.authority import covers, visible
from domain.codec import from_plain
from domain.process import process_reach
from domain.processes.flag import FLAG, KIND, FlagState


async def list_flags(
    conn: AsyncConnection, actor: Actor, *, status: str | None = None, case_id: UUID | None = None, part: Slice = FIRST
) -> Page[FlagRow]:  # fmt: skip
    """List the flags on cases that the reader may see, the newest first.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    p, t, most, after = processes.c, process_texts.c, part.size, part.after("flags", "tu")
    of_case = p.state["case_id"].astext == cast(cases.c.id, String)
    words = and_(t.process_id == p.id, t.seq == 1, t.field == "evidence")
    query = (
        select(p.id, p.state, p.opened_at, cases.c.number, t.body.label("evidence"))
        .select_from(processes.join(cases, of_case).join(process_texts, words, isouter=True))
        .where(p.kind == KIND, in_reach(visible(actor), cases))
    )
    if status is not None:
        query = query.where(p.status == status)
    if case_id is not None:
        query = query.where(cases.c.id == case_id)
    if after is not None:
        query = query.where(tuple_(p.opened_at, p.id) < after)
    rows = (await conn.execute(query.order_by(p.opened_at.desc(), p.id.desc()).limit(most + 1))).all()
    last = encode("flags", (rows[most - 1].opened_at, rows[most - 1].id)) if len(rows) > most else None
    return Page(items=tuple(_row(actor, row) for row in rows[:most]), next_cursor=last)


def _row(actor: Actor, row: Any) -> FlagRow:
    state = from_plain(FlagState, row.state)
    decides = process_reach(actor, FLAG) is not None and FLAG.sees(actor, state)
    return FlagRow(
        id=row.id, flag=state.flag, status=state.status, case_id=UUID(state.case_id), number=row.number,
        clock=state.clock, unit=state.unit, reason=state.reason,
        evidence=row.evidence if decides or covers(actor.org, state.unit) else None, proposed_by=state.facts.opened_by,
        proposed_at=state.facts.opened_at, answer_by=state.answer_by, decided_by=state.decided_by,
        decided_at=state.closed_at, allowed_actions=allowed(actor, state) if decides else (),
    )  # fmt: skip
