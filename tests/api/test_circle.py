"""The circle of community services over HTTP: surveyed, gaps listed, one raised, closed as solved, seen as solved."""

import asyncio
from datetime import timedelta
from typing import Any

from adapters.db import business_clock
from domain.circle import ZONE
from tests.support.city import People

STAFF, STAFF2, LEADER, DESK, OTHER, HELPER, FAR = (
    "dhm.staff", "dhm.staff2", "dhm.leader", "desk", "jdk.staff", "dhm.volunteer", "city.sup",
)  # fmt: skip
ONE, TWO = "110101001001", "110101001002"


async def day(api: People, back: int = 0) -> str:
    async with api.services.engine.connect() as connection:
        now = await business_clock.now(connection)
    return (now.astimezone(ZONE) - timedelta(days=back)).date().isoformat()


async def read(api: People, login: str, path: str, **asked: Any) -> Any:
    answer = await api.get(login, path, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def survey(api: People, login: str, *rows: str, status: int = 200, dry_run: bool = False) -> dict[str, Any]:
    text = "community,item,present,date,note\n" + "\n".join(rows) + "\n"
    answer = await api.post(login, "/circle/surveys", {"csv": text, "dry_run": dry_run})
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_gap_is_raised_once_and_says_when_it_is_solved(api: People) -> None:
    today = await day(api)
    circle = await read(api, STAFF, "/circle")
    assert (len(circle["classes"]), sum(len(c["items"]) for c in circle["classes"])) == (10, 60)
    rows = (
        f"{ONE},0305,否,{today},没有老年餐桌", f"{ONE},0901,是,{today},", f"{ONE},0902,是,{today},",
        f"{TWO},0305,是,{today},", f"{TWO},1003,no,{today},",
    )  # fmt: skip
    dry = await survey(api, STAFF, *rows, dry_run=True)
    assert (dry["rows"], dry["new"], dry["written"]) == (5, 5, False)
    assert (await survey(api, STAFF, *rows))["new"] == 5
    again = await survey(api, STAFF, *rows)
    assert (again["new"], again["written"]) == (0, False), "the same file twice changes nothing"
    bad = await survey(api, OTHER, f"{ONE},0305,是,{today},", f"{ONE},9999,x,{today},", status=422)
    assert [(e["row"], e["column"], e["code"]) for e in bad["errors"]] == [
        (2, "community", "not_yours"), (3, "community", "not_yours"), (3, "item", "unknown_item"),
        (3, "present", "bad_answer"),
    ]  # fmt: skip

    gaps = (await read(api, STAFF, "/circle/gaps", area="110101001"))["items"]
    assert [(g["community"], g["item"], g["state"], g["allowed_actions"]) for g in gaps] == [
        (ONE, "0305", "missing", ["raise"]), (TWO, "1003", "missing", ["raise"]),
    ]  # fmt: skip
    first = (await read(api, STAFF, "/circle/gaps", area="110101001", size=1))["next_cursor"]
    assert len((await read(api, STAFF, "/circle/gaps", area="110101001", size=1, cursor=first))["items"]) == 1
    assert (await read(api, OTHER, "/circle/gaps", area="110101001"))["items"][0]["allowed_actions"] == []
    by_class = {r["unit"]: r for r in (await read(api, DESK, "/circle/coverage", area=ONE, by="class"))["rows"]}
    assert (by_class["03"]["covered"], by_class["09"]["covered"], by_class["01"]["covered"]) == ("0.00", "100.00", None)
    (street,) = [
        r for r in (await read(api, DESK, "/circle/coverage"))["rows"] if r["unit"] == "110101001"
    ]  # fmt: skip
    assert (street["present"], street["missing"], street["covered"]) == (3, 2, "60.00")
    assert street["unknown"] == street["expected"] - 5

    path = f"/circle/gaps/{ONE}/0305/raise"
    both = await asyncio.gather(
        api.post(STAFF, path, {}, key="gap-0305-a"), api.post(STAFF2, path, {}, key="gap-0305-b")
    )
    assert sorted(answer.status_code for answer in both) == [201, 409], [a.text for a in both]
    made = next(answer.json() for answer in both if answer.status_code == 201)
    lost = next(answer.json() for answer in both if answer.status_code == 409)
    assert (lost["code"], lost["facts"]["case"]) == ("matter_stands", made["number"])
    login, key = (STAFF, "gap-0305-a") if both[0].status_code == 201 else (STAFF2, "gap-0305-b")
    assert (await api.post(login, path, {}, key=key)).json()["replayed"]
    (gap,) = (await read(api, STAFF, "/circle/gaps", area=ONE))["items"]
    assert (gap["state"], gap["case"]["number"], gap["allowed_actions"]) == ("raised", made["number"], [])
    case = await read(api, STAFF, gap["case"]["href"].removeprefix("/api/v1"))
    assert (case["gap"], case["kind"], case["channel"], case["status"]) == (
        f"{ONE}/0305", "key_work", "proactive", "pending_approval"
    )  # fmt: skip
    assert "老年餐桌" in case["title"]
    assert (await api.post(STAFF, f"/circle/gaps/{ONE}/0901/raise", {})).json()["code"] == "no_gap"
    assert (await api.post(OTHER, f"/circle/gaps/{TWO}/1003/raise", {})).json()["code"] == "not_allowed"

    await closed(api, case)
    (gap,) = (await read(api, STAFF, "/circle/gaps", area=ONE))["items"]
    assert (gap["state"], gap["case"]["number"]) == ("solved", made["number"])
    rows_ = {r["unit"]: r for r in (await read(api, DESK, "/circle/coverage", area=ONE, by="community"))["rows"]}
    assert (rows_[ONE]["solved"], rows_[ONE]["covered"]) == (1, "100.00")
    assert (await api.post(STAFF, path, {})).json()["code"] == "no_gap", "solved: the next survey says whether it is"


async def closed(api: People, case: dict[str, Any]) -> None:
    """Let everybody do their part until the case closes as solved."""
    number = case["id"]
    assert (await api.post(LEADER, f"/cases/{number}/approve")).status_code == 200
    seen = await read(api, STAFF, f"/cases/{number}")
    for task in seen["tasks"]:
        if task["role"] == "assist":
            await api.post(STAFF, f"/cases/{number}/release", {"task": task["no"], "reason": "不需协办"})
    lead = next(t for t in seen["tasks"] if t["role"] == "lead")
    worker = f"{lead['org'].partition('-')[2].lower()}.worker1"
    for name, body in (
        ("claim", {"task": lead["no"]}), ("report-in", {"task": lead["no"]}),
        ("submit", {"task": lead["no"], "note": "已开办老年餐桌", "evidence": ["p1"]}),
    ):  # fmt: skip
        answer = await api.post(worker, f"/cases/{number}/{name}", body)
        assert answer.status_code == 200, answer.text
    done = await api.post(LEADER, f"/cases/{number}/check-pass", {"result": "solved", "standard": "handle"})
    assert (done.status_code, done.json()["status"]) == (200, "closed"), done.text


async def test_who_reads_the_circle(api: People) -> None:
    assert (await api.get(STAFF, "/circle/gaps", area="110102")).status_code == 404
    assert (await api.get(FAR, "/circle/gaps", area="110102")).status_code == 200
    assert (await read(api, HELPER, "/circle/coverage", area="110101001"))["by"] == "street"
