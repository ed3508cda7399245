"""A case's life over HTTP, with the engine away: nothing a person does waits for it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.support.city import People

STREET, LEADER, WORKER, DISPATCH = "dhm.staff", "dhm.leader", "drain.worker1", "drain.dispatch"


def actions(answer: dict[str, Any]) -> set[tuple[str, int | None]]:
    return {(a["name"], a["task"]) for a in answer["allowed_actions"]}


async def do(api: People, login: str, case: str, name: str, **body: Any) -> dict[str, Any]:
    answer = await api.give(login, case, name, **body)
    assert answer.status_code == 200, answer.text
    done: dict[str, Any] = answer.json()
    return done


async def test_plain_life(api: People) -> None:
    case = await api.raised()
    assert case["status"] == "mustering"
    assert case["number"].startswith("BJ-110101-")
    assert {c["code"] for c in case["clocks"]} == {"approval", "claim", "report_in", "handle"}
    number = case["id"]

    claimed = await do(api, WORKER, number, "claim", task=1)
    assert claimed["tasks"][0] | {"state": "claimed", "holder": WORKER} == claimed["tasks"][0]
    assert ("report_in", 1) in actions(claimed)
    arrived = await do(api, WORKER, number, "report-in", task=1, lat=39.914, lng=116.404, note="已到现场")
    assert arrived["status"] == "in_action"
    await do(api, WORKER, number, "stage-report", task=1, note="正在抽排")
    checking = await do(api, WORKER, number, "submit", task=1, note="已疏通")
    assert checking["status"] == "checking"
    failed = await do(api, LEADER, number, "check-fail", reason="仍有外溢")
    assert failed["status"] == "in_action"
    assert failed["tasks"][0]["rework"] == 1
    await do(api, WORKER, number, "submit", task=1, note="更换井盖，不再外溢")
    closed = await do(api, STREET, number, "check-pass")
    assert (closed["status"], closed["result"], closed["clocks"]) == ("closed", "solved", [])

    detail = (await api.get(STREET, f"/cases/{case['number']}")).json()
    assert [e["kind"] for e in detail["timeline"]][:2] == ["case_raised", "clock_started"]
    assert detail["version"] == closed["version"] == len(detail["timeline"])
    assert detail["clocks"][0]["explanation"]
    assert {a["name"] for a in detail["allowed_actions"]} <= {"reopen", "rate_department", "record_voice"}


async def test_side_paths(api: People) -> None:
    case = (await api.raised(kind="joint_enforcement", class_code="W25", lead=None, assist=None))["id"]
    assert (await do(api, LEADER, case, "approve"))["status"] == "mustering"
    answer = await do(api, STREET, case, "add-department", org="110101-CG", role="assist")
    added = next(t["no"] for t in answer["tasks"] if t["org"] == "110101-CG")
    await do(api, STREET, case, "urge", task=1, note="请尽快到场")
    await do(api, STREET, case, "release", task=added, reason="无需参与")
    await do(api, STREET, case, "withdraw", reason="已自行解决")

    other = (await api.raised())["id"]
    await do(api, DISPATCH, other, "assign", task=1, worker=WORKER)
    given_back = await do(api, WORKER, other, "unclaim", task=1, reason="车辆故障")
    assert given_back["tasks"][0]["state"] == "ready"
    refused = await do(api, LEADER, other, "refuse", reason="不属吹哨事项")
    assert (refused["status"], refused["result"]) == ("withdrawn", "refused")


async def test_second_claim_names_the_winner(api: People) -> None:
    case = (await api.raised())["id"]
    others = [api.post(login, f"/cases/{case}/claim", {"task": 1}) for login in (WORKER, "drain.worker2", DISPATCH) * 4]
    answers = await asyncio.gather(*others)
    won = [a for a in answers if a.status_code == 200]
    assert len(won) == 1
    winner = won[0].json()["tasks"][0]["holder"]
    for lost in answers:
        if lost is not won[0]:
            problem = lost.json()
            assert (lost.status_code, problem["code"]) == (409, "already_claimed")
            assert problem["facts"]["holder"] == winner
            assert "签收" in problem["detail_zh"]


async def test_repeat_gets_the_same_answer_and_one_case(api: People) -> None:
    body = {
        "kind": "emergency", "area": "110101001", "class_code": "W04", "title": "重复请求", "description": "同一个键",
        "place": "某处",
    }  # fmt: skip
    answers = await asyncio.gather(*(api.post(STREET, "/cases", body, key="one-effect-only") for _ in range(6)))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["id"] for a in answers}) == 1
    assert sum(not a.json()["replayed"] for a in answers) == 1
    reused = await api.post(STREET, "/cases", body | {"title": "另一件事"}, key="one-effect-only")
    assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")


async def test_if_match(api: People) -> None:
    case = await api.raised()
    stale = await api.post(WORKER, f"/cases/{case['id']}/claim", {"task": 1}, **{"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    fine = await api.post(WORKER, f"/cases/{case['id']}/claim", {"task": 1}, **{"If-Match": f'"{case["version"]}"'})
    assert fine.status_code == 200
    assert fine.headers["ETag"] == f'"{fine.json()["version"]}"'
    odd = await api.post(WORKER, f"/cases/{case['id']}/claim", {"task": 1}, **{"If-Match": "seven"})
    assert (odd.status_code, odd.json()["code"]) == (400, "if_match_invalid")


@pytest.mark.parametrize(
    ("login", "name", "body", "status", "code"),
    [
        ("dhm.leader", "approve", {}, 200, None),
        ("jdk.leader", "approve", {}, 404, "case_not_found"),
        ("water.worker1", "claim", {"task": 1}, 404, "case_not_found"),
        ("dhm.staff", "claim", {"task": 1}, 403, "not_allowed"),
        ("drain.worker1", "claim", {"task": 9}, 404, "unknown_task"),
        ("drain.worker1", "claim", {"task": 0}, 422, "invalid"),
        ("drain.worker1", "claim", {"task": 1, "worker": "x"}, 422, "invalid"),
        ("drain.worker1", "report-in", {"task": 1}, 403, "not_allowed"),
        ("drain.dispatch", "assign", {"task": 1, "worker": "water.worker1"}, 422, "unknown_worker"),
        ("drain.dispatch", "assign", {"task": 1, "worker": "nobody"}, 422, "unknown_worker"),
        ("dhm.staff", "add-department", {"org": "110101-NIX", "role": "assist"}, 422, "unknown_org"),
        ("dhm.staff", "add-department", {"org": "110101-CG", "role": "lead"}, 409, "one_lead"),
        ("dhm.staff", "release", {"task": 1, "reason": "x"}, 409, "lead_stays"),
        ("dhm.staff", "check-pass", {}, 409, "wrong_status"),
        ("dhm.staff", "withdraw", {"reason": "\u0000"}, 422, "invalid"),
        ("dhm.staff", "withdraw", {"reason": "   "}, 422, "invalid"),
    ],
)
async def test_refusals_say_why(
    api: People, login: str, name: str, body: dict[str, Any], status: int, code: str | None
) -> None:
    case = (await api.raised())["id"]
    answer = await api.post(login, f"/cases/{case}/{name}", body)
    assert answer.status_code == status, answer.text
    if code:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == code


async def test_unknown_case_and_no_token(api: People) -> None:
    missing = await api.post(STREET, f"/cases/{uuid4()}/approve")
    assert (missing.status_code, missing.json()["code"]) == (404, "case_not_found")
    bare = await api.client.get("/api/v1/cases")
    assert (bare.status_code, bare.json()["code"]) == (401, "token_missing")
    wrong = await api.client.get("/api/v1/cases", headers={"Authorization": "Bearer wst_nothing"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "bad_token")
    keyless = await api.client.post("/api/v1/cases", json={}, headers=await api.headers(STREET))
    assert (keyless.status_code, keyless.json()["code"]) == (400, "idempotency_key_missing")
    broken = await api.client.post(
        "/api/v1/cases",
        content=b"{",
        headers={**await api.headers(STREET), "Idempotency-Key": "12345678", "Content-Type": "application/json"},
    )
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed_json")
