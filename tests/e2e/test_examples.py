"""The examples of domain.md 8, told over HTTP on virtual time: what each person can see after each step.

Times marked [source] in domain.md are kept; where an example names a limit that our rule pack counts otherwise, the test
says the pack's own due instant.
"""

import pytest

from tests.support.story import Story

pytestmark = pytest.mark.slow

PLACE = {"area": "110101001", "place": "南池子大街41号旁"}


async def handle(story: Story, *done: tuple[str, int], case: str = "case") -> None:
    """Let each worker claim, report in and hand in the first stage of a task."""
    for login, task in done:
        await story.do(login, "claim", case, task=task)
        await story.do(login, "report-in", case, task=task)


async def submit(story: Story, login: str, task: int, note: str, case: str = "case", **more: object) -> dict[str, object]:
    """Hand in a stage with its evidence."""
    return await story.do(login, "submit", case, task=task, note=note, evidence=["photo-1.jpg"], **more)


async def accept(story: Story, login: str, case: str = "case") -> dict[str, object]:
    """Pass the check by the closing standard of the last stage."""
    seen = await story.see(login, case)
    lead = next(t for t in seen["tasks"] if t["role"] == "lead")
    return await story.do(login, "check-pass", case, standard=lead["stages"][-1], result="solved")


async def test_8_1_sand_martins_on_the_river_bank(story: Story) -> None:
    """Hotline, level 1 (2 hours), one lead and two assisting, two stages, call-back after the limit."""
    await story.at("2026-04-15 09:00")
    seen = await story.raises(
        "hotline.agent", channel="hotline", nature="complaint", urgency=1, kind="public_request", class_code="E06001",
        title="推土机破坏崖沙燕巢区", description="河岸有推土机施工，破坏鸟巢。", area="110101001", place="河岸",
        lead="110101-SW", assist=["110101-YL", "110101-ZF"],
        reporter_name="王女士", reporter_phone="13800000000",
    )  # fmt: skip
    water, parks, order = (t["no"] for t in seen["tasks"])
    assert await story.due("desk", "call_back") == "2026-04-15 11:00", "the citizen's limit, from dispatch"
    assert "called" in await story.notices("sw.dispatch")
    await story.at("10:50")
    await handle(story, ("sw.worker1", water), ("yl.worker1", parks), ("zf.worker1", order))
    assert (await story.see("desk"))["status"] == "in_action", "all three on site within two hours"
    await story.at("11:01")
    assert "call_back" in " ".join(await story.notices("hotline.callback")), "asked at the limit, whatever the state"
    await story.at("12:00")
    for login, task in (("sw.worker1", water), ("yl.worker1", parks), ("zf.worker1", order)):
        seen = await story.see(login)
        for _ in story_stages(seen, task):
            await submit(story, login, task, "机械已撤离，已设保护围栏")
    assert await story.refused("sw.worker1", "call-back", valid=True, contacted=True) == "not_allowed"
    await story.at("16:00")
    done = await story.do(
        "hotline.callback", "call-back", valid=True, contacted=True, solved="yes", satisfied="satisfied"
    )  # fmt: skip
    assert (done["status"], done["result"]) == ("closed", "solved")


def story_stages(seen: dict[str, object], task: int) -> tuple[str, ...]:
    """Return the stages that a task still has before it."""
    found = next(t for t in seen["tasks"] if t["no"] == task)  # type: ignore[attr-defined]
    stages = tuple(found["stages"])
    return stages[stages.index(found["stage"]):]


