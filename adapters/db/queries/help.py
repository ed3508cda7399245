"""Offers of help to choose from, and the hours of a person."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, and_, any_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import people
from adapters.db.annex_tables import help_hours, help_offers
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.queries.scope import visible
from adapters.db.tables import case_texts, cases
from contracts.help_views import HelpOfferRow, HoursList, HoursRow
from domain.actors import Actor
from domain.authority import visible as reach_of
from domain.organisations import sub_district_of

MOST: Final = 200
"""Rows of either list: the newest ones."""


async def open_offers(conn: AsyncConnection, reader: Actor, directory: Directory) -> tuple[HelpOfferRow, ...]:
    """List the offers that are open: of the reader's sub-district, of cases they see, and those they take part in."""
    o, x = help_offers.c, case_texts.c
    area = sub_district_of(reader.org) if reader.org else None
    mine = any_(o.takers) == reader.id
    near: list[ColumnElement[bool]] = [mine, visible(reach_of(reader), help_offers)]
    if area is not None:
        near.append(within(o.area, area))
    words = and_(x.case_id == o.case_id, x.seq == o.seq, x.field == "what")
    query = (
        select(help_offers, x.body.label("what"), mine.label("mine"))
        .select_from(help_offers.join(case_texts, words, isouter=True))
        .where(o.open, or_(*near))
        .order_by(o.at.desc(), o.case_id, o.no)
        .limit(MOST)
    )
    rows = (await conn.execute(query)).mappings().all()
    return tuple(
        HelpOfferRow(
            **offer_view(row, directory), mine=bool(row["mine"]), case_id=str(row["case_id"]), area=row["area"],
            area_name=directory.org_name(row["area"]),
        )
        for row in rows
    )  # fmt: skip


def offer_view(row: Any, directory: Directory) -> dict[str, Any]:
    """Return the fields of a `HelpOfferView` but for `mine`."""
    return {
        "no": row["no"], "what": row["what"], "org": row["org"], "org_name": directory.org_name(row["org"]),
        "at": row["at"], "slots": row["slots"], "taken": len(row["takers"]), "ordered": row["ordered"],
        "open": row["open"],
    }  # fmt: skip


async def hours_of(conn: AsyncConnection, reader: Actor, worker: str) -> HoursList:
    """List the time that somebody gave: all of one's own, of others that of the cases within one's reach."""
    h, o, x = help_hours.c, help_offers.c, case_texts.c
    held: list[ColumnElement[bool]] = [h.worker == worker]
    if worker != reader.id:
        held.append(visible(reach_of(reader), help_hours))
    total = (await conn.execute(select(func.coalesce(func.sum(h.minutes), 0)).where(*held))).scalar_one()
    query = (
        select(h.case_id, h.minutes, h.at, h.recorded_by, cases.c.number, x.body.label("what"))
        .select_from(
            help_hours.join(cases, cases.c.id == h.case_id)
            .join(help_offers, and_(o.case_id == h.case_id, o.no == h.offer))
            .join(case_texts, and_(x.case_id == h.case_id, x.seq == o.seq, x.field == "what"), isouter=True)
        )
        .where(*held)
        .order_by(h.at.desc(), h.case_id, h.no.desc())
        .limit(MOST)
    )
    rows = (await conn.execute(query)).mappings().all()
    names = await people.names(conn, [worker])
    items = tuple(HoursRow(**{**row, "case_id": str(row["case_id"])}) for row in rows)
    return HoursList(worker=worker, worker_name=names.get(worker, worker), total=int(total), items=items)
