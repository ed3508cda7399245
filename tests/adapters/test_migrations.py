"""The schema: up, down and up again, no drift from the tables, reviewed by squawk, and roles that may little."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from alembic import command
from sqlalchemy import CheckConstraint, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from adapters.db import evaluation_tables, migrate, process_tables, reference_tables  # noqa: F401 - into the metadata
from adapters.db.engine import LIMITS, create_engine
from adapters.db.errors import sqlstate
from adapters.db.tables import metadata
from adapters.embedded import PostgresServer
from adapters.embedded.postgres import OWNER
from tests.support.servers import Database, fresh_database

SQUAWK = Path(sys.executable).parent / "squawk"
EXCLUDED = (
    "prefer-bigint-over-int",  # counts within a case stay small
    "transaction-nesting",  # Alembic writes BEGIN and COMMIT itself
)


@pytest_asyncio.fixture
async def empty(postgres: PostgresServer) -> AsyncIterator[Database]:
    async with fresh_database(postgres, None) as fresh:
        yield fresh


async def test_up_down_one_step_up_and_all_the_way(empty: Database) -> None:
    assert await migrate.current(empty.owner) is None
    await migrate.upgrade(empty.owner)
    await migrate.upgrade(empty.owner)
    assert await migrate.current(empty.owner) == migrate.head()
    await migrate.downgrade(empty.owner, "-1")
    assert await migrate.current(empty.owner) != migrate.head()
    await migrate.upgrade(empty.owner)
    await migrate.downgrade(empty.owner, "base")
    await migrate.upgrade(empty.owner)
    assert await migrate.current(empty.app) == migrate.head(), "the application can see which schema it meets"


async def test_two_at_once_wait_for_each_other(empty: Database) -> None:
    await asyncio.gather(migrate.upgrade(empty.owner), migrate.upgrade(empty.owner))
    assert await migrate.current(empty.owner) == migrate.head()


async def test_a_migration_gives_up_its_lock_and_tries_again(database: Database) -> None:
    await migrate.downgrade(database.owner, "-1")
    engine = create_async_engine(database.owner, poolclass=NullPool)
    async with engine.connect() as reader:
        await reader.execute(text("LOCK TABLE alembic_version IN ACCESS SHARE MODE"))
        await reader.execute(text("LOCK TABLE alembic_version IN SHARE MODE"))
        running = asyncio.ensure_future(migrate.upgrade(database.owner))
        await asyncio.sleep(2.6)
        assert not running.done()
        await reader.rollback()
        await running
    await engine.dispose()
    assert await migrate.current(database.owner) == migrate.head()


async def test_the_tables_of_the_code_are_those_of_the_database(database: Database) -> None:
    engine = create_async_engine(database.owner, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(lambda c: command.check(migrate.config(c)))
        query = text("SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c'")
        there = {name: set(re.findall(r"'(\w+)'", definition)) for name, definition in await connection.execute(query)}
    await engine.dispose()
    for table in metadata.tables.values():
        for check in table.constraints:
            if isinstance(check, CheckConstraint):
                name = f"ck_{table.name}_{str(check.name).removeprefix(f'ck_{table.name}_')}"
                assert there[name] == set(re.findall(r"'(\w+)'", str(check.sqltext))), name


def test_squawk_finds_nothing(tmp_path: Path) -> None:
    sql = migrate.offline_sql()
    assert sql.index("SET lock_timeout = '2s'") < sql.index("CREATE TABLE")
    ours = re.sub(r"CREATE TABLE alembic_version \(.*?\);", "", sql, count=1, flags=re.DOTALL)
    script = tmp_path / "upgrade.sql"
    script.write_text(ours, encoding="utf-8")
    argv = [SQUAWK, "--assume-in-transaction", *(part for rule in EXCLUDED for part in ("-e", rule)), script]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


async def test_a_locale_that_finds_no_chinese_text_is_refused(postgres: PostgresServer) -> None:
    name = "test_locale_c"
    await postgres._execute(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'C'")
    with pytest.raises(DBAPIError, match="finds no Chinese text"):
        await migrate.upgrade(postgres.dsn(OWNER, name))
    await postgres.drop_database(name)


async def test_roles_have_what_they_need_and_no_more(database: Database) -> None:
    engine = create_engine(database.app)
    for statement in (
        "CREATE TABLE x (y int)", "DROP TABLE cases", "ALTER TABLE cases ADD COLUMN x int", "DELETE FROM cases",
        "DELETE FROM clocks", "UPDATE calendars SET version = 1", "UPDATE business_clock SET rate = 2",
        "ALTER TABLE case_events DISABLE TRIGGER append_only",
    ):  # fmt: skip
        with pytest.raises(DBAPIError) as refused:
            async with engine.begin() as connection:
                await connection.execute(text(statement))
        assert sqlstate(refused.value) == "42501", statement
    async with engine.connect() as connection:
        power = text("SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
        assert not (await connection.execute(power)).scalar_one()
        shown = [(await connection.execute(text(f"SHOW {name}"))).scalar_one() for name in (
            "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "transaction_timeout",
        )]  # fmt: skip
    assert shown == ["3s", "1s", "10s", "8s"]
    assert sum(limits.pool for limits in LIMITS.values()) < 40
    await engine.dispose()
    reader = create_engine(database.ro, role="report")
    for statement in ("SELECT secret FROM channels", "SELECT hash FROM user_tokens", "SELECT answer FROM idempotency"):
        with pytest.raises(DBAPIError) as refused:
            async with reader.connect() as connection:
                await connection.execute(text(statement))
        assert sqlstate(refused.value) == "42501", statement
    await reader.dispose()


async def test_bigrams_know_width_case_and_two_character_words(database: Database) -> None:
    engine = create_engine(database.app)
    async with engine.connect() as connection:
        query = text("SELECT grams('ＡＢ 建国门漏水') @> grams(:word)")
        for word, found in (("漏水", True), ("ab", True), ("建国门", True), ("水漏", False), ("b建", False)):
            assert (await connection.execute(query, {"word": word})).scalar_one() is found, word
        assert (await connection.execute(text("SELECT grams('水')"))).scalar_one() == []
    await engine.dispose()
