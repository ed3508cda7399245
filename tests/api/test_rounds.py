"""Supervision rounds over HTTP: planned by the office, read by the district, refused to strangers."""

from datetime import timedelta
from typing import Any

from adapters.db import business_clock
from tests.support.city import People

SUP, WORKER, DESK = "sup", "drain.worker1", "desk"


async def planned(api: People, login: str = SUP, status: int = 201, **changes: Any) -> dict[str, Any]:
    async with api.services.engine.connect() as connection:
        now = await business_clock.now(connection)
    body = {
        "method": "written", "title": "书面督查", "district": "110101", "sample": 2, "questions": "办理经过？",
        "starts_at": (now + timedelta(hours=5)).isoformat(), "ends_at": (now + timedelta(days=9)).isoformat(),
    } | changes  # fmt: skip
    answer = await api.post(login, "/rounds", body)
    assert answer.status_code == status, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_round_is_planned_named_and_its_salt_published(api: People) -> None:
    process = (await planned(api))["id"]
    assert (await api.get(SUP, f"/rounds/{process}")).json()["allowed_actions"] == ["name_group", "cancel"]
    for members, code in ((["nobody"], "unknown_member"), ([WORKER], "unknown_member")):
        bad = await api.post(SUP, f"/rounds/{process}/name-group", {"group": "g1", "members": members})
        assert (bad.status_code, bad.json()["code"]) == (422, code), bad.text
    named = await api.post(SUP, f"/rounds/{process}/name-group", {"group": "g1", "members": ["sup"], "lines": ["CG"]})
    assert named.status_code == 200, named.text
    assert "commit_seed" in named.json()["allowed_actions"]
    told = [n for n in (await api.get(SUP, "/notices")).json()["items"] if n["process_id"] == process]
    assert [(n["code"], n["process"], n["title"]) for n in told] == [("round_member", "round", "书面督查")]
    done = await api.post(SUP, f"/rounds/{process}/commit-seed", {"salt": "20261123"}, key="seed-of-round-1")
    assert (done.status_code, done.json()["status"]) == (200, "committed"), done.text
    again = await api.post(SUP, f"/rounds/{process}/commit-seed", {"salt": "20261123"}, key="seed-of-round-1")
    assert again.json()["replayed"]
    one = (await api.get(DESK, f"/rounds/{process}")).json()
    assert (one["salt"], one["groups"], one["checks"]) == ("20261123", {"g1": ["sup"]}, [])
    assert [entry["kind"] for entry in one["timeline"]] == ["round_planned", "group_named", "seed_committed"]
    assert (await api.get(SUP, f"/rounds/{process}/bundle")).status_code == 404
    late = await api.post(SUP, f"/rounds/{process}/cancel", {"reason": "不查了"})
    assert (late.status_code, late.json()["code"]) == (409, "wrong_stage")
    listed = (await api.get(DESK, "/rounds", status="committed")).json()["items"]
    assert process in [row["id"] for row in listed]


async def test_strangers_plan_and_see_nothing(api: People) -> None:
    process = (await planned(api))["id"]
    assert (await planned(api, DESK, 403))["code"] == "not_allowed"
    assert (await planned(api, SUP, 403, district="110102"))["code"] == "not_allowed"
    assert (await planned(api, SUP, 422, questions=None))["code"] == "round_incomplete"
    joint = {"method": "joint", "bodies": ["110101-SUP", "110101-NOWHERE"]}
    assert (await planned(api, SUP, 422, **joint))["code"] == "unknown_org"
    assert (await api.get(WORKER, f"/rounds/{process}")).status_code == 404
    assert (await api.get(WORKER, f"/rounds/{process}/bundle")).status_code == 404
    assert (await api.get(WORKER, "/rounds")).json()["items"] == []
