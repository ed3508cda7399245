"""The record when the database fails: what the caller is told is true, and the same key always resolves it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text

from adapters.db.engine import create_engine
from adapters.db.errors import OutcomeUnknown, RecordUnavailable
from adapters.db.record import Record
from adapters.db.rules_store import RulesStore
from domain import commands as c
from tests.support.cases import WATERMAN
from tests.support.records import Office, open_office
from tests.support.servers import Database

DIE = (
    "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$"
)


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        yield opened


async def test_a_connection_lost_while_committing_leaves_the_outcome_unknown_and_the_key_tells(office: Office) -> None:
    case = (await office.blow()).case_id
    await office.run(DIE)
    await office.run(
        "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON case_events DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION die()"
    )
    with pytest.raises(OutcomeUnknown):
        await office.do(case, c.Claim(1), WATERMAN, "key-lost")
    await office.run("DROP TRIGGER die ON case_events")
    answer = await office.do(case, c.Claim(1), WATERMAN, "key-lost")
    assert not answer.replayed
    assert (await office.do(case, c.Claim(1), WATERMAN, "key-lost")).replayed
    assert await office.differences(case) == []


async def test_a_connection_lost_before_the_commit_changed_nothing(office: Office) -> None:
    case = (await office.blow()).case_id
    await office.run(DIE)
    await office.run("CREATE TRIGGER die AFTER INSERT ON case_events FOR EACH STATEMENT EXECUTE FUNCTION die()")
    with pytest.raises(RecordUnavailable):
        await office.do(case, c.Claim(1), WATERMAN, "key-before")
    await office.run("DROP TRIGGER die ON case_events")
    assert not (await office.do(case, c.Claim(1), WATERMAN, "key-before")).replayed


async def test_a_lock_that_does_not_come_is_told_within_its_time(office: Office) -> None:
    case = (await office.blow()).case_id
    async with office.owner.begin() as connection:
        await connection.execute(text("SELECT FROM cases WHERE id = :id FOR UPDATE"), {"id": case})
        with pytest.raises(RecordUnavailable):
            async with asyncio.timeout(3):
                await office.do(case, c.Claim(1), WATERMAN)
    await office.do(case, c.Claim(1), WATERMAN)


async def test_an_exhausted_pool_is_told_within_two_seconds(office: Office) -> None:
    held = [await office.engine.connect() for _ in range(10)]
    began = asyncio.get_running_loop().time()
    with pytest.raises(RecordUnavailable):
        await office.record.state(uuid4())
    assert 1.5 < asyncio.get_running_loop().time() - began < 3
    for connection in held:
        await connection.close()


async def test_a_server_that_is_not_there_is_told(office: Office) -> None:
    engine = create_engine("postgresql+asyncpg://whistle_app@/nothing?host=/nonexistent")
    away = replace(office, engine=engine, record=Record(engine, RulesStore(engine)))
    with pytest.raises(RecordUnavailable):
        await away.do(uuid4(), c.Claim(1), WATERMAN)
    await engine.dispose()


async def test_a_lost_pool_heals_by_itself(office: Office) -> None:
    case = (await office.blow()).case_id
    other = create_engine(office.database.app, role="relay")
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
    )
    async with other.connect() as connection:
        assert (await connection.execute(text(query))).all()
    await other.dispose()
    await office.do(case, c.Claim(1), WATERMAN)
