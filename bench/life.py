"""Lives of cases over HTTP against the bare engine: same machine, same server, same run (design 7, rows 1 to 4)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client

from adapters.db import migrate
from adapters.db.engine import create_engine
from adapters.db.seeding import seed_city
from adapters.embedded import Stack
from adapters.registry import Registry
from adapters.temporal import connect
from bench.bare import QUEUE
from bench.http import Connection
from contracts.names import SEARCH_ATTRIBUTES, case_workflow_id

AREA = "110101001"
DEPARTMENT = "110101-DRAIN"
RAISE = {
    "kind": "emergency", "area": AREA, "class_code": "W04", "title": "污水井外溢", "place": "南池子大街41号旁",
    "description": "污水流入院内，请到场处置。", "lead": DEPARTMENT, "assist": [],
}  # fmt: skip
"""A plain life: one department, one stage."""


@dataclass(frozen=True, slots=True)
class Rig:
    """Everything that runs during a measurement."""

    stack: Stack
    port: int
    tokens: dict[str, str]
    client: Client
    worker: asyncio.subprocess.Process

    def connection(self, login: str) -> Connection:
        """Open a connection as one user."""
        return Connection("127.0.0.1", self.port, self.tokens[login])


@asynccontextmanager
async def rig() -> AsyncIterator[Rig]:
    """Start servers, seeds, one HTTP process and one worker process, as an installation on this machine would run."""
    folder = Path(tempfile.mkdtemp(prefix="whistle-bench-"))
    folder.chmod(0o711)
    async with Stack(folder, search_attributes=SEARCH_ATTRIBUTES, ui=False) as stack:
        await migrate.upgrade(stack.dsn("whistle_owner"))
        owner = create_engine(stack.dsn("whistle_owner"), role="batch")
        async with owner.begin() as connection:
            await seed_city(connection)
        registry = Registry(owner)
        until = datetime.now(UTC) + timedelta(days=1)
        logins = ("dhm.staff", "drain.worker1")
        tokens = {login: await registry.issue_token(login, "bench", until) for login in logins}
        await owner.dispose()
        port = 18000 + os.getpid() % 1000
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | {
            "WHISTLE_DATABASE_URL": stack.dsn("whistle_app"), "WHISTLE_DATABASE_RO_URL": stack.dsn("whistle_ro"),
            "WHISTLE_TEMPORAL_ADDRESS": stack.temporal.address, "WHISTLE_HTTP_PORT": str(port),
            "WHISTLE_DATA_DIR": str(folder),
        }  # fmt: skip
        processes = [
            await _spawn(["-m", "cli.main", "serve"], environment, folder / "serve.log"),
            await _spawn(["-m", "cli.main", "worker"], environment, folder / "worker.log"),
            await _spawn(["-m", "bench.bare", stack.temporal.address], environment, folder / "bare.log"),
        ]
        try:
            await _until_open(port)
            yield Rig(stack, port, tokens, await connect(stack.temporal.address), processes[1])
        finally:
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGTERM)
            await asyncio.gather(*(p.wait() for p in processes))


async def _spawn(arguments: list[str], environment: dict[str, str], log: Path) -> asyncio.subprocess.Process:
    with log.open("wb") as output:
        return await asyncio.create_subprocess_exec(
            sys.executable, *arguments, env=environment, stdout=output, stderr=output
        )


async def _until_open(port: int) -> None:
    for _ in range(900):
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    msg = "the server did not come up"
    raise RuntimeError(msg)


async def life(street: Connection, worker: Connection, times: list[float] | None = None) -> str:
    """Live one case over HTTP; returns its id. `times` takes the seconds of each action."""
    key = uuid.uuid4().hex

    async def act(who: Connection, path: str, body: dict[str, Any]) -> dict[str, Any]:
        begun = time.perf_counter()
        answer = await who.post(f"/api/v1/cases{path}", body, f"{key}{path[-12:].replace('/', '-')}")
        if times is not None:
            times.append(time.perf_counter() - begun)
        return answer

    case_id: str = (await act(street, "", RAISE))["id"]
    await act(worker, f"/{case_id}/claim", {"task": 1})
    await act(worker, f"/{case_id}/report-in", {"task": 1, "note": "已到现场"})
    handed = await act(worker, f"/{case_id}/submit", {"task": 1, "note": "已处置", "evidence": ["photo-1"]})
    await act(street, f"/{case_id}/check-pass", {"standard": handed["tasks"][0]["stage"]})
    return case_id


async def bare_life(client: Client) -> None:
    """Live one case of the baseline."""
    handle = await client.start_workflow("bare", id=f"bare-{uuid.uuid4()}", task_queue=QUEUE)
    for _ in range(4):
        await handle.execute_update("act")
    await handle.result()


async def sustained(seconds: float, at_once: int, one: Callable[[int], Awaitable[None]]) -> float:
    """Return lives a second of `at_once` loops over so many seconds."""
    end = time.perf_counter() + seconds
    done = 0

    async def loop(number: int) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await one(number)
            done += 1

    begun = time.perf_counter()
    await asyncio.gather(*(loop(n) for n in range(at_once)))
    return done / (time.perf_counter() - begun)


async def ours(rig: Rig, seconds: float, at_once: int) -> tuple[float, list[str]]:
    """Return our lives a second, counted until the last workflow has ended, and the case ids."""
    pairs = [(rig.connection("dhm.staff"), rig.connection("drain.worker1")) for _ in range(at_once)]
    ids: list[str] = []

    async def one(number: int) -> None:
        ids.append(await life(*pairs[number]))

    begun = time.perf_counter()
    await sustained(seconds, at_once, one)
    await _all_ended(rig, ids)
    spent = time.perf_counter() - begun
    for street, worker in pairs:
        await street.close()
        await worker.close()
    return len(ids) / spent, ids


async def _all_ended(rig: Rig, ids: list[str]) -> None:
    for case_id in ids:
        handle = rig.client.get_workflow_handle(case_workflow_id(case_id, await _epoch(rig, case_id)))
        await handle.result()


async def _epoch(_rig: Rig, _case_id: str) -> int:
    """Epochs begin at 1 and nothing raises them in a run without faults."""
    return 1


async def histories(rig: Rig, ids: list[str]) -> tuple[int, int, int]:
    """Return the longest history, the most wakes and the most signals of the lives.

    A wake is a workflow task with a cause from outside: a signal or a timer, not the answer of an activity.
    """
    events, wakes, signals = 0, 0, 0
    for case_id in ids:
        history = await rig.client.get_workflow_handle(case_workflow_id(case_id, 1)).fetch_history()
        kinds = [e.WhichOneof("attributes") for e in history.events]
        events = max(events, len(kinds))
        tasks = kinds.count("workflow_task_completed_event_attributes")
        wakes = max(wakes, tasks - kinds.count("activity_task_completed_event_attributes"))
        signals = max(signals, kinds.count("workflow_execution_signaled_event_attributes"))
    return events, wakes, signals


async def one_client(rig: Rig, lives: int) -> list[float]:
    """Return the seconds of each action of one client, life after life."""
    street, worker = rig.connection("dhm.staff"), rig.connection("drain.worker1")
    times: list[float] = []
    for _ in range(lives):
        await life(street, worker, times)
    await street.close()
    await worker.close()
    return times


async def bare_updates(rig: Rig, count: int) -> list[float]:
    """Return the seconds of updates without any activity, one client."""
    handle = await rig.client.start_workflow("bare", id=f"touch-{uuid.uuid4()}", task_queue=QUEUE)
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        await handle.execute_update("touch")
        times.append(time.perf_counter() - begun)
    await handle.terminate()
    return times


async def measure(seconds: float = 20, at_once: int = 12) -> dict[str, Any]:
    """Measure rows 1 to 4 in one run; bare and ours alternate, so that both see the same machine."""
    async with rig() as running:
        await one_client(running, 10)
        await bare_updates(running, 50)
        bare, mine, ids = [], [], []
        for _ in range(2):
            bare.append(await sustained(seconds / 2, at_once, lambda _n: bare_life(running.client)))
            rate, done = await ours(running, seconds / 2, at_once)
            mine.append(rate)
            ids += done
        updates = await bare_updates(running, 200)
        actions = await one_client(running, 40)
        events, wakes, signals = await histories(running, ids[:20] + ids[-20:])
        await running.stack.temporal.stop()
        without = await one_client(running, 40)
    middle = statistics.median
    return {
        "lives_per_s": statistics.mean(mine), "bare_lives_per_s": statistics.mean(bare),
        "lives_ratio": statistics.mean(mine) / statistics.mean(bare), "lives": len(ids), "at_once": at_once,
        "action_p50_ms": middle(actions) * 1000, "bare_update_p50_ms": middle(updates) * 1000,
        "action_ratio": middle(actions) / middle(updates),
        "without_engine_p50_ms": middle(without) * 1000, "without_engine_ratio": middle(without) / middle(actions),
        "history_events": events, "wakes": wakes, "signals": signals,
    }  # fmt: skip
