"""Averages of ratings by organisation; where only the whole may be shown, not without enough of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.annex_tables import ratings
from adapters.db.directory import Directory
from adapters.db.queries.scope import visible
from contracts.rating_views import RatedUnit, RatedUnits
from domain.authority import Reach
from domain.rating import Side


async def rated_units(  # noqa: PLR0913 - who asks, what about, and when
    conn: AsyncConnection, reach: Reach, directory: Directory, side: Side, *, least: int,
    since: datetime | None = None, until: datetime | None = None,
) -> RatedUnits:  # fmt: skip
    """Average the ratings of one side by organisation, by code of the organisation.

    Args:
        conn: A connection for reading.
        reach: Cases that the reader may see; only their ratings count.
        directory: Gives units their names.
        side: Whose ratings; of departments only those that are open by now count.
        least: An organisation with fewer ratings is listed without its average.
        since: Only ratings from this instant on.
        until: Only ratings before this instant.
    """
    r = ratings.c
    now = await business_clock.now(conn)
    weight = func.sum(r.voices)
    query = select(r.org, weight.label("count"), (func.sum(r.score * r.voices) * 1.0 / weight).label("average")).where(
        visible(reach, ratings), r.side == side
    )
    if side is Side.OF_DEPARTMENT:
        query = query.where(r.opens_at <= now)
    if since is not None:
        query = query.where(r.at >= since)
    if until is not None:
        query = query.where(r.at < until)
    rows = (await conn.execute(query.group_by(r.org).order_by(r.org))).all()
    items = tuple(
        RatedUnit(
            org=row.org, org_name=directory.org_name(row.org), count=int(row[1]),
            average=round(float(row.average), 1) if int(row[1]) >= least else None,
        )
        for row in rows
    )  # fmt: skip
    return RatedUnits(side=side, least=least, items=items)
