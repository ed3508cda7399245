"""Orders in the record: rows follow the events, and an appeal after the closing takes the case up again."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.db import directory, rebuild
from adapters.db.queries.detail import case_detail
from adapters.db.queries.tasks import list_tasks
from adapters.db.rules_store import RulesStore
from domain import commands as c
from domain.authority import visible
from domain.chapters import orders as o
from domain.events import Text
from domain.supervision import Grade, Verdict
from tests.support.cases import CITY_SUPERVISOR, LEAD, LEADER, STAFF, SUPERVISOR, WATER, WATER_HEAD
from tests.support.records import Office, open_office
from tests.support.servers import Database

pytestmark = pytest.mark.slow
WHY = Text("理由")


@pytest_asyncio.fixture(scope="module")
async def office(module_database: Database) -> AsyncIterator[Office]:
    async with open_office(module_database) as opened:
        yield opened


async def test_rows_are_the_fold_and_tampering_is_found(office: Office) -> None:
    case = (await office.blow(rules="beijing/2")).case_id
    await office.do(case, o.IssueOrder(WATER, Grade.YELLOW, WHY), SUPERVISOR)
    await office.do(case, o.AnswerOrder(1, WHY), WATER_HEAD)
    assert await office.differences(case) == []
    async with office.owner.connect() as connection:
        for tampering in ("points = 0", "state = 'lifted'", "late = true"):
            await connection.execute(text(f"UPDATE orders SET {tampering} WHERE case_id = :id"), {"id": case})
            assert [d.table for d in await rebuild.check(connection, case)] == ["orders"]
            await connection.rollback()
        await connection.execute(text("DELETE FROM orders WHERE case_id = :id"), {"id": case})
        await rebuild.rebuild(connection, case)
        assert await rebuild.check(connection, case) == []
        await connection.rollback()


async def test_an_appeal_after_the_closing_begins_a_new_epoch_and_its_ruling_ends_it(office: Office) -> None:
    case = (await office.blow(rules="beijing/2")).case_id
    await office.do(case, o.IssueOrder(WATER, Grade.RED, WHY), SUPERVISOR)
    await office.handle(case)
    await office.do(case, c.CheckPass(standard="handle"), STAFF)
    answer = await office.drive(case)
    assert answer.plan is not None
    assert answer.plan.closed
    first = answer.plan.epoch

    appealed = await office.do(case, o.AppealOrder(1, WHY), WATER_HEAD)
    assert appealed.epoch > first
    assert appealed.plan is not None
    assert not appealed.plan.closed
    assert appealed.plan.next is not None
    assert appealed.plan.next.key == "appeal:-:1/1/remind"
    assert (await office.record.look(case, first)).stale, "the workflow of the old epoch ends"

    await office.wait(days=10)
    answer = await office.drive(case)
    assert answer.plan is not None
    assert not answer.plan.owed
    ruled = await office.do(case, o.RuleAppeal(1, Verdict.DISMISSED, WHY), CITY_SUPERVISOR)
    assert ruled.dirty, "the engine is told that it is over"
    answer = await office.drive(case)
    assert answer.plan is not None
    assert answer.plan.closed
    assert await office.differences(case) == []


async def test_a_public_criticism_stands_in_the_list_of_the_department(office: Office) -> None:
    case = (await office.blow(LEAD, kind="public_request", rules="beijing/2", limit_class="street_lamp_out")).case_id
    await office.do(case, c.Approve(), LEADER)
    await office.wait(days=60)
    await office.drive(case)
    async with office.engine.connect() as connection:
        units = await directory.load(connection)
        listed = {row.case_id: row for row in (await list_tasks(connection, visible(WATER_HEAD), units)).items}
        detail = await case_detail(connection, STAFF, case, units, RulesStore(office.engine))
    assert listed[str(case)].marks == detail.tasks[0].marks == ("criticise",)
    assert "rung:criticise" in {code for (code,) in await office.rows("SELECT DISTINCT code FROM notices")}
    assert await office.differences(case) == []
