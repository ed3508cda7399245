"""Pytest plugin for tests of the drive: the option `--sandbox strict`, and cases driven on a record in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker

from adapters.embedded import TemporalServer
from adapters.temporal import Sandbox, connect, signal_with_start
from contracts.case import CasePlan, LifeView
from contracts.names import (
    CASE_QUEUE,
    LIFE,
    NOTICE_QUEUE,
    PROCESS_QUEUE,
    case_workflow_id,
    periodic_activity,
    process_workflow_id,
)
from contracts.periodic import Occasion
from tests.support.clock import VirtualClock
from tests.support.memory_notices import MemoryNotices
from tests.support.memory_process import MemoryProcess, MemoryProcesses
from tests.support.memory_record import MemoryCase, MemoryRecord
from workers.replay import replay_strictly
from workers.temporal_worker import PROCESS_CLASSES
from workflows.case import CaseWorkflow
from workflows.notice import NoticeWorkflow
from workflows.periodic import PeriodicWorkflow


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the workflow tests run in a sandbox that passes nothing through."""
    parser.addoption("--sandbox", choices=[s.value for s in Sandbox], default=Sandbox.SHARED.value)


@pytest.fixture(scope="session")
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return Sandbox(request.config.getoption("--sandbox"))


@pytest_asyncio.fixture(scope="session")
async def virtual_env(temporal_server: TemporalServer, sandbox: Sandbox) -> TimeSkipper:
    """Virtual time with the sandbox of the option."""
    client = await connect(temporal_server.address, sandbox=sandbox)
    return TimeSkipper(client, config=TimeSkippingConfig(enabled=False))


class Drive:
    """A worker over a record in memory, and the ways to poke it."""

    def __init__(
        self, client: Client, record: MemoryRecord, notices: MemoryNotices, clock: VirtualClock, sandbox: Sandbox
    ) -> None:  # fmt: skip
        self.client = client
        self.record = record
        self.notices = notices
        self.clock = clock
        self._sandbox = sandbox

    def case(self, *steps: tuple[str, timedelta, str | None]) -> MemoryCase:
        """Raise a case with the given steps: code, time from now, key."""
        case = MemoryCase(str(uuid4()), steps=[self.record.step_at(*step) for step in steps])
        self.record.cases[case.id] = case
        return case

    async def start(self, case: MemoryCase) -> WorkflowHandle[Any, Any]:
        await signal_with_start(self.client, self.record.plan(case))
        return self.handle(case)

    def handle(self, case: MemoryCase) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(case_workflow_id(case.id, case.epoch))

    async def signal(self, plan: CasePlan) -> None:
        await signal_with_start(self.client, plan)

    def close(self, case: MemoryCase) -> CasePlan:
        """End the case in the record: what was coming is gone, the wind-up is owed."""
        case.closed, case.phase, case.version = True, "wind_up", case.version + 1
        case.steps = [self.record.step_at("wind_up", timedelta())]
        return self.record.plan(case)

    async def life(self, case: MemoryCase) -> LifeView:
        view: LifeView = await self.handle(case).query(LIFE, result_type=LifeView)
        return view

    async def ends(self, case: MemoryCase) -> int:
        """Wait for the end, replay the history strictly and return its length."""
        handle = self.handle(case)
        async with asyncio.timeout(30):
            await handle.result()
        history = await handle.fetch_history()
        await replay_strictly(history, sandbox=self._sandbox)
        return len(history.events)


async def until(holds: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(seconds):
        while True:
            answer = holds()
            if answer if isinstance(answer, bool) else await answer:
                return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def driving(env: TimeSkipper, sandbox: Sandbox) -> AsyncIterator[Drive]:
    record = MemoryRecord()
    notices = MemoryNotices()
    sticky = timedelta(seconds=1)
    async with (
        Worker(
            env.client, task_queue=CASE_QUEUE, workflows=[CaseWorkflow], activities=record.activities(),
            sticky_queue_schedule_to_start_timeout=sticky,
        ),
        Worker(
            env.client, task_queue=NOTICE_QUEUE, workflows=[NoticeWorkflow],
            activities=[notices.deliver, notices.settle], sticky_queue_schedule_to_start_timeout=sticky,
        ),
    ):  # fmt: skip
        yield Drive(env.client, record, notices, VirtualClock(env, record.move), sandbox)


class ProcessDrive:
    """A worker over processes in memory, and the ways to poke them."""

    def __init__(self, client: Client, record: MemoryProcesses, clock: VirtualClock, sandbox: Sandbox) -> None:
        self.client = client
        self.record = record
        self.clock = clock
        self._sandbox = sandbox

    def open(self, kind: str, *steps: tuple[str, timedelta], **more: Any) -> MemoryProcess:
        """Open a process with the given steps: key (its code up to the slash), time from now."""
        process = MemoryProcess(kind, str(uuid4()), steps=[self.record.step(*step) for step in steps], **more)
        self.record.all[process.id] = process
        return process

    async def tell(self, process: MemoryProcess) -> WorkflowHandle[Any, Any]:
        await signal_with_start(self.client, self.record.plan(process))
        return self.handle(process)

    def handle(self, process: MemoryProcess) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(process_workflow_id(process.kind, process.id, process.epoch))

    async def change(self, process: MemoryProcess, *steps: str, closed: bool = False) -> None:
        """Do what a person's command does: a new version with other steps; the engine is told."""
        process.version, process.closed = process.version + 1, closed
        process.steps = [self.record.step(key) for key in steps]
        await self.tell(process)

    async def ends(self, process: MemoryProcess) -> int:
        """Wait for the end, replay the history strictly and return its length."""
        handle = self.handle(process)
        async with asyncio.timeout(30):
            await handle.result()
        history = await handle.fetch_history()
        await replay_strictly(history, sandbox=self._sandbox)
        return len(history.events)


@asynccontextmanager
async def driving_processes(env: TimeSkipper, sandbox: Sandbox) -> AsyncIterator[ProcessDrive]:
    record = MemoryProcesses()

    @activity.defn(name=periodic_activity("retention"))
    async def retention(occasion: Occasion) -> None:
        assert occasion.at is not None

    async with Worker(
        env.client, task_queue=PROCESS_QUEUE, workflows=[*PROCESS_CLASSES, PeriodicWorkflow],
        activities=[*record.activities(), retention], sticky_queue_schedule_to_start_timeout=timedelta(seconds=1),
    ):  # fmt: skip
        yield ProcessDrive(env.client, record, VirtualClock(env, record.move), sandbox)


@pytest_asyncio.fixture
async def processes(virtual_env: TimeSkipper, sandbox: Sandbox) -> AsyncIterator[ProcessDrive]:
    """Processes of any kind in memory, on virtual time."""
    async with driving_processes(virtual_env, sandbox) as drive:
        yield drive


@pytest_asyncio.fixture
async def drive(virtual_env: TimeSkipper, sandbox: Sandbox) -> AsyncIterator[Drive]:
    """Cases on a record in memory, on virtual time."""
    async with driving(virtual_env, sandbox) as drive:
        yield drive
