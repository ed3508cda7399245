"""The Temporal workers: cases and processes beside the record, messages beside the outside world."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

import structlog
from temporalio.common import WorkerDeploymentVersion
from temporalio.worker import Worker, WorkerDeploymentConfig

from activities.case import RecordSteps
from activities.notice import RecordNotices
from activities.periodic import PeriodicJobs
from activities.process import ProcessSteps
from adapters.temporal import answers
from contracts.names import CASE_QUEUE, NOTICE_QUEUE, PROCESS_QUEUE
from workflows.adoption import AdoptionWorkflow
from workflows.campaign import CampaignWorkflow
from workflows.case import CaseWorkflow
from workflows.evaluation import EvaluationWorkflow
from workflows.flag import FlagWorkflow
from workflows.notice import NoticeWorkflow
from workflows.periodic import PeriodicWorkflow
from workflows.round import RoundWorkflow

if TYPE_CHECKING:
    from temporalio.client import Client

log = structlog.get_logger(__name__)

PROCESS_CLASSES: Final[tuple[type, ...]] = (
    AdoptionWorkflow, CampaignWorkflow, EvaluationWorkflow, FlagWorkflow, RoundWorkflow,
)  # fmt: skip
"""The workflow of each kind of process."""
_ASK_EVERY_S: Final = 5.0
GRACE: Final = timedelta(seconds=15)
STICKY: Final = timedelta(seconds=1)
CACHED_WORKFLOWS: Final = 1000
WORKFLOW_TASKS: Final = 50
ACTIVITIES: Final = 20


def case_worker(client: Client, steps: RecordSteps) -> Worker:
    """Make the worker of the queue `case`: workflows of cases and the steps of the record."""
    return Worker(
        client, task_queue=CASE_QUEUE, workflows=[CaseWorkflow], activities=steps.activities(), **_limits()
    )  # fmt: skip


def process_worker(client: Client, steps: ProcessSteps, jobs: PeriodicJobs) -> Worker:
    """Make the worker of the queue `process`: workflows of every kind of process, their steps, and scheduled jobs."""
    acts = [*steps.activities(), *jobs.activities()]
    workflows = (*PROCESS_CLASSES, PeriodicWorkflow)
    return Worker(client, task_queue=PROCESS_QUEUE, workflows=workflows, activities=acts, **_limits())


def notice_worker(client: Client, notices: RecordNotices) -> Worker:
    """Make the worker of the queue `notice`: workflows of messages and calls of channels."""
    acts: list[Callable[..., Any]] = [notices.deliver, notices.settle]
    return Worker(client, task_queue=NOTICE_QUEUE, workflows=[NoticeWorkflow], activities=acts, **_limits())


async def run_until(worker: Worker, stop: asyncio.Event) -> None:
    """Run a worker until `stop`, then let running activities finish for at most 15 s.

    Raises:
        Exception: The worker's own fatal error.
    """
    running = asyncio.create_task(worker.run())
    stopping = asyncio.create_task(stop.wait())
    telling = asyncio.create_task(_tell_of_the_engine(worker))
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await worker.shutdown()
        await running
    finally:
        stopping.cancel()
        telling.cancel()


async def _tell_of_the_engine(worker: Worker) -> None:
    """Log once when the engine goes away and once when it is back; the worker itself polls on by its own."""
    there = True
    while True:
        await asyncio.sleep(_ASK_EVERY_S)
        found = await answers(worker.client)
        if found != there:
            there = found
            tell = log.info if there else log.warning
            tell("worker.engine_back" if there else "worker.engine_away", queue=worker.task_queue)


def _limits() -> dict[str, Any]:
    return {
        "max_cached_workflows": CACHED_WORKFLOWS,
        "max_concurrent_workflow_tasks": WORKFLOW_TASKS,
        "max_concurrent_activities": ACTIVITIES,
        "sticky_queue_schedule_to_start_timeout": STICKY,
        "graceful_shutdown_timeout": GRACE,
        "deployment_config": WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(deployment_name="whistle", build_id=_build()), use_worker_versioning=False
        ),
    }


def _build() -> str:
    try:
        return metadata.version("whistle")
    except metadata.PackageNotFoundError:
        return "source"
