"""Suspended, extended and reopened cases in the real record: what the report, the lists and the case then show."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from adapters.db import directory
from adapters.db.queries.cases import CaseOrder, list_cases
from adapters.db.queries.detail import case_detail
from adapters.db.queries.filters import Filter
from adapters.db.queries.overdue import Question, overdue
from adapters.db.queries.tasks import list_tasks
from adapters.db.rules_store import RulesStore
from contracts.report_views import ClockSet
from domain import commands as c
from domain.authority import Reach
from domain.chapters import extension as x
from domain.chapters import reopening as r
from domain.chapters import suspension as s
from domain.events import Text
from domain.light import Light
from tests.support.cases import DESK, LEAD, LEADER, MONDAY, PHOTO, STAFF, WATER_HEAD, WATERMAN
from tests.support.records import Office, open_office
from tests.support.servers import Database

pytestmark = pytest.mark.slow

WHY = Text("理由")
ALL = Reach(everything=True)
HANDLE = "handle:1:handle"


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        yield opened


async def at_work(office: Office) -> UUID:
    """An approved emergency under the second rule pack whose lead is on the scene."""
    case = (await office.blow(LEAD, rules="beijing/2", limit_class="street_lamp_out")).case_id
    await office.do(case, c.Approve(), LEADER)
    await office.do(case, c.Claim(1), WATERMAN)
    await office.do(case, c.ReportIn(1), WATERMAN)
    await office.drive(case)
    return case


async def keys(office: Office, wanted: ClockSet, at: Any = None) -> dict[str, Any]:
    async with office.engine.connect() as conn:
        units, rules = await directory.load(conn), RulesStore(office.engine)
        report = await overdue(conn, ALL, units, rules, Question(wanted, as_of=at, counts=True))
    assert report.counts is not None
    assert report.counts.total == len(report.items)
    return {row.key: row for row in report.items}


async def detail(office: Office, case: UUID) -> Any:
    async with office.engine.connect() as conn:
        return await case_detail(conn, STAFF, case, await directory.load(conn), RulesStore(office.engine))


async def test_a_suspended_case_is_suspended_everywhere_and_runs_on_by_the_records_own_step(office: Office) -> None:
    case = await at_work(office)
    due = (await detail(office, case)).clocks[0].due
    until = MONDAY + timedelta(days=30)
    await office.wait(hours=1)
    await office.do(case, s.AskSuspension("season", WHY, until), STAFF)
    await office.do(case, s.GrantSuspension(1), DESK)
    await office.wait(days=20)

    stopped = await keys(office, ClockSet.SUSPENDED)
    assert set(stopped) == {HANDLE}
    assert (stopped[HANDLE].suspended_until, stopped[HANDLE].over_by) == (until, None)
    assert HANDLE not in await keys(office, ClockSet.OVERDUE_OPEN), "its old due instant has long passed"
    async with office.engine.connect() as conn:
        units = await directory.load(conn)
        for light, many in ((Light.PAUSED, 1), (Light.RED, 0), (Light.GREEN, 0)):
            page = await list_cases(conn, ALL, units, Filter(light=light), order=CaseOrder.DUE)
            assert len(page.items) == many, light
        (row,) = (await list_tasks(conn, ALL, units)).items
        assert (row.light, row.next_clock, row.next_due) == (Light.PAUSED, "suspension", until)
    seen = await detail(office, case)
    assert (seen.status, seen.light, seen.next_due) == ("suspended", Light.PAUSED, until)
    assert [(z.no, z.running, z.until) for z in seen.suspensions] == [(1, True, until)]
    clock = next(k for k in seen.clocks if k.key == HANDLE)
    assert (clock.outcome, clock.light, clock.late) == ("paused", Light.PAUSED, False)

    await office.wait(days=12)
    await office.drive(case)
    after = await detail(office, case)
    assert (after.status, after.suspensions[0].ended_at) == ("in_action", until)
    clock = next(k for k in after.clocks if k.key == HANDLE)
    assert clock.due > due
    (move,) = clock.explanation["moves"]
    assert (move["kind"], move["due"]) == ("pause", clock.due.isoformat())
    assert next(span["role"] for span in move["spans"]) == "paused"
    past = MONDAY + timedelta(days=10)
    assert set(await keys(office, ClockSet.SUSPENDED, past)) == {HANDLE}, "the past is asked like the present"
    assert HANDLE not in await keys(office, ClockSet.OVERDUE_OPEN, past)
    assert HANDLE not in await keys(office, ClockSet.SUSPENDED)
    assert await office.differences() == []


async def test_an_extension_is_shown_and_explained(office: Office) -> None:
    case = await at_work(office)
    await office.do(case, x.AskExtension(1, WHY), WATER_HEAD)
    asked = await detail(office, case)
    assert [(e.no, e.state, e.by) for e in asked.extensions] == [(1, "pending", "waterhead")]
    assert WHY in {words for seq in asked.extensions[0].seqs for words in asked.timeline[seq - 1].texts.values()}
    await office.do(case, x.GrantExtension(1), DESK)
    clock = next(k for k in (await detail(office, case)).clocks if k.key == HANDLE)
    (move,) = clock.explanation["moves"]
    assert (move["kind"], move["before"], move["due"]) == (
        "extension", clock.explanation["first_due"], clock.explanation["due"],
    )  # fmt: skip
    assert clock.due.isoformat() == clock.explanation["due"]
    assert await office.differences() == []


async def test_a_reopened_case_is_driven_in_a_new_epoch(office: Office) -> None:
    case = await at_work(office)
    await office.do(case, c.Submit(1, WHY, PHOTO), WATERMAN)
    await office.do(case, c.CheckPass(None, "solved", "handle"), STAFF)
    await office.drive(case)
    first = await office.scalar("SELECT epoch FROM cases WHERE id = :id", id=case)
    await office.wait(days=3)
    outcome = await office.do(case, r.Reopen(WHY), DESK)
    second = await office.scalar("SELECT epoch FROM cases WHERE id = :id", id=case)
    assert second > first
    assert outcome.dirty
    assert (await office.record.look(case, first)).stale
    seen = await detail(office, case)
    assert (seen.status, seen.result, seen.closed_at) == ("in_action", None, None)
    assert [(z.handling, z.cause, z.result) for z in seen.reopenings] == [(2, "by_hand", "solved")]
    assert [z.code for z in seen.standards] == ["handle"]
    assert await office.differences() == []
