"""Pytest plugin with the real servers of the tests: one PostgreSQL and one Temporal dev server per test process.

Both start at the first test that asks for them and die with the process. Fixtures:

- `postgres`: the server (`PostgresServer`); `template_db`: name of a database migrated to head;
- `database`: a fresh migrated database for one test; `module_database`: one for all tests of a module;
- `temporal_server`: the dev server (`TemporalServer`); `temporal_client`: a client of it with the project's plugin;
- `temporal_env`: the same server with virtual time (`TimeSkipper`): `.client`, `.fast_forward(handle, duration)`,
  `.get_current_time(handle)`; each workflow started by its client has its own clock, which stands until it is advanced.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from temporalio.client import Client
    from temporalio.testing import TimeSkipper

    from adapters.embedded import PostgresServer, TemporalServer

# Our own modules and the Temporal client are imported by the fixtures: the layers without servers start faster.

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Database:
    """One database of the test server; URLs for SQLAlchemy with asyncpg.

    Attributes:
        name: Name of the database.
        owner: URL of the role that owns the tables (migrations).
        app: URL of the application's role.
        ro: URL of the read-only role.
    """

    name: str
    owner: str
    app: str
    ro: str


@pytest.fixture(scope="session")
def server_dir() -> Iterator[Path]:
    """A folder for the servers of this process that an unprivileged account can walk to (pytest's own is closed)."""
    folder = Path(tempfile.mkdtemp(prefix=f"whistle-test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest_asyncio.fixture(scope="session")
async def postgres(server_dir: Path) -> AsyncIterator[PostgresServer]:
    """One PostgreSQL server, without any flush to disk."""
    from adapters.embedded import PostgresServer

    async with PostgresServer(server_dir / "pg", durable=False) as server:
        yield server


@pytest_asyncio.fixture(scope="session")
async def template_db(postgres: PostgresServer) -> str:
    """Name of a database at the head of all migrations; nobody is connected to it."""
    from adapters.db import migrate
    from adapters.embedded.postgres import OWNER

    name = "whistle_template"
    await postgres.create_database(name)
    await migrate.upgrade(postgres.dsn(OWNER, name))
    return name


@asynccontextmanager
async def fresh_database(server: PostgresServer, template: str | None) -> AsyncIterator[Database]:
    """Make a database of its own, dropped in the end with all connections to it."""
    from adapters.embedded.postgres import APP, OWNER, READ_ONLY

    name = f"test_{next(_numbers)}"
    await server.create_database(name, template)
    yield Database(name, server.dsn(OWNER, name), server.dsn(APP, name), server.dsn(READ_ONLY, name))
    await server.drop_database(name)


@pytest_asyncio.fixture
async def database(postgres: PostgresServer, template_db: str) -> AsyncIterator[Database]:
    """A migrated database for one test."""
    async with fresh_database(postgres, template_db) as fresh:
        yield fresh


@pytest_asyncio.fixture(scope="module")
async def module_database(postgres: PostgresServer, template_db: str) -> AsyncIterator[Database]:
    """A migrated database for the tests of one module."""
    async with fresh_database(postgres, template_db) as fresh:
        yield fresh


@pytest_asyncio.fixture(scope="session")
async def temporal_server(server_dir: Path) -> AsyncIterator[TemporalServer]:
    """One dev server, its state in memory; virtual time is possible but only for workflows that ask for it."""
    from adapters.embedded import TemporalServer
    from adapters.shutdown import settle
    from contracts.names import SEARCH_ATTRIBUTES

    args = ("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true")
    file = server_dir / "temporal"
    async with TemporalServer(file, persistent=False, search_attributes=SEARCH_ATTRIBUTES, extra_args=args) as server:
        yield server
        await settle()


@pytest_asyncio.fixture(scope="session")
async def temporal_client(temporal_server: TemporalServer) -> Client:
    """A client with the project's plugin (payload converter, sandbox rules), real time."""
    from adapters import temporal

    return await temporal.connect(temporal_server.address)


@pytest_asyncio.fixture(scope="session")
async def temporal_env(temporal_client: Client) -> TimeSkipper:
    """Virtual time: workflows started by its client stand still until `fast_forward`."""
    from temporalio.testing import TimeSkipper, TimeSkippingConfig

    return TimeSkipper(temporal_client, config=TimeSkippingConfig(enabled=False))
