"""Stories: the whole product on virtual time, told by what people do over HTTP and what they then see.

The API, the record, the engine, its worker and the relay are the real ones; only the business clock is moved. After
each move the story waits until the engine has carried out everything that fell due.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import httpx
import pytest_asyncio
from sqlalchemy import text

from tests.support.city import People
from tests.support.servers import Database

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine
    from temporalio.client import Client

    from adapters.db.directory import Directory
    from adapters.services import Services

ZONE = ZoneInfo("Asia/Shanghai")
_UNSETTLED = """
SELECT count(*) FROM case_notify n
WHERE (n.wanted > n.sent AND n.urgent > n.sent) OR n.step_at < business_now()
"""


@dataclass
class Story:
    """One world of its own.

    Attributes:
        people: Speaks HTTP as any user.
    """

    people: People
    owner: AsyncEngine
    services: Services
    cases: dict[str, str] = field(default_factory=dict)
    begun: bool = False

    async def at(self, when: str, seconds: float = 40) -> datetime:
        """Let it be a local time (`2026-11-21 21:05`), and everything due by then happen.

        A day may be left out: the time then lies within the 24 hours after the last one.
        """
        from adapters.db import business_clock

        await self.settled(seconds)  # else what the engine is just being told would hold the wake of the old clock
        async with self.owner.begin() as connection:
            now = await business_clock.now(connection)
            there = _instant(when, now)
            assert there >= now - timedelta(minutes=1) or not self.begun, f"it is later: {now.astimezone(ZONE)}"
            if there > now or not self.begun:
                await business_clock.set_now(connection, there)
        self.begun = True
        await self.settled(seconds)
        return there

    async def settled(self, seconds: float = 40) -> None:
        """Wait until the engine has nothing left to do at this instant."""
        async with asyncio.timeout(seconds), self.owner.connect() as connection:
            while (await connection.execute(text(_UNSETTLED))).scalar_one():
                await connection.rollback()
                await asyncio.sleep(0.05)

    async def raises(self, login: str, name: str = "case", **body: Any) -> dict[str, Any]:
        """Raise a case and remember it by a name of the story."""
        answer = await self.people.post(login, "/cases", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        self.cases[name] = made["id"]
        return made

    async def do(self, login: str, command: str, case: str = "case", **body: Any) -> dict[str, Any]:
        """Give a command that must be accepted; returns its answer."""
        answer = await self.people.give(login, self.cases[case], command, **body)
        assert answer.status_code == 200, f"{login} {command}: {answer.text}"
        done: dict[str, Any] = answer.json()
        return done

    async def refused(self, login: str, command: str, case: str = "case", **body: Any) -> str:
        """Give a command that must be refused; returns the reason's code."""
        answer = await self.people.post(login, f"/cases/{self.cases[case]}/{command}", body)
        assert answer.status_code in (403, 404, 409, 422), f"{login} {command}: {answer.status_code} {answer.text}"
        return str(answer.json()["code"])

    async def see(self, login: str, case: str = "case") -> dict[str, Any]:
        """Show the case as a person sees it."""
        answer = await self.people.get(login, f"/cases/{self.cases[case]}")
        assert answer.status_code == 200, f"{login} sees {case}: {answer.text}"
        seen: dict[str, Any] = answer.json()
        return seen

    async def joins(self, login: str, org: str, *roles: str) -> None:
        """Let somebody work in an office of which the bundled users know nobody."""
        query = text("INSERT INTO users (id, login, name, org, roles) VALUES (:id, :id, :id, :org, :roles)")
        async with self.owner.begin() as connection:
            await connection.execute(query, {"id": login, "org": org, "roles": list(roles)})

    async def comes(self, login: str, task: int, case: str = "case") -> None:
        """Claim a task and report in at once."""
        await self.do(login, "claim", case, task=task)
        await self.do(login, "report-in", case, task=task)

    async def hands_in(self, login: str, task: int, note: str, case: str = "case", **more: Any) -> dict[str, Any]:
        """Hand in the result of the stage in work, with a photo."""
        return await self.do(login, "submit", case, **{"task": task, "note": note, "evidence": ["photo"], **more})

    async def accepts(self, login: str, note: str, case: str = "case") -> dict[str, Any]:
        """Accept the result by the closing test of the last stage."""
        standard = (await self.see(login, case))["standards"][-1]["code"]
        return await self.do(login, "check-pass", case, note=note, standard=standard)

    async def due(self, login: str, key: str, case: str = "case") -> str:
        """Tell when a clock is due, in local time to the minute."""
        return local(self.clock(await self.see(login, case), key)["due"])

    async def listed(self, login: str, path: str, **params: Any) -> list[dict[str, Any]]:
        """Read a list."""
        answer = await self.people.get(login, path, **params)
        assert answer.status_code == 200, f"{login} {path}: {answer.text}"
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def overdue(self, login: str, name: str, case: str = "case") -> dict[str, dict[str, Any]]:
        """Return the clocks of a case in a set of the overdue report, by key."""
        rows = await self.listed(login, "/reports/overdue", set=name, size=200)
        return {row["key"]: row for row in rows if row["case_id"] == self.cases[case]}

    async def figures(self, login: str, kind: str, unit: str, **params: Any) -> dict[str, Any]:
        """Return the figures of one unit in the running month, or the one asked for."""
        answer = await self.people.get(login, "/evaluation/board", kind=kind, **params)
        assert answer.status_code == 200, f"{login} figures: {answer.text}"
        (row,) = [row for row in answer.json()["rows"] if row["unit"] == unit]
        figures: dict[str, Any] = row["figures"]
        return figures

    @staticmethod
    def clock(seen: dict[str, Any], key: str) -> dict[str, Any]:
        """Return a clock of a case that was seen."""
        found: dict[str, Any] = next(c for c in seen["clocks"] if c["key"] == key)
        return found

    @staticmethod
    def dues(seen: dict[str, Any]) -> dict[str, str]:
        """Return when the running clocks of a case or an answer are due, in local time to the minute."""
        return {c["key"]: local(c["due"]) for c in seen["clocks"] if c.get("outcome", "open") == "open"}

    @staticmethod
    def task(seen: dict[str, Any], org: str) -> dict[str, Any]:
        """Return the newest task of an organisation."""
        found: dict[str, Any] = [t for t in seen["tasks"] if t["org"] == org][-1]
        return found

    async def notices(self, login: str, case: str = "case") -> list[str]:
        """Return the codes of a person's notices about a case, oldest first."""
        answer = await self.people.get(login, "/notices", size=200)
        assert answer.status_code == 200, answer.text
        rows = [row for row in answer.json()["items"] if row["case_id"] == self.cases[case]]
        return [str(row["code"]) for row in reversed(rows)]

    async def workflow(self, case: str = "case") -> Any:
        """Ask the case's workflow where it stands."""
        async with self.owner.connect() as connection:
            query = text("SELECT epoch FROM cases WHERE id = :id")
            epoch = (await connection.execute(query, {"id": self.cases[case]})).scalar_one()
        return await self.services.nudge.life(self.cases[case], epoch)


