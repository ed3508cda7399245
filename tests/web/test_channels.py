"""The commands of the channels through their forms: every one works on the generic page."""

from datetime import timedelta

from adapters.db import business_clock
from adapters.db.engine import create_engine
from contracts.commands import FORMS
from tests.support.city import People
from tests.support.servers import Database
from tests.web.conftest import Pages

STREET, AGENT, CALLER, DESK, CLERK, GRID, WORKER = (
    "dhm.staff", "hotline.agent", "hotline.callback", "desk", "desk.clerk1", "dhm.grid", "drain.worker1",
)  # fmt: skip
GIVEN = {
    "confer", "acknowledge", "pre_check", "file_case", "cancel_filing", "dispatch", "post_check", "call_back",
    "link_report", "answer_report", "unlink_report", "link_case", "unlink_case",
}  # fmt: skip


def test_every_command_of_the_channels_is_given_below() -> None:
    assert set(FORMS) >= GIVEN


async def pass_a_day(city: Database) -> None:
    owner = create_engine(city.owner, role="batch")
    async with owner.begin() as connection:
        await business_clock.advance(connection, timedelta(days=1, seconds=1))
    await owner.dispose()


async def test_a_hotline_order_from_the_call_to_the_call_back(pages: Pages, module_city: Database) -> None:
    agent, worker, caller = await pages.of(AGENT), await pages.of(WORKER), await pages.of(CALLER)
    number = await agent.raised(
        channel="hotline", kind="public_request", class_code="W10", reporter_name="张晓明",
        reporter_phone="13800138000",
    )  # fmt: skip
    await agent.done(number, "link-report", channel="hotline", words="我也要反映", ref="12345-9")
    assert "已答复诉求人" in await agent.done(number, "answer-report", entry=2, answer="正在处理")
    await agent.done(number, "unlink-report", entry=2, reason="另一处")
    await worker.done(number, "claim", 1)
    await worker.done(number, "confer", 1, note="已与协办单位会商")
    await worker.done(number, "report-in", 1)
    await worker.done(number, "submit", 1, note="已疏通")
    await pass_a_day(module_city)
    form = await caller.get(f"/cases/{number}/call-back")
    assert '<option value="basically">基本满意</option>' in form
    page = await caller.done(
        number, "call-back", valid="true", contacted="true", solved="no", satisfied="dissatisfied", note="仍有外溢"
    )  # fmt: skip
    assert "再次办理" in page


async def test_a_grid_event_through_its_steps(pages: Pages) -> None:
    street, grid = await pages.of(STREET), await pages.of(GRID)
    clerk, desk, worker = await pages.of(CLERK), await pages.of(DESK), await pages.of(WORKER)
    number = await street.raised(channel="grid", kind="public_request", alone="1")
    other = await street.raised(channel="grid", kind="public_request", alone="1")
    await grid.done(other, "pre-check", note="现场未发现")
    assert "核实未发现问题" in (await clerk.do(other, "file-case", standard="danger_4h")).text, "unticked says no"
    await grid.done(number, "pre-check", found="true", note="属实")
    await clerk.done(number, "file-case", standard="danger_4h", note="")
    await desk.done(number, "dispatch", note="请处置")
    await worker.done(number, "claim", 1)
    await worker.done(number, "report-in", 1)
    await worker.done(number, "submit", 1, note="已疏通")
    await grid.done(number, "post-check", passed="true", note="已恢复")
    assert "已办结" in await clerk.done(number, "check-pass", note="结案")
    other = await grid.raised(channel="grid", kind="public_request", alone="1")
    assert "不予立案" in await clerk.done(other, "cancel-filing", reason="不属城市管理事项")


async def test_praise_and_linked_cases(pages: Pages) -> None:
    street = await pages.of(STREET)
    main, other = await street.raised(), await street.raised()
    page = await street.done(other, "link-case", other=main)
    assert "/cases/" in page
    refused = await (await pages.of(WORKER)).post(f"/cases/{other}/claim", {"key": "a-key-of-mine-1", "task": "1"})
    assert "请在主案件中处理" in refused.text
    await street.done(other, "unlink-case", reason="不是同一处")
    api = People(street.client, pages.services)
    made = await api.raised(
        AGENT, channel="hotline", kind="public_request", reporter_phone="13800138000", nature="commendation"
    )  # fmt: skip
    page = await (await pages.of("drain.leader")).done(made["number"], "acknowledge", 1, note="已转达")
    assert "表扬已转达" in page
