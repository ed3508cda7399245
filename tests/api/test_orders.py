"""Supervision orders over HTTP: who sees them in the list, what the case shows, what the department may do."""

from typing import Any

import pytest

from tests.api.test_life import do
from tests.support.city import People

pytestmark = pytest.mark.slow

SUPERVISOR, CITY, DISPATCH, WORKER = "sup", "city.sup", "drain.dispatch", "drain.worker1"


async def listed(api: People, login: str, number: str, **asked: Any) -> list[dict[str, Any]]:
    answer = await api.get(login, "/orders", **asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = [row for row in answer.json()["items"] if row["number"] == number]
    return found


async def test_an_order_is_listed_answered_appealed_and_ruled(api: People) -> None:
    case = await api.raised()
    body = {"org": "110101-DRAIN", "grade": "yellow", "instruction": "一小时内到场"}
    issued = await do(api, SUPERVISOR, case["id"], "issue-order", **body)
    assert issued["supervision"] == 2
    (row,) = await listed(api, SUPERVISOR, case["number"], state="waiting", org="110101-DRAIN")
    assert (row["number"], row["no"], row["grade"], row["points"]) == (case["number"], 1, "yellow", -5)
    assert (row["light"], row["issuer"]) == ("green", "110101-SUP")
    assert row["due"]
    assert row["org_name"]
    assert [r["no"] for r in await listed(api, DISPATCH, case["number"])] == [1], "the ordered department sees it"
    assert await listed(api, "js.staff", case["number"]) == [], "the sub-district next door does not"

    await do(api, DISPATCH, case["id"], "answer-order", order=1, answer="车辆已出发")
    again = await api.post(DISPATCH, f"/cases/{case['id']}/answer-order", {"order": 1, "answer": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "answered_once")
    await do(api, DISPATCH, case["id"], "appeal-order", order=1, reason="道路封闭，无法到场")
    assert await listed(api, SUPERVISOR, case["number"], state="waiting") == []
    (row,) = await listed(api, CITY, case["number"], appealed=True)
    assert (row["points_state"], row["ruler"]) == ("suspended", "110000-SUP")
    offered = (await api.get(CITY, f"/cases/{case['id']}")).json()["allowed_actions"]
    assert {"name": "rule_appeal", "task": 1, "org": "110101-DRAIN", "entry": 1} in offered

    await do(api, CITY, case["id"], "rule-appeal", order=1, verdict="granted", reason="属实")
    detail = (await api.get(SUPERVISOR, f"/cases/{case['id']}")).json()
    (order,) = detail["orders"]
    assert (order["state"], order["points_state"], order["verdict"]) == ("lifted", "void", "granted")
    words = [detail["timeline"][seq - 1]["texts"] for seq in order["seqs"]]
    assert words == [
        {"instruction": "一小时内到场"}, {"answer": "车辆已出发"}, {"reason": "道路封闭，无法到场"}, {"reason": "属实"},
    ]  # fmt: skip
    assert detail["supervision"] == 0


async def test_pages_of_the_list_follow_each_other(api: People) -> None:
    case = await api.raised(assist=["110101-CG", "110101-YJ"])
    for org in ("110101-DRAIN", "110101-CG", "110101-YJ"):
        await do(api, SUPERVISOR, case["id"], "issue-order", org=org, grade="red", instruction="限期到场")
    for sort in ("newest", "due"):
        asked = {"grade": "red", "size": 2, "order": sort}
        first = (await api.get(SUPERVISOR, "/orders", **asked)).json()
        second = (await api.get(SUPERVISOR, "/orders", **asked, cursor=first["next_cursor"])).json()
        assert sorted(r["no"] for r in first["items"] + second["items"]) == [1, 2, 3]
        assert second["next_cursor"] is None
    bad = await api.get(SUPERVISOR, "/orders", cursor=first["next_cursor"], order="newest")
    assert (bad.status_code, bad.json()["code"]) == (422, "bad_cursor")
    assert await listed(api, SUPERVISOR, case["number"], overdue=True) == []
