"""Whole lives of cases through the forms, without JavaScript: every command of the border has one."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from contracts.commands import FORMS
from tests.web.conftest import DISPATCH, LEADER, STREET, WORKER, Pages, plain
from tests.web.test_channels import GIVEN as CHANNELS


async def test_plain_life_with_rework(pages: Pages) -> None:
    street, leader, worker = await pages.of(STREET), await pages.of(LEADER), await pages.of(WORKER)
    number = await street.raised(
        kind="public_request", alone="1", reporter_name="张晓明", reporter_phone="13800138000"
    )  # fmt: skip
    page = await street.get(f"/cases/{number}")
    assert "待审批" in page
    assert "13800138000" not in page
    assert "张晓明" not in page
    assert f"/cases/{number}/approve" not in page

    assert number in await leader.get("/")
    assert "集结中" in await leader.done(number, "approve", note="同意")
    assert number in await worker.get("/")
    claimed = await worker.done(number, "claim", 1)
    assert "已签收" in claimed
    arrived = await worker.done(number, "report-in", 1, lat="39.914", lng="116.404", note="已到现场")
    assert "位置 39.91400, 116.40400" in arrived
    assert "处置中" in arrived
    assert "正在抽排" in await worker.done(number, "stage-report", 1, note="正在抽排")
    assert "待核查" in await worker.done(number, "submit", 1, note="已疏通")
    assert number in await street.get("/work/check")
    failed = await leader.done(number, "check-fail", reason="仍有外溢", tasks=["1"])
    assert "返工1次" in failed
    assert "仍有外溢" in failed
    await worker.done(number, "submit", 1, note="更换井盖")
    closed = await street.done(number, "check-pass", note="核实无误")
    assert "核查通过，案件已办结。" in closed
    assert "已解决" in closed
    assert f"/cases/{number}/check-pass" not in closed
    everything = await street.get(f"/cases/{number}", timeline="all")
    assert everything.count("条</div>") > closed.count("<blockquote")


async def test_side_paths(pages: Pages) -> None:
    street, leader = await pages.of(STREET), await pages.of(LEADER)
    number = await street.raised(kind="joint_enforcement", class_code="W25", lead=None)
    await leader.done(number, "approve")
    added = await street.done(number, "add-department", org="110101-CG", role="assist")
    task = re.search(r"/release\?task=(\d+)", added[added.index("城市管理委") :])
    assert task is not None
    assert "请尽快到场" in await street.done(number, "urge", 1, note="请尽快到场")
    assert "已放行" in await street.done(number, "release", int(task[1]), reason="无需参与")
    assert "已撤回" in await street.done(number, "withdraw", reason="已自行解决")


async def test_assign_unclaim_and_refuse(pages: Pages) -> None:
    street, leader = await pages.of(STREET), await pages.of(LEADER)
    worker, dispatcher = await pages.of(WORKER), await pages.of(DISPATCH)
    number = await street.raised()
    form = await dispatcher.get(f"/cases/{number}/assign", task=1)
    assert f'<option value="{WORKER}">' in form
    await dispatcher.done(number, "assign", 1, worker=WORKER)
    assert "车辆故障" in await worker.done(number, "unclaim", 1, reason="车辆故障")
    assert "审批驳回" in await leader.done(number, "refuse", reason="不属吹哨事项")


async def test_an_order_from_issue_to_ruling(pages: Pages) -> None:
    street, leader, worker = await pages.of(STREET), await pages.of(LEADER), await pages.of(DISPATCH)
    supervisor, city = await pages.of("sup"), await pages.of("city.sup")
    number = await street.raised()
    assert "请尽快到场" in await leader.done(number, "instruct", 1, instruction="请尽快到场")
    form = await supervisor.get(f"/cases/{number}/issue-order")
    assert '<option value="yellow">黄牌督办</option>' in form
    assert '<option value="110101-DRAIN">' in form
    issued = await supervisor.done(number, "issue-order", org="110101-DRAIN", grade="yellow", instruction="限期到场")
    assert "督办1号 · 黄牌督办" in issued
    refused = await supervisor.do(number, "issue-order", org="110101-DRAIN", grade="normal", instruction="x")
    assert "等级只能升不能降" in refused.text
    page = await worker.get(f"/cases/{number}")
    assert f"/cases/{number}/answer-order?entry=1" in page
    assert "车辆已出发" in await worker.done(number, "answer-order", entry=1, answer="车辆已出发")
    await worker.done(number, "appeal-order", entry=1, reason="道路封闭")
    assert "申诉成立" in await city.done(number, "rule-appeal", entry=1, verdict="granted", reason="属实")
    await supervisor.done(number, "issue-order", org="110101001", grade="normal", instruction="加强现场组织")
    await supervisor.done(number, "lift-order", entry=2, reason="已落实")


async def test_both_sides_rate_after_the_closing(pages: Pages) -> None:
    street, leader, worker = await pages.of(STREET), await pages.of(LEADER), await pages.of(WORKER)
    dispatch = await pages.of(DISPATCH)
    number = await street.raised(alone="1")
    added = await street.done(number, "add-department", org="110101001-GA", role="inform")
    task = re.search(r"/advise-personnel\?task=(\d+)", await leader.get(f"/cases/{number}"))
    assert task is not None, added
    await leader.done(number, "advise-personnel", int(task[1]), advice="作风扎实，建议表扬")
    for command in ("claim", "report-in", "submit"):
        await worker.done(number, command, 1, **({"note": "已疏通"} if command == "submit" else {}))
    await street.done(number, "check-pass")
    done = await street.done(number, "rate-department", 1, speed="90", handling="80", satisfaction="70", bonus="5")
    assert "已评价。" in done
    assert "内容不公开" in await dispatch.get(f"/cases/{number}")
    assert "建议表扬" not in await worker.get(f"/cases/{number}")
    await dispatch.done(number, "rate-raiser", 1, score="88", note="组织有力")
    assert "组织有力" not in await street.get(f"/cases/{number}")
    await street.done(number, "record-voice", 1, rater="residents", score="92", voices="30")


async def test_a_meeting_from_call_to_tasks(pages: Pages) -> None:
    street = await pages.of(STREET)
    number = await street.raised()
    form = await street.get(f"/cases/{number}/call-meeting")
    assert '<option value="four_parties">四方共议</option>' in form
    at = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT10:00")
    called = await street.done(number, "call-meeting", form="four_parties", topic="邻居反对", at=at)
    assert "四方共议" in called
    assert f"/cases/{number}/hold-meeting?entry=1" in called
    typed = {"minutes": "各方意见", "decision": "限期完成"}
    refused = await street.do(number, "hold-meeting", entry=1, present="owners", **typed)
    assert "到会人数不足" in refused.text
    four = "community_party，residents_committee，owners，property_firm"
    assert "各方意见" in await street.done(number, "hold-meeting", entry=1, present=four, **typed)
    await street.done(number, "publish-meeting", entry=1)
    await street.done(number, "call-meeting", form="committee_street", topic="再议", at=at, invited="110101-CG")
    await street.done(number, "hold-meeting", entry=2, present="110101001，110101-DRAIN，110101-CG", **typed)
    await street.done(number, "decide-task", entry=2, org="110101-CG", due=at, what="清理现场")
    await street.done(number, "call-meeting", form="community_hall", topic="再议", at=at)
    assert "会议取消" in await street.done(number, "cancel-meeting", entry=3, reason="已解决")


async def test_a_volunteer_helps_and_an_emergency_calls(pages: Pages) -> None:
    street, leader, helper = await pages.of(STREET), await pages.of(LEADER), await pages.of("dhm.volunteer")
    number = await street.raised(kind="key_work", class_code="W31", lead="110101-ZJ", alone="1")
    await leader.done(number, "approve")
    assert "周六清理楼道" in await street.done(number, "offer-help", what="周六清理楼道", slots="2")
    async with pages.services.reading() as connection:
        where = (await connection.exec_driver_sql(f"SELECT id FROM cases WHERE number = '{number}'")).scalar_one()
    form = FORMS["take_offer"]
    taker = await pages.services.registry.actor("dhm.volunteer")
    await pages.services.commands.give(taker, where, form, form.model.model_validate({"offer": 1}), "key-of-helper")
    assert "已劝导" in await helper.done(number, "persuade", 1, note="已劝导住户")
    await street.done(number, "record-hours", entry=1, worker="dhm.volunteer", minutes="90")
    left = await helper.do(number, "leave-offer", entry=1)
    assert left.status_code == 303
    await street.done(number, "close-offer", entry=1)
    flood = await street.raised()
    await street.done(flood, "offer-help", what="搬运沙袋", slots="1")
    assert "应急调派" in await (await pages.of("desk")).done(flood, "call-helper", entry=1, worker="dhm.volunteer")


async def test_an_objection_its_ruling_and_a_department_replaced(pages: Pages) -> None:
    street, dispatcher, desk = await pages.of(STREET), await pages.of(DISPATCH), await pages.of("desk")
    number = await street.raised(alone="1")
    form = await dispatcher.get(f"/cases/{number}/object", task=1)
    assert '<option value="not_our_property">非本单位产权或养护</option>' in form
    objected = await dispatcher.done(
        number, "object", 1, ground="not_our_property", reason="产权属市政", evidence="井盖照片", suggests="110101-CG"
    )
    assert "退单异议中" in objected
    assert "非本单位产权或养护" in objected
    form = await desk.get(f"/cases/{number}/rule-objection", task=1)
    assert '<option value="false">不成立，继续办理</option>' in form
    assert '<option value="110101001">' in form
    ruled = await desk.done(number, "rule-objection", 1, upheld="true", reason="属实", precedent="true")
    assert "异议裁定" in ruled
    assert "城市管理委" in ruled
    again = await desk.do(number, "rule-objection", 1, upheld="false", reason="再次裁定")
    assert "没有待裁定的异议" in again.text
    assert "自来水" in await street.done(number, "replace-department", 2, org="110101-WATER", reason="先行抢修")


async def test_a_sensitive_case_is_kept_and_handed_over(pages: Pages) -> None:
    street, leader, psychology = await pages.of(STREET), await pages.of(LEADER), await pages.of("psy.head")
    number = await street.raised(alone="1", description="来电人扬言跳楼，请到场处置")
    await (await pages.of("dhm.staff2")).get(f"/cases/{number}", 404)
    assert "心理服务" in await leader.done(number, "hand-over", reason="请介入疏导")
    assert "邀请" in await psychology.get(f"/cases/{number}")
    assert "谢绝邀请" in await psychology.done(number, "decline-invitation", 2, reason="人员不足，请联系市级热线")


def test_every_command_is_given_above() -> None:
    given = {
        "approve", "claim", "report_in", "stage_report", "submit", "check_fail", "check_pass", "add_department", "urge",
        "release", "withdraw", "assign", "unclaim", "refuse",
        "issue_order", "answer_order", "lift_order", "appeal_order", "rule_appeal", "instruct",
        "rate_department", "rate_raiser", "record_voice", "advise_personnel",
        "offer_help", "take_offer", "leave_offer", "call_helper", "close_offer", "record_hours", "persuade",
        "call_meeting", "hold_meeting", "cancel_meeting", "decide_task", "publish_meeting",
    }  # fmt: skip
    in_chapter_lives = {
        "ask_extension", "forward_extension", "refuse_extension", "grant_extension", "ask_help", "answer_help",
        "report_upward", "ask_suspension", "refuse_suspension", "grant_suspension", "resume", "reopen", "object",
        "rule_objection", "replace_department", "decline_invitation", "hand_over",
    }  # fmt: skip
    only_over_the_api = {  # no life through the pages yet
        "reach_milestone", "set_milestone",
    }  # fmt: skip
    assert given | in_chapter_lives | CHANNELS | only_over_the_api == set(FORMS)


async def test_second_claim_names_the_winner_and_shows_the_new_state(pages: Pages) -> None:
    street, worker, second = await pages.of(STREET), await pages.of(WORKER), await pages.of("drain.worker2")
    number = await street.raised()
    await worker.done(number, "claim", 1)
    lost = await second.post(f"/cases/{number}/claim", {"key": "a-key-of-the-second", "task": "1"})
    assert lost.status_code == 409
    name = re.search(r"签收人：<b>([^<]+)</b>", lost.text)
    assert name is not None
    assert name[1] in await worker.get("/")
    assert "任务已被他人签收" in lost.text
    assert "已签收" in lost.text


async def test_conflict_keeps_what_was_typed(pages: Pages) -> None:
    street, leader = await pages.of(STREET), await pages.of(LEADER)
    number = await street.raised()
    hidden = await street.form(f"/cases/{number}/withdraw")
    await leader.done(number, "refuse", reason="不属吹哨事项")
    lost = await street.post(f"/cases/{number}/withdraw", {**hidden, "reason": "问题已经<自行>解决"})
    assert lost.status_code == 409
    assert "问题已经&lt;自行&gt;解决</textarea>" in lost.text
    assert "案件当前状态不能执行此操作。" in lost.text
    assert "已撤回" in plain(lost.text)


async def test_pressing_twice_takes_effect_once(pages: Pages) -> None:
    street = await pages.of(STREET)
    hidden = await street.form("/raise")
    typed = {
        **hidden, "kind": "emergency", "area": "110101001", "class_code": "W04", "title": "按了两次",
        "description": "同一张表单", "place": "某处",
    }  # fmt: skip
    first, again = await street.post("/raise", typed), await street.post("/raise", typed)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.headers["location"] == again.headers["location"]
    changed = await street.post("/raise", {**typed, "title": "同一张表单，另一件事"})
    assert changed.status_code == 409
    assert "已经提交过一次" in changed.text
    assert 'value="同一张表单，另一件事"' in changed.text


async def test_raise_tells_faults_beside_the_fields_and_keeps_the_rest(pages: Pages) -> None:
    street = await pages.of(STREET)
    hidden = await street.form("/raise")
    answer = await street.post(
        "/raise",
        {
            **hidden, "kind": "emergency", "area": "110101001", "title": "字" * 121, "description": "写了很久的说明",
            "place": "",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert "最多 120 个字。" in answer.text
    assert '<a href="#place">地点</a>：请填写此项。' in answer.text
    assert "写了很久的说明</textarea>" in answer.text
    assert hidden["key"] in answer.text


async def test_appointment_in_the_past_stands_beside_its_field(pages: Pages) -> None:
    street = await pages.of(STREET)
    hidden = await street.form("/raise")
    answer = await street.post(
        "/raise",
        {
            **hidden, "kind": "joint_enforcement", "area": "110101001", "class_code": "W25", "title": "约定",
            "description": "约定", "place": "某处", "appointment": "2020-01-01T09:00",
        },
    )  # fmt: skip
    assert answer.status_code == 422
    assert 'id="appointment-error"' in answer.text
    assert 'value="2020-01-01T09:00"' in answer.text


async def test_classes_are_suggested_from_the_text_without_sending(pages: Pages) -> None:
    street = await pages.of(STREET)
    hidden = await street.form("/raise")
    answer = await street.post(
        "/raise/classes", {**hidden, "area": "110101001", "title": "楼前下水道污水外溢", "description": "很臭"}
    )
    assert answer.status_code == 200
    assert '<option value="W04" selected>' in answer.text
    assert "按权责清单将召集：主办" in answer.text
    assert 'value="楼前下水道污水外溢"' in answer.text


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("jdk.staff", "", 404),
        ("jdk.staff", "/claim?task=1", 404),
        ("water.worker1", "", 404),
        (STREET, "/claim?task=99", 404),
        (STREET, "/no-such-command", 404),
        (STREET, "/check_pass", 404),
        (STREET, "/claim?task=x", 400),
        (WORKER, "", 200),
    ],
)
async def test_scope_and_wrong_addresses(pages: Pages, login: str, path: str, status: int) -> None:
    number = await (await pages.of(STREET)).raised(assist=["110101-CG"])
    page = await (await pages.of(login)).get(f"/cases/{number}{path}", status)
    assert ("污水井外溢" in page) == (status == 200)
