"""How the case's workflow behaves: signals in any order, poison steps, early steps, stale epochs, long lives."""

from datetime import timedelta

import pytest
from temporalio.client import WorkflowExecutionStatus

from adapters.temporal import Delivery, is_running, life, signal_with_start
from contracts.names import case_workflow_id
from tests.support.drive import Drive, until

NOW = timedelta()
HOUR = timedelta(hours=1)
CLAIM_AT = ("escalate", HOUR, "claim:1/1/at")


async def test_a_plain_life_is_short(drive: Drive) -> None:
    case = drive.case(("dispatch", NOW, None), CLAIM_AT)
    await drive.start(case)
    await until(lambda: case.done == ["dispatch"])
    await until(lambda: drive.handle(case) is not None)
    await drive.signal(drive.close(case))
    events = await drive.ends(case)
    assert case.done == ["dispatch", "wind_up"]
    assert drive.record.calls["case.look"] == 0
    assert events <= 30
    print("events of a plain life:", events, "wakes:", (await drive.life(case)).wakes)
    assert (await drive.life(case)).wakes <= 3


async def test_a_rung_fires_at_its_instant_and_not_before(drive: Drive) -> None:
    case = drive.case(CLAIM_AT)
    handle = await drive.start(case)
    await drive.clock.advance(handle, HOUR - timedelta(minutes=5))
    assert case.done == []
    await drive.clock.advance(handle, timedelta(minutes=6))
    await until(lambda: case.done == ["claim:1/1/at"])
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_the_timer_names_clock_and_party(drive: Drive) -> None:
    case = drive.case(CLAIM_AT)
    handle = await drive.start(case)
    await until(lambda: _has_timer(drive, case))
    summaries = [
        event.user_metadata.summary.data.decode()
        async for event in handle.fetch_history_events()
        if event.HasField("timer_started_event_attributes")
    ]
    assert summaries == ['"escalate claim:1/1/at · 110105-cgw"']
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_lost_doubled_and_reordered_signals_are_equal(drive: Drive) -> None:
    case = drive.case(("dispatch", NOW, None))
    first = drive.record.plan(case)
    await drive.start(case)
    await until(lambda: case.done == ["dispatch"])
    case.version += 1
    lost = drive.record.plan(case)
    case.version += 1
    case.steps = [drive.record.step_at("remind", NOW, "claim:1/1/half")]
    newest = drive.record.plan(case)
    for plan in (newest, lost, first, newest):  # the one between was lost, comes late, and the newest twice
        await drive.signal(plan)
    await until(lambda: case.done == ["dispatch", "claim:1/1/half"])
    assert drive.record.calls["case.remind claim:1/1/half"] == 1
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_the_same_version_again_makes_it_look(drive: Drive) -> None:
    case = drive.case(CLAIM_AT)
    await drive.start(case)
    await until(lambda: _has_timer(drive, case))
    assert drive.record.calls["case.look"] == 0
    case.steps.append(drive.record.step_at("remind", NOW, "claim:1/1/half"))  # the record knows more than it told
    old = drive.record.plan(case).model_copy(update={"owed": ()})
    await drive.signal(old)
    await until(lambda: case.done == ["claim:1/1/half"])
    assert drive.record.calls["case.look"] == 1
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_a_poison_step_does_not_block_the_others(drive: Drive) -> None:
    case = drive.case(("remind", HOUR, "claim:1/1/half"), ("escalate", 2 * HOUR, "claim:1/1/at"))
    drive.record.poison.add("claim:1/1/half")
    handle = await drive.start(case)
    await drive.clock.advance(handle, HOUR + timedelta(minutes=10))  # the step gives up after five minutes
    await until(lambda: drive.record.calls["case.look"] >= 1)
    assert case.done == []
    await drive.clock.advance(handle, HOUR)
    for _ in range(8):
        if case.done:
            break
        await drive.clock.advance(handle, timedelta(minutes=6))
    assert case.done == ["claim:1/1/at"]
    assert (await drive.life(case)).failed in ((), ("claim:1/1/half",))
    drive.record.poison.clear()
    for _ in range(8):
        if len(case.done) == 2:
            break
        await drive.clock.advance(handle, timedelta(minutes=6))
    assert case.done == ["claim:1/1/at", "claim:1/1/half"]
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_a_step_that_stays_owed_is_tried_once_a_wake(drive: Drive) -> None:
    case = drive.case(("remind", NOW, "claim:1/1/half"))
    drive.record.stubborn.add("claim:1/1/half")
    await drive.start(case)
    await until(lambda: _has_timer(drive, case))
    assert drive.record.calls["case.remind claim:1/1/half"] == 1
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_a_step_that_comes_too_early_waits_as_told(drive: Drive) -> None:
    case = drive.case(CLAIM_AT)
    handle = await drive.start(case)
    await drive.clock.advance_workflow_only(handle, HOUR + timedelta(seconds=1))
    await until(lambda: drive.record.calls["case.escalate claim:1/1/at"] == 1)
    assert case.done == []
    await drive.clock.advance(handle, HOUR + timedelta(seconds=1))
    await until(lambda: case.done == ["claim:1/1/at"])
    assert drive.record.calls["case.escalate claim:1/1/at"] == 2
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_a_stale_epoch_changes_nothing_and_ends(drive: Drive) -> None:
    case = drive.case(("dispatch", NOW, None))
    plan = drive.record.plan(case)
    case.epoch = 1_795_000_000
    await drive.signal(plan)
    handle = drive.client.get_workflow_handle(f"case/{case.id}/1")
    await handle.result()
    assert case.done == []
    assert (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED
    await drive.start(case)
    await until(lambda: case.done == ["dispatch"])
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_an_ended_workflow_never_runs_again(drive: Drive) -> None:
    case = drive.case(("dispatch", NOW, None))
    await drive.start(case)
    closed = drive.close(case)
    await drive.signal(closed)
    await drive.ends(case)
    assert not await is_running(drive.client, case_workflow_id(case.id, 1))
    assert await signal_with_start(drive.client, closed) is Delivery.ENDED
    assert not await is_running(drive.client, case_workflow_id(case.id, 1))


async def test_a_long_life_continues_as_new_and_keeps_its_plan(drive: Drive) -> None:
    case = drive.case(("escalate", timedelta(days=45), "handle:1/1/at"))
    handle = await drive.start(case)
    run = (await handle.describe()).run_id
    await drive.clock.advance(handle, timedelta(days=31))
    await until(lambda: drive.record.calls["case.look"] >= 1)
    renewed = drive.handle(case)
    assert (await renewed.describe()).run_id != run
    found = (await renewed.describe()).typed_search_attributes
    assert {pair.key.name: pair.value for pair in found if pair.key.name != "BuildIds"} == {
        "CaseDistrict": "110105", "CaseKind": "public_request", "CasePhase": "muster",
    }  # fmt: skip
    await drive.clock.advance(renewed, timedelta(days=15))
    await until(lambda: case.done == ["handle:1/1/at"])
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def test_the_phase_is_shown_once_a_wake_and_only_if_it_changed(drive: Drive) -> None:
    case = drive.case(("dispatch", NOW, None), CLAIM_AT)
    handle = await drive.start(case)
    await until(lambda: _has_timer(drive, case))
    for phase in ("muster", "act", "act", "check"):
        case.version, case.phase = case.version + 1, phase
        await drive.signal(drive.record.plan(case))
        await until(lambda: _knows(drive, case))
    await drive.signal(drive.close(case))
    await drive.ends(case)
    upserts = [
        event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields["CasePhase"].data
        async for event in handle.fetch_history_events()
        if event.HasField("upsert_workflow_search_attributes_event_attributes")
    ]
    assert upserts == [b'"act"', b'"check"', b'"wind_up"']


async def test_an_operator_reads_the_life(drive: Drive) -> None:
    case = drive.case(CLAIM_AT)
    await drive.start(case)
    view = await life(drive.client, case.id, 1)
    assert view is not None
    assert view.plan.next is not None
    assert view.plan.next.key == "claim:1/1/at"
    assert await life(drive.client, case.id, 2) is None
    await drive.signal(drive.close(case))
    await drive.ends(case)


@pytest.mark.parametrize("down_minutes", [12])
async def test_a_record_that_is_away_delays_and_loses_nothing(drive: Drive, down_minutes: int) -> None:
    case = drive.case(CLAIM_AT)
    handle = await drive.start(case)
    await until(lambda: _has_timer(drive, case))
    drive.record.down = True
    await drive.clock.advance(handle, HOUR + timedelta(minutes=down_minutes))
    drive.record.down = False
    for _ in range(8):
        if case.done:
            break
        await drive.clock.advance(handle, timedelta(minutes=6))
    assert case.done == ["claim:1/1/at"]
    await drive.signal(drive.close(case))
    await drive.ends(case)


async def _has_timer(drive: Drive, case: object) -> bool:
    handle = drive.handle(case)  # type: ignore[arg-type]
    return any([event.HasField("timer_started_event_attributes") async for event in handle.fetch_history_events()])


async def _knows(drive: Drive, case: object) -> bool:
    return (await drive.life(case)).plan.version == case.version  # type: ignore[arg-type,attr-defined]
