"""Pytest plugin: databases that hold the bundled city, and the services and the API over one of them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest_asyncio

from tests.support.servers import Database, fresh_database

if TYPE_CHECKING:
    from adapters.embedded import PostgresServer
    from adapters.services import Services

NOWHERE = "127.0.0.1:1"
"""An engine that never answers: people's work must not notice."""

_keys = itertools.count(1)


@pytest_asyncio.fixture(scope="session")
async def city_template(postgres: PostgresServer, template_db: str) -> str:
    """Name of a migrated database with the bundled city in it."""
    from adapters.db.engine import create_engine
    from adapters.db.seeding import seed_city
    from adapters.embedded.postgres import OWNER

    name = "whistle_city"
    await postgres.create_database(name, template_db)
    engine = create_engine(postgres.dsn(OWNER, name), role="batch")
    async with engine.begin() as connection:
        await seed_city(connection)
    await engine.dispose()
    return name


@pytest_asyncio.fixture
async def city(postgres: PostgresServer, city_template: str) -> AsyncIterator[Database]:
    """A database with the city, for one test."""
    async with fresh_database(postgres, city_template) as database:
        yield database


@pytest_asyncio.fixture(scope="module")
async def module_city(postgres: PostgresServer, city_template: str) -> AsyncIterator[Database]:
    """A database with the city, for the tests of one module."""
    async with fresh_database(postgres, city_template) as database:
        yield database


@pytest_asyncio.fixture(scope="module")
async def services(module_city: Database) -> AsyncIterator[Services]:
    """Services over the module's city; the engine is away."""
    from adapters.services import open_services

    async with open_services(module_city.app, module_city.ro, NOWHERE, "default", demo=True) as opened:
        yield opened


@dataclass
class People:
    """A client of the API that speaks as any user of the demo district, one token each."""

    client: httpx.AsyncClient
    services: Services
    tokens: dict[str, str] = field(default_factory=dict)

    async def headers(self, login: str) -> dict[str, str]:
        """Return the headers of a user."""
        if login not in self.tokens:
            self.tokens[login] = await self.services.registry.issue_token(login, "test")
        return {"Authorization": f"Bearer {self.tokens[login]}"}

    async def get(self, login: str, path: str, **params: Any) -> httpx.Response:
        """Read as a user."""
        return await self.client.get(f"/api/v1{path}", params=params, headers=await self.headers(login))

    async def post(
        self, login: str, path: str, body: dict[str, Any] | None = None, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """Act as a user, under a new key unless one is given."""
        sent = {**await self.headers(login), "Idempotency-Key": key or f"test-key-{next(_keys)}", **headers}
        return await self.client.post(f"/api/v1{path}", json=body or {}, headers=sent)

    async def give(self, login: str, case: str, name: str, **body: Any) -> httpx.Response:
        """Give a command; fill in what a story need not say: a photo for a result, the closing standard for a check."""
        if name == "submit":
            body.setdefault("evidence", ["photo-1"])
        if name == "check-pass" and "standard" not in body:
            seen = (await self.get(login, f"/cases/{case}")).json()
            body["standard"] = seen["standards"][-1]["code"]
        return await self.post(login, f"/cases/{case}/{name}", body)

    async def raised(self, login: str = "dhm.staff", **fields: Any) -> dict[str, Any]:
        """Raise an emergency that one department leads, and return the answer."""
        body = {
            "kind": "emergency", "area": "110101001", "class_code": "W04", "title": "污水井外溢", "assist": [],
            "description": "污水流入院内，请到场处置。", "place": "南池子大街41号旁", "lead": "110101-DRAIN",
        } | fields  # fmt: skip
        answer = await self.post(login, "/cases", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


@pytest_asyncio.fixture(scope="module")
async def api(services: Services) -> AsyncIterator[People]:
    """The API over the module's city, called in this process."""
    from api.app import create_api

    app = create_api()
    app.state.services = services
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield People(client, services)
