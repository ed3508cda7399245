"""Examples 8.2, 8.5 and 8.6 of domain.md: grid events that become whistles, told over HTTP on virtual time.

A grid member reports, a clerk files, the sub-district blows; the clerk who filed closes after a grid member has looked
(found C4, domain.md 4.2), also where an example says that the sub-district closes.
"""

import pytest

from tests.support.story import Story, local

pytestmark = pytest.mark.slow

STREET = "110101001"
PLACE = {"channel": "grid", "area": STREET, "place": "南池子大街41号旁"}
ENFORCEMENT, PLANNING, POLICE, HOUSING = "110101-ZF", "110101-GZ", "110101-GA", "110101-ZJ"
WATER, DRAIN, TRAFFIC, RESCUE, TELECOM = "110101-WATER", "110101-DRAIN", "110101-JG", "110101-YJ", "110101-TELECOM"


async def test_8_2_an_illegal_building_gone_within_a_day(story: Story) -> None:
    await story.at("2026-03-17 08:30")
    seen = await story.raises(
        "dhm.grid", kind="joint_enforcement", class_code="E06001", title="新增违法建设", lead=ENFORCEMENT,
        description="正在砌墙，已告知当事人。", assist=[PLANNING, POLICE, HOUSING], **PLACE,
    )  # fmt: skip
    assert (seen["status"], story.dues(seen)) == ("pending_approval", {"filing": "2026-03-17 08:45"})
    await story.at("08:40")
    seen = await story.do("desk.clerk1", "file-case", standard="illegal_building_active")
    assert story.dues(seen) == {"dispatch": "2026-03-17 08:55"}
    assert "dispatch_wanted" in await story.notices("dhm.duty")
    await story.at("08:50")
    seen = await story.do("dhm.duty", "dispatch", note="请执法、规自、公安、住建到场")
    assert [(t["org"], t["role"]) for t in seen["tasks"]] == [
        (ENFORCEMENT, "lead"), (PLANNING, "assist"), (POLICE, "assist"), (HOUSING, "assist"),
    ]  # fmt: skip
    assert story.dues(seen)["handle:1:handle"] == "2026-03-19 08:50", "2 urgent days, nights included"
    assert story.dues(seen)["report_in:1"] == "2026-03-17 10:50", "2 working hours"
    crews = [(w, t["no"]) for w, t in zip(("zf", "gz", "ga", "zj"), seen["tasks"], strict=True)]

    await story.at("09:20")
    for crew, task in crews:
        assert "called" in await story.notices(f"{crew}.dispatch")
        await story.comes(f"{crew}.worker1", task)
    seen = await story.see("dhm.duty")
    assert (seen["status"], [t["late"] for t in seen["tasks"]]) == ("in_action", [False] * 4)
    await story.at("09:40")
    await story.do("zf.worker1", "stage-report", task=1, note="已送达责令改正通知书")
    assert "stage_reported" in await story.notices("dhm.duty")
    await story.at("10:30")
    await story.do("zf.worker1", "stage-report", task=1, note="开始拆除")
    await story.at("14:30")
    for crew, task in crews:
        await story.hands_in(f"{crew}.worker1", task, "已拆除")
    seen = await story.see("dhm.grid")
    assert (seen["status"], story.dues(seen)) == ("checking", {"post_check": "2026-03-17 15:00"})
    assert "post_check_wanted" in await story.notices("dhm.grid")
    assert await story.refused("zf.worker1", "post-check", passed=True) == "not_allowed", "never the handler"

    await story.at("14:40")
    await story.do("dhm.grid", "post-check", passed=True, note="现场已恢复")
    assert "closing_wanted" in await story.notices("desk.clerk1")
    closed = await story.accepts("desk.clerk1", "结案")
    assert (closed["status"], closed["result"]) == ("closed", "solved")
    seen = await story.see("sup")
    assert (local(seen["raised_at"]), local(seen["closed_at"])) == ("2026-03-17 08:30", "2026-03-17 14:40"), "6 hours"
    assert [c["late"] for c in seen["clocks"]] == [False] * len(seen["clocks"])
    area = await story.figures("sup", "area", STREET)
    assert (area["collectors"]["value"], area["filing"]["value"]) == ("100.00", "100.00")


