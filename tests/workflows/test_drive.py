"""The drive on the real record and the real engine: nudge, relay, workers, watchdog, messages."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client

from adapters.db import watching
from adapters.db.counters import counters
from adapters.drive import Sender
from adapters.embedded import TemporalServer
from adapters.nudge import Nudge
from adapters.shutdown import settle
from adapters.temporal import answers, connect, register_search_attributes, signal_with_start
from contracts.names import SEARCH_ATTRIBUTES
from domain import commands as c
from domain.events import Text
from tests.support.cases import STAFF, WATERMAN
from tests.support.drive import until
from tests.support.installation import Installation, installed
from tests.support.servers import Database
from workers.relay import Relay


@pytest_asyncio.fixture
async def drive(database: Database, temporal_client: Client) -> AsyncIterator[Installation]:
    async with installed(database, temporal_client) as installation:
        yield installation


async def called(drive: Installation, case: UUID) -> bool:
    return "departments_called" in await drive.kinds(case)


async def sent(drive: Installation, case: UUID) -> bool:
    row = (await drive.office.rows("SELECT * FROM case_notify WHERE case_id = :id ORDER BY epoch DESC", id=case))[0]
    return bool(row.sent >= row.urgent)


async def healthy(drive: Installation) -> None:
    assert {name: count for name, count in (await counters(drive.office.engine)).items() if count} == {}


async def test_a_plain_life_takes_two_wakes_and_a_short_history(drive: Installation) -> None:
    drive.start("case", "relay")
    raised = await drive.tell(await drive.office.blow())
    case = raised.case_id
    await until(lambda: called(drive, case))
    await until(lambda: sent(drive, case))
    await drive.pass_check(case)
    events = await drive.ends(case)
    life = await drive.nudge.life(str(case), 1)
    assert life is not None
    print(f"plain life: {events} events, {life.wakes} wakes, quiet signals {drive.relay.counts['quiet']}")
    assert events <= 36
    assert life.wakes <= 3
    assert life.plan.closed
    assert (await drive.kinds(case))[-1] == "case_closed"
    assert await drive.office.differences(case) == []
    assert drive.nudge.engine == "ok"
    await healthy(drive)


async def test_what_no_nudge_sent_the_relay_sends(drive: Installation) -> None:
    drive.start("case", "relay")
    case = (await drive.office.blow()).case_id
    await until(lambda: called(drive, case))
    assert drive.relay.counts["sent"] >= 1
    await drive.office.do(case, c.Withdraw(Text("误报")), STAFF)
    await drive.ends(case)
    await healthy(drive)


async def test_a_silent_department_meets_every_rung_once_and_never_early(drive: Installation) -> None:
    drive.start("case", "relay")
    case = (await drive.tell(await drive.office.blow())).case_id
    await until(lambda: called(drive, case))
    await drive.speed(1200)
    await until(lambda: fired(drive, case, 4), seconds=40)
    rows = await drive.office.rows(
        "SELECT at, recorded_at, business_at(recorded_at) AS noticed, body FROM case_events"
        " WHERE case_id = :id AND kind = 'rung_fired' ORDER BY seq", id=case,
    )  # fmt: skip
    identities = [(r.body["key"], r.body["generation"], r.body["rung"]) for r in rows]
    assert len(identities) == len(set(identities))
    assert [r.at for r in rows] == sorted(r.at for r in rows)
    assert all(r.noticed >= r.at for r in rows)
    await drive.speed(1)
    await drive.tell(await drive.office.do(case, c.Withdraw(Text("误报")), STAFF))
    await drive.ends(case)
    assert drive.watchdog.acts.total() == 0
    assert await drive.office.differences(case) == []


async def fired(drive: Installation, case: UUID, count: int) -> bool:
    return (await drive.kinds(case)).count("rung_fired") >= count


async def test_a_workflow_ended_by_hand_gets_a_new_epoch(drive: Installation) -> None:
    drive.start("case", "relay")
    case = (await drive.tell(await drive.office.blow())).case_id
    await until(lambda: called(drive, case))
    await until(lambda: sent(drive, case))
    await drive.handle(case).terminate("by hand")
    await drive.watchdog.sweep()
    assert drive.watchdog.acts.total() == 0, "heard of it a moment ago"
    older = "interval '16 minutes'"
    aged = f"UPDATE case_notify SET sent_at = sent_at - {older}, stepped_at = stepped_at - {older}"
    await drive.office.run(aged)
    await drive.watchdog.sweep()
    assert drive.watchdog.acts == {"epochs": 1}
    epoch = await drive.office.scalar("SELECT epoch FROM cases WHERE id = :id", id=case)
    assert epoch > 1_700_000_000
    await until(lambda: sent(drive, case))
    await drive.tell(await drive.office.do(case, c.Withdraw(Text("误报")), STAFF))
    await drive.ends(case, epoch)
    await drive.office.run(aged)
    await drive.watchdog.sweep()
    assert drive.watchdog.acts == {"epochs": 1}, "a healthy case is left alone"


async def test_an_open_plan_for_an_ended_workflow_raises_the_epoch_once(drive: Installation) -> None:
    drive.start("case")
    raised = await drive.tell(await drive.office.blow())
    case, first = raised.case_id, raised.plan
    assert first is not None
    await until(lambda: called(drive, case))
    await drive.handle(case).terminate("by hand")
    sender = Sender(drive.client, drive.office.engine)
    await sender.send(first)
    epoch = await drive.office.scalar("SELECT epoch FROM cases WHERE id = :id", id=case)
    assert epoch == 1, "an old version proves nothing"
    await drive.office.notify.mark_dirty(case)
    assert await drive.relay.send_dirty() == 1
    epoch = await drive.office.scalar("SELECT epoch FROM cases WHERE id = :id", id=case)
    assert epoch > 1
    assert await drive.relay.send_dirty() == 1
    assert await drive.relay.send_dirty() == 0
    await drive.tell(await drive.office.do(case, c.Withdraw(Text("误报")), STAFF))
    await drive.ends(case, epoch)
    closed = (await drive.office.record.look(case, epoch)).plan
    assert closed is not None
    await sender.send(closed)
    assert await drive.office.scalar("SELECT epoch FROM cases WHERE id = :id", id=case) == epoch


async def test_with_the_engine_away_the_nudge_gives_way_to_the_relay(drive: Installation) -> None:
    async with Nudge(drive.office.engine, "127.0.0.1:1") as nudge:
        raised = await drive.office.blow()
        nudge.tell(raised)
        await until(lambda: nudge.engine == "away")
        assert nudge.offer(raised.plan) is False  # type: ignore[arg-type]
        assert nudge.counts["skipped"] == 1
    away = Relay(await connect("127.0.0.1:1", lazy=True), drive.office.engine)
    await drive.office.run("UPDATE case_notify SET lease_until = NULL")
    stop = asyncio.Event()
    running = asyncio.create_task(away.run(stop))
    await until(lambda: away.counts["failed"] >= 1)
    await asyncio.sleep(0.5)
    stop.set()
    await running
    attempts = await drive.office.scalar("SELECT attempts FROM case_notify")
    assert attempts <= 2, "an engine that is away costs no attempts"
    await drive.office.run("UPDATE case_notify SET lease_until = NULL")
    drive.start("case", "relay")
    await until(lambda: called(drive, raised.case_id))
    await drive.tell(await drive.office.do(raised.case_id, c.Withdraw(Text("误报")), STAFF))
    await drive.ends(raised.case_id)


async def test_the_nudge_queue_is_bounded(drive: Installation) -> None:
    raised = await drive.office.blow()
    nudge = Nudge(drive.office.engine, "127.0.0.1:1")  # not begun: nobody takes from the queue
    results = [nudge.offer(raised.plan) for _ in range(502)]  # type: ignore[arg-type]
    assert results.count(False) == 2
    assert nudge.counts["overflow"] == 2


async def test_without_the_engine_the_watchdog_fires_each_rung_once(drive: Installation) -> None:
    case = (await drive.office.blow()).case_id
    assert await drive.office.notify.due_unfired(120) == []
    await drive.office.wait(minutes=4)
    await drive.watchdog.sweep()
    assert drive.watchdog.acts["dirtied"] == 1
    assert drive.watchdog.acts["fired"] == 0
    await drive.office.wait(minutes=41)
    await drive.watchdog.sweep()
    assert drive.watchdog.acts["fired"] == 1
    kinds = await drive.kinds(case)
    assert kinds.count("departments_called") == 1
    count = kinds.count("rung_fired")
    assert count >= 3
    await drive.watchdog.sweep()
    assert (await drive.kinds(case)).count("rung_fired") == count
    withdrawn = await drive.office.do(case, c.Withdraw(Text("误报")), STAFF)
    assert withdrawn.state.is_ended
    await drive.office.wait(minutes=11)
    await drive.watchdog.sweep()
    assert (await drive.kinds(case))[-1] == "wound_up"


async def test_a_herd_is_not_a_fault(drive: Installation) -> None:
    await drive.office.blow()
    await drive.office.wait(minutes=4)
    other = await drive.office.blow()
    assert other.plan is not None
    await drive.office.record.step(other.case_id, 1, other.plan.owed[0])  # the engine is at work
    await drive.watchdog.sweep()
    assert drive.watchdog.acts["dirtied"] == 0
    await drive.office.run("UPDATE case_notify SET stepped_at = stepped_at - interval '31 seconds'")
    await drive.watchdog.sweep()
    assert drive.watchdog.acts["dirtied"] == 1


async def test_only_one_watchdog_sweeps(drive: Installation) -> None:
    async with watching.singleton(drive.office.engine, "watchdog") as mine:
        assert mine
        async with watching.singleton(drive.office.engine, "watchdog") as second:
            assert not second
    async with watching.singleton(drive.office.engine, "watchdog") as again:
        assert again


async def test_quiet_changes_follow_late_coalesced_and_bounded(drive: Installation) -> None:
    drive.start("case", "relay")
    case = (await drive.tell(await drive.office.blow())).case_id
    await until(lambda: called(drive, case))
    await until(lambda: sent(drive, case))
    await drive.tell(await drive.office.do(case, c.Claim(1), WATERMAN))
    await drive.office.do(case, c.ReportIn(1), WATERMAN)
    await asyncio.sleep(1.5)
    assert drive.relay.counts["quiet"] == 0
    await drive.office.run("UPDATE case_notify SET sent_at = sent_at - interval '5 minutes'")
    await until(lambda: drive.relay.counts["quiet"] == 1)
    await until(lambda: phase_is(drive, case, "act"))
    await drive.handle(case).terminate("end of the test")


async def phase_is(drive: Installation, case: UUID, phase: str) -> bool:
    life = await drive.nudge.life(str(case), 1)
    return life is not None and life.phase == phase


async def test_a_signal_with_start_tells_the_operator_what_it_is(drive: Installation) -> None:
    drive.start("case")
    raised = await drive.office.blow()
    assert raised.plan is not None
    await signal_with_start(drive.client, raised.plan)
    await until(lambda: called(drive, raised.case_id))
    found: Any = await drive.handle(raised.case_id).describe()
    attributes = {pair.key.name: pair.value for pair in found.typed_search_attributes}
    assert attributes["CaseDistrict"] == "110101"
    assert attributes["CaseKind"] == "emergency"
    assert await found.static_summary() == f"{raised.number} · emergency · 110101001"
    history = await drive.handle(raised.case_id).fetch_history()
    said = b"".join(event.SerializeToString() for event in history.events).decode(errors="replace")
    assert raised.number in said
    for text in ("路面冒水", "井盖旁冒水", "东华门大街1号"):
        assert text not in said, "no text of a person in the engine"
    await drive.handle(raised.case_id).terminate("end of the test")


@pytest.mark.parametrize("part", ["case"])
async def test_a_worker_that_stops_in_between_delays_and_loses_nothing(drive: Installation, part: str) -> None:
    drive.start("relay")
    case = (await drive.tell(await drive.office.blow())).case_id
    await until(lambda: sent(drive, case))
    assert not await called(drive, case)
    drive.start(part)
    await until(lambda: called(drive, case))
    await drive.stop(part)
    await drive.tell(await drive.office.do(case, c.Withdraw(Text("误报")), STAFF))
    drive.start(part)
    await drive.ends(case)


async def test_search_attributes_are_registered_by_the_worker_and_again_without_harm(tmp_path: Path) -> None:
    async with TemporalServer(tmp_path / "temporal", persistent=False) as server:
        client = await connect(server.address)
        for _ in range(2):
            await register_search_attributes(client)
        request = ListSearchAttributesRequest(namespace="default")
        known = await client.operator_service.list_search_attributes(request)
        assert set(SEARCH_ATTRIBUTES) <= set(known.custom_attributes)
        assert await answers(client)
        del client
    await settle()
