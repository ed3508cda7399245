"""Ratings over HTTP: blind in the case, averaged over cases, and never a sub-district by one department alone."""

from typing import Any

import pytest

from tests.api.test_life import do
from tests.support.city import People

pytestmark = pytest.mark.slow

STREET, WORKER, DISPATCH, SUPERVISOR = "dhm.staff", "drain.worker1", "drain.dispatch", "sup"


async def closed(api: People) -> str:
    case = str((await api.raised(assist=[]))["id"])
    await do(api, WORKER, case, "claim", task=1)
    await do(api, WORKER, case, "report-in", task=1)
    await do(api, WORKER, case, "submit", task=1, note="已疏通")
    await do(api, STREET, case, "check-pass")
    return case


async def seen(api: People, login: str, case: str) -> dict[str, Any]:
    answer = await api.get(login, f"/cases/{case}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def test_blind_until_both_are_in_then_open_and_averaged(api: People) -> None:
    case = await closed(api)
    scores = {"task": 1, "speed": 90, "handling": 80, "satisfaction": 70, "bonus": 5}
    await do(api, STREET, case, "rate-department", **scores, note="到场快")
    mine = await seen(api, STREET, case)
    assert [(g["side"], g["score"]) for g in mine["rating"]["given"]] == [("of_department", 85)]
    theirs = await seen(api, DISPATCH, case)
    assert theirs["rating"]["given"] == []
    assert theirs["rating"]["open"]
    last = theirs["timeline"][-1]
    assert (last["kind"], last["actor"], last["facts"], last["texts"]) == ("withheld", "", {}, {})
    averages = (await api.get(SUPERVISOR, "/ratings/departments")).json()["items"]
    assert averages == [], "not open, so not counted"

    await do(api, DISPATCH, case, "rate-raiser", task=1, score=20, note="应自行处置")
    theirs = await seen(api, DISPATCH, case)
    assert [g["score"] for g in theirs["rating"]["given"]] == [85, 20]
    assert "应自行处置" not in (await api.get(STREET, f"/cases/{case}")).text
    assert [g["side"] for g in (await seen(api, SUPERVISOR, case))["rating"]["given"]] == ["of_department"]
    (average,) = (await api.get(SUPERVISOR, "/ratings/departments")).json()["items"]
    assert (average["org"], average["count"], average["average"]) == ("110101-DRAIN", 1, 85.0)


async def test_a_sub_district_has_an_average_only_from_five_ratings_on(api: People) -> None:
    case = await closed(api)
    await do(api, DISPATCH, case, "rate-raiser", task=1, score=40)
    month = (await seen(api, STREET, case))["rating"]["due"][:7]
    units = (await api.get(SUPERVISOR, "/ratings/raisers", month=month)).json()
    assert all(unit["average"] is None for unit in units["items"])
    assert units["least"] == 5
    refused = await api.get(STREET, "/ratings/raisers", month=month)
    assert (refused.status_code, refused.json()["code"]) == (403, "role_missing")
