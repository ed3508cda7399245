"""Monthly topics over HTTP: a candidate of the list becomes a supervised case, once for its place and class."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from tests.support.city import People

STAFF, SUP, LEADER, CITY = "dhm.staff", "sup", "dhm.leader", "city.sup"
PLACE = "北河沿大街甲83号院"


async def read(api: People, login: str, path: str, **asked: Any) -> Any:
    answer = await api.get(login, path, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def repeated(api: People, place: str = PLACE, times: int = 3) -> list[str]:
    """Raise the same matter again and again, days apart."""
    cases = [(await api.raised(place=place, title=f"污水外溢{n}"))["id"] for n in range(times)]
    async with api.services.engine.begin() as connection:
        for back, case in enumerate(reversed(cases)):
            moved = text(
                "UPDATE cases SET raised_at = raised_at - CAST(:back AS interval) WHERE id = CAST(:id AS uuid)"
            )
            await connection.execute(moved, {"back": timedelta(days=3 * back), "id": case})
    return cases


def chosen(case: str, **more: Any) -> dict[str, Any]:
    return {
        "case_id": case, "title": "每月一题：污水反复外溢", "description": "三个月内多次外溢，请专题治理。",
        "assist": [], "instruction": "请制定治理方案并按节点推进。",
    } | more  # fmt: skip


async def test_a_repeat_becomes_one_topic_under_supervision(api: People) -> None:
    cases = await repeated(api)
    (found,) = [p for p in (await read(api, SUP, "/reports/repeats"))["items"] if p["place"] == PLACE]
    assert [c["id"] for c in found["cases"]] == cases
    assert (found["topic"], found["allowed_actions"]) == (None, ["choose_topic"])
    for login in (STAFF, LEADER):
        (own,) = [p for p in (await read(api, login, "/reports/repeats"))["items"] if p["place"] == PLACE]
        assert own["allowed_actions"] == []
        refused = await api.post(login, "/reports/repeats/choose-topic", chosen(cases[0]))
        assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    both = await asyncio.gather(
        api.post(SUP, "/reports/repeats/choose-topic", chosen(cases[0]), key="topic-of-sup-1"),
        api.post(CITY, "/reports/repeats/choose-topic", chosen(cases[2]), key="topic-of-city-1"),
    )
    assert sorted(answer.status_code for answer in both) == [201, 409], [a.text for a in both]
    made = next(a.json() for a in both if a.status_code == 201)
    assert next(a.json() for a in both if a.status_code == 409)["facts"]["case"] == made["number"]
    login, key, case = (SUP, "topic-of-sup-1", 0) if both[0].status_code == 201 else (CITY, "topic-of-city-1", 2)
    again = await api.post(login, "/reports/repeats/choose-topic", chosen(cases[case]), key=key)
    assert (again.status_code, again.json()["replayed"], again.json()["number"]) == (201, True, made["number"])

    topic = await read(api, SUP, f"/cases/{made['id']}")
    assert (topic["kind"], topic["status"], topic["supervision"]) == ("key_work", "mustering", 1)
    assert [c["id"] for c in topic["repeats"]] == sorted(cases, key=cases.index)
    (order,) = topic["orders"]
    assert (order["grade"], order["state"]) == ("normal", "waiting")
    assert len(topic["milestones"]) == 2
    assert [t["number"] for t in (await read(api, STAFF, f"/cases/{cases[0]}"))["topics"]] == [made["number"]]
    listed = (await read(api, SUP, "/cases", topic=True))["items"]
    assert [c["number"] for c in listed] == [made["number"]]
    (found,) = [p for p in (await read(api, SUP, "/reports/repeats"))["items"] if p["place"] == PLACE]
    assert (found["topic"]["number"], found["allowed_actions"]) == (made["number"], [])
    assert [c["id"] for c in found["cases"]] == cases, "a topic is no repeat itself"

    await api.raised(place=PLACE, title="污水再次外溢")
    once_more = await api.post(SUP, "/reports/repeats/choose-topic", chosen(cases[1]))
    assert (once_more.status_code, once_more.json()["code"]) == (409, "matter_stands")
    assert once_more.json()["facts"]["case"] == made["number"]


async def test_what_is_no_repeat_is_refused(api: People) -> None:
    one = (await api.raised(place="北池子大街9号院"))["id"]
    refused = await api.post(SUP, "/reports/repeats/choose-topic", chosen(one))
    assert (refused.status_code, refused.json()["code"]) == (409, "no_repeat")