async def test_8_5_a_burst_water_main_in_three_stages(story: Story) -> None:  # noqa: PLR0915 - one story
    await story.at("2026-03-14 21:05")  # a Saturday
    await story.raises(
        "dhm.grid", kind="emergency", class_code="W01", title="供水管道爆裂", description="路面冒水，请到场处置。",
        lead=WATER, assist=[DRAIN, TRAFFIC, RESCUE], **PLACE,
    )  # fmt: skip
    await story.at("21:12")
    await story.do("desk.clerk1", "file-case", standard="water_main_staged")
    await story.at("21:15")
    seen = await story.do("dhm.duty", "dispatch")
    assert seen["status"] == "mustering", "no approval before issue"
    water, drain, police, rescue = (t["no"] for t in seen["tasks"])
    dues = story.dues(seen)
    assert {dues[f"claim:{no}"] for no in (water, drain, police, rescue)} == {"2026-03-14 21:20"}
    assert dues[f"report_in:{drain}"] == "2026-03-14 21:45"
    assert dues[f"handle:{water}:stop"] == "2026-03-14 22:15", "1 urgent hour"

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
    assert (await story.see("dhm.duty"))["status"] == "in_action", "the lead is there"
    await story.at("21:52")
    assert story.task(await story.see("dhm.duty"), DRAIN)["no_show"]
    await story.do("drain.worker1", "report-in", task=drain)
    late = story.task(await story.see("sup"), DRAIN)
    assert (late["state"], late["late"], late["no_show"]) == ("on_scene", True, True), "late, kept and marked"
    assert "rung:no_show" in await story.notices("dhm.duty")

    crews = (("water.worker1", water), ("drain.worker1", drain), ("jg.worker1", police), ("yj.worker1", rescue))
    for when, done, then in (
        ("22:10", "已关阀止水", ("repair", "2026-03-15 06:10")),
        ("05:30", "管道已修复", ("restore", "2026-03-20 18:00")),
    ):  # fmt: skip
        await story.at(when)
        for login, task in crews:
            await story.hands_in(login, task, done)
        stage, due = then
        dues = story.dues(await story.see("dhm.duty"))
        assert {dues[f"handle:{no}:{stage}"] for _, no in crews} == {due}, "8 urgent hours, then five working days"
    counted = story.clock(await story.see("dhm.duty"), f"handle:{water}:restore")["explanation"]
    assert [s["role"] for s in counted["spans"]].count("counted") == 5
    await story.at("2026-03-18 15:00")  # Wednesday
    for login, task in crews:
        await story.hands_in(login, task, "路面已恢复")
    await story.do("dhm.grid", "post-check", passed=True, note="路面平整")
    closed = await story.accepts("desk.clerk1", "结案")
    assert closed["status"] == "closed"

    scores = {"speed": 60, "handling": 90, "satisfaction": 90}
    await story.do("dhm.staff", "rate-department", task=drain, note="到场迟", **scores)
    assert (await story.see("drain.dispatch"))["rating"]["given"] == [], "blind until both sides are in"
    await story.do("drain.dispatch", "rate-raiser", task=drain, score=90)
    rated = (await story.see("sup"))["rating"]["given"]
    assert [(r["org"], r["side"], r["score"]) for r in rated] == [(DRAIN, "of_department", 81)]
    over = (await story.overdue("sup", "overdue_done"))[f"report_in:{drain}"]
    assert (local(over["due"]), local(over["ended_at"])) == ("2026-03-14 21:45", "2026-03-14 21:52")
    district = {org: await story.figures("sup", "department", org, period="2026-03") for org in (DRAIN, WATER)}
    assert [district[org]["report_in"]["value"] for org in (DRAIN, WATER)] == ["0.00", "100.00"]
    assert district[DRAIN]["report_in_ever"]["value"] == "100.00", "it came"
    assert district[WATER]["handling"] | {"base": 2, "score": "2"} == district[WATER]["handling"], "within the month"