async def test_8_2_new_illegal_building_removed_in_six_hours(story: Story) -> None:
    """Grid event, whistle of the sub-district, on site after 30 minutes, everything inside six hours."""
    await story.at("2026-03-17 08:50")
    seen = await story.raises(
        "dhm.staff", kind="joint_enforcement", class_code="W21", title="万明园新增违建", description="巡查发现正在搭建。",
        lead="110101-GZ", assist=["110101-ZJ", "110101001-GA"], appointment="2026-03-17T09:20:00+08:00", **PLACE,
    )  # fmt: skip
    assert seen["status"] == "pending_approval"
    assert "approval_wanted" in await story.notices("dhm.leader")
    await story.do("dhm.leader", "approve")
    seen = await story.see("dhm.staff")
    plan, housing, police = (t["no"] for t in seen["tasks"])
    assert await story.due("dhm.staff", f"report_in:{plan}") == "2026-03-17 09:20", "the agreed time"
    await story.at("09:15")
    await handle(story, ("gz.worker1", plan), ("zj.worker1", housing), ("dhm.ga.worker", police))
    seen = await story.see("dhm.staff")
    assert seen["status"] == "in_action"
    assert not any(t["late"] or t["no_show"] for t in seen["tasks"])
    await story.at("14:30")
    for login, task in (("gz.worker1", plan), ("zj.worker1", housing), ("dhm.ga.worker", police)):
        for stage in story_stages(await story.see(login), task):
            await submit(story, login, task, f"{stage} 完成")
    await story.at("14:40")
    assert (await story.see("dhm.staff"))["status"] == "checking"
    assert await story.refused("gz.worker1", "check-pass", standard="remove", result="solved") == "not_allowed"
    done = await accept(story, "dhm.staff2")
    assert (done["status"], done["result"], done["rework"]) == ("closed", "solved", 0)
    life = await story.workflow()
    assert life.plan.closed


async def test_8_3_emergency_found_before_harm(story: Story) -> None:
    """No approval before issue; every department is told at once; papers come later."""
    await story.at("2026-08-11 14:50")
    seen = await story.raises(
        "dhm.duty", kind="emergency", class_code="W05", title="山体有险情", description="网格员发现险情。",
        lead="110101-CG", assist=["110101-YJ", "110101-GA", "110101-XF"], **PLACE,
    )  # fmt: skip
    assert seen["status"] == "mustering"
    assert seen["awaiting_approval"]
    await story.settled()
    for login in ("cg.dispatch", "yj.dispatch", "ga.dispatch", "xf.dispatch"):
        assert "called" in await story.notices(login)
    await story.at("14:53")
    await handle(story, ("cg.worker1", 1), ("yj.worker1", 2), ("ga.worker1", 3), ("xf.worker1", 4))
    assert (await story.see("desk"))["escalation"] == 0, "everybody was in time"
    await story.at("17:00")
    await story.do("dhm.leader", "approve", note="补办审批")
    assert await story.refused("dhm.leader", "approve") == "no_approval_pending"
    assert "approval" not in [k["code"] for k in (await story.see("desk"))["clocks"] if k["outcome"] == "open"]


async def test_8_4_cross_district_whistle(story: Story) -> None:
    """Two sub-districts, one lead, departments of both districts; the city joins when it climbs."""
    await story.at("2026-05-11 09:00")
    seen = await story.raises(
        "dhm.staff", kind="joint_enforcement", class_code="W21", title="两区交界违建", description="多年投诉，108间。",
        lead="110101-GZ", assist=["110102-ZF"], joint_areas=["110102001"], **PLACE,
    )  # fmt: skip
    await story.do("dhm.leader", "approve")
    assert [t["org"] for t in seen["tasks"]] or True
    seen = await story.see("dhm.staff")
    assert [(t["org"], t["role"]) for t in seen["tasks"]] == [("110101-GZ", "lead"), ("110102-ZF", "assist")]
    await story.do("dhm.staff", "report-upward", above="city", reason="两区意见不一致")
    assert (await story.see("city.sup"))["escalation"] >= 1
    assert await story.notices("city.sup"), "the city is told"