def local(instant: str) -> str:
    """Write an instant of the API in local time, to the minute: `2026-11-21 21:05`."""
    return datetime.fromisoformat(instant).astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


def _instant(when: str, now: datetime) -> datetime:
    if len(when) > len("00:00"):
        return datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)
    hour, minute = map(int, when.split(":"))
    there = now.astimezone(ZONE).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return there if there >= now.replace(second=0, microsecond=0) else there + timedelta(days=1)


async def _know_the_city(services: Services) -> None:
    """Take over what an earlier story has read of the city: the same rows, unless their versions differ."""
    directories = services.registry._directories
    directories._held = directories._held or _held.get("city")
    _held["city"], _ = await services.registry.current()


_held: dict[str, Directory] = {}


@asynccontextmanager
async def told(city: Database, client: Client) -> AsyncIterator[Story]:
    """Open a world over a database with the city, with worker and relay at work."""
    from activities.case import RecordSteps
    from adapters.db.engine import create_engine
    from adapters.services import open_services
    from api.app import create_api
    from workers.relay import Relay
    from workers.temporal_worker import case_worker, run_until

    address = client.service_client.config.target_host
    async with AsyncExitStack() as stack:
        services = await stack.enter_async_context(open_services(city.app, city.ro, address, "default", demo=True))
        await _know_the_city(services)
        owner = create_engine(city.owner, role="batch")
        stack.push_async_callback(owner.dispose)
        stop = asyncio.Event()
        parts = [
            asyncio.create_task(Relay(client, services.engine).run(stop)),
            asyncio.create_task(run_until(case_worker(client, RecordSteps(services.record)), stop)),
        ]
        app = create_api()
        app.state.services = services
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://test"))
        try:
            yield Story(People(http, services), owner, services)
        finally:
            stop.set()
            await asyncio.gather(*parts)


@pytest_asyncio.fixture
async def story(city: Database, temporal_client: Client) -> AsyncIterator[Story]:
    """A world of its own for one test."""
    async with told(city, temporal_client) as opened:
        yield opened
