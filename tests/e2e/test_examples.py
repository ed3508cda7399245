"""The examples of domain.md 8, told over HTTP on virtual time: what each person can see after each step."""

import pytest

from tests.support.story import Story

pytestmark = pytest.mark.slow

PLACE = {"area": "110101001", "place": "南池子大街41号旁"}


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
