"""How the workflow of a message behaves: delivered, tried again, buried, started once."""

import pytest
from temporalio.client import WorkflowFailureError

from adapters.temporal import start_notice
from contracts.case import MessageRef
from contracts.names import notice_workflow_id
from contracts.notice import Settlement, Verdict
from tests.support.drive import Drive, until
from workers.replay import replay_strictly


async def test_a_message_is_tried_again_and_delivered_once(drive: Drive) -> None:
    drive.notices.unavailable["m-1"] = 1
    message = MessageRef(message_id="m-1", channel="webhook")
    for _ in range(3):
        await start_notice(drive.client, message)
    handle = drive.client.get_workflow_handle(notice_workflow_id("m-1"))
    await handle.result()
    await start_notice(drive.client, message)  # a relay that comes late
    assert drive.notices.delivered == ["m-1"]
    assert drive.notices.settled == [Settlement(message_id="m-1", verdict=Verdict.DELIVERED)]
    await replay_strictly(await handle.fetch_history())


async def test_a_refused_message_is_a_dead_letter_that_can_be_replayed(drive: Drive) -> None:
    drive.notices.refused.add("m-2")
    message = MessageRef(message_id="m-2", channel="webhook")
    await start_notice(drive.client, message)
    handle = drive.client.get_workflow_handle(notice_workflow_id("m-2"))
    with pytest.raises(WorkflowFailureError):
        await handle.result()
    assert drive.notices.settled == [Settlement(message_id="m-2", verdict=Verdict.DEAD, reason="http_410")]
    await replay_strictly(await handle.fetch_history())
    drive.notices.refused.clear()
    await start_notice(drive.client, message)
    await drive.client.get_workflow_handle(notice_workflow_id("m-2")).result()
    assert drive.notices.delivered == ["m-2"]


async def test_a_case_hands_over_and_outlives_nothing(drive: Drive) -> None:
    case = drive.case(("dispatch", drive.record.offset, None))
    case.messages = {"dispatch": tuple(MessageRef(message_id=f"{case.id}-{n}", channel="webhook") for n in (1, 2))}
    await start_notice(drive.client, case.messages["dispatch"][0])  # the relay was faster with one of them
    await drive.start(case)
    await until(lambda: case.done == ["dispatch"])
    await until(lambda: sorted(drive.notices.delivered) == [f"{case.id}-1", f"{case.id}-2"])
    await drive.signal(drive.close(case))
    assert await drive.ends(case) <= 60
