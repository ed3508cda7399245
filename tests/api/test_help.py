"""Offers of help and hours over HTTP: what a volunteer finds, sees and gives."""

import pytest

from tests.api.test_life import do
from tests.support.city import People

pytestmark = pytest.mark.slow

STREET, LEADER, VOLUNTEER, AUXILIARY = "dhm.staff", "dhm.leader", "dhm.volunteer", "dhm.aux"


async def test_a_volunteer_finds_takes_and_gives_time(api: People) -> None:
    case = (await api.raised(kind="key_work", class_code="W31", lead=None, assist=None))["id"]
    await do(api, LEADER, case, "approve")
    await do(api, STREET, case, "offer-help", what="周六上午清理楼道，招募两人", slots=2)
    assert (await api.get(VOLUNTEER, f"/cases/{case}")).status_code == 404, "not seen before it is taken"
    found = [o for o in (await api.get(VOLUNTEER, "/help/offers")).json() if o["case_id"] == case]
    assert [(o["no"], o["what"], o["taken"], o["mine"]) for o in found] == [(1, "周六上午清理楼道，招募两人", 0, False)]

    await do(api, VOLUNTEER, case, "take-offer", offer=1)
    seen = (await api.get(VOLUNTEER, f"/cases/{case}")).json()
    assert {a["name"] for a in seen["allowed_actions"]} == {"leave_offer", "persuade"}
    (offer,) = seen["help_offers"]
    assert (offer["takers"], offer["mine"]) == ([VOLUNTEER], True)
    await do(api, VOLUNTEER, case, "persuade", task=1, note="已劝导住户清走杂物")
    claim = await api.post(VOLUNTEER, f"/cases/{case}/claim", {"task": 1})
    assert (claim.status_code, claim.json()["code"]) == (403, "not_allowed")

    await do(api, STREET, case, "record-hours", offer=1, worker=VOLUNTEER, minutes=150)
    mine = (await api.get(VOLUNTEER, "/help/hours")).json()
    assert (mine["total"], [h["what"] for h in mine["items"]]) == (150, ["周六上午清理楼道，招募两人"])
    theirs = (await api.get(STREET, "/help/hours", worker=VOLUNTEER)).json()
    assert (theirs["total"], theirs["worker_name"]) == (150, "温若兰")
    assert (await api.get("js.staff", "/help/hours", worker=VOLUNTEER)).json()["total"] == 0, "another sub-district"
    await do(api, STREET, case, "close-offer", offer=1)
    assert not [o for o in (await api.get(AUXILIARY, "/help/offers")).json() if o["case_id"] == case]


async def test_the_emergency_command_calls_helpers_and_nobody_else(api: People) -> None:
    case = (await api.raised())["id"]
    await do(api, STREET, case, "offer-help", what="搬运沙袋", slots=1)
    refused = await api.post(VOLUNTEER, f"/cases/{case}/take-offer", {"offer": 1})
    assert refused.json()["code"] == "by_order_only"
    wrong = await api.post("desk", f"/cases/{case}/call-helper", {"offer": 1, "worker": "drain.worker1"})
    assert wrong.json()["code"] == "unknown_worker", "a worker of a department is no helper"
    await do(api, "desk", case, "call-helper", offer=1, worker=VOLUNTEER)
    assert "helper_called" in [n["code"] for n in (await api.get(VOLUNTEER, "/notices")).json()["items"]]
    assigned = await api.post("drain.dispatch", f"/cases/{case}/assign", {"task": 1, "worker": AUXILIARY})
    assert assigned.json()["code"] == "auxiliary_may_not_enforce"
