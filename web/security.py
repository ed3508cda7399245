"""The wall around the pages: security headers on every answer, and only same-origin requests may change anything."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""`data:` serves the arrows inside Bootstrap's style sheet only; nothing of it leaves the origin."""

API_PATHS = ("/api/", "/docs", "/redoc", "/openapi.json", "/static-offline-docs")
"""Addresses of the API and its documentation: they know no cookie, and the documentation brings its own scripts."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
}
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LARGEST_FORM = 256 * 1024


class PageSecurity:
    """Pure ASGI middleware (a cancelled request must not leak connections, design 8)."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before the application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse foreign and oversized forms, and put the headers on whatever is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_page = not scope["path"].startswith(API_PATHS)

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _harden(MutableHeaders(scope=message), is_page=is_page)
            await send(message)

        refusal = _refusal(scope) if is_page and scope["method"] not in _SAFE_METHODS else None
        if refusal is not None:
            await refusal(scope, receive, send_guarded)
            return
        await self._app(scope, receive, send_guarded)


def _harden(headers: MutableHeaders, *, is_page: bool) -> None:
    for name, value in _HEADERS.items():
        headers.setdefault(name, value)
    if is_page:
        headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        # Pages hold personal data and rights of one person: no cache may keep them.
        headers.setdefault("Cache-Control", "no-store")


def _refusal(scope: Scope) -> PlainTextResponse | None:
    headers = Headers(scope=scope)
    if not is_same_origin(headers):
        return PlainTextResponse("请求来自其他网站，已拒绝。请从本系统页面操作。\nCross-site request refused.\n", 403)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length) > _LARGEST_FORM:
        return PlainTextResponse("提交的内容过大。\nThe form is too large.\n", 413)
    return None


def is_same_origin(headers: Headers) -> bool:
    """Tell whether a changing request comes from a page of ours.

    `Sec-Fetch-Site` is believed where the browser sends it; else `Origin` must name our own host. A request with
    neither header is no browser's, and is refused: programs use the API with a bearer token.
    """
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and bool(origin) and urlsplit(origin).netloc == headers.get("host", "")
