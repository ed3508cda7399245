"""A whole drive for tests: real record and engine, workers, relay, nudge and watchdog in one process, in real time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from temporalio.client import Client, WorkflowHandle

from activities.case import RecordSteps
from activities.notice import RecordNotices
from activities.periodic import PeriodicJobs
from adapters.db import business_clock
from adapters.db.outbound import OutboundStore
from adapters.db.record import Outcome
from adapters.db.rules_store import RulesStore
from adapters.notify.webhook import WebhookChannel
from adapters.nudge import Nudge
from contracts.names import case_workflow_id
from domain import commands as c
from domain.events import Text
from tests.support.cases import LEADER, STAFF
from tests.support.records import Office, open_office
from tests.support.servers import Database
from workers.bootstrap import periodic_jobs, process_steps
from workers.relay import Relay
from workers.replay import replay_strictly
from workers.temporal_worker import case_worker, notice_worker, process_worker, run_until
from workers.watchdog import Watchdog


@dataclass
class Installation:
    """Parts that a test starts and stops as it likes."""

    office: Office
    client: Client
    nudge: Nudge
    relay: Relay
    watchdog: Watchdog
    outbound: OutboundStore
    webhook: WebhookChannel
    jobs: PeriodicJobs
    running: dict[str, tuple[asyncio.Event, asyncio.Task[None]]] = field(default_factory=dict)

    def start(self, *parts: str) -> None:
        """Start parts: `case`, `notice`, `relay`."""
        for part in parts:
            stop = asyncio.Event()
            if part == "relay":
                work = self.relay.run(stop)
            elif part == "process":
                office = self.office
                steps = process_steps(office.record, office.engine, RulesStore(office.engine))
                work = run_until(process_worker(self.client, steps, self.jobs), stop)
            elif part == "case":
                work = run_until(case_worker(self.client, RecordSteps(self.office.record)), stop)
            else:
                notices = RecordNotices(self.outbound, {"webhook": self.webhook})
                work = run_until(notice_worker(self.client, notices), stop)
            self.running[part] = (stop, asyncio.create_task(work))

    async def stop(self, *parts: str) -> None:
        """Stop parts, all by default."""
        for part in parts or tuple(self.running):
            stop, task = self.running.pop(part)
            stop.set()
            await task

    async def speed(self, rate: float) -> None:
        """Let business time run so many times as fast."""
        async with self.office.owner.begin() as connection:
            await business_clock.set_rate(connection, rate)

    async def tell(self, outcome: Outcome) -> Outcome:
        """Nudge, as the border does after a command."""
        self.nudge.tell(outcome)
        return outcome

    async def pass_check(self, case: UUID) -> Outcome:
        """Approve afterwards, let the departments handle the case, and close it."""
        await self.tell(await self.office.do(case, c.Approve(), LEADER))
        await self.tell(await self.office.handle(case))
        return await self.tell(await self.office.do(case, c.CheckPass(Text("合格")), STAFF))

    def handle(self, case: UUID, epoch: int = 1) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(case_workflow_id(case, epoch))

    async def ends(self, case: UUID, epoch: int = 1, seconds: float = 30) -> int:
        """Wait for the end of a workflow, replay it strictly, and return the length of its history."""
        handle = self.handle(case, epoch)
        async with asyncio.timeout(seconds):
            await handle.result()
        history = await handle.fetch_history()
        await replay_strictly(history)
        return len(history.events)

    async def kinds(self, case: UUID) -> list[str]:
        """Return the kinds of the case's events in order."""
        query = "SELECT kind FROM case_events WHERE case_id = :id ORDER BY seq"
        return [row.kind for row in await self.office.rows(query, id=case)]


@asynccontextmanager
async def installed(database: Database, client: Client) -> AsyncIterator[Installation]:
    """Open an installation with nothing running but the nudge."""
    async with AsyncExitStack() as stack:
        office = await stack.enter_async_context(open_office(database))
        nudge = await stack.enter_async_context(Nudge(office.engine, client.service_client.config.target_host))
        webhook = await stack.enter_async_context(WebhookChannel(1.0, 2.0))
        installation = Installation(
            office, client, nudge, Relay(client, office.engine), Watchdog(client, office.engine, office.record),
            OutboundStore(office.engine), webhook, PeriodicJobs(office.engine, periodic_jobs(office.engine)),
        )  # fmt: skip
        try:
            yield installation
        finally:
            await installation.stop()
