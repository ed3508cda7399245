"""Bulk import of lived cases on a real server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from adapters.db.counters import counters
from adapters.db.history import HistoryInvalid, append_history
from domain import commands as c
from domain.actors import SYSTEM, Actor
from domain.events import Event, Text
from tests.support.cases import LAMPMAN, LEAD, MONDAY, STAFF, WATERMAN, Life, raise_command
from tests.support.records import Office, open_office
from tests.support.servers import Database

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        yield opened


def lived(ref: str | None, *, closed: bool = True, days: int = 30) -> list[tuple[Event, Actor]]:
    """Make the log of a case that was lived some days ago."""
    life = Life(now=MONDAY - timedelta(days=days))
    raised = raise_command("emergency", LEAD, id=str(uuid4()), number="", source_ref=ref)
    life.do(raised, STAFF)
    life.wait(minutes=3)
    life.do(c.Claim(1), WATERMAN)
    life.wait(minutes=40)
    life.do(c.ReportIn(1), WATERMAN)
    if closed:
        for _ in life.task().stages:
            life.wait(hours=1).do(c.Submit(1, Text("已修复")), WATERMAN)
        life.wait(hours=1).do(c.CheckPass(), STAFF)
    return [(event, SYSTEM if type(event).__name__ == "RungFired" else LAMPMAN) for event in life.log]


async def test_history_becomes_cases_with_chains_of_their_own_and_only_once(office: Office) -> None:
    batch = [lived(f"old/{n}", closed=n % 3 != 0) for n in range(30)]
    async with office.engine.begin() as connection:
        report = await append_history(connection, batch, prefix="BJ", zone=SHANGHAI)
    assert (report.cases, report.skipped) == (30, 0)
    assert report.events == sum(map(len, batch))
    assert await office.differences() == []
    numbers = [row.number for row in await office.rows("SELECT number FROM cases ORDER BY number")]
    assert numbers == [f"BJ-110101-20261024-{n:04d}" for n in range(1, 31)]
    assert await office.scalar("SELECT count(*) FROM case_notify") == 10, "closed ones get no workflow"
    assert await office.scalar("SELECT count(*) FROM notices") == 0
    async with office.engine.begin() as connection:
        again = await append_history(connection, [*batch, lived("old/new"), lived("old/new")], prefix="BJ")
    assert (again.cases, again.skipped) == (1, 31)


async def test_an_imported_open_case_goes_on_as_any_other(office: Office) -> None:
    async with office.engine.begin() as connection:
        await append_history(connection, [lived("old/1", closed=False)], prefix="BJ")
    plans = await office.notify.take_lapsed()
    assert len(plans) == 1
    assert plans[0].owed, "its ladder is long due"
    case = await office.scalar("SELECT id FROM cases")
    await office.drive(case)
    outcome = await office.do(case, c.Submit(1, Text("已修复")), WATERMAN)
    assert outcome.version > plans[0].version
    assert await office.differences() == []


async def test_an_imported_case_that_nobody_drives_rests_until_somebody_acts(office: Office) -> None:
    async with office.engine.begin() as connection:
        await append_history(connection, [lived("old/1", closed=False)], prefix="BJ", drive=False)
    assert await office.notify.take_lapsed() == []
    assert set((await counters(office.engine)).values()) == {0}
    outcome = await office.do(await office.scalar("SELECT id FROM cases"), c.Submit(1, Text("已修复")), WATERMAN)
    assert outcome.dirty


async def test_a_broken_history_writes_nothing(office: Office) -> None:
    log = lived("old/1")
    backwards = [*log[:-1], (replace(log[-1][0], at=MONDAY - timedelta(days=99)), STAFF)]
    for bad in (log[1:], backwards, []):
        with pytest.raises(HistoryInvalid):
            async with office.engine.begin() as connection:
                await append_history(connection, [lived("old/2"), bad])
    assert await office.scalar("SELECT count(*) FROM cases") == 0
