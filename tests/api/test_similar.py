"""Likely duplicates over HTTP: suggested before raising, across channels, and only of cases that the reader sees."""

from typing import Any

from tests.support.city import People

STREET, DESK, OTHER_STREET, DRAIN = "dhm.staff", "desk", "jdk.staff", "drain.worker1"
DRAFT = {"title": "骑河楼南巷污水外溢", "details": "井盖处污水外溢两天，气味难闻", "place": "骑河楼南巷7号"}


async def suggested(api: People, login: str, path: str = "/cases/similar", **asked: Any) -> list[dict[str, Any]]:
    answer = await api.get(login, path, **asked)
    assert answer.status_code == 200, answer.text
    assert answer.json()["rules"] == "beijing-insight/1"
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_suggestions_cross_channels_and_respect_the_reach(api: People) -> None:
    for number, title in enumerate(("沙滩后街路灯不亮", "景山东街树枝压线", "北河沿大街井盖松动", "智德北巷堆物堵门")):
        await api.raised(title=title, description=f"居民反映第{number}件事，请处理。", place=title[:5])
    asked = {"area": "110101001", "class_code": "W04"}
    made = await api.raised(
        "hotline.agent", kind="public_request", channel="hotline", title="骑河楼南巷7号门前污水外溢",
        reporter_phone="13800138000", description="市民来电：骑河楼南巷井盖处污水外溢，已两天。", place="骑河楼南巷",
        **asked,
    )  # fmt: skip
    same = {"title": DRAFT["title"], "place": DRAFT["place"]}
    there = await api.raised(OTHER_STREET, area="110101003", lead="110101-WATER", **same)

    best, *_ = found = await suggested(api, STREET, **DRAFT, **asked)
    assert (best["case"]["id"], best["channel"], best["same_class"]) == (made["id"], "hotline", True)
    assert best["case"]["title"] == "骑河楼南巷7号门前污水外溢"
    assert best["shared"][0].startswith("骑河楼南巷")
    assert there["id"] not in {s["case"]["id"] for s in found}

    assert there["id"] in {s["case"]["id"] for s in await suggested(api, DESK, **DRAFT)}
    assert there["id"] not in {s["case"]["id"] for s in await suggested(api, STREET, **DRAFT)}, "another sub-district's"
    assert await suggested(api, STREET, title="完全无关的另一件事情") == []


async def test_beside_a_case(api: People) -> None:
    one = await api.raised(title="报房胡同口路面塌陷成坑", description="路面塌陷，夜间危险", place="报房胡同东口")
    two = await api.raised(title="报房胡同东口路面塌陷", description="路面塌陷，车辆无法通行", place="报房胡同东口")
    path = f"/cases/{one['id']}/similar"
    assert [s["case"]["id"] for s in await suggested(api, STREET, path)][:1] == [two["id"]]
    hidden = await api.get(OTHER_STREET, path)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "case_not_found")
    withdrawn = await api.post(STREET, f"/cases/{two['id']}/withdraw", {"reason": "报错"})
    assert withdrawn.status_code == 200
    assert two["id"] not in {s["case"]["id"] for s in await suggested(api, STREET, path)}


async def test_bad_drafts_are_refused(api: People) -> None:
    for asked in ({}, {"title": "污"}, {"title": "污水", "area": "x"}, {"title": "污水", "lat": 99}):
        assert (await api.get(STREET, "/cases/similar", **asked)).status_code == 422
