"""Examples 8.3 and 8.4 of domain.md, told over HTTP on virtual time: found before harm; across districts."""

import pytest

from tests.support.story import Story, local

pytestmark = pytest.mark.slow

RESCUE, PLANNING, POLICE, TRAFFIC = "110101-YJ", "110101-GZ", "110101-GA", "110101-JG"
OURS, THEIRS, BORDER = "110101-ZF", "110102-ZF", "110102001"


async def test_8_3_an_emergency_found_before_harm(story: Story) -> None:
    """The day is the real one, a Saturday; the place is of the demo district, and the hour illustrative."""
    await story.at("2018-08-11 20:20")
    seen = await story.raises(
        "dhm.grid", kind="emergency", area="110101001", class_code="W07", title="山体有落石迹象",
        description="山体开裂掉渣，请立即封路。", lead=RESCUE, assist=[PLANNING, POLICE, TRAFFIC], place="军红路",
    )  # fmt: skip
    assert seen["status"] == "mustering", "no approval before issue"
    assert story.dues(seen)["approval"] == "2018-08-13 18:00", "afterwards, on the next working day"
    called = {local(t["called_at"]) for t in (await story.see("dhm.duty"))["tasks"]}
    assert called == {"2018-08-11 20:20"}, "all are called at once"
    crews = [(crew, t["no"]) for crew, t in zip(("yj", "gz", "ga", "jg"), seen["tasks"], strict=True)]
    for crew, _ in crews:
        assert "called" in await story.notices(f"{crew}.dispatch")
    assert {story.dues(seen)[f"claim:{no}"] for _, no in crews} == {"2018-08-11 20:25"}
    await story.at("20:23")
    for crew, task in crews:
        await story.do(f"{crew}.worker1", "claim", task=task)
    await story.at("20:29")  # a minute before the rocks fall
    await story.do("jg.worker1", "report-in", task=crews[3][1], note="两端已断路，人车已撤出")
    assert "reported_in" in await story.notices("dhm.grid")
    await story.at("20:45")
    for crew, task in crews[:3]:
        await story.do(f"{crew}.worker1", "report-in", task=task)
    seen = await story.see("dhm.leader")
    assert (seen["status"], seen["awaiting_approval"], seen["escalation"]) == ("in_action", True, 0)
    assert not any(t["late"] or t["no_show"] for t in seen["tasks"])
    assert "approval_wanted" in await story.notices("dhm.leader")

    await story.at("22:00")
    for crew, task in crews:  # the papers come later
        await story.hands_in(f"{crew}.worker1", task, "险情已控制", evidence=["photo-of-slope", "closure-order"])
    await story.at("2018-08-13 09:30")
    assert await story.refused("dhm.grid", "approve") == "not_allowed"
    await story.do("dhm.leader", "approve", note="补办审批")
    closed = await story.accepts("dhm.duty", "无人员伤亡")
    assert (closed["status"], closed["result"]) == ("closed", "solved")
    seen = await story.see("sup")
    approval = story.clock(seen, "approval")
    assert (approval["outcome"], approval["late"], seen["supervision"]) == ("met", False, 0)
    assert {c["late"] for c in seen["clocks"] if c["code"] in ("claim", "report_in", "handle")} == {False}
    firm = await story.figures("sup", "department", TRAFFIC)
    assert (firm["claim"]["value"], firm["report_in"]["value"]) == ("100.00", "100.00")


async def test_8_4_a_whistle_across_districts(story: Story) -> None:
    """The streets of the example are not in the demo district: its first sub-district blows with one of 西城区."""
    for login, org, role in (
        ("far.staff", BORDER, "street_staff"), ("far.leader", BORDER, "street_leader"),
        ("far.desk", "110102-DESK", "district_desk"), ("far.zf", THEIRS, "dept_worker"),
        ("far.zf.head", THEIRS, "dept_dispatcher"), ("far.gz", "110102-GZ", "dept_worker"),
    ):  # fmt: skip
        await story.joins(login, org, role)
    await story.at("2026-11-23 09:00")
    seen = await story.raises(
        "dhm.staff", kind="joint_enforcement", area="110101001", class_code="W21", title="两区交界违建群租",
        description="两层违建一百零八间，住近三百人，多年投诉。", place="两区交界", lead=OURS,
        assist=[PLANNING, THEIRS], joint_areas=[BORDER],
    )  # fmt: skip
    await story.at("09:40")
    await story.do("dhm.leader", "approve", note="同意")
    assert "raised_together" in await story.notices("far.staff")
    seen = await story.see("far.staff")
    assert (seen["area"], seen["joint_areas"], seen["status"]) == ("110101001", [BORDER], "mustering")
    assert await story.refused("far.staff", "add-department", org="110101-ZJ", role="assist") == "not_own_district"
    await story.do("far.staff", "add-department", org="110102-GZ", role="assist")
    seen = await story.see("dhm.staff")
    assert [(t["org"], t["role"]) for t in seen["tasks"]] == [
        (OURS, "lead"), (PLANNING, "assist"), (THEIRS, "assist"), ("110102-GZ", "assist"),
    ]  # fmt: skip
    dues = story.dues(seen)
    assert (dues["report_in:1"], dues["handle:1:stop"]) == ("2026-11-23 11:40", "2026-11-23 15:40")

    await story.at("10:30")
    await story.comes("zf.worker1", 1)
    await story.comes("gz.worker1", 2)
    assert (await story.see("dhm.staff"))["status"] == "in_action", "two bodies are there"
    await story.at("11:41")
    seen = await story.see("far.leader")
    assert [t["no_show"] for t in seen["tasks"]] == [False, False, True, True]
    for login in ("desk", "far.desk"):
        assert "rung:escalate" in await story.notices(login), "the desks of both districts hear"
    await story.at("18:00")  # they do not come: above two districts stands the city
    assert "rung:escalate" in await story.notices("city.sup")
    await story.do("dhm.leader", "report-upward", above="district", reason="西城区执法部门未到场")
    assert "escalated" in await story.notices("gov")
    await story.do("gov", "report-upward", above="city", reason="两区对管辖意见不一")
    assert "escalated" in await story.notices("city.sup")
    assert (await story.see("city.sup"))["escalation"] == 5
    await story.do("city.sup", "instruct", task=3, instruction="西城区执法局今日到场")
    assert "instructed" in await story.notices("far.zf.head")

    await story.at("18:30")
    for login, task in (("far.zf", 3), ("far.gz", 4)):
        await story.comes(login, task)
    seen = await story.see("dhm.staff")
    assert [(t["late"], t["no_show"]) for t in seen["tasks"]] == [(False, False)] * 2 + [(True, True)] * 2
    crews = (("zf.worker1", 1), ("gz.worker1", 2), ("far.zf", 3), ("far.gz", 4))
    for when, stage, due in (
        ("2026-11-24 09:30", "stop", ""), ("2026-12-01 10:00", "penalty", "2026-12-03 09:30"),
        ("2026-12-20 10:00", "remove", "2026-12-29 10:00"),
    ):  # fmt: skip
        await story.at(when)
        seen = await story.see("dhm.staff")
        if due:
            assert story.dues(seen)[f"handle:1:{stage}"] == due
        for login, no in crews:
            late = story.clock(seen, f"handle:{no}:{stage}")["late"]
            await story.hands_in(login, no, "已办", **({"late_reason": "两区会商"} if late else {}))
    assert await story.refused("far.leader", "check-pass", note="同意", standard="remove") == "not_allowed"
    closed = await story.accepts("dhm.leader", "已拆除")
    assert closed["status"] == "closed"
    assert "closed" in await story.notices("far.staff")
