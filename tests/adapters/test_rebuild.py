"""Proof on a real server: the read model is the fold of the log, and whatever is changed behind its back is found."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.db import rebuild
from adapters.db.errors import CaseNotFound
from adapters.db.log import read_log
from domain.chain import first_break
from tests.support.records import Office, open_office
from tests.support.servers import Database


@pytest_asyncio.fixture(scope="module")
async def office(module_database: Database) -> AsyncIterator[Office]:
    async with open_office(module_database) as opened:
        yield opened


TAMPERINGS = (
    "UPDATE case_events SET actor = 'somebody' WHERE case_id = :id AND seq = 3",
    "UPDATE case_events SET recorded_at = recorded_at - interval '1 hour' WHERE case_id = :id AND seq = 3",
    "UPDATE case_events SET at = at - interval '1 second' WHERE case_id = :id AND seq = 3",
    "UPDATE case_events SET body = jsonb_set(body, '{facts,raised_by}', '\"x\"') WHERE case_id = :id AND seq = 1",
    "DELETE FROM case_events WHERE case_id = :id AND seq = 4",
    "DELETE FROM case_events WHERE case_id = :id AND seq = (SELECT max(seq) FROM case_events WHERE case_id = :id)",
    "UPDATE case_events SET seq = -seq WHERE case_id = :id AND seq IN (2, 3)",
    "UPDATE case_texts SET body = body || '。' WHERE case_id = :id AND field = 'title'",
    "UPDATE cases SET status = 'closed' WHERE id = :id",
    "UPDATE cases SET state = jsonb_set(state, '{rework}', '5') WHERE id = :id",
    "UPDATE tasks SET holder = 'x' WHERE case_id = :id AND no = 1",
    "DELETE FROM clocks WHERE case_id = :id AND task_no = 1",
    "UPDATE clocks SET due = due + interval '1 day' WHERE case_id = :id AND task_no = 2",
    "UPDATE case_notify SET wanted = wanted - 1 WHERE case_id = :id",
)


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_every_tampering_is_found(office: Office, tampering: str) -> None:
    case = (await office.blow()).case_id
    assert await office.differences(case) == []
    async with office.owner.connect() as connection:
        await connection.execute(text("ALTER TABLE case_events DISABLE TRIGGER append_only"))
        await connection.execute(text(tampering), {"id": case})
        found = await rebuild.check(connection, case)
        await connection.rollback()
    assert found
    assert all("路面" not in str(difference) for difference in found)


async def test_erased_words_leave_the_chain_whole(office: Office) -> None:
    case = (await office.blow()).case_id
    async with office.engine.begin() as connection:
        erasure = text("UPDATE case_texts SET body = NULL, salt = NULL WHERE case_id = :id")
        await connection.execute(erasure, {"id": case})
    assert await office.differences(case) == []
    async with office.engine.connect() as connection:
        log = await read_log(connection, case)
    assert first_break((row.chained(case), row.hash) for row in log) is None


async def test_rebuild_writes_the_same_rows(office: Office) -> None:
    case = (await office.blow()).case_id
    await office.handle(case)
    listed = "SELECT * FROM {} WHERE case_id = :id ORDER BY 2, 3"
    before = {t: await office.rows(listed.format(t), id=case) for t in ("tasks", "clocks")}
    await office.run("UPDATE cases SET status = 'closed', version = 1 WHERE id = :id", id=case)
    await office.run("UPDATE clocks SET due = due + interval '1 day' WHERE case_id = :id", id=case)
    await office.run("DELETE FROM tasks WHERE case_id = :id", id=case)
    assert await office.differences(case)
    async with office.owner.begin() as connection:
        assert await rebuild.rebuild(connection, case) == 1
    assert await office.differences(case) == []
    for table, rows in before.items():
        assert await office.rows(listed.format(table), id=case) == rows


async def test_a_case_is_found_by_its_number(office: Office) -> None:
    raised = await office.blow()
    async with office.engine.connect() as connection:
        assert await rebuild.case_id(connection, raised.number) == raised.case_id
        with pytest.raises(CaseNotFound):
            await rebuild.case_id(connection, "BJ-1")
