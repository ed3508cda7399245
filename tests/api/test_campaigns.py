"""Campaigns over HTTP: opened, a batch foreseen and raised row by row, listed, reported, closed."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from temporalio.testing import ActivityEnvironment

from activities.campaign import CampaignSteps
from adapters.db import business_clock
from adapters.db.errors import RecordUnavailable
from contracts.process import ProcessOrder
from domain.process import id_of
from tests.support.city import People

DESK, STAFF, LEADER, OTHER, WORKER, CITY, SUP = (
    "desk", "dhm.staff", "dhm.leader", "jdk.staff", "drain.worker1", "city.sup", "sup",
)  # fmt: skip
AREA, DRAIN = "110101001", "110101-DRAIN"
ROWS = """area,place,title,class_code,lead
110101001,南池子大街41号旁,,,
110101001,南池子大街43号旁,雨水井堵塞,,
110101003,国子监街12号,,,
110102001,西长安街1号,,,
110101001,南池子大街41号旁,,,
110101001,,,,
110101001,南池子大街45号旁,,W21,
110101001,南池子大街47号旁,,,110101-NOWHERE
"""
BATCH = {
    "kind": "emergency", "class_code": "W04", "title": "汛前排查：污水井", "description": "汛前排查发现外溢隐患。",
    "rows": ROWS,
}  # fmt: skip
REFUSED = {
    3: "not_allowed", 4: "outside_campaign", 5: "row_twice", 6: "row_unreadable", 7: "outside_campaign",
    8: "unknown_org",
}  # fmt: skip


async def opened(api: People, code: str, login: str = DESK, status: int = 201, **changes: Any) -> dict[str, Any]:
    async with api.services.engine.connect() as connection:
        now = await business_clock.now(connection)
    body = {
        "code": code, "title": "汛前排查专项行动", "areas": ["110101"], "classes": ["W04"],
        "starts_at": (now - timedelta(days=1)).isoformat(), "ends_at": (now + timedelta(days=30)).isoformat(),
    } | changes  # fmt: skip
    answer = await api.post(login, "/campaigns", body)
    assert answer.status_code == status, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def drive(api: People, campaign: str, steps: int = 20) -> None:
    """Carry out what the campaign owes, as its workflow does."""
    own, record = CampaignSteps(api.services.record, api.services.engine), api.services.record
    answer = await record.step_process(UUID(campaign), 1, None)
    while answer.plan is not None and answer.plan.owed and steps:
        step, steps = answer.plan.owed[0], steps - 1
        order = ProcessOrder(kind="campaign", id=campaign, epoch=1, step=step)
        answer = await ActivityEnvironment().run(own.batch, order)


async def read(api: People, login: str, path: str, **asked: Any) -> Any:
    answer = await api.get(login, path, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_batch_is_foreseen_then_raised_once_and_each_number_opens_its_list(api: People) -> None:  # noqa: PLR0915
    campaign = (await opened(api, "XQPC-2026"))["id"]
    assert campaign == str(id_of("campaign", "XQPC-2026"))
    assert (await read(api, STAFF, f"/campaigns/{campaign}"))["allowed_actions"] == ["start_batch"]
    assert (await read(api, DESK, f"/campaigns/{campaign}"))["allowed_actions"] == ["close", "start_batch"]

    before = len((await read(api, DESK, "/cases", size=200))["items"])
    dry = await api.post(STAFF, f"/campaigns/{campaign}/dry-run", BATCH)
    assert dry.status_code == 200, dry.text
    rows = {row["row"]: row for row in dry.json()["rows"]}
    assert {no: row["refused"] for no, row in rows.items() if row["refused"]} == REFUSED
    assert (dry.json()["would_raise"], dry.json()["would_refuse"], rows[1]["lead"]) == (2, 6, DRAIN)
    assert rows[6]["facts"] == {"columns": "place"}
    assert rows[4]["detail_zh"] == "该专项行动不涵盖此区域或类别。"
    assert len((await read(api, DESK, "/cases", size=200))["items"]) == before, "nothing was written"

    given = await api.post(STAFF, f"/campaigns/{campaign}/start-batch", BATCH, key="flood-batch-1")
    assert given.status_code == 200, given.text
    again = await api.post(STAFF, f"/campaigns/{campaign}/start-batch", BATCH, key="flood-batch-1")
    assert again.json()["replayed"]
    busy = await api.post(STAFF, f"/campaigns/{campaign}/start-batch", BATCH)
    assert busy.json()["code"] == "batch_runs"
    (batch,) = (await read(api, STAFF, f"/campaigns/{campaign}"))["batches"]
    assert (batch["rows"], batch["raised"], batch["done"]) == (8, 0, False), "what is still owed is seen"
    await drive(api, campaign)
    (batch,) = (await read(api, STAFF, f"/campaigns/{campaign}"))["batches"]
    assert (batch["raised"], batch["refused"], batch["done"]) == (2, 6, True)
    assert {o["row"]: o["refused"] for o in batch["outcomes"] if o["refused"]} == REFUSED

    cases = (await read(api, STAFF, "/cases", campaign="XQPC-2026"))["items"]
    assert sorted(c["id"] for c in cases) == sorted(o["case_id"] for o in batch["outcomes"] if o["case_id"])
    assert {c["title"] for c in cases} == {"汛前排查：污水井", "雨水井堵塞"}
    detail = await read(api, STAFF, f"/cases/{cases[0]['id']}")
    assert (detail["campaign"], detail["raised_by"]) == ("XQPC-2026", STAFF)
    done = cases[0]["id"]
    for task in detail["tasks"][1:]:
        await api.post(STAFF, f"/cases/{done}/release", {"task": task["no"], "reason": "不需协办"})
    for login, name, body in (
        (WORKER, "claim", {"task": 1}), (WORKER, "report-in", {"task": 1}),
        (WORKER, "submit", {"task": 1, "note": "已疏通"}),
        (LEADER, "approve", {}), (LEADER, "check-pass", {}),
    ):  # fmt: skip
        answer = await api.give(login, done, name, **body)
        assert answer.status_code == 200, answer.text
    report = await read(api, DESK, f"/campaigns/{campaign}/report")
    (row,) = report["rows"]
    assert (row["area"], row["department"], row["finished"]) == (AREA, DRAIN, "50.00")
    counted = {name: each["count"] for name, each in row["counts"].items() if each["count"]}
    assert counted == {"raised": 2, "closed": 1, "mustering": 1}
    assert row["indicators"]["closing_in_time"]["figure"]["score"] == "1"
    assert {n: c["count"] for n, c in report["total"]["counts"].items() if c["count"]} == counted
    for each in (*report["rows"], report["total"]):
        for number in (*each["counts"].values(), *(f for f in each["indicators"].values())):
            listed = (await api.client.get(number["href"], headers=await api.headers(DESK))).json()
            base, score = listed["base"], listed["score"]
            wanted = number.get("figure") or {"base": number["count"], "score": str(number["count"])}
            assert (base, score) == (wanted["base"], wanted["score"]), number["href"]
            assert sum(item["base"] for item in listed["items"]) == base
    assert (await read(api, OTHER, f"/campaigns/{campaign}/report"))["rows"] == [], "of the cases one sees only"
    assert (await api.get(DESK, f"/campaigns/{campaign}/report/colour")).status_code == 404

    closed = await api.post(DESK, f"/campaigns/{campaign}/close", {"reason": "排查完毕"})
    assert (closed.status_code, closed.json()["status"]) == (200, "closed"), closed.text
    late = await api.post(STAFF, "/cases", {**{k: v for k, v in BATCH.items() if k != "rows"}, "area": AREA,
                                            "place": "南池子大街49号", "campaign": "XQPC-2026"})  # fmt: skip
    assert (late.status_code, late.json()["code"]) == (409, "campaign_over")


async def test_a_crash_in_the_middle_loses_and_doubles_nothing(
    api: People, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    campaign = (await opened(api, "CRASH-1"))["id"]
    rows = "area,place\n" + "".join(f"{AREA},北池子大街{n}号旁\n" for n in range(1, 24))
    await api.post(STAFF, f"/campaigns/{campaign}/start-batch", BATCH | {"rows": rows}, key="crash-batch-1")
    raise_case, calls = api.services.commands.__class__.raise_case, 0

    async def failing(self: Any, actor: Any, request: Any, key: str) -> Any:
        nonlocal calls
        calls += 1
        outcome = await raise_case(self, actor, request, key)
        if calls in (1, 8, 9):  # the case is written, and nobody hears of it
            raise RecordUnavailable("gone")
        return outcome

    monkeypatch.setattr("adapters.commands.Commands.raise_case", failing)
    for _ in range(3):
        with pytest.raises(RecordUnavailable):
            await drive(api, campaign)
    (batch,) = (await read(api, STAFF, f"/campaigns/{campaign}"))["batches"]
    assert (batch["raised"], batch["done"]) == (0, False), "the page is not noted before it is whole"
    await drive(api, campaign)
    (batch,) = (await read(api, STAFF, f"/campaigns/{campaign}"))["batches"]
    assert (batch["raised"], batch["refused"], batch["done"]) == (23, 0, True)
    cases = (await read(api, STAFF, "/cases", campaign="CRASH-1", size=200))["items"]
    assert sorted(c["id"] for c in cases) == sorted(o["case_id"] for o in batch["outcomes"])
    assert len(cases) == 23


async def test_who_opens_and_who_sees(api: People) -> None:
    assert (await opened(api, "X-WORKER", WORKER, 403))["code"] == "not_allowed"
    assert (await opened(api, "X-FAR", LEADER, 403, areas=["110101003"]))["code"] == "outside_own_area"
    assert (await opened(api, "X-WHERE", DESK, 422, areas=["110101999"]))["code"] == "unknown_org"
    assert (await opened(api, "X-CLASS", DESK, 422, classes=["Z99"]))["code"] == "unknown_class"
    await opened(api, "X-STREET", LEADER, areas=[AREA])
    assert (await opened(api, "X-STREET", SUP, 409))["code"] == "process_exists"
    whole = (await opened(api, "X-CITY", CITY, areas=["110101", "110102"], classes=[]))["id"]
    assert (await read(api, OTHER, f"/campaigns/{whole}"))["allowed_actions"] == ["start_batch"]
    names = [row["name"] for row in (await read(api, STAFF, "/campaigns"))["items"]]
    assert {"X-STREET", "X-CITY"} <= set(names)
    assert (await api.get("dhm.volunteer", f"/campaigns/{whole}")).status_code == 404
    stray = await api.post(STAFF, "/cases", {**{k: v for k, v in BATCH.items() if k != "rows"}, "area": AREA,
                                             "place": "南池子大街1号", "campaign": "NOT-THERE"})  # fmt: skip
    assert (stray.status_code, stray.json()["code"]) == (422, "unknown_campaign")
