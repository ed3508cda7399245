"""Schedules, declared in code: ensured when a worker starts and by the reconciler, created once, updated in place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from temporalio.client import (
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleUpdate,
    ScheduleUpdateInput,
)

from adapters.evaluation_files import bundled_scheme
from contracts.names import PERIODIC_WORKFLOW, PROCESS_QUEUE
from contracts.periodic import Occasion

if TYPE_CHECKING:
    from temporalio.client import Client

log = structlog.get_logger(__name__)

ZONE: Final = "Asia/Shanghai"
CATCH_UP: Final = timedelta(days=30)
"""Turns that were missed while the engine was away are made up for this long; each is keyed by its own period."""
_RPC: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a job is due.

    Attributes:
        job: Its word; the schedule's id is the same.
        cron: Minute, hour, day of month, month, day of week, in local time of Beijing.
        why: For the operator's screen.
    """

    job: str
    cron: str
    why: str


TIMETABLES: Final[tuple[Timetable, ...]] = (
    Timetable("retention", "30 3 * * *", "forget idempotency keys after seven days"),
    Timetable("written_round", "0 9 1 * *", "plan the month's written rounds, where rounds.toml switches them on"),
    Timetable("evaluation-month", f"10 0 {bundled_scheme().first_day} * *", "evaluate the assessment month that ended"),
    Timetable("evaluation-day", "5 12 * * *", "evaluate the day that ended at noon"),
)


async def ensure(client: Client, timetables: Sequence[Timetable] = TIMETABLES) -> None:
    """Create every schedule that is not there, and bring the others up to date; one that was paused stays paused.

    Raises:
        RPCError: the engine is away.
    """
    for timetable in timetables:
        wanted = _schedule(timetable)
        try:
            await client.create_schedule(timetable.job, wanted, rpc_timeout=_RPC)
            log.info("schedule.created", job=timetable.job, cron=timetable.cron)
        except ScheduleAlreadyRunningError:
            handle = client.get_schedule_handle(timetable.job)
            await handle.update(_renewed(wanted), rpc_timeout=_RPC)


def _schedule(timetable: Timetable) -> Schedule:
    action = ScheduleActionStartWorkflow(
        PERIODIC_WORKFLOW, Occasion(job=timetable.job), id=f"periodic/{timetable.job}", task_queue=PROCESS_QUEUE,
        static_summary=timetable.why, execution_timeout=timedelta(hours=2),
    )  # fmt: skip
    return Schedule(
        action=action,
        spec=ScheduleSpec(cron_expressions=[timetable.cron], time_zone_name=ZONE),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ALL, catchup_window=CATCH_UP),
    )


def _renewed(wanted: Schedule) -> Callable[[ScheduleUpdateInput], ScheduleUpdate]:
    """Return the update that puts a declared schedule in place and leaves alone whether it is paused."""

    def update(found: ScheduleUpdateInput) -> ScheduleUpdate:
        held = found.description.schedule
        return ScheduleUpdate(Schedule(action=wanted.action, spec=wanted.spec, policy=wanted.policy, state=held.state))

    return update
