"""Schedules on the real engine: declared in code, never doubled, paused ones stay so, turns are told their instant."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest_asyncio
from temporalio.client import Client

from activities.periodic import PeriodicJobs
from adapters.db.retention import forget_keys
from domain import commands as c
from tests.support.cases import STAFF
from tests.support.drive import until
from tests.support.installation import Installation, installed
from tests.support.servers import Database
from workers import schedules
from workers.bootstrap import periodic_jobs
from workers.replay import replay_strictly
from workers.schedules import TIMETABLES, Timetable, ensure

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest_asyncio.fixture
async def parts(database: Database, temporal_client: Client) -> AsyncIterator[Installation]:
    async with installed(database, temporal_client) as installation:
        yield installation


async def test_a_turn_is_told_its_instant_and_the_schedule_is_there_once(parts: Installation) -> None:
    turns: list[datetime] = []

    async def note(at: datetime) -> None:
        turns.append(at)

    table = Timetable(f"test-{uuid4()}", "0 12 19 * *", "the assessment month")
    parts.jobs = PeriodicJobs(parts.office.engine, {table.job: note})
    for _ in range(2):
        await ensure(parts.client, [table])
    handle = parts.client.get_schedule_handle(table.job)
    described = await handle.describe()
    coming = described.info.next_action_times[0].astimezone(SHANGHAI)
    assert (coming.day, coming.hour, coming.minute) == (19, 12, 0)

    parts.start("process")
    await handle.trigger()
    await until(lambda: len(turns) == 1)
    at = turns[0]
    assert abs((at - await parts.office.scalar("SELECT business_now()")).total_seconds()) < 60, "by the business clock"
    started = (await handle.describe()).info.recent_actions[0].action
    history = await parts.client.get_workflow_handle(started.workflow_id).fetch_history()
    assert await replay_strictly(history) == 2

    await handle.pause(note="an operator's will")
    await ensure(parts.client, [replace(table, cron="0 6 1 * *")])
    renewed = await handle.describe()
    assert renewed.schedule.state.paused
    assert renewed.info.next_action_times[0].astimezone(SHANGHAI).day == 1
    await handle.delete()


async def test_every_timetable_has_its_job_and_the_watchdog_puts_lost_schedules_back(
    parts: Installation, monkeypatch: Any
) -> None:  # fmt: skip
    jobs = periodic_jobs(parts.office.engine)
    assert {table.job for table in TIMETABLES} == set(jobs)
    table = Timetable(f"test-{uuid4()}", "0 0 1 1 *", "once a year")
    monkeypatch.setattr(schedules.ensure, "__defaults__", ([table],))
    await parts.watchdog.sweep()
    handle = parts.client.get_schedule_handle(table.job)
    assert (await handle.describe()).id == table.job
    await handle.delete()


async def test_old_keys_are_forgotten_and_young_ones_kept(parts: Installation) -> None:
    case = (await parts.office.blow(key="old-key")).case_id
    await parts.office.run("UPDATE idempotency SET created_at = created_at - interval '8 days'")
    await parts.office.do(case, c.Urge(1), STAFF, "young-key")
    assert await forget_keys(parts.office.engine) == 1
    assert await forget_keys(parts.office.engine, timedelta(days=7)) == 0
    assert (await parts.office.do(case, c.Urge(1), STAFF, "young-key")).replayed
