"""Routes of pages: each declares who may see it and turns an error into a page; the API's document has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import structlog
from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from starlette.responses import Response

from domain.errors import DomainError
from web.failures import Failure, SignedOut, describe, plain
from web.visits import Everybody, SignedIn, services_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from domain.actors import Role
    from web.visits import Visit

log = structlog.get_logger(__name__)

Sent = tuple[tuple[str, str], ...]
"""Name and value of the fields of a form."""

SEE_OTHER = 303
SERVICE_UNAVAILABLE = 503
_SAFE_METHODS = frozenset({"GET", "HEAD"})
_DECLARATIONS = (SignedIn, Everybody)


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Fill a template of the layout.

    Args:
        request: Its `visit`, if somebody is signed in, fills the header.
        template: File name.
        status: Status of the answer.
        values: What the template needs beside the layout.
    """
    visit: Visit | None = getattr(request.state, "visit", None)
    services = services_of(request)
    frame = {
        "visit": visit,
        "now": visit.now if visit else None,
        "rate": visit.clock.rate if visit else 1,
        "demo": services.demo,
        "engine_away": visit is not None and services.nudge.engine == "away",
        "here": "",
        "done": None,
    }
    body = request.app.state.templates.get_template(template).render({**frame, **values})
    return HTMLResponse(body, status)


def failure_page(request: Request, failure: Failure, sent: Sent = ()) -> HTMLResponse:
    """Show an error in the layout of every page; 503 tells when to come again.

    Args:
        request: What was asked.
        failure: What to say.
        sent: Fields of the form to send again, its key among them, so that nothing typed is lost.
    """
    answer = render(request, "failure.html", failure.status, failure=failure, sent=sent, path=request.url.path)
    if failure.status == SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "2"
    return answer


def to_sign_in(request: Request) -> Response:
    """Send somebody to the form, and afterwards back to the page they asked for."""
    if request.method not in _SAFE_METHODS:
        return failure_page(request, plain(401))
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = "/login" if asked == "/" else f"/login?next={quote(asked)}"
    return RedirectResponse(target, SEE_OTHER)


async def _sent(request: Request) -> Sent:
    """Return the fields of the form that was sent, in order; none for other requests."""
    if request.method in _SAFE_METHODS:
        return ()
    data = await request.form()
    return tuple((name, value) for name, value in data.multi_items() if isinstance(value, str) and name != "token")


class PageRoute(APIRoute):
    """A route whose errors are pages; the API's handlers of the same errors answer with problems."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def handle_as_page(request: Request) -> Response:
            try:
                return await handle(request)
            except SignedOut:
                return to_sign_in(request)
            except DomainError as error:
                failure = describe(error)
                return failure_page(request, failure, await _sent(request) if failure.unsure else ())
            except RequestValidationError:
                return failure_page(request, plain(400))
            except HTTPException as error:
                return failure_page(request, plain(error.status_code))
            except Exception as error:
                log.exception("page.crashed", path=request.url.path, error=type(error).__name__)
                return failure_page(request, plain(500), await _sent(request))

        return handle_as_page


class PageRouter(APIRouter):
    """A router that refuses, when the program starts, a page without a declared permission."""

    def __init__(self) -> None:
        """Make every route a page."""
        super().__init__(route_class=PageRoute, include_in_schema=False, default_response_class=HTMLResponse)

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **kwargs: Any) -> None:
        """Add a page whose dependencies hold exactly one declaration."""
        declared = [d for d in kwargs.get("dependencies") or () if isinstance(d.dependency, _DECLARATIONS)]
        if len(declared) != 1:
            msg = f"{path}: a page declares exactly one permission"
            raise RuntimeError(msg)
        super().add_api_route(path, endpoint, **{**kwargs, "response_model": None})


def signed_in(*roles: Role) -> list[Any]:
    """Declare a page for everybody who is signed in, or for certain roles."""
    return [Depends(SignedIn(*roles))]


def everybody() -> list[Any]:
    """Declare a page that is open without signing in."""
    return [Depends(Everybody())]
