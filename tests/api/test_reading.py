"""Lists, detail, overdue report and directory over HTTP: what each reader sees, filters, pages, problems."""

from typing import Any
from uuid import UUID

import pytest

from adapters.db import channels
from adapters.db.engine import create_engine
from tests.support.city import People
from tests.support.servers import Database

STREET, DESK, WATER, DRAIN, OPERATOR = "dhm.staff", "desk", "water.worker1", "drain.worker1", "operator"


async def items(api: People, login: str, path: str, **params: Any) -> list[dict[str, Any]]:
    answer = await api.get(login, path, **params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_each_reader_sees_their_own(api: People) -> None:
    here = await api.raised(title="东华门的事")
    there = await api.raised("jdk.staff", area="110101003", title="交道口的事", lead="110101-WATER")
    both = {here["id"], there["id"]}
    seen = {}
    for login in (STREET, DESK, WATER, DRAIN):
        seen[login] = both & {c["id"] for c in await items(api, login, "/cases", size=200)}
    assert seen == {STREET: {here["id"]}, DESK: both, WATER: {there["id"]}, DRAIN: {here["id"]}}
    hidden = await api.get(STREET, f"/cases/{there['number']}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "case_not_found")
    by_id = (await api.get(DESK, f"/cases/{there['id']}")).json()
    assert by_id["number"] == there["number"]


async def test_pages_meet_without_gap_or_overlap(api: People) -> None:
    for number in range(7):
        await api.raised(title=f"分页 {number}")
    whole = [c["id"] for c in await items(api, STREET, "/cases", size=200)]
    paged: list[str] = []
    cursor = None
    while True:
        page = (await api.get(STREET, "/cases", size=3, **({"cursor": cursor} if cursor else {}))).json()
        paged += [c["id"] for c in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert paged == whole


async def test_search_and_filters(api: People) -> None:
    made = await api.raised(title="槐树倒伏压住电动车", place="骑河楼北巷")
    assert made["id"] in [c["id"] for c in await items(api, STREET, "/cases", q="槐树")]
    assert made["id"] in [c["id"] for c in await items(api, STREET, "/cases", q="骑河楼")]
    assert made["id"] in [c["id"] for c in await items(api, STREET, "/cases", q=made["number"])]
    assert await items(api, STREET, "/cases", q="不存在的词语") == []
    tasks = await items(api, DRAIN, "/tasks", state="ready", org="110101-DRAIN", size=200)
    assert made["id"] in {t["case_id"] for t in tasks}
    assert await items(api, DRAIN, "/tasks", state="accepted", holder="nobody") == []


async def test_an_emergency_waits_for_its_approval_after_the_issue(api: People) -> None:
    made = await api.raised()
    waiting = {c["id"] for c in await items(api, "dhm.leader", "/cases", awaiting_approval=True, size=200)}
    assert made["id"] in waiting
    assert (await api.post("dhm.leader", f"/cases/{made['id']}/approve")).status_code == 200
    assert made["id"] not in {
        c["id"] for c in await items(api, "dhm.leader", "/cases", awaiting_approval=True, size=200)
    }


async def test_detail_explains_each_due_instant(api: People) -> None:
    made = await api.raised(reporter_name="张三丰", reporter_phone="13800001234", lat=39.9141, lng=116.4041)
    seen = (await api.get(DRAIN, f"/cases/{made['number']}")).json()
    assert seen["reporter_name"] != "张三丰"
    assert seen["reporter_phone"].endswith("1234")
    assert "0000" not in seen["reporter_phone"]
    assert (round(seen["lat"], 4), round(seen["lng"], 4)) == (39.9141, 116.4041)
    for clock in seen["clocks"]:
        assert clock["explanation"]["calendar"] == "beijing/1"
        assert clock["explanation"]["due"]
    assert {a["name"] for a in seen["allowed_actions"]} == {"claim"}
    assert seen["timeline"][0]["texts"]["title"] == "污水井外溢"


async def test_overdue_report_and_its_sets(api: People) -> None:
    for of in ("overdue_open", "overdue_done", "near_due", "in_time_done"):
        answer = await api.get(DESK, "/reports/overdue", set=of, include_counts=True)
        assert answer.status_code == 200, answer.text
        assert answer.json()["counts"]["total"] >= len(answer.json()["items"])
    future = await api.get(DESK, "/reports/overdue", as_of="2099-01-01T00:00:00+08:00")
    assert (future.status_code, future.json()["code"]) == (422, "as_of_future")


async def test_notices_reach_the_department_and_are_read(api: People) -> None:
    made = await api.raised()
    mine = [n for n in await items(api, DRAIN, "/notices", size=200) if n["case_id"] == made["id"]]
    assert [n["code"] for n in mine] == ["called"]
    before = (await api.get(DRAIN, "/notices/unread")).json()["unread"]
    after = await api.post(DRAIN, "/notices/read", {"ids": [int(mine[0]["id"])]})
    assert after.json()["unread"] == min(before, 100) - 1


async def test_directory(api: People) -> None:
    me = (await api.get(STREET, "/me")).json()
    assert (me["id"], me["org"], me["roles"]) == (STREET, "110101001", ["street_staff"])
    found = (await api.get(STREET, "/organisations", q="jgm")).json()
    assert "110101008" in {o["code"] for o in found}
    assert len((await api.get(STREET, "/organisations")).json()) >= 16
    people = (await api.get("drain.dispatch", "/organisations/110101-DRAIN/people")).json()
    assert DRAIN in {p["id"] for p in people}
    other = await api.get(STREET, "/organisations/110101-DRAIN/people")
    assert (other.status_code, other.json()["code"]) == (403, "role_missing")
    classes = (await api.get(STREET, "/classes", q="水管破裂")).json()
    assert "W01" in {c["code"] for c in classes}


async def test_operator_sees_the_drive_and_others_do_not(api: People) -> None:
    made = await api.raised()
    away = await api.get(OPERATOR, f"/operator/cases/{made['id']}/workflow")
    assert (away.status_code, away.json()["code"], away.headers["Retry-After"]) == (503, "engine_unavailable", "1")
    counters = (await api.get(OPERATOR, "/operator/counters")).json()
    assert counters["undriven"] == 0
    for path in ("counters", f"cases/{made['id']}/workflow"):
        refused = await api.get(STREET, f"/operator/{path}")
        assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/cases", {"cursor": "nonsense"}),
        ("/cases", {"status": "nonsense"}),
        ("/cases", {"size": 0}),
        ("/cases", {"area": "11"}),
        ("/tasks", {"line": "cg"}),
        ("/tasks", {"order": "random"}),
        ("/reports/overdue", {"as_of": "yesterday"}),
        ("/organisations/x", {}),
    ],
)
async def test_bad_questions_say_what_is_wrong(api: People, path: str, params: dict[str, Any]) -> None:
    answer = await api.get(STREET, path, **params)
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] in {"invalid", "bad_cursor"}
    assert problem["detail"]


