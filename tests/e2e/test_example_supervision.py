"""Example 8.9 of domain.md: a department that does not report, told over HTTP on virtual time."""

import pytest

from tests.support.story import Story, local

pytestmark = pytest.mark.slow

PLANNING, POLICE, WATER = "110101-GZ", "110101-GA", "110101-SW"


async def test_8_9_a_department_does_not_report(story: Story) -> None:  # noqa: PLR0915 - one story
    await story.at("2026-03-16 09:00")
    seen = await story.raises(
        "dhm.duty", kind="emergency", class_code="W21", title="盗采砂石", description="发现违法开采，请立即到场。",
        lead=PLANNING, assist=[POLICE, WATER], area="110101001", place="南池子大街41号旁",
    )  # fmt: skip
    planning, police, water = (t["no"] for t in seen["tasks"])
    assert await story.due("dhm.duty", f"report_in:{planning}") == "2026-03-16 09:30"

    await story.at("09:04")
    for login, task in (("ga.worker1", police), ("sw.worker1", water)):
        await story.do(login, "claim", task=task)
    await story.at("09:28")
    await story.do("ga.worker1", "report-in", task=police)
    await story.do("sw.worker1", "report-in", task=water)

    await story.at("09:31")  # T+30: the no-show is marked, its leader and the desk hear of it
    absent = story.task(await story.see("dhm.duty"), PLANNING)
    assert (absent["no_show"], absent["late"]) == (True, False)
    assert "rung:no_show" in await story.notices("gz.dispatch")
    assert "rung:escalate" in await story.notices("desk")
    await story.at("09:46")
    assert "rung:escalate" in await story.notices("gz.leader")

    await story.at("10:01")  # T+60: an order with a limit of its own, opened by silence
    seen = await story.see("sup")
    (order,) = seen["orders"]
    assert (order["org"], order["grade"], order["state"]) == (PLANNING, "yellow", "waiting")
    assert order["issued_by"] == "system"
    assert (order["points"], local(order["due"])) == (-5, "2026-03-18 10:00")
    assert seen["supervision"] == 2
    assert "order_issued" in await story.notices("gz.leader")
    assert "order_issued" in await story.notices("sup")
    listed = (await story.people.get("sup", "/orders", state="waiting")).json()["items"]
    assert [(r["number"], r["org"]) for r in listed] == [(seen["number"], PLANNING)]
    await story.at("10:31")
    assert "rung:escalate" in await story.notices("gov"), "the district leader hears of it"

    await story.at("11:00")  # T+2h: the sub-district reports upward; the district's supervisor makes the order graver
    await story.do("dhm.leader", "report-upward", above="district", reason="规自部门两小时未到场")
    assert "escalated" in await story.notices("gov"), "the sub-district reports to the district government"
    await story.do("sup", "issue-order", org=PLANNING, grade="red", instruction="立即到场，并书面说明原因")
    await story.do("gov", "instruct", task=planning, instruction="规自分局主要负责同志到场")
    seen = await story.see("sup")
    assert [(o["no"], o["grade"], local(o["due"])) for o in seen["orders"]] == [(1, "red", "2026-03-17 11:00")]
    assert "instructed" in await story.notices("gz.leader")

    await story.at("12:00")  # T+3h: late, and remembered
    await story.do("gz.worker1", "claim", task=planning)
    await story.do("gz.worker1", "report-in", task=planning)
    late = story.task(await story.see("dhm.duty"), PLANNING)
    assert (late["state"], late["late"], late["no_show"]) == ("on_scene", True, True)
    for _ in late["stages"]:
        for login, task in (("gz.worker1", planning), ("ga.worker1", police), ("sw.worker1", water)):
            await story.hands_in(login, task, "已制止并查封")
    await story.at("16:00")
    assert await story.refused("sw.leader", "answer-order", order=1, answer="x") == "not_allowed"
    await story.do("gz.leader", "answer-order", order=1, answer="值班人员漏接电话，已整改")
    assert (await story.see("dhm.duty"))["orders"][0]["state"] == "answered"
    closed = await story.accepts("dhm.staff", "核实无误")
    assert (closed["status"], closed["result"]) == ("closed", "solved")
    assert "closed" in await story.notices("gz.leader")

    # After the closing the district goes through it: what it cost stands in the month's assessment of the department.
    await story.at("2026-03-18 10:00")
    department = await story.figures("sup", "department", PLANNING)
    assert department["supervision_points"]["value"] == "-2.00", "one red order"
    assert (department["report_in"]["value"], department["report_in_ever"]["value"]) == ("0.00", "100.00")
    assert (await story.figures("sup", "department", POLICE))["report_in"]["value"] == "100.00"
    over = (await story.overdue("sup", "overdue_done"))[f"report_in:{planning}"]
    assert (local(over["due"]), local(over["ended_at"])) == ("2026-03-16 09:30", "2026-03-16 12:00")

    await story.at("2026-03-20 10:00")  # one appeal; the fact stays
    assert (await story.see("sup"))["status"] == "closed"
    await story.do("gz.dispatch", "appeal-order", order=1, reason="道路管制")
    assert await story.refused("gz.leader", "appeal-order", order=1, reason="再申诉") == "appealed_once"
    record = {"flag": "appeal", "case_id": story.cases["case"], "clock": f"report_in:{planning}"}
    record |= {"reason": "force_majeure", "evidence": "道路管制通告"}
    appealed = await story.people.post("gz.dispatch", "/evaluation/flags", record)
    assert appealed.status_code == 201, appealed.text
    again = await story.people.post("gz.leader", "/evaluation/flags", record)
    assert (again.status_code, again.json()["code"]) == (409, "process_exists"), "the record, once"
    await story.settled()
    seen = await story.see("city.sup")
    assert (seen["status"], seen["orders"][0]["points_state"]) == ("closed", "suspended")
    assert local(story.clock(seen, "appeal:-:1")["due"]) == "2026-03-27 10:00"
    life = await story.workflow()
    assert life is not None
    assert not life.plan.closed, "the engine holds the appeal's clock"
    await story.at("2026-03-27 10:01")
    assert "rung:escalate" in await story.notices("city.sup"), "silence about the appeal is told, too"
    await story.do("city.sup", "rule-appeal", order=1, verdict="dismissed", reason="不属不可抗力")
    await story.settled()
    seen = await story.see("gz.leader")
    assert [(o["verdict"], o["points_state"], o["points"]) for o in seen["orders"]] == [("dismissed", "counted", -10)]
    assert story.task(seen, PLANNING)["no_show"], "the fact stays"
    assert story.clock(seen, f"report_in:{planning}")["late"]
