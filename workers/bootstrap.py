"""The one wiring of the processes behind the pages: pools, channels, activities, workers, relay and watchdog."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

from activities.campaign import CampaignSteps
from activities.case import RecordSteps
from activities.evaluation import EvaluationSteps
from activities.notice import RecordNotices
from activities.periodic import Job, PeriodicJobs
from activities.process import ProcessSteps
from activities.publication import PublicationSteps
from activities.round import RoundSteps
from adapters import temporal
from adapters.db import retention
from adapters.db.engine import Pool, create_engine
from adapters.db.outbound import OutboundStore
from adapters.db.record import Record
from adapters.db.rules_store import RulesStore
from adapters.db.tables import ChannelKind
from adapters.evaluations import Evaluations
from adapters.notify.webhook import WebhookChannel
from adapters.rounds import plan_monthly
from workers import schedules
from workers.relay import Relay
from workers.temporal_worker import case_worker, notice_worker, process_worker, run_until
from workers.waiting import keep_running
from workers.watchdog import Watchdog

if TYPE_CHECKING:
    from temporalio.client import Client

    from settings import Settings

log = structlog.get_logger(__name__)


class Part(StrEnum):
    """What one process may run; all of it by default."""

    CASE = "case"
    NOTICE = "notice"
    PROCESS = "process"
    RELAY = "relay"
    WATCHDOG = "watchdog"


class UnknownPartError(LookupError):
    """There is no such part."""


async def run_workers(settings: Settings, parts: Collection[str], stop: asyncio.Event) -> None:
    """Run the chosen parts until `stop`; each survives the absence of PostgreSQL and Temporal and is started again.

    Args:
        parts: Names of `Part`; empty for all.

    Raises:
        UnknownPartError: A name is not a part.
    """
    chosen = [Part(name) for name in _known(parts)] or list(Part)
    wiring = _Wiring(settings, stop)
    log.info("workers.start", parts=[part.value for part in chosen])
    async with asyncio.TaskGroup() as group:
        for part in chosen:
            group.create_task(keep_running(part.value, wiring.of(part), stop), name=part.value)
    log.info("workers.stopped")


def _known(parts: Collection[str]) -> Collection[str]:
    for name in parts:
        if name not in set(Part):
            raise UnknownPartError(f"no part {name!r}; there are: {', '.join(Part)}")
    return parts


class _Wiring:
    """Builds each part from the settings, anew at every start of the part."""

    def __init__(self, settings: Settings, stop: asyncio.Event) -> None:
        self._settings = settings
        self._stop = stop

    def of(self, part: Part) -> Callable[[], Awaitable[None]]:
        return {
            Part.CASE: self._case, Part.NOTICE: self._notice, Part.PROCESS: self._process, Part.RELAY: self._relay,
            Part.WATCHDOG: self._watchdog,
        }[part]  # fmt: skip

    async def _case(self) -> None:
        async with self._pool("worker") as engine:
            client = await self._client()
            await temporal.register_search_attributes(client)
            await run_until(case_worker(client, RecordSteps(_record(engine))), self._stop)

    async def _notice(self) -> None:
        settings = self._settings
        webhook = WebhookChannel(settings.webhook_connect_timeout, settings.webhook_timeout)
        async with self._pool("worker") as engine, webhook:
            channels = {ChannelKind.WEBHOOK.value: webhook}
            worker = notice_worker(await self._client(), RecordNotices(OutboundStore(engine), channels))
            await run_until(worker, self._stop)

    async def _process(self) -> None:
        async with self._pool("worker") as engine:
            client = await self._client()
            await temporal.register_search_attributes(client)
            await schedules.ensure(client)
            rules = RulesStore(engine)
            steps = process_steps(Record(engine, rules), engine, rules)
            jobs = PeriodicJobs(engine, periodic_jobs(engine))
            await run_until(process_worker(client, steps, jobs), self._stop)

    async def _relay(self) -> None:
        async with self._pool("relay") as engine:
            await Relay(await self._client(lazy=True), engine).run(self._stop)

    async def _watchdog(self) -> None:
        async with self._pool("reconciler") as engine, self._pool("worker") as working:
            await Watchdog(await self._client(lazy=True), engine, _record(working)).run(self._stop)

    async def _client(self, *, lazy: bool = False) -> Client:
        """Connect; a worker needs a client that is connected, all others wait for their first call."""
        settings = self._settings
        return await temporal.connect(settings.temporal_address, settings.temporal_namespace, lazy=lazy)

    @asynccontextmanager
    async def _pool(self, role: str) -> AsyncIterator[Pool]:
        engine = create_engine(self._settings.dsn("app"), role=role)
        try:
            yield engine
        finally:
            await engine.dispose()


def process_steps(record: Record, engine: Pool, rules: RulesStore) -> ProcessSteps:
    """Return the activities of every kind of process; kinds whose steps need more than the state add theirs here."""
    publications, evaluations = PublicationSteps(record, engine, rules), EvaluationSteps(record, engine)
    return ProcessSteps(record, {
        **publications.activities(), **evaluations.activities(), **RoundSteps(record, engine).activities(),
        **CampaignSteps(record, engine).activities(),
    })  # fmt: skip


def periodic_jobs(engine: Pool) -> dict[str, Job]:
    """Return what each timetable of `workers.schedules` does, by its word."""
    evaluations = Evaluations(engine, _record(engine))
    return {
        "retention": lambda _at: retention.forget_keys(engine),
        "evaluation-month": lambda at: evaluations.open_all(at, daily=False),
        "evaluation-day": lambda at: evaluations.open_all(at, daily=True),
        "written_round": lambda at: plan_monthly(_record(engine), at),
    }


def _record(engine: Pool) -> Record:
    return Record(engine, RulesStore(engine))
