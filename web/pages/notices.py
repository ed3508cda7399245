"""Notices: what the engine and other people tell the person, unread first."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse

from adapters.db.queries.notices import list_notices, mark_read
from adapters.db.queries.paging import Slice
from web import texts
from web.routing import SEE_OTHER, PageRouter, render, signed_in
from web.visits import VisitOf

router = PageRouter()

_ROWS = 50
_MOST_AT_ONCE = 200
_LONGEST_ID = 19


@router.get("/notices", dependencies=signed_in())
async def notices(
    request: Request, visit: VisitOf, everything: Annotated[str, Query(alias="all")] = "",
    cursor: str | None = None, done: str = "",
) -> Response:  # fmt: skip
    """Show the unread notices, or all of them."""
    async with visit.services.reading() as connection:
        page = await list_notices(
            connection, visit.actor, visit.city, unread=not everything, part=Slice(cursor, _ROWS)
        )  # fmt: skip
    return render(
        request, "notices.html", here="notices", page=page, show_all=bool(everything), cursor=cursor,
        done=texts.DONE.get(done),
    )  # fmt: skip


@router.post("/notices/read", dependencies=signed_in())
async def read(request: Request, visit: VisitOf) -> Response:
    """Mark the notices that were shown as read; those that came since stay unread."""
    data = await request.form()
    sent = [value for value in data.getlist("id") if isinstance(value, str)]
    ids = [int(value) for value in sent if value.isdigit() and len(value) < _LONGEST_ID][:_MOST_AT_ONCE]
    async with visit.services.engine.begin() as connection:
        await mark_read(connection, visit.actor, ids)
    return RedirectResponse("/notices?done=read", SEE_OTHER)
