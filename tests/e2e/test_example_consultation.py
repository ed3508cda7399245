"""Example 8.10 of domain.md: a lift in an old estate, with consultation and suspension, over HTTP on virtual time."""

import pytest

from tests.support.story import Story, local

pytestmark = pytest.mark.slow

HOUSING, PLANNING, POWER, FIRE, COMMUNITY = "110101-ZJ", "110101-GZ", "110101-POWER", "110101-XF", "110101001001"
WORKERS = {HOUSING: "zj.worker1", PLANNING: "gz.worker1", POWER: "power.worker1", FIRE: "xf.worker1"}


async def test_8_10_an_old_estates_lift(story: Story) -> None:  # noqa: PLR0915 - one story
    await story.at("2026-03-16 09:00")
    seen = await story.raises(
        "dhm.staff", kind="key_work", class_code="W31", title="加装电梯", description="三号楼加装电梯，请会商。",
        lead=HOUSING, assist=[PLANNING, POWER, FIRE], area="110101001", place="南池子大街41号院3号楼",
    )  # fmt: skip
    await story.at("10:00")
    seen = await story.do("dhm.leader", "approve", note="同意")
    tasks = {t["org"]: t["no"] for t in seen["tasks"]}
    lead = tasks[HOUSING]
    assert await story.due("dhm.staff", f"claim:{lead}") == "2026-03-17 10:00", "an answer with a named person in a day"
    assert await story.due("dhm.staff", f"report_in:{lead}") == "2026-03-19 10:00", "a first meeting in three days"
    for org, login in WORKERS.items():
        await story.do(login, "claim", task=tasks[org])

    await story.at("2026-03-18 09:30")  # day 3: the first meeting on the spot; one neighbour objects
    for org, login in WORKERS.items():
        await story.do(login, "report-in", task=tasks[org])
    assert (await story.see("dhm.staff"))["status"] == "in_action"
    called = {"form": "four_parties", "topic": "一楼住户反对加装电梯", "invited": [COMMUNITY, HOUSING]}
    refused = await story.refused("desk", "call-meeting", at="2026-03-20T09:30:00+08:00", **called)
    assert refused == "meeting_level", "the sub-district's own form"
    await story.do("dhm.staff", "call-meeting", at="2026-03-20T09:30:00+08:00", **called)
    assert "meeting_called" in await story.notices("dhm.community"), "who is invited sees the case"
    assert await story.due("dhm.staff", "meeting:-:1") == "2026-03-20 09:30"

    await story.at("2026-03-20 09:29")
    words = {"minutes": "一楼住户同意，增设隔音措施。", "decision": "同意加装，先行设计。"}
    held = {"meeting": 1, "publish": True, **words}
    most = ["community_party", "residents_committee", "owners", COMMUNITY, HOUSING]
    assert await story.refused("dhm.staff", "hold-meeting", present=most, **held) == "quorum_missing", "all four"
    await story.do("dhm.staff", "hold-meeting", present=[*most, "property_firm"], **held)
    decided = {"meeting": 1, "org": HOUSING, "what": "完成设计方案并公示"}
    await story.do("dhm.staff", "decide-task", due="2026-06-12T18:00:00+08:00", **decided)
    seen = await story.see("zj.leader")
    (meeting,) = seen["meetings"]
    assert (meeting["state"], meeting["published_at"] is not None) == ("held", True)
    (design,) = meeting["tasks"]
    assert [t["no"] for t in seen["tasks"] if t["org"] == HOUSING] == [lead, design], "a second, dated task of one unit"
    assert await story.due("zj.leader", f"handle:{design}:decided") == "2026-06-12 18:00"
    assert words in [entry["texts"] for entry in seen["timeline"]], "the minutes are evidence in the record"
    (mine,) = (await story.people.get("zj.leader", "/meetings", member=HOUSING)).json()["items"]
    assert (mine["number"], mine["topic"]) == (seen["number"], "一楼住户反对加装电梯")
    public = (await story.people.get("ds.staff", "/meetings", published="true")).json()["items"]
    assert [(m["decision"], m["number"]) for m in public] == [(words["decision"], None)], "public, without the case"
    await story.do("zj.worker1", "claim", task=design)

    before = await story.due("zj.leader", f"handle:{lead}:handle")
    await story.do(
        "zj.leader", "ask-suspension", reason_code="engineering", plan="设计十二周", until="2026-06-12T11:00:00+08:00"
    )
    await story.do("desk", "grant-suspension", suspension=1, note="同意挂账")
    assert (await story.see("sup"))["status"] == "suspended"
    await story.at("2026-05-06 10:00")
    overdue = {
        name: {
            row["key"]
            for row in (await story.people.get("sup", "/reports/overdue", set=name)).json()["items"]
            if row["number"] == seen["number"]
        }
        for name in ("suspended", "overdue_open")
    }
    assert overdue["overdue_open"] == set(), "suspended, not overdue"
    assert f"handle:{lead}:handle" in overdue["suspended"]

    await story.at("2026-06-12 11:01")  # it resumes by itself
    seen = await story.see("dhm.staff")
    assert seen["status"] == "in_action"
    clock = story.clock(seen, f"handle:{lead}:handle")
    (pause,) = clock["explanation"]["moves"]
    assert (pause["kind"], [local(pause[end]) for end in ("at", "until")]) == (
        "pause", ["2026-03-20 09:29", "2026-06-12 11:00"]
    ), f"it was due {before}"  # fmt: skip
    assert local(clock["due"]) == "2026-06-23 11:30", "eleven days and half an hour were left"
    assert "rung:resume" in await story.notices("desk")
    for org, login in WORKERS.items():
        await story.hands_in(login, tasks[org], "已办结", evidence=["acceptance-papers"])
    await story.do("zj.worker1", "report-in", task=design)
    await story.hands_in("zj.worker1", design, "设计方案已公示", evidence=["drawings"])
    closed = await story.accepts("dhm.leader", "验收资料齐全")
    assert (closed["status"], closed["result"]) == ("closed", "solved")
    papers = [e["facts"]["evidence"] for e in (await story.see("sup"))["timeline"] if e["kind"] == "result_submitted"]
    assert papers == [["acceptance-papers"]] * 4 + [["drawings"]]
    assert local((await story.see("dhm.staff"))["rating"]["due"]) == "2026-06-22 11:01", "over the 端午 holiday"
