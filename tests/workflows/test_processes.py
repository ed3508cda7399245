"""The loop of processes: signals in any order, poison steps, stale epochs, timers; the same for every kind."""

from datetime import timedelta

import pytest

from adapters.temporal import Delivery, is_running, signal_with_start
from domain.processes import PROCESSES
from tests.support.drive import ProcessDrive, until

NOW = timedelta()


@pytest.mark.parametrize("kind", sorted(PROCESSES))
async def test_every_kind_carries_out_what_is_owed_and_ends(processes: ProcessDrive, kind: str) -> None:
    codes = PROCESSES[kind].codes
    process = processes.open(kind, *((code, NOW) for code in codes), closes=codes[-1])
    await processes.tell(process)
    events = await processes.ends(process)
    assert sorted(process.done) == sorted(codes)
    assert events < 12 + 8 * len(codes)


async def test_lost_doubled_and_reordered_signals_are_equal(processes: ProcessDrive) -> None:
    process = processes.open("publication", ("list/1", NOW))
    old = processes.record.plan(process)
    await processes.tell(process)
    await until(lambda: process.done == ["list/1"])
    await processes.change(process, "publish")
    newest = processes.record.plan(process)
    for plan in (old, newest, old, newest):
        await signal_with_start(processes.client, plan)
    await until(lambda: process.done == ["list/1", "publish"])
    await processes.change(process, closed=True)
    await processes.ends(process)
    assert processes.record.calls["publication.publish publish"] == 1
    assert await signal_with_start(processes.client, newest) is Delivery.ENDED


async def test_a_timer_fires_at_its_instant_and_a_poison_step_holds_up_no_other(processes: ProcessDrive) -> None:
    process = processes.open("publication", ("list/1", NOW), ("publish", NOW), ("adopt/1", timedelta(hours=1)))
    processes.record.poison.add("list/1")
    handle = await processes.tell(process)
    await until(lambda: process.done == ["publish"])
    await processes.clock.advance(handle, timedelta(minutes=59))
    assert "adopt/1" not in process.done
    await processes.clock.advance(handle, timedelta(minutes=2))
    await until(lambda: "adopt/1" in process.done)
    processes.record.poison.clear()
    await processes.clock.advance(handle, timedelta(minutes=6))
    await until(lambda: "list/1" in process.done)
    await processes.change(process, closed=True)
    await processes.ends(process)


async def test_a_stale_epoch_changes_nothing_and_ends(processes: ProcessDrive) -> None:
    process = processes.open("publication", ("list/1", NOW))
    plan, handle = processes.record.plan(process), processes.handle(process)
    process.epoch = 1_795_000_000
    await signal_with_start(processes.client, plan)
    await handle.result()
    assert process.done == []
    assert not await is_running(processes.client, handle.id)