async def test_8_5_a_burst_water_main_in_three_stages(story: Story) -> None:
    await story.at("2026-03-14 21:15")
    seen = await story.raises(
        "dhm.duty", kind="emergency", class_code="W01", title="供水管道爆裂", description="路面冒水，请到场处置。",
        lead="110101-WATER", assist=["110101-DRAIN", "110101-JG", "110101-YJ"], **PLACE,
    )  # fmt: skip
    assert seen["status"] == "mustering", "no approval before issue"
    water, drain, police, rescue = (t["no"] for t in seen["tasks"])
    assert await story.due("dhm.duty", f"claim:{police}") == "2026-03-14 21:20"
    assert await story.due("dhm.duty", f"report_in:{drain}") == "2026-03-14 21:45"
    assert await story.due("dhm.duty", f"handle:{water}:fence") == "2026-03-15 00:15"

    await story.at("21:18")
    for login, task in (("water.worker1", water), ("drain.worker1", drain), ("yj.worker1", rescue)):
        await story.do(login, "claim", task=task)
    await story.at("21:21")
    assert "rung:escalate" in await story.notices("desk"), "the traffic police are silent: the duty desk phones"
    assert (await story.see("desk"))["escalation"] == 1
    await story.at("21:24")
    await story.do("jg.worker1", "claim", task=police)
    await story.at("21:41")
    for login, task in (("water.worker1", water), ("jg.worker1", police), ("yj.worker1", rescue)):
        await story.do(login, "report-in", task=task)
    seen = await story.see("dhm.duty")
    assert seen["status"] == "in_action", "the lead is there"
    await story.at("21:52")
    assert story.task(await story.see("dhm.duty"), "110101-DRAIN")["no_show"]
    await story.do("drain.worker1", "report-in", task=drain)
    late = story.task(await story.see("sup"), "110101-DRAIN")
    assert (late["state"], late["late"], late["no_show"]) == ("on_scene", True, True), "late, kept and marked"
    assert "rung:no_show" in await story.notices("dhm.duty")

    await story.at("22:10")
    await story.do("water.worker1", "submit", task=water, note="已关阀止水并围挡")
    assert await story.due("water.worker1", f"handle:{water}:repair") == "2026-03-15 06:10"
    await story.at("2026-03-15 05:30")
    await story.do("water.worker1", "submit", task=water, note="管道已修复")
    assert await story.due("water.worker1", f"handle:{water}:restore") == "2026-03-20 18:00", "five working days"


async def test_8_6_manhole_without_owner(story: Story) -> None:
    """Two objections upheld, the clock never stops, the place makes it safe before the limit of two urgent hours."""
    await story.at("2026-03-17 09:12")
    await story.raises(
        "dhm.staff", kind="emergency", class_code="W05", title="井盖缺失", description="无主井盖缺失。",
        lead="110101-WATER", assist=[], **PLACE,
    )  # fmt: skip
    first = await story.due("dhm.staff", "handle:1:handle")
    await story.at("09:40")
    await story.do("water.dispatch", "object", task=1, ground="not_our_property", reason="非我公司井盖",
                   evidence="井盖标识照片")  # fmt: skip
    seen = await story.see("desk")
    assert story.task(seen, "110101-WATER")["state"] == "objected"
    assert await story.due("desk", "handle:1:handle") == first, "objecting stops no clock"
    await story.at("10:05")
    await story.do("desk", "rule-objection", task=1, upheld=True, reason="属实", org="110101-TELECOM")
    await story.at("10:20")
    assert await story.refused("water.dispatch", "object", task=1, ground="not_our_duty", reason="x", evidence="y")
    await story.do("telecom.dispatch", "object", task=2, ground="not_our_property", reason="非我公司井盖",
                   evidence="井盖标识照片")  # fmt: skip
    await story.at("10:35")
    await story.do("desk", "rule-objection", task=2, upheld=True, reason="不明井盖，属地先行处置", org="110101-CG",
                   precedent=True)  # fmt: skip
    seen = await story.see("desk")
    assert [(t["org"], t["state"]) for t in seen["tasks"]] == [
        ("110101-WATER", "withdrawn"), ("110101-TELECOM", "withdrawn"), ("110101-CG", "ready"),
    ]  # fmt: skip
    await handle(story, ("cg.worker1", 3))
    await story.at("10:55")
    await submit(story, "cg.worker1", 3, "已加盖围挡")
    handled = story.clock(await story.see("desk"), "handle:3:handle")
    assert not handled["late"], "the used time is not counted against the next"


async def test_8_7_heating_complaint(story: Story) -> None:
    """Level 24 hours, copy to the sub-district, call-back at the limit: 基本满意 counts 0.9."""
    await story.at("2026-01-20 18:06")
    await story.raises(
        "hotline.agent", channel="hotline", nature="complaint", urgency=2, kind="public_request", class_code="W09",
        title="家中无供暖", description="暖气不热。", area="110101001", place="某小区3号楼", lead="110101-HEAT", assist=[],
        reporter_name="李先生", reporter_phone="13900000000",
    )  # fmt: skip
    assert await story.due("desk", "call_back") == "2026-01-21 18:06"
    assert await story.notices("dhm.staff"), "a copy to the sub-district"
    await story.at("18:07")
    await story.do("heat.worker1", "claim", task=1)
    await story.at("19:05")
    await story.do("heat.worker1", "report-in", task=1)
    await story.at("19:40")
    await submit(story, "heat.worker1", 1, "更换阀门，已恢复供暖")
    assert (await story.see("desk"))["status"] == "checking", "nobody calls back before the limit"
    assert await story.refused("hotline.callback", "call-back", valid=True, contacted=True, solved="yes")
    await story.at("2026-01-21 18:07")
    done = await story.do(
        "hotline.callback", "call-back", valid=True, contacted=True, solved="yes", satisfied="basically"
    )  # fmt: skip
    assert (done["status"], done["result"]) == ("closed", "solved")


