"""The commands of relief through their forms."""

from datetime import UTC, datetime, timedelta

from tests.web.conftest import Pages
from web.formats import to_local

GIVEN = {
    "ask_extension", "forward_extension", "grant_extension", "refuse_extension", "ask_suspension", "grant_suspension",
    "refuse_suspension", "resume", "report_upward", "ask_help", "answer_help", "set_milestone", "reach_milestone",
    "reopen",
}  # fmt: skip
STREET, LEADER, WORKER, DISPATCH, DESK = "dhm.staff", "dhm.leader", "drain.worker1", "drain.dispatch", "desk"


def in_days(days: int) -> str:
    return to_local(datetime.now(UTC) + timedelta(days=days))


async def test_more_time_help_from_above_and_a_second_run(pages: Pages) -> None:
    street, worker = await pages.of(STREET), await pages.of(WORKER)
    dispatch, desk = await pages.of(DISPATCH), await pages.of(DESK)
    number = await street.raised(alone="1")
    await worker.done(number, "claim", 1)
    await worker.done(number, "report-in", 1)
    await worker.done(number, "ask-extension", 1, reason="需开挖路面")
    await dispatch.done(number, "forward-extension", entry=1, note="属实")
    await desk.done(number, "refuse-extension", entry=1, reason="可连夜施工")
    await worker.done(number, "ask-extension", 1, reason="管线情况不明")
    await dispatch.done(number, "forward-extension", entry=2, note="属实")
    await desk.done(number, "grant-extension", entry=2, note="同意")
    await street.done(number, "report-upward", above="district", reason="涉及多家产权单位")
    await street.done(number, "ask-help", org="110101-JT", question="产权归属如何认定")
    await (await pages.of("jt.worker1")).done(number, "answer-help", entry=1, opinion="由排水单位先行处置")
    await worker.done(number, "submit", 1, note="已疏通")
    await street.done(number, "check-pass", note="核实无误")
    assert "处置中" in await desk.done(number, "reopen", reason="夜间再次外溢")


async def test_a_suspension_is_refused_granted_and_ended_early(pages: Pages) -> None:
    street, worker, desk = await pages.of(STREET), await pages.of(WORKER), await pages.of(DESK)
    number = await street.raised()
    await worker.done(number, "claim", 1)
    asked = {"reason_code": "conditions", "plan": "待天气好转", "until": in_days(10)}
    await street.done(number, "ask-suspension", **asked)
    await desk.done(number, "refuse-suspension", entry=1, reason="先行围挡")
    await street.done(number, "ask-suspension", **asked)
    await desk.done(number, "grant-suspension", entry=2, note="同意")
    await street.done(number, "resume", entry=2, reason="天气好转")


async def test_milestones_of_key_work(pages: Pages) -> None:
    street, leader, worker = await pages.of(STREET), await pages.of(LEADER), await pages.of(WORKER)
    number = await street.raised(kind="key_work")
    await leader.done(number, "approve", note="同意")
    await worker.done(number, "claim", 1)
    await street.done(number, "set-milestone", 1, name="完成设计", due=in_days(20))
    await worker.done(number, "reach-milestone", entry=1, note="设计已完成")
