"""Evaluation over HTTP: boards, lists behind figures, the scheme, and whose figures a reader may see."""

from typing import Any

import pytest

from tests.support.city import People

STREET, LEADER, OTHER, DESK, DRAIN, DISPATCH = (
    "dhm.staff", "dhm.leader", "jdk.staff", "desk", "drain.worker1", "drain.dispatch",
)  # fmt: skip
AREA, OFFICE = "110101001", "110101-DRAIN"


async def read(api: People, login: str, path: str, **asked: Any) -> Any:
    answer = await api.get(login, f"/evaluation{path}", **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
async def lived(api: People) -> dict[str, Any]:
    """Raise three cases of one area; one is handled and closed."""
    cases = [await api.raised(title=f"考核样例{n}", channel=c) for n, c in enumerate(("street", "letter", "proactive"))]
    case = cases[0]["id"]
    for name, body in (
        ("claim", {"task": 1}), ("report-in", {"task": 1}), ("submit", {"task": 1, "note": "已疏通"}),
        ("submit", {"task": 1, "note": "已清理"}),
    ):  # fmt: skip
        await api.give(DRAIN, case, name, **body)
    await api.post(LEADER, f"/cases/{case}/approve")
    closed = await api.give(LEADER, case, "check-pass")
    assert closed.status_code == 200, closed.text
    return cases[0]


async def test_board_of_areas(api: People, lived: dict[str, Any]) -> None:
    board = await read(api, DESK, "/board")
    assert board["scheme"] == "beijing-evaluation/2"
    assert board["view"] == "all"
    rows = {row["unit"]: row for row in board["rows"]}
    assert len(rows) == 17, "every sub-district of the district, also without a case"
    mine = rows[AREA]
    assert mine["name"]
    assert mine["figures"]["report_in"] == {"base": 1, "score": "1", "value": "100.00"}
    assert mine["figures"]["whistles"]["base"] == mine["received"] >= 3
    assert mine["rank"] is None, "no call-backs yet: shown, not ranked"
    assert board["summary"]["received"] == sum(row["received"] for row in rows.values())


async def test_each_reader_sees_whole_units_only(api: People, lived: dict[str, Any]) -> None:
    async def units(login: str, **asked: Any) -> set[str]:
        return {row["unit"] for row in (await read(api, login, "/board", **asked))["rows"]}

    assert await units(STREET) == {AREA}
    assert await units(OTHER) == {"110101003"}
    assert await units(STREET, scope="110101003") == set()
    assert await units(STREET, kind="department") == set(), "its cases are only a part of a department's"
    assert OFFICE in await units(DESK, kind="department")
    assert await units(DISPATCH, kind="department") == {OFFICE}
    assert await units(DISPATCH) == set()
    assert await units(DISPATCH, kind="person") == {DRAIN}
    refused = await api.get(DESK, "/evaluation/board", kind="person", scope=OFFICE)
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_unit")


async def test_a_figure_opens_its_list(api: People, lived: dict[str, Any]) -> None:
    board = await read(api, STREET, "/board")
    figures = board["rows"][0]["figures"]
    for code in ("received", "report_in", "whistles", "hours_to_claim"):
        listed = await read(api, STREET, f"/figures/{code}", unit=AREA, size=200)
        assert listed["figure"] == figures[code]
        assert sum(item["base"] for item in listed["items"]) == figures[code]["base"]
    (arrived,) = (await read(api, STREET, "/figures/report_in", unit=AREA))["items"]
    assert (arrived["case_id"], arrived["number"], arrived["task"]) == (lived["id"], lived["number"], 1)
    first = await read(api, STREET, "/figures/received", unit=AREA, size=2)
    rest = await read(api, STREET, "/figures/received", unit=AREA, size=200, cursor=first["next_cursor"])
    whole = (await read(api, STREET, "/figures/received", unit=AREA, size=200))["items"]
    assert first["items"] + rest["items"] == whole
    (person,) = (await read(api, DISPATCH, "/board", kind="person"))["rows"]
    behind = await read(api, DISPATCH, "/figures/claim", kind="person", unit=DRAIN, scope=OFFICE)
    assert behind["figure"] == person["figures"]["claim"]


@pytest.mark.parametrize(
    ("path", "asked", "status", "code"),
    [
        ("/board", {"period": "2026-13"}, 422, "bad_period"),
        ("/board", {"period": "2099-01"}, 422, "as_of_future"),
        ("/board", {"period": "2026-02-30"}, 422, "bad_period"),
        ("/board", {"kind": "street"}, 422, "invalid"),
        ("/figures/nonsense", {"unit": AREA}, 404, "unknown_indicator"),
        ("/figures/received", {"unit": "110101003"}, 404, "unknown_unit"),
        ("/figures/received", {"unit": "nobody"}, 404, "unknown_unit"),
        ("/figures/received", {"unit": AREA, "cursor": "nonsense"}, 422, "bad_cursor"),
    ],
)
async def test_bad_questions(api: People, path: str, asked: dict[str, str], status: int, code: str) -> None:
    answer = await api.get(STREET, f"/evaluation{path}", **asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_other_periods(api: People, lived: dict[str, Any]) -> None:
    day = await read(api, STREET, "/board", period="day")
    assert day["rows"][0]["received"] >= 3
    old = await read(api, STREET, "/board", period="2026-01")
    assert (old["rows"][0]["received"], old["as_of"]) == (0, old["end"])
    assert old["end"] == "2026-01-18T16:00:00Z", "24:00 on the 18th in Beijing"


async def test_the_scheme_names_its_sources(api: People) -> None:
    scheme = await read(api, STREET, "/scheme")
    weights = {c["code"]: c["weights"] for c in scheme["composites"]}
    assert weights["three_rates"] == {"response": "0.10", "solution": "0.50", "satisfaction": "0.40"}
    assert all(i["source"] for i in scheme["indicators"])
    assert {r["code"] for r in scheme["exclusions"]} >= {"unreasonable", "no_new_facts"}
