"""Publications over HTTP: proposed by one, decided by another, read within the reader's reach, adopted."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from adapters.calendar_files import bundled_calendar
from adapters.policy_files import bundled_document
from tests.support.city import People
from tests.support.publications import drive_record, without_makeup_day

DESK, DESK2, CITY, OPERATOR, WORKER = "desk", "desk2", "city.sup", "operator", "drain.worker1"
RULE = {
    "class_code": "W04", "lead": "WATER", "assist": ["DRAIN"], "limit_class": "default",
    "source": "裁定：由供水单位主办", "reason": "三次退单后裁定",
}  # fmt: skip


async def drive(api: People, process: str) -> None:
    await drive_record(api.services.record, api.services.engine, UUID(process))


async def refused(api: People, login: str, path: str, body: dict[str, Any], status: int) -> dict[str, Any]:
    answer = await api.post(login, path, body)
    assert answer.status_code == status, answer.text
    problem: dict[str, Any] = answer.json()
    return problem


async def notices(api: People, login: str) -> list[tuple[str, str]]:
    rows = (await api.get(login, "/notices", size=200)).json()["items"]
    return [(row["code"], row["process_id"]) for row in rows if row["process"] == "publication"]


async def ruled(api: People) -> dict[str, Any]:
    """A case whose department objects, and whose ruling shall be a rule."""
    case = await api.raised()
    for login, name, body in (
        ("drain.dispatch", "object", {
            "task": 1, "ground": "not_our_property", "reason": "产权属市政", "evidence": "照片",
            "suggests": "110101-CG",
        }),
        (DESK, "rule-objection", {"task": 1, "upheld": True, "reason": "属实", "precedent": True}),
    ):  # fmt: skip
        answer = await api.give(login, case["id"], name, **body)
        assert answer.status_code == 200, answer.text
    return case


async def test_a_ruling_becomes_a_rule_of_the_duty_list(api: People) -> None:
    case = (await ruled(api))["id"]
    (asked,) = (await api.get(DESK, "/publications/precedents")).json()["items"]
    assert (asked["case_id"], asked["class_code"], asked["next"]) == (case, "W04", "110101-CG")
    assert (asked["next_name"], asked["publications"]) == ("城市管理委", [])
    assert (await api.get("jdk.leader", "/publications/precedents")).json()["items"] == [], "another sub-district's"
    made = await api.post(DESK, "/publications/duty-rules", RULE | {"case_id": case}, key="rule-by-ruling-1")
    assert made.status_code == 201, made.text
    process = made.json()["id"]
    (asked,) = (await api.get(DESK, "/publications/precedents", limit=1)).json()["items"]
    assert asked["publications"] == [process]
    again = await api.post(DESK, "/publications/duty-rules", RULE | {"case_id": case}, key="rule-by-ruling-1")
    assert (again.json()["id"], again.json()["replayed"]) == (process, True)
    await drive(api, process)
    assert (await refused(api, DESK, f"/publications/{process}/approve", {}, 403))["code"] == "proposer_may_not_approve"
    one = (await api.get(DESK2, f"/publications/{process}")).json()
    assert one["status"] == "listed"
    assert set(one["allowed_actions"]) == {"approve", "refuse", "withdraw"}
    assert one["timeline"][0]["texts"] == {"reason": RULE["reason"]}
    assert (await api.get(DESK, f"/publications/{process}")).json()["allowed_actions"] == ["refuse", "withdraw"]
    assert ("publication_waits", process) in await notices(api, DESK2)
    assert await notices(api, WORKER) == []
    done = await api.post(DESK2, f"/publications/{process}/approve", {"note": "同意"})
    assert (done.status_code, done.json()["status"]) == (200, "approved")
    await drive(api, process)
    assert (await api.get(DESK, f"/publications/{process}")).json()["status"] == "done"
    mine = await notices(api, DESK)
    assert mine[:2] == [("adoption_done", process), ("publication_approved", process)], "the newest first"
    assert ("adoption_done", process) in await notices(api, DESK2)
    rows = (await api.get(DESK, "/notices", unread=True, size=1)).json()
    (newest,) = rows["items"]
    assert (newest["process"], newest["process_id"], newest["case_id"]) == ("publication", process, None)
    older = (await api.get(DESK, "/notices", unread=True, size=50, cursor=rows["next_cursor"])).json()["items"]
    assert int(newest["id"]) > int(older[0]["id"])
    unread = (await api.get(DESK, "/notices/unread")).json()["unread"]
    read = await api.post(DESK, "/notices/read", {"ids": [int(newest["id"]), int(older[0]["id"])]})
    assert read.json()["unread"] == unread - 2
    api.services.registry._held = None  # as five seconds later
    routed = await api.raised("dhm.duty", lead=None, assist=None)
    assert routed["tasks"][0]["org"] == "110101-WATER"


async def test_what_does_not_fit_is_refused_with_all_its_faults(api: People) -> None:
    wrong = RULE | {"lead": "NOWHERE", "limit_class": "never"}
    problem = await refused(api, DESK, "/publications/duty-rules", wrong, 422)
    assert problem["code"] == "draft_has_faults"
    faults = " ".join(problem["facts"]["faults"])
    for code in ("unknown_line", "unknown_limit_class", "class_without_owner"):
        assert code in faults
    body = {"subject": "calendar", "body": {"name": "beijing"}, "reason": "错误"}
    assert (await refused(api, CITY, "/publications", body, 422))["code"] == "calendar_invalid"
    broken = {"subject": "duty_list", "body": {"name": "beijing"}, "reason": "错误"}
    assert (await refused(api, CITY, "/publications", broken, 422))["code"] == "bad_draft"
    held = bundled_calendar("beijing").to_dict()
    same = {"subject": "calendar", "body": held, "reason": "同一版本"}
    assert (await refused(api, CITY, "/publications", same, 409))["code"] == "version_not_newer"
    shorter = replace(bundled_calendar("beijing"), version=9, provisional_years=frozenset(), exceptions={
        d: s for d, s in bundled_calendar("beijing").exceptions.items() if s.notice in bundled_calendar("beijing").years
    })  # fmt: skip
    lost = {"subject": "calendar", "body": shorter.to_dict(), "reason": "少一年"}
    assert "year_missing" in str((await refused(api, CITY, "/publications", lost, 422))["facts"])
    unknown = RULE | {"case_id": "00000000-0000-7000-8000-0000000000ff"}
    assert (await refused(api, DESK, "/publications/duty-rules", unknown, 404))["code"] == "case_not_found"


async def test_who_may_propose_what(api: People) -> None:
    assert (await refused(api, WORKER, "/publications/duty-rules", RULE, 403))["code"] == "not_allowed"
    city_wide = {"subject": "calendar", "body": dict(without_makeup_day(date(2026, 2, 14), 8).body), "reason": "全市"}
    assert (await refused(api, DESK, "/publications", city_wide, 403))["code"] == "not_allowed"
    own = replace(bundled_calendar("beijing"), name="beijing:110101", version=1).to_dict()
    other = replace(bundled_calendar("beijing"), name="beijing:110102", version=1).to_dict()
    assert (await refused(api, DESK, "/publications", {**city_wide, "body": other}, 403))["code"] == "not_allowed"
    made = await api.post(DESK, "/publications", {**city_wide, "body": own})
    assert made.status_code == 201, made.text
    pack = {"subject": "rule_pack", "body": {**bundled_document("beijing", 2), "version": 3}, "reason": "修订"}
    assert (await refused(api, DESK, "/publications", pack, 403))["code"] == "not_allowed"
    assert (await api.post(OPERATOR, "/publications", pack)).status_code == 201
    withdrawn = await api.post(DESK, f"/publications/{made.json()['id']}/withdraw", {"reason": "不需要"})
    assert withdrawn.json()["status"] == "withdrawn"


async def test_the_list_shows_each_reader_their_own_cases(api: People) -> None:
    async with api.services.engine.begin() as connection:
        await connection.exec_driver_sql("SELECT 1")
    made = await api.post(
        CITY, "/publications",
        {"subject": "calendar", "body": dict(without_makeup_day(date(2027, 1, 1), 5).body), "reason": "调整"},
    )  # fmt: skip
    assert made.status_code in (201, 422), made.text
    listed = await api.get(CITY, "/publications")
    assert [row["kind"] for row in listed.json()["items"]] == ["publication"] * len(listed.json()["items"])
    assert (await api.get(WORKER, "/publications")).json()["items"] == []
    if made.status_code == 201:
        process = made.json()["id"]
        await drive(api, process)
        found = (await api.get(CITY, f"/publications/{process}/impact")).json()
        assert found["complete"]
        assert found["totals"]["clocks"] == len(found["items"])
        assert (await api.get(CITY, f"/publications/{process}/differences")).json() == []
        assert (await api.get(WORKER, f"/publications/{process}/impact")).status_code == 404


@pytest.mark.parametrize("path", ["", "/impact", "/differences"])
async def test_what_is_not_there_is_not_found(api: People, path: str) -> None:
    answer = await api.get(CITY, f"/publications/00000000-0000-7000-8000-0000000000aa{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "process_not_found")