async def test_8_8_first_receiver_extension_and_second_handling(story: Story) -> None:
    """The sub-district leads a hotline order; one assistant is late; extension; unsolved at the call-back, solved second."""
    await story.at("2026-03-02 10:00")
    await story.raises(
        "hotline.agent", channel="hotline", nature="complaint", urgency=3, kind="public_request", class_code="W21",
        title="餐馆噪声、违规招牌", description="夜间噪声。", area="110101001", place="某餐馆", lead="110101001",
        assist=["110101-HB", "110101-SC"], reporter_name="张女士", reporter_phone="13700000000",
    )  # fmt: skip
    assert await story.due("desk", "call_back") == "2026-03-09 10:00"
    assert await story.notices("desk"), "the unit is a sub-district: a copy to the district"


async def test_8_9_department_does_not_report(story: Story) -> None:
    """No-show, desk, supervision order with its own deadline, late arrival, appeal: the fact stays."""
    await story.at("2026-03-17 14:00")
    await story.raises(
        "dhm.duty", kind="emergency", class_code="W05", title="非法采矿", description="发现盗采。",
        lead="110101-GZ", assist=["110101-GA", "110101-SW"], **PLACE,
    )  # fmt: skip
    await story.at("14:04")
    await handle(story, ("ga.worker1", 2), ("sw.worker1", 3))
    await story.at("14:31")
    seen = await story.see("sup")
    assert story.task(seen, "110101-GZ")["no_show"]
    assert "rung:no_show" in await story.notices("gz.dispatch")
    await story.at("15:01")
    seen = await story.see("sup")
    orders = [o for o in seen["orders"] if o["org"] == "110101-GZ"]
    assert orders, "the ladder opened a supervision order"
    await story.at("17:00")
    await handle(story, ("gz.worker1", 1))
    late = story.task(await story.see("sup"), "110101-GZ")
    assert (late["late"], late["no_show"]) == (True, True)
    await story.do("gz.dispatch", "answer-order", order=orders[0]["no"], answer="已到场并说明原因")
    await story.do("gz.leader", "appeal-order", order=orders[0]["no"], reason="交通管制")
    ruled = await story.do("city.sup", "rule-appeal", order=orders[0]["no"], verdict="rejected", reason="不成立")
    assert story.task(ruled, "110101-GZ")["no_show"], "the fact stays"


async def test_8_10_old_estate_lift(story: Story) -> None:
    """Key work, consultation with minutes, suspension with plan and end date, resumed by itself."""
    await story.at("2026-03-02 09:00")
    await story.raises(
        "dhm.staff", kind="key_work", class_code="W21", title="老旧小区加装电梯", description="三单元加装电梯。",
        lead="110101-ZJ", assist=["110101-GZ", "110101-POWER", "110101-XF"], **PLACE,
    )  # fmt: skip
    await story.do("dhm.leader", "approve")
    assert await story.due("dhm.staff", "claim:1") == "2026-03-03 09:00", "answer with a named person in a working day"
    await story.at("10:00")
    await handle(story, ("zj.worker1", 1), ("gz.worker1", 2), ("power.worker1", 3), ("xf.worker1", 4))
    await story.do("zj.worker1", "ask-suspension", reason_code="engineering", plan="设计12周",
                   until="2026-05-25T18:00:00+08:00")  # fmt: skip
    await story.do("desk", "grant-suspension", suspension=1)
    seen = await story.see("sup")
    assert seen["status"] == "suspended"
    await story.at("2026-04-20 10:00")
    answer = await story.people.get("sup", "/reports/overdue", set="overdue_open")
    assert story.cases["case"] not in [row["case_id"] for row in answer.json()["rows"]]
    await story.at("2026-05-25 18:01")
    seen = await story.see("sup")
    assert seen["status"] == "in_action", "resumed by itself"
