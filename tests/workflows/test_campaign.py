"""A campaign on the real engine: its workflow raises a batch page by page, across a stop, and ends it in its time."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from temporalio.client import Client

from adapters.db.seeding import seed_city
from adapters.registry import Registry
from adapters.temporal import signal_with_start
from contracts.names import process_workflow_id
from domain.process import id_of
from domain.processes.campaign import CampaignState, CampaignStatus, OpenCampaign, StartBatch
from domain.text import Text
from tests.support.cases import AREA, DESK, DISTRICT, MONDAY
from tests.support.drive import until
from tests.support.installation import Installation, installed
from tests.support.servers import Database
from workers.replay import replay_strictly

pytestmark = pytest.mark.slow

CODE = "HBZZ-2026"
PROCESS = id_of("campaign", CODE)
ENDS = MONDAY + timedelta(days=20)
OPENING = OpenCampaign("", CODE, DISTRICT, "beijing/2", Text("环保整治"), DESK.org, (DISTRICT,), (), MONDAY, ENDS)
ROWS = "area,place\n" + "".join(f"{AREA},东华门大街{n}号\n" for n in range(1, 46))
BATCH = StartBatch("emergency", "W04", Text("污水外溢"), Text("排查发现"), Text(ROWS + "110102001,西长安街1号\n"))


@pytest_asyncio.fixture
async def parts(database: Database, temporal_client: Client) -> AsyncIterator[Installation]:
    async with installed(database, temporal_client) as installation:
        yield installation


async def state(parts: Installation) -> CampaignState:
    found = await parts.office.record.process(PROCESS)
    assert isinstance(found, CampaignState)
    return found


async def test_a_batch_goes_on_after_a_stop_and_the_campaign_ends_by_itself(parts: Installation) -> None:
    office = parts.office
    async with office.owner.begin() as connection:
        await seed_city(connection)
    staff = await Registry(office.engine).actor("dhm.staff")
    await office.record.transact(PROCESS, OPENING, DESK, "open-1")
    parts.start("process")
    parts.nudge.tell(await office.record.transact(PROCESS, BATCH, staff, "batch-1"))

    async def begun() -> bool:
        return (await state(parts)).batches[0].pages >= 1

    await until(begun, seconds=60)
    await parts.stop("process")
    parts.start("process")

    async def done() -> bool:
        return (await state(parts)).batches[0].is_done

    await until(done, seconds=60)
    outcomes = (await state(parts)).batches[0].outcomes
    assert [o.row for o in outcomes] == list(range(1, 47))
    assert [o.refused for o in outcomes if o.refused] == ["outside_campaign"]
    raised = await office.rows("SELECT id FROM cases WHERE campaign = :code", code=CODE)
    assert sorted(str(row.id) for row in raised) == sorted(o.case for o in outcomes if o.case)
    assert len(raised) == 45
    assert await office.scalar("SELECT count(DISTINCT raised_by) FROM cases") == 1

    await office.set_now(ENDS + timedelta(seconds=1))  # the clock was moved under a sleeping workflow: tell it
    plan = (await office.record.step_process(PROCESS, 1, None)).plan
    assert plan is not None
    await signal_with_start(parts.client, plan)
    handle = parts.client.get_workflow_handle(process_workflow_id("campaign", PROCESS, 1))

    async def ended() -> bool:
        return (await state(parts)).status is CampaignStatus.ENDED

    await until(ended, seconds=60)
    await handle.result()
    await replay_strictly(await handle.fetch_history())
    assert (await state(parts)).closed_at == ENDS
