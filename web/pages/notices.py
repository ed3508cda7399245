"""Notices: what the engine and other people tell the person, unread first."""

from __future__ import annotations

from fastapi import Request, Response
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
    request: Request, visit: VisitOf, cursor: str | None = None, all: str = "", done: str = ""
) -> Response:
    """Show the unread notices, or all of them."""
    async with visit.services.reading() as connection:
        page = await list_notices(
            connection, visit.actor, visit.city, unread=not all, part=Slice(cursor, _ROWS)
        )  # fmt: skip
    return render(
        request, "notices.html", here="notices", page=page, show_all=bool(all), cursor=cursor, done=texts.DONE.get(done)
    )


@router.post("/notices/read", dependencies=signed_in())
async def read(request: Request, visit: VisitOf) -> Response:
    """Mark the notices that were shown as read; those that came since stay unread."""
    data = await request.form()
    ids = [int(value) for value in data.getlist("id") if isinstance(value, str) and len(value) < _LONGEST_ID and value.isdigit()][:_MOST_AT_ONCE]
    async with visit.services.engine.begin() as connection:
        await mark_read(connection, visit.actor, ids)
    return RedirectResponse("/notices?done=read", SEE_OTHER)
