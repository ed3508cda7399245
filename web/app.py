"""Putting the pages on an application: routes, static files, the wall around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from web.assets import Assets
from web.failures import plain
from web.pages import cases, giving, notices, operator, overdue, raising, session, work
from web.routing import failure_page
from web.security import API_PATHS, PageSecurity
from web.templating import environment

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.responses import Response

_ROUTERS = (
    session.router, work.router, raising.router, overdue.router, notices.router, operator.router, cases.router,
    giving.router,
)  # fmt: skip


def install(app: FastAPI) -> None:
    """Add the pages to an application whose `state.services` is a `Services` once it serves.

    Call it after the API's own exception handlers are registered: pages take over only what lies outside the API.

    Args:
        app: `state.temporal_ui` may hold the address of Temporal's own screens, shown to operators.
    """
    assets = Assets()
    app.state.templates = environment(assets.url)
    app.include_router(assets.router)
    for router in _ROUTERS:
        app.include_router(router)
    app.add_middleware(PageSecurity)
    _show_unknown_addresses(app)


def _show_unknown_addresses(app: FastAPI) -> None:
    """Answer an address that no route knows with a page, unless it is the API's."""
    before: Any = app.exception_handlers[HTTPException]

    async def handle(request: Request, error: Any) -> Response:
        if request.url.path.startswith(API_PATHS):
            answer: Response = await before(request, error)
            return answer
        return failure_page(request, plain(error.status_code))

    app.add_exception_handler(HTTPException, handle)
