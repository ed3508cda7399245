"""A publication driven by the real engine: nudged or relayed, its workflow publishes, ends and replays strictly."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest_asyncio
from temporalio.client import Client
from temporalio.service import RPCError

from adapters.db.names import PROCESSES
from adapters.db.notify import Notify
from contracts.names import LIFE, process_workflow_id
from contracts.process import ProcessLife
from domain.events import Text
from domain.processes.publication import WithdrawPublication
from tests.support.cases import CITY_SUPERVISOR
from tests.support.drive import until
from tests.support.installation import Installation, installed
from tests.support.publications import approve, listed, propose, state_of, without_makeup_day
from tests.support.servers import Database
from workers.replay import replay_strictly

DRAFT = without_makeup_day(date(2026, 2, 14))


@pytest_asyncio.fixture
async def parts(database: Database, temporal_client: Client) -> AsyncIterator[Installation]:
    async with installed(database, temporal_client) as installation:
        yield installation


async def ended(parts: Installation, process: Any) -> list[str]:
    """Wait for the workflow's end, replay it, and return the activities it called."""
    handle = parts.client.get_workflow_handle(process_workflow_id("publication", process, 1))

    async def begun() -> bool:
        try:
            await handle.describe()
        except RPCError:
            return False
        return True

    await until(begun)
    await handle.result()
    history = await handle.fetch_history()
    await replay_strictly(history)
    return [
        e.activity_task_scheduled_event_attributes.activity_type.name
        for e in history.events
        if e.HasField("activity_task_scheduled_event_attributes")
    ]


async def test_the_workflow_publishes_what_a_second_person_approved(parts: Installation) -> None:
    parts.start("process")
    proposed = await propose(parts.office, DRAFT)
    parts.nudge.tell(proposed)
    handle = parts.client.get_workflow_handle(process_workflow_id("publication", proposed.id, 1))

    async def waits() -> bool:
        return (await state_of(parts.office, proposed.id)).status == "listed"

    await until(waits)
    life = await handle.query(LIFE, result_type=ProcessLife)
    assert (life.plan.status, dict(life.plan.facts)["ref"]) == ("listed", "beijing/2")
    parts.nudge.tell(await approve(parts.office, proposed.id))
    assert await ended(parts, proposed.id) == ["publication.list", "publication.publish", "publication.adopt"]
    assert await parts.office.scalar("SELECT count(*) FROM calendars WHERE version = 2") == 1


async def test_without_a_nudge_the_relay_drives_it(parts: Installation) -> None:
    parts.start("process", "relay")
    process = await listed(parts.office, DRAFT)
    await approve(parts.office, process)
    await parts.office.run("UPDATE process_notify SET lease_until = clock_timestamp()")
    await until(lambda: parts.relay.counts["sent"] >= 1)
    assert await ended(parts, process) == ["publication.publish", "publication.adopt"]


async def test_the_watchdog_tells_the_engine_again_and_finds_a_lost_workflow(parts: Installation) -> None:
    process = await listed(parts.office, DRAFT)
    await approve(parts.office, process)
    notify = Notify(parts.office.engine, PROCESSES)
    await notify.mark_sent(await _taken(parts, notify))
    await parts.office.wait(minutes=20)
    await parts.office.run("UPDATE process_notify SET urgent = sent, wanted = sent")
    await parts.watchdog.sweep()
    assert parts.watchdog.acts["dirtied"] >= 1
    other = await listed(parts.office, DRAFT)
    await notify.mark_sent(await _taken(parts, notify))
    await parts.office.run(
        "UPDATE process_notify SET sent_at = sent_at - interval '20 minutes', stepped_at = NULL,"
        " urgent = sent WHERE process_id = :id", id=other,
    )  # fmt: skip
    await parts.watchdog.sweep()
    assert parts.watchdog.acts["epochs"] == 1
    assert await parts.office.scalar("SELECT epoch FROM processes WHERE id = :id", id=other) > 1_700_000_000


async def _taken(parts: Installation, notify: Notify) -> list[Any]:
    await parts.office.run("UPDATE process_notify SET lease_until = clock_timestamp()")
    return await notify.take_lapsed()


async def test_a_withdrawn_proposal_ends_its_workflow(parts: Installation) -> None:
    parts.start("process")
    proposed = await propose(parts.office, DRAFT)
    parts.nudge.tell(proposed)
    command = WithdrawPublication(Text("通知有误"))
    parts.nudge.tell(await parts.office.record.transact(proposed.id, command, CITY_SUPERVISOR, "withdraw-1"))
    assert await ended(parts, proposed.id) in ([], ["publication.list"])
