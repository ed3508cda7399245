"""Ratings on the boards: of departments openly, of sub-districts only inside the district's assessment."""

import pytest

from tests.api.test_channels import do, handle, pass_time
from tests.api.test_evaluation_figures import AREA, DESK, DISPATCH, DRAIN, figures, opens_every_list
from tests.support.city import People
from tests.support.servers import Database

pytestmark = pytest.mark.slow

STREET, SUPERVISOR = "dhm.staff", "sup"


async def test_ratings_stand_on_the_boards_and_a_department_never_judges_alone(
    api: People, module_city: Database
) -> None:
    month, scores = "", []
    for n in range(5):
        case = str((await api.raised(title=f"互评{n}"))["id"])
        await handle(api, case)
        await do(api, STREET, case, "check-pass")
        await do(api, STREET, case, "rate-department", task=1, speed=80, handling=80, satisfaction=60 + 10 * n)
        await do(api, DISPATCH, case, "rate-raiser", task=1, score=50 + n)
        seen = (await api.get(DISPATCH, f"/cases/{case}")).json()
        scores += [g["score"] for g in seen["rating"]["given"] if g["side"] == "of_department"]
        month = (await api.get(SUPERVISOR, "/evaluation/board")).json()["period"]
    shown = await figures(api, DISPATCH, DRAIN, kind="department")
    assert shown["rated_by_raisers"] == {
        "base": 5, "score": str(sum(scores)), "value": f"{sum(scores) / 5:.2f}",
    }  # fmt: skip
    await opens_every_list(api, DISPATCH, DRAIN, shown, kind="department")
    veiled = "rated_by_departments"
    assert veiled not in await figures(api, SUPERVISOR, AREA), "the month has not ended"
    await pass_time(module_city, days=40)
    assert veiled not in await figures(api, DESK, AREA, period=month), "the desk does not assess"
    shown = await figures(api, SUPERVISOR, AREA, period=month)
    assert shown[veiled] == {"base": 5, "score": "260", "value": "52.00"}
    await opens_every_list(api, SUPERVISOR, AREA, shown, period=month)
    listed = (await api.get(SUPERVISOR, f"/evaluation/figures/{veiled}", unit=AREA, period=month)).json()
    assert {item["score"] for item in listed["items"]} == {None}, "no single rating is ever told"
    closed = await api.get(DESK, f"/evaluation/figures/{veiled}", unit=AREA, period=month)
    assert (closed.status_code, closed.json()["code"]) == (404, "unknown_indicator")
    raisers = (await api.get(SUPERVISOR, "/ratings/raisers", month=month)).json()["items"]
    assert [(u["org"], u["count"], u["average"]) for u in raisers] == [(AREA, 5, 52.0)], "both say the same"
