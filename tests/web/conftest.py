"""Pages over the real application and database, as a browser without JavaScript sees them."""

from __future__ import annotations

import itertools
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest_asyncio

if TYPE_CHECKING:
    from fastapi import FastAPI

    from adapters.services import Services

ORIGIN = "http://test"
STREET, LEADER, DUTY = "dhm.staff", "dhm.leader", "dhm.duty"
WORKER, DISPATCH = "drain.worker1", "drain.dispatch"

_keys = itertools.count(1)


@dataclass
class Browser:
    """One person's browser: keeps the cookie, sends the origin, follows nothing by itself."""

    client: httpx.AsyncClient

    async def get(self, path: str, status: int = 200, **params: Any) -> str:
        """Open a page and return its HTML."""
        answer = await self.client.get(path, params=params or None)
        assert answer.status_code == status, f"{path}: {answer.status_code} {plain(answer.text)[:400]}"
        return answer.text

    async def post(self, path: str, data: dict[str, Any], **headers: str) -> httpx.Response:
        """Send a form."""
        return await self.client.post(path, data=data, headers=headers)

    async def form(self, path: str, **params: Any) -> dict[str, Any]:
        """Open a page with one form and return its hidden fields."""
        return hidden(await self.get(path, **params))

    async def do(
        self, number: str, command: str, task: int | None = None, *, entry: int | None = None, **typed: Any
    ) -> httpx.Response:  # fmt: skip
        """Give a command through its form, as a person does: open it, fill it in, send it.

        What a story need not say is filled in: a photo for a result, a tick at the closing standard for a check.
        """
        path = f"/cases/{number}/{command}"
        html = await self.get(path, **({"task": task} if task else {}), **({"entry": entry} if entry else {}))
        proof = {"evidence": "photo-1"} if command == "submit" else {}
        return await self.post(path, {**proof, **ticked(html), **hidden(html), **typed})

    async def done(self, number: str, command: str, task: int | None = None, **typed: Any) -> str:
        """Give a command that must take effect; return the page that it leads to."""
        answer = await self.do(number, command, task, **typed)
        assert answer.status_code == 303, plain(answer.text)[:600]
        assert answer.headers["location"] == f"/cases/{number}?done={command.replace('-', '_')}"
        return await self.get(answer.headers["location"])

    async def raised(self, **fields: Any) -> str:
        """Blow the whistle through the form and return the number."""
        hidden = await self.form("/raise")
        typed = {
            "kind": "emergency", "area": "110101001", "class_code": "W04", "title": f"污水井外溢 {next(_keys)}",
            "description": "污水流入院内，请到场处置。", "place": "南池子大街41号旁", "lead": "110101-DRAIN",
            "channel": "street",
        } | fields  # fmt: skip
        answer = await self.post("/raise", {**hidden, **{k: v for k, v in typed.items() if v is not None}})
        assert answer.status_code == 303, plain(answer.text)[:800]
        return str(answer.headers["location"].removeprefix("/cases/").removesuffix("?done=raise"))


def hidden(html: str) -> dict[str, Any]:
    """Return the hidden fields of the page's form."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html.split("<main", 1)[1]))


def ticked(html: str) -> dict[str, Any]:
    """Return the closing standard that a check's form offers, as ticked."""
    return dict(re.findall(r'type="checkbox" id="(standard)" name="standard" value="([^"]*)"', html))


@dataclass
class Pages:
    """The application with everybody's browser, one for each person."""

    app: FastAPI
    services: Services
    _browsers: dict[str, Browser] = field(default_factory=dict)

    def anonymous(self, **headers: str) -> Browser:
        """Return a browser of nobody, with exactly these headers."""
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return Browser(httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers))

    async def of(self, login: str) -> Browser:
        """Return a person's browser, signed in by one click of the demo."""
        if login not in self._browsers:
            browser = self.anonymous(Origin=ORIGIN)
            entered = await browser.post("/login/demo", {"user": login})
            assert entered.status_code == 303, entered.text
            self._browsers[login] = browser
        return self._browsers[login]

    async def close(self) -> None:
        """Close all browsers."""
        for browser in self._browsers.values():
            await browser.client.aclose()


def plain(html: str) -> str:
    """Return the text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<main", 1)[-1]))


@pytest_asyncio.fixture(scope="module")
async def pages(services: Services) -> AsyncIterator[Pages]:
    """The whole application, API and pages, over the module's city; the engine is away."""
    from api.app import create_api
    from web.app import install

    app = create_api()
    app.state.services = services
    install(app)
    opened = Pages(app, services)
    yield opened
    await opened.close()