async def test_health_is_open_and_ready(api: People) -> None:
    assert (await api.client.get("/healthz")).json() == {"status": "ok"}
    ready = await api.client.get("/readyz")
    assert (ready.status_code, ready.json()["ready"]) == (200, True)


async def test_dead_letters_are_listed_and_replayed(api: People, module_city: Database) -> None:
    owner = create_engine(module_city.owner, role="batch")
    channel = await channels.add_webhook(owner, "http://127.0.0.1:9/never", "110101-DRAIN")
    made = await api.raised()
    async with owner.begin() as connection:
        gave_up = "UPDATE outbound SET state = 'dead', done_at = now(), last_error = 'refused' WHERE case_id = $1"
        await connection.exec_driver_sql(gave_up, (UUID(made["id"]),))
    listed = (await api.get(OPERATOR, "/operator/dead-letters")).json()
    mine = [d for d in listed if d["number"] == made["number"]]
    assert [(d["code"], d["channel"], d["last_error"]) for d in mine] == [("called", "webhook", "refused")]
    assert (await api.post(OPERATOR, f"/operator/dead-letters/{mine[0]['id']}/replay")).status_code == 202
    assert (await api.post(STREET, f"/operator/dead-letters/{mine[0]['id']}/replay")).status_code == 403
    left = (await api.get(OPERATOR, "/operator/dead-letters")).json()
    assert made["number"] not in {d["number"] for d in left}
    await channels.switch_off(owner, str(channel.id))
    assert [c.active for c in await channels.listed(owner) if c.id == channel.id] == [False]
    with pytest.raises(channels.ChannelInvalid):
        await channels.add_webhook(owner, "ftp://nowhere", None)
    await owner.dispose()
