"""Periods, exclusions and appeals over HTTP: proposed, decided by a second person, counted, published, read."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from adapters.db import business_clock
from adapters.db.engine import create_engine
from domain.evaluation.windows import month_named, month_of
from tests.support.city import People
from tests.support.evaluations import drive_evaluation
from tests.support.servers import Database

STREET, LEADER, OTHER_LEADER, DESK, SUP = "dhm.staff", "dhm.leader", "jdk.leader", "desk", "sup"
DRAIN, HEAD, WATER_HEAD = "drain.worker1", "drain.leader", "water.leader"
AREA, OFFICE = "110101001", "110101-DRAIN"


async def advance(database: Database, to: datetime | None = None, **delta: float) -> datetime:
    """Put the business clock forward, or to an instant; return it."""
    owner = create_engine(database.owner, role="batch")
    async with owner.begin() as conn:
        if to is not None:
            await business_clock.set_now(conn, to)
        else:
            await business_clock.advance(conn, timedelta(**delta))
        now: datetime = (await conn.execute(text("SELECT business_now()"))).scalar_one()
    await owner.dispose()
    return now


async def closed_late(api: People, database: Database) -> dict[str, Any]:
    """Handle a case whose department claims an hour late, and close it."""
    case = await api.raised(title="晚到的案件")
    await advance(database, hours=1)
    for name, body in (
        ("claim", {"task": 1}), ("report-in", {"task": 1}), ("submit", {"task": 1, "note": "已疏通"}),
    ):  # fmt: skip
        answer = await api.give(DRAIN, case["id"], name, **body)
        assert answer.status_code == 200, answer.text
    await api.post(LEADER, f"/cases/{case['id']}/approve")
    closed = await api.give(LEADER, case["id"], "check-pass")
    assert closed.status_code == 200, closed.text
    return case


async def refused(api: People, login: str, path: str, body: dict[str, Any]) -> tuple[int, str]:
    answer = await api.post(login, f"/evaluation{path}", body)
    return answer.status_code, answer.json()["code"]


async def read(api: People, login: str, path: str, **asked: Any) -> Any:
    answer = await api.get(login, f"/evaluation{path}", **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(scope="module")
async def late(api: People, module_city: Database) -> dict[str, Any]:
    return await closed_late(api, module_city)


def appeal(case: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "flag": "appeal", "case_id": case["id"], "clock": "report_in:1", "reason": "force_majeure",
        "evidence": "暴雨封路，附气象证明", **more,
    }  # fmt: skip


async def test_an_appeal_once_by_the_late_department_only(api: People, late: dict[str, Any]) -> None:
    running = await api.raised()
    for login, body, expected in (
        (LEADER, appeal(late), (403, "not_allowed")),
        (WATER_HEAD, appeal(late), (404, "case_not_found")),
        (HEAD, appeal(late, reason="weather"), (422, "unknown_reason")),
        (HEAD, appeal(late, clock="claim:7"), (404, "clock_not_found")),
        (HEAD, appeal(late, clock="handle:1:handle"), (409, "clock_not_late")),
        (HEAD, appeal(running, clock="report_in:1"), (409, "not_closed_yet")),
    ):  # fmt: skip
        assert await refused(api, login, "/flags", body) == expected, body
    made = await api.post(HEAD, "/evaluation/flags", appeal(late), key="appeal-once-1")
    assert made.status_code == 201, made.text
    again = await api.post(HEAD, "/evaluation/flags", appeal(late), key="appeal-once-1")
    assert (again.json()["id"], again.json()["replayed"]) == (made.json()["id"], True)
    assert await refused(api, HEAD, "/flags", appeal(late)) == (409, "process_exists")


async def test_what_was_decided_changes_the_assessed_view_only(api: People, module_city: Database) -> None:
    late = await closed_late(api, module_city)

    async def figures(view: str) -> dict[str, Any]:
        board = await read(api, HEAD, "/board", kind="department", view=view)
        (row,) = [row for row in board["rows"] if row["unit"] == OFFICE]
        found: dict[str, Any] = row["figures"]
        return found

    before, everything = await figures("assessed"), await figures("all")
    assert (await api.post(HEAD, "/evaluation/flags", appeal(late))).status_code == 201
    assert await figures("assessed") == before, "proposed is not decided"
    (pending,) = (await read(api, SUP, "/flags", status="proposed", case_id=late["id"]))["items"]
    assert pending["evidence"] == "暴雨封路，附气象证明"
    assert set(pending["allowed_actions"]) == {"grant", "refuse"}
    (known,) = (await read(api, LEADER, "/flags", case_id=late["id"]))["items"]
    assert known["evidence"] is None, "the street sees that, not why"
    assert (await read(api, OTHER_LEADER, "/flags", case_id=late["id"]))["items"] == []
    granted = await api.post(SUP, f"/evaluation/flags/{pending['id']}/grant", {"note": "气象证明属实"})
    assert (granted.status_code, granted.json()["status"]) == (200, "granted")
    assert await figures("all") == everything
    after = await figures("assessed")
    assert int(after["report_in"]["score"]) == int(before["report_in"]["score"]) + 1
    assert after["report_in"]["base"] == before["report_in"]["base"]
    case = (await api.get(HEAD, f"/cases/{late['id']}")).json()
    assert next(c for c in case["clocks"] if c["key"] == "report_in:1")["late"] is True, "the lateness itself stays"


async def test_an_exclusion_is_proposed_by_the_street_and_decided_above(api: People, late: dict[str, Any]) -> None:
    body = {"flag": "exclusion", "case_id": late["id"], "reason": "no_new_facts", "evidence": "与前案重复"}
    made = await api.post(LEADER, "/evaluation/flags", body)
    assert made.status_code == 201, made.text
    process = made.json()["id"]
    assert await refused(api, LEADER, f"/flags/{process}/grant", {"note": "同意"}) == (404, "process_not_found")
    assert await refused(api, DESK, f"/flags/{process}/grant", {"note": "同意"}) == (403, "not_allowed")
    assert (await api.post(SUP, f"/evaluation/flags/{process}/refuse", {"note": "并非重复"})).status_code == 200
    assert await refused(api, SUP, f"/flags/{process}/grant", {"note": "改判"}) == (409, "wrong_stage")
    seen = (await api.get(LEADER, f"/cases/{late['id']}")).json()
    month = month_of(datetime.fromisoformat(seen["raised_at"]), 19).name
    listed = await read(api, LEADER, "/figures/received", unit=AREA, view="assessed", size=200, period=month)
    assert late["id"] in {item["case_id"] for item in listed["items"]}, "refused: it counts"


async def test_a_period_is_opened_counted_published_and_read(api: People, module_city: Database) -> None:
    late = await closed_late(api, module_city)
    appealed = await api.post(HEAD, "/evaluation/flags", appeal(late))
    await api.post(SUP, f"/evaluation/flags/{appealed.json()['id']}/grant", {"note": "属实"})
    now = await advance(module_city, seconds=1)
    running = month_of(now, 19)
    asked = {"district": "110101", "period": running.name}
    assert await refused(api, SUP, "/periods", asked) == (409, "period_not_over")
    assert await refused(api, LEADER, "/periods", asked | {"period": "2026-01"}) == (403, "not_allowed")
    assert await refused(api, SUP, "/periods", asked | {"period": "2026-13"}) == (422, "bad_period")
    await advance(module_city, month_named(running.name, 19).end)
    opened = await api.post(SUP, "/evaluation/periods", asked)
    assert opened.status_code == 201, opened.text
    process = opened.json()["id"]
    path = f"/periods/{process}"
    assert await refused(api, SUP, f"{path}/publish", {}) == (409, "wrong_stage")
    await drive_evaluation(api.services.record, api.services.engine, UUID(process))
    assert (await api.get(LEADER, f"/evaluation{path}")).status_code == 404, "not published yet"
    draft = await read(api, SUP, f"{path}/board", kind="department")
    published = await api.post(SUP, f"/evaluation{path}/publish", {"note": "同意通报"})
    assert (published.status_code, published.json()["allowed_actions"]) == (200, [])
    period = await read(api, STREET, path)
    assert (period["status"], period["scheme"]) == ("published", "beijing-evaluation/2")
    assert [p["id"] for p in (await read(api, STREET, "/periods"))["items"]] == [process]
    board = await read(api, STREET, f"{path}/board", kind="department")
    assert board == draft
    assert len(board["rows"]) > 5, "a published board is for everybody of the district, whole"
    (row,) = [row for row in board["rows"] if row["unit"] == OFFICE]
    listed = await read(api, HEAD, f"{path}/figures/report_in", kind="department", unit=OFFICE)
    assert listed["figure"] == row["figures"]["report_in"]
    assert late["id"] in {item["case_id"] for item in listed["items"]}
    hidden = await api.get(STREET, f"/evaluation{path}/figures/report_in", kind="department", unit=OFFICE)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "unknown_unit"), "the list only for who sees its cases"
    every = await read(api, STREET, f"{path}/board", kind="department", view="all")
    (all_row,) = [row for row in every["rows"] if row["unit"] == OFFICE]
    assert int(all_row["figures"]["report_in"]["score"]) < int(row["figures"]["report_in"]["score"])
