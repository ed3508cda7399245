"""The channels over HTTP, with the engine away: hotline orders, grid events, reports, linked cases; who sees what."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.db import business_clock
from adapters.db.engine import create_engine
from contracts.case import StepView
from tests.support.city import People
from tests.support.servers import Database

STREET, LEADER, AGENT, CALLER = "dhm.staff", "dhm.leader", "hotline.agent", "hotline.callback"
DESK, CLERK, GRID, WORKER = "desk", "desk.clerk1", "dhm.grid", "drain.worker1"
AREA = "110101001"
ORDER = {
    "channel": "hotline", "kind": "public_request", "class_code": "W10", "lead": "110101-DRAIN",
    "reporter_name": "张晓明", "reporter_phone": "13800138000", "nature": "complaint",
}  # fmt: skip


async def do(api: People, login: str, case: str, name: str, **body: Any) -> dict[str, Any]:
    answer = await api.give(login, case, name, **body)
    assert answer.status_code == 200, f"{login} {name}: {answer.text}"
    done: dict[str, Any] = answer.json()
    return done


async def refused(api: People, login: str, case: str, name: str, **body: Any) -> str:
    answer = await api.post(login, f"/cases/{case}/{name}", body)
    assert answer.status_code in {403, 404, 409, 422}, answer.text
    return str(answer.json()["code"])


async def see(api: People, login: str, case: str) -> dict[str, Any]:
    answer = await api.get(login, f"/cases/{case}")
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


async def notices(api: People, login: str, case: str) -> list[str]:
    rows = (await api.get(login, "/notices", size=200)).json()["items"]
    return [row["code"] for row in rows if row["case_id"] == case]


async def pass_time(city: Database, **delta: float) -> None:
    owner = create_engine(city.owner, role="batch")
    async with owner.begin() as connection:
        await business_clock.advance(connection, timedelta(**delta))
    await owner.dispose()


async def handle(api: People, case: str) -> dict[str, Any]:
    await do(api, WORKER, case, "claim", task=1)
    await do(api, WORKER, case, "report-in", task=1)
    return await do(api, WORKER, case, "submit", task=1, note="已处置")


def offered(seen: dict[str, Any]) -> set[str]:
    return {action["name"] for action in seen["allowed_actions"]}


async def test_an_order_is_called_back_when_the_limit_ends(api: People, module_city: Database) -> None:
    made = await api.raised(AGENT, **ORDER)
    case = made["id"]
    assert made["status"] == "mustering", "no approval before the dispatch"
    assert [(t["org"], t["role"]) for t in made["tasks"]] == [("110101-DRAIN", "lead"), (AREA, "inform")]
    assert "call_back" in {c["code"] for c in made["clocks"]}
    seen = await see(api, STREET, case)
    assert seen["intake"] | {"nature": "complaint", "urgency": 2, "checker": "citizen", "grid": None} == seen["intake"]
    assert "copied" in await notices(api, STREET, case)
    done = await handle(api, case)
    assert done["status"] == "checking"
    assert await refused(api, LEADER, case, "check-pass") == "call_back_awaited"
    assert await refused(api, CALLER, case, "call-back", valid=True, solved="yes") == "call_back_not_due"
    await pass_time(module_city, hours=24, seconds=1)
    done = await do(
        api, CALLER, case, "call-back", valid=True, contacted=True, solved="no", satisfied="dissatisfied", note="仍不热"
    )  # fmt: skip
    assert (done["status"], done["escalation"]) == ("in_action", 2)
    assert "handle_again" in await notices(api, "drain.dispatch", case)
    await do(api, WORKER, case, "submit", task=1, note="再次处置")
    await pass_time(module_city, hours=24, seconds=1)
    closed = await do(api, CALLER, case, "call-back", valid=True, contacted=True, solved="yes", satisfied="basically")
    assert (closed["status"], closed["result"]) == ("closed", "solved")
    calls = (await see(api, AGENT, case))["intake"]["call_back"]
    assert (calls["solved_at"], [c["solved"] for c in calls["calls"]]) == (2, ["no", "yes"])


@pytest.mark.parametrize(
    ("disposal", "target"), [("answered", ""), ("transferred", "119"), ("dissuaded", "")]
)  # fmt: skip
async def test_a_request_that_ends_at_intake(api: People, disposal: str, target: str) -> None:
    made = await api.raised(AGENT, **ORDER, disposal=disposal, target=target, told="已向来电人说明")
    assert (made["status"], made["result"], made["tasks"], made["clocks"]) == ("closed", disposal, [], [])
    seen = await see(api, AGENT, made["id"])
    told = next(e for e in seen["timeline"] if e["kind"] == "request_disposed")
    assert told["texts"] == {"note": "已向来电人说明"}
    assert not offered(seen)


async def test_what_intake_refuses(api: People) -> None:
    body = {"area": AREA, "title": "来电", "description": "来电", "place": "来电", **ORDER}
    for login, more, code in (
        (STREET, {}, "channel_not_yours"), (AGENT, {"reporter_phone": None}, "contact_missing"),
        (AGENT, {"channel": "pigeon"}, "unknown_channel"), (AGENT, {"disposal": "transferred"}, "target_missing"),
    ):  # fmt: skip
        answer = await api.post(login, "/cases", body | more)
        assert answer.json()["code"] == code, answer.text


async def test_a_grid_event_takes_its_seven_steps(api: People) -> None:
    made = await api.raised(GRID, channel="grid", kind="public_request")
    case = made["id"]
    assert (made["status"], [c["code"] for c in made["clocks"]]) == ("pending_approval", ["filing"])
    assert offered(await see(api, CLERK, case)) >= {"file_case", "cancel_filing"}
    assert "filing_wanted" in await notices(api, CLERK, case)
    assert await refused(api, CLERK, case, "file-case", standard="none_such") == "unknown_limit_class"
    await do(api, CLERK, case, "file-case", standard="danger_4h")
    assert await refused(api, "desk.clerk2", case, "file-case", standard="danger_4h") == "already_filed"
    seen = await see(api, DESK, case)
    assert (seen["limit_class"], seen["intake"]["grid"]["owner"]) == ("danger_4h", CLERK)
    assert seen["intake"]["grid"]["ask_first"] == [AREA, "110101-DRAIN"], "an event: the place first, then the owner"
    assert await refused(api, DESK, case, "dispatch", org="110101-NONE") == "unknown_org"
    assert (await do(api, DESK, case, "dispatch"))["status"] == "mustering"
    await handle(api, case)
    assert await refused(api, CLERK, case, "check-pass") == "post_check_first"
    await do(api, GRID, case, "post-check", passed=True, note="已恢复")
    assert (await do(api, CLERK, case, "check-pass"))["result"] == "solved"


async def test_reports_keep_a_receipt_and_get_an_answer(api: People, module_city: Database) -> None:
    case = (await api.raised())["id"]
    number = (await see(api, STREET, case))["number"]
    await do(
        api, AGENT, case, "link-report", channel="hotline", words="我也要反映", ref="12345-9", reporter_name="李四海",
        reporter_phone="13900139000",
    )  # fmt: skip
    await do(api, GRID, case, "link-report", channel="grid", words="又见外溢")
    first, second = (await see(api, AGENT, case))["intake"]["reports"]
    assert (first["receipt"], first["reporter_name"], first["words"]) == (f"{number}/R2", "李**", "我也要反映")
    assert first["reporter_phone"].endswith("9000")
    assert "3900139" not in first["reporter_phone"]
    assert (second["receipt"], second["reporter_name"]) == (f"{number}/R3", None)
    entries = [a["entry"] for a in (await see(api, AGENT, case))["allowed_actions"] if a["name"] == "answer_report"]
    assert entries == [2, 3]
    await do(api, AGENT, case, "answer-report", report=2, answer="正在抽排，请放心")
    await do(api, DESK, case, "unlink-report", report=3, reason="另一处")
    assert await refused(api, AGENT, case, "answer-report", report=9, answer="x") == "unknown_entry"
    first, second = (await see(api, AGENT, case))["intake"]["reports"]
    assert first["answer"] == "正在抽排，请放心"
    assert second["unlinked_at"] is not None
    assert "13900139000" not in str((await see(api, AGENT, case))["timeline"])


async def test_linking_two_cases_locks_both_and_undoes_exactly(api: People) -> None:
    main, other = await api.raised(title="主案件"), await api.raised(title="同一事项")
    before = await see(api, STREET, other["id"])
    key = f"link-{uuid4()}"
    for _ in range(2):  # a repeat is answered as the first time
        linked = await api.post(STREET, f"/cases/{other['id']}/link-case", {"other": main["number"]}, key)
        assert linked.status_code == 200, linked.text
    seen = await see(api, STREET, other["id"])
    assert seen["intake"]["main"]["number"] == main["number"]
    assert offered(seen) == {"unlink_case"}
    assert {c["outcome"] for c in seen["clocks"]} == {"paused"}
    assert [row["number"] for row in (await see(api, STREET, main["id"]))["intake"]["linked"]] == [other["number"]]
    assert await refused(api, WORKER, other["id"], "claim", task=1) == "linked_elsewhere"
    assert await refused(api, STREET, main["id"], "link-case", other=main["number"]) == "same_case"
    assert await refused(api, STREET, main["id"], "link-case", other="BJ-0-0-0") == "case_not_found"
    assert await refused(api, STREET, main["id"], "link-case", other=other["number"]) == "link_chain"
    await do(api, STREET, other["id"], "unlink-case", reason="不是同一处")
    after = await see(api, STREET, other["id"])
    assert offered(after) == offered(before)
    assert [(c["key"], c["outcome"]) for c in after["clocks"]] == [(c["key"], c["outcome"]) for c in before["clocks"]]
    assert (await see(api, STREET, main["id"]))["intake"]["linked"] == []
    assert await refused(api, STREET, other["id"], "unlink-case", reason="再次") == "not_linked"


async def test_linked_cases_and_reporters_follow_the_end_by_the_drive(api: People) -> None:
    main, other = await api.raised(title="主案件"), await api.raised(title="同一事项")
    await do(api, AGENT, other["id"], "link-report", channel="hotline", words="第三人反映")
    await do(api, STREET, other["id"], "link-case", other=main["number"])
    await handle(api, main["id"])
    await do(api, STREET, main["id"], "check-pass")
    assert (await see(api, STREET, other["id"]))["status"] == "mustering", "the drive lets it follow"
    record = api.services.record
    plan = (await record.look(UUID(main["id"]), 1)).plan
    assert plan is not None
    assert [step.code for step in plan.owed] == ["follow"]
    for _ in range(2):  # lost and doubled answers change nothing
        answer = await record.step(UUID(main["id"]), 1, plan.owed[0])
        assert answer.plan is not None
        assert answer.plan.owed == ()
    seen = await see(api, STREET, other["id"])
    assert (seen["status"], seen["result"]) == ("closed", "solved")
    step = StepView(key="answer", code="answer", due=seen["closed_at"], party=AREA)
    await record.step(UUID(other["id"]), 1, step)
    assert (await see(api, AGENT, other["id"]))["intake"]["reports"][0]["answered_at"] is not None
    assert "answer_reporter" in await notices(api, AGENT, other["id"])


async def test_praise_has_a_short_life(api: People) -> None:
    made = await api.raised(AGENT, **ORDER | {"nature": "commendation"})
    assert [(t["org"], t["role"]) for t in made["tasks"]] == [("110101-DRAIN", "inform")]
    assert "praised" in await notices(api, "drain.leader", made["id"])
    done = await do(api, "drain.leader", made["id"], "acknowledge", task=1, note="已转达班组")
    assert (done["status"], done["result"]) == ("closed", "commended")
