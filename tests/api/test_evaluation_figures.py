"""Figures of real cases over the API, against values worked out by hand: citizens called back, objections ruled on."""

from typing import Any

import pytest

from tests.api.test_channels import AGENT, CALLER, ORDER, do, handle, pass_time
from tests.support.city import People
from tests.support.servers import Database

pytestmark = pytest.mark.slow

DESK, DISPATCH, CITY = "desk", "drain.dispatch", "city.sup"
AREA, DRAIN = "110101001", "110101-DRAIN"
ANSWERS = (
    {"valid": True, "contacted": True, "solved": "yes", "satisfied": "satisfied"},
    {"valid": True, "contacted": True, "solved": "yes", "satisfied": "basically"},
    {"valid": True, "contacted": False, "solved": "partly", "satisfied": "basically"},
    {"valid": True, "contacted": True, "solved": "no", "satisfied": "dissatisfied"},
    {"valid": False},
)
"""Five citizens; the last one is not reached and does not count."""
RATES = ("response", "solution", "satisfaction")


async def figures(api: People, login: str, unit: str, **asked: Any) -> dict[str, Any]:
    answer = await api.get(login, "/evaluation/board", **asked)
    assert answer.status_code == 200, answer.text
    (row,) = [row for row in answer.json()["rows"] if row["unit"] == unit]
    return {**row["figures"], "total": row["total"], "rank": row["rank"]}


async def opens_every_list(api: People, login: str, unit: str, shown: dict[str, Any], **asked: Any) -> None:
    """Every figure opens its list, and the list adds up to it."""
    for code, figure in shown.items():
        if code in ("total", "rank"):
            continue
        answer = await api.get(login, f"/evaluation/figures/{code}", unit=unit, size=200, **asked)
        assert answer.status_code == 200, answer.text
        assert answer.json()["figure"] == figure, code
        assert sum(item["base"] for item in answer.json()["items"]) == figure["base"], code


async def test_the_three_rates_by_hand(api: People, module_city: Database) -> None:
    cases = [str((await api.raised(AGENT, **{**ORDER, "title": f"来电{n}"}))["id"]) for n in range(len(ANSWERS))]
    for case in cases:
        await handle(api, case)
    await pass_time(module_city, days=8)
    for case, answer in zip(cases, ANSWERS, strict=True):
        await do(api, CALLER, case, "call-back", **answer)
    shown = await figures(api, DESK, AREA)
    rates = {code: (shown[code]["base"], shown[code]["score"], shown[code]["value"]) for code in RATES}
    assert rates == {
        "response": (4, "3", "75.00"), "solution": (4, "2", "50.00"), "satisfaction": (4, "14/5", "70.00"),
    }  # fmt: skip
    assert shown["total"] == "60.5", "10 % of 75, 50 % of 50, 40 % of 70"
    assert shown["rank"] is None, "fewer than ten call-backs"
    await opens_every_list(api, DESK, AREA, shown)
    for login, kind, unit in ((DISPATCH, "department", DRAIN), (CITY, "line", "110000-DRAIN")):
        shown = await figures(api, login, unit, kind=kind)
        assert [shown[code]["value"] for code in RATES] == ["75.00", "50.00", "70.00"], "of whoever led"
        await opens_every_list(api, login, unit, shown, kind=kind)

    await do(api, "drain.worker1", cases[3], "submit", task=1, note="再次处置", late_reason="等待配件")
    await pass_time(module_city, days=8)
    await do(api, CALLER, cases[3], "call-back", valid=True, contacted=True, solved="yes", satisfied="satisfied")
    shown = await figures(api, DESK, AREA)
    assert [shown[code]["value"] for code in RATES] == ["75.00", "50.00", "70.00"], "the first valid answer counts"


async def test_dispatch_was_accurate_unless_an_objection_was_upheld(api: People) -> None:
    before = await figures(api, DESK, AREA)
    cases = [str((await api.raised(title=f"异议{n}", lead=DRAIN))["id"]) for n in range(2)]
    for case, upheld in zip(cases, (True, False), strict=True):
        await do(api, DISPATCH, case, "object", task=1, ground="not_our_property", reason="非我单位", evidence="图")
        more = {"org": "110101-CG"} if upheld else {}
        await do(api, DESK, case, "rule-objection", task=1, upheld=upheld, reason="裁定", **more)
    shown = await figures(api, DESK, AREA)
    calls, accurate = shown["accurate_dispatch"]["base"], int(shown["accurate_dispatch"]["score"])
    assert calls - before["accurate_dispatch"]["base"] == 3, "two calls, and one more after the ruling"
    assert calls - accurate == 1
    assert (shown["shirking"]["base"], shown["shirking"]["value"]) == (2, "50.00")
    assert shown["shirking_points"]["value"] == "-1.00"
    await opens_every_list(api, DESK, AREA, shown)
