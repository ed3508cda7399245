"""The process behind the pages: starts with servers away, says so in JSON, works once they are there, ends cleanly."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.embedded import TemporalServer
from tests.support.drive import until
from tests.support.records import open_office
from tests.support.servers import Database
from workers.bootstrap import Part, UnknownPartError, run_workers

ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def process(log: Path, database: str, temporal: str, *parts: str) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = os.environ | {"WHISTLE_DATABASE_URL": database, "WHISTLE_TEMPORAL_ADDRESS": temporal}
    with log.open("wb") as out:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", "worker", *parts, cwd=ROOT, env=environment, stdout=out, stderr=out
        )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


def events(log: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]


async def ended(child: asyncio.subprocess.Process, seconds: float = 30) -> int:
    child.send_signal(signal.SIGTERM)
    return await asyncio.wait_for(child.wait(), seconds)


@pytest.mark.slow
async def test_it_works_and_ends_cleanly(database: Database, temporal_server: TemporalServer, tmp_path: Path) -> None:
    log = tmp_path / "log"
    async with open_office(database) as office, process(log, database.app, temporal_server.address) as child:
        case = (await office.blow()).case_id
        query = "SELECT count(*) FROM case_events WHERE case_id = :id AND kind = 'departments_called'"

        async def called() -> bool:
            return bool(await office.scalar(query, id=case) == 1)

        await until(called, seconds=90)
        assert await ended(child) == 0
    said = events(log)
    assert said[0]["event"] == "workers.start"
    assert said[0]["parts"] == list(Part)
    assert said[-1]["event"] == "workers.stopped"
    assert [e for e in said if e["level"] != "info"] == []


@pytest.mark.slow
async def test_it_waits_for_servers_that_are_away(tmp_path: Path) -> None:
    log = tmp_path / "log"
    nobody = "postgresql+asyncpg://whistle_app@/whistle?host=/nonexistent"
    async with process(log, nobody, "127.0.0.1:1") as child:
        await until(lambda: {"case", "notice"} <= {e.get("part", "") for e in events(log)}, seconds=90)
        away = {"relay.record_away", "watchdog.record_away"}
        await until(lambda: away <= {e["event"] for e in events(log)}, seconds=90)
        assert child.returncode is None
        assert await ended(child) == 0
    assert not [e for e in events(log) if e["level"] == "error"]


async def test_an_unknown_part_is_named() -> None:
    with pytest.raises(UnknownPartError, match="case, notice, process, relay, watchdog"):
        await run_workers(None, ["cases"], asyncio.Event())  # type: ignore[arg-type]
