"""Pytest plugin for tests of the drive: the option `--sandbox strict`, and cases driven on a record in memory."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig
from temporalio.worker import Worker

from adapters.embedded import TemporalServer
from adapters.temporal import Sandbox, connect, signal_with_start
from contracts.case import CasePlan, LifeView
from contracts.names import CASE_QUEUE, LIFE, NOTICE_QUEUE, case_workflow_id
from tests.support.clock import VirtualClock
from tests.support.memory_notices import MemoryNotices
from tests.support.memory_record import MemoryCase, MemoryRecord
from workers.replay import replay_strictly
from workflows.case import CaseWorkflow
from workflows.notice import NoticeWorkflow


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


async def until(holds: Callable[[], Awaitable[bool]] | Callable[[], bool], seconds: float = 15) -> None:
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


@pytest_asyncio.fixture
async def drive(virtual_env: TimeSkipper, sandbox: Sandbox) -> AsyncIterator[Drive]:
    """Cases on a record in memory, on virtual time."""
    async with driving(virtual_env, sandbox) as drive:
        yield drive