async def test_8_6_a_manhole_cover_without_owner(story: Story) -> None:
    """The case's limit of 11:12 is the first department's, and stays to be seen; each next one has its own time."""
    await story.at("2026-03-17 09:00")
    await story.raises(
        "dhm.grid", kind="public_request", class_code="E01001", title="井盖缺失", description="井盖缺失，行人危险。",
        lead=WATER, assist=[], **PLACE,
    )  # fmt: skip
    await story.at("09:08")
    await story.do("desk.clerk1", "file-case", standard="water_cover_danger")
    seen = await story.see("desk")
    assert seen["intake"]["grid"]["ask_first"][0] == WATER, "a component: the owner first, then the place"
    await story.at("09:12")
    seen = await story.do("desk", "dispatch")
    assert story.dues(seen)["handle:1:handle"] == "2026-03-17 11:12", "2 urgent hours"
    await story.do("water.worker1", "claim", task=1)

    await story.at("09:40")
    said = {"ground": "not_our_property", "reason": "井圈标识为通信", "evidence": "井圈标识照片"}
    seen = await story.do("water.dispatch", "object", task=1, suggests=TELECOM, **said)
    assert story.dues(seen)["ruling:1"] == "2026-03-17 15:40", "4 working hours"
    assert story.dues(seen)["handle:1:handle"] == "2026-03-17 11:12", "objection never stops the clock"
    await story.at("10:05")
    seen = await story.do("desk", "rule-objection", task=1, upheld=True, reason="照片属实")
    assert [(t["org"], t["state"]) for t in seen["tasks"]] == [(WATER, "withdrawn"), (TELECOM, "ready")]
    assert story.dues(seen)["handle:2:handle"] == "2026-03-17 12:05", "the time used does not count against the next"
    assert "called" in await story.notices("telecom.dispatch")
    await story.do("telecom.worker1", "claim", task=2)
    await story.at("10:20")
    said |= {"reason": "本公司无此井", "evidence": "管线图"}
    await story.do("telecom.dispatch", "object", task=2, **said)
    assert await story.refused("water.dispatch", "object", task=1, **said) == "objected_once"

    await story.at("10:35")
    ruled = {"reason": "权属不明，由属地先行处置", "org": STREET, "class_code": "E01023"}
    await story.do("desk", "rule-objection", task=2, upheld=True, **ruled)
    seen = await story.see("dhm.duty")
    assert (seen["class_name"], seen["limit_class"]) == ("不明井盖异常", "unknown_cover_danger")
    assert story.task(seen, STREET)["role"] == "lead", "the place makes it safe"
    assert [(o["org"], o["upheld"], o["next"]) for o in seen["objections"]] == [
        (WATER, True, TELECOM), (TELECOM, True, STREET),
    ]  # fmt: skip
    await story.comes("dhm.duty", 3)
    await story.at("10:55")
    await story.hands_in("dhm.duty", 3, "已封闭井口并设警示")
    seen = await story.see("dhm.grid")
    assert local(story.clock(seen, "handle:1:handle")["due"]) == "2026-03-17 11:12", "safe before the case's limit"
    assert await story.refused("dhm.duty", "check-pass") == "handler_may_not_check"
    await story.do("dhm.grid", "post-check", passed=True)
    closed = await story.accepts("desk.clerk1", "险情已排除")
    assert (closed["status"], closed["result"]) == ("closed", "solved")
    assert [c["key"] for c in (await story.see("sup"))["clocks"] if c["late"]] == []
    desk = await story.figures("sup", "area", STREET)
    assert (desk["accurate_dispatch"]["base"], desk["accurate_dispatch"]["score"]) == (3, "1")

    # Whose cover it is, is settled apart from it.
    await story.at("11:30")
    await story.raises(
        "dhm.staff", "owner", kind="public_request", area=STREET, class_code="W00", title="不明井盖权属认定",
        description="请会同自来水、通信查明井盖权属。", place="南池子大街41号旁", lead="110101-CG",
        assist=[WATER, TELECOM], source_ref=seen["number"],
    )  # fmt: skip
    seen = await story.do("dhm.leader", "approve", "owner")
    assert story.dues(seen)["handle:1:handle"] == "2026-03-24 11:30", "five working days, no hole in the road"
