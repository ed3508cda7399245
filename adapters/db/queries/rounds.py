"""The published draw of a supervision round, and its checks, as people read them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.process_tables import process_events
from adapters.db.queries.processes import read_process
from contracts.round_views import BundleView, CheckRow, HeadView, RoundDetail, ShareView
from domain.actors import Actor
from domain.codec import from_plain
from domain.draw import digest_of
from domain.processes.round_events import CasesDrawn
from domain.processes.round_state import KIND, RoundState


async def read_round(connection: AsyncConnection, actor: Actor, state: RoundState) -> RoundDetail | None:
    """Return a round with its groups, checks and events, None if the actor may not read it."""
    found = await read_process(connection, actor, KIND, UUID(state.facts.id))
    if found is None:
        return None
    terms = state.terms
    return RoundDetail(
        **{name: getattr(found, name) for name in type(found).model_fields},
        method=terms.method, office=terms.office, starts_at=terms.starts_at, ends_at=terms.ends_at, salt=state.salt,
        groups={group.code: group.members for group in state.groups},
        checks=tuple(
            CheckRow(
                case_id=UUID(check.case), group=check.group, org=check.org, due=check.due, reply_due=check.reply_due,
                replied_at=check.replied_at, finding=check.finding, signed=check.signed, settled_at=check.settled_at,
                charge=check.charge, rectify_due=check.rectify_due, righted_at=check.righted_at, late=check.told,
                over=check.is_over,
            )
            for check in state.checks
        ),
    )  # fmt: skip


async def read_bundle(connection: AsyncConnection, state: RoundState) -> BundleView | None:
    """Return all that recomputes a draw; None before it."""
    e = process_events.c
    query = select(e.body).where(e.process_id == UUID(state.facts.id), e.kind == "cases_drawn")
    body = (await connection.execute(query)).scalar_one_or_none()
    if body is None:
        return None
    event = from_plain(CasesDrawn, body)
    drawn: dict[str, list[str]] = {}
    for check in event.checks:
        drawn.setdefault(check.group, []).append(check.case)
    return BundleView(
        round=state.facts.id, name=state.facts.name, drawn_at=event.at, salt=event.salt, sample=event.sample,
        head=HeadView(kind=event.head.kind, id=event.head.id, seq=event.head.seq, hash=event.head.hash),
        shares=tuple(
            ShareView(
                group=share.group, population=share.population, digest=digest_of(share.population),
                drawn=tuple(drawn.get(share.group, ())),
            )
            for share in event.shares
        ),
    )  # fmt: skip
