"""Repeat problems and early warning from the read model, within the reach of who asks."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from adapters.db import directory
from adapters.db.engine import create_engine
from adapters.db.history import append_history
from adapters.db.queries.foresight import likely_late
from adapters.db.queries.repeats import repeat_problems
from adapters.insight_files import bundled_insight
from domain.actors import Actor, Role
from domain.authority import Reach
from domain.events import CaseRaised, Text
from domain.history import HistoricalCase, Setting, events_of
from tests.support.cases import AREA, LAMPS, MONDAY, OTHER_AREA, WATER

pytestmark = pytest.mark.slow

WRITER = Actor("writer", "", frozenset({Role.SYSTEM}))
SETTING = Setting("public_request", "110101", "default", "beijing/1", "beijing/1", 75)
DAY = timedelta(days=1)
EVERYTHING = Reach(everything=True)


def a_past(number: int, days_ago: float, took: float | None, *, limit: float = 2, org: str = WATER, **more):
    """Return a case raised so many days before Monday; `took` days, or running."""
    at = MONDAY - days_ago * DAY
    closed = None if took is None else at + took * DAY
    fields = {"area": AREA, "class_code": "W01", "place": f"第{number}胡同", **more}
    return HistoricalCase(
        f"H-{number}", f"h:{number}", org=org, raised_at=at, due=at + limit * DAY, closed_at=closed,
        title=f"事{number}", description="详情", **fields,
    )  # fmt: skip


@pytest.fixture(scope="module")
async def world(module_database):
    """Water: forty cases of the past, of which thirty took 1 day and ten 3; and three that run now, and lamps."""
    past = [a_past(n, 30 + n / 10, 1.0 if n < 30 else 3.0) for n in range(40)]
    young, old = a_past(50, 0.1, None), a_past(51, 1.5, None)
    strange = a_past(52, 1.5, None, org=LAMPS, class_code="W09")
    again = [a_past(60 + n, 5 + n * 20, 0.5, place="南池子大街41号", class_code="W04") for n in range(3)]
    elsewhere = {"place": "安定门外大街3号", "class_code": "W04", "area": OTHER_AREA}
    there = [a_past(70 + n, 5 + n * 20, 0.5, **elsewhere) for n in range(4)]
    engine = create_engine(module_database.app, "batch")
    owner = create_engine(module_database.owner, "batch")
    async with owner.begin() as conn:
        await conn.execute(text("UPDATE business_clock SET shift = :at - clock_timestamp()"), {"at": MONDAY})
    lives = [events_of(case, SETTING) for case in (*past, young, old, strange, *again, *there)]
    lives += [_withdrawn(events_of(a_past(80, 1, 0.2, place="南池子大街41号", class_code="W04"), SETTING))]
    async with engine.begin() as conn:
        await append_history(conn, [[(e, WRITER) for e in life] for life in lives], drive=False)
        await conn.execute(text("UPDATE cases SET status = 'withdrawn' WHERE number = 'H-80'"))
    yield engine, {"young": UUID(young.id), "old": UUID(old.id)}
    await engine.dispose()
    await owner.dispose()


def _withdrawn(events):
    first, *rest = events
    assert isinstance(first, CaseRaised)
    return (replace(first, title=Text("误报")), *rest)


async def test_a_running_case_is_compared_with_those_that_ran_as_long(world):
    engine, ids = world
    async with engine.connect() as conn:
        found = await likely_late(conn, EVERYTHING, await directory.load(conn), bundled_insight(), None)
    assert found.asked == 3
    assert found.unknown == 2, "lamps have no past; of those that ran a day and a half only ten are known"
    assert found.items == (), "the young one will be late with a chance of a quarter"
    numbers = bundled_insight()
    lower = replace(numbers, forecast=replace(numbers.forecast, warn=0.2, least=10))
    async with engine.connect() as conn:
        warned = await likely_late(conn, EVERYTHING, await directory.load(conn), lower, None)
    told = [(UUID(w.case_id), w.chance, w.size) for w in warned.items]
    assert told == [(ids["old"], 1.0, 11), (ids["young"], 0.27, 42)], "11/41: those that run count while they ran"
    assert warned.items[1].hours == {"50": 24.0, "80": 72.0, "90": 72.0}
    assert warned.items[1].basis == "limit"
    assert warned.items[0].title == "事51"


async def test_scope_and_reach_hold_for_past_and_present(world):
    engine, _ = world
    numbers = bundled_insight()
    lower = replace(numbers, forecast=replace(numbers.forecast, warn=0.2, least=10))
    async with engine.connect() as conn:
        units = await directory.load(conn)

        async def warned(reach: Reach, scope: str | None = None) -> int:
            return len((await likely_late(conn, reach, units, lower, scope)).items)

        assert await warned(Reach(org=WATER)) == 2
        assert await warned(Reach(org=LAMPS)) == 0
        assert await warned(EVERYTHING, LAMPS) == 0
        assert await warned(EVERYTHING, AREA) == 2
        assert await warned(EVERYTHING, "110102") == 0
        assert await warned(Reach(area=OTHER_AREA)) == 0


async def test_repeats_within_the_reach(world):
    engine, _ = world
    async with engine.connect() as conn:
        units = await directory.load(conn)

        async def places(reach: Reach, area: str | None = None) -> list[tuple[str, int]]:
            found = await repeat_problems(conn, reach, units, bundled_insight(), area)
            return [(item.place, item.occurrences) for item in found.items]

        here, there = ("南池子大街41号", 3), ("安定门外大街3号", 4)
        assert await places(EVERYTHING) == [there, here]
        assert await places(Reach(area=AREA)) == [here]
        assert await places(EVERYTHING, OTHER_AREA) == [there]
        assert await places(Reach(org=LAMPS)) == []
        (found,) = (await repeat_problems(conn, Reach(area=AREA), units, bundled_insight(), None)).items
        assert [case.number for case in found.cases] == ["H-62", "H-61", "H-60"], "the withdrawn one is no occurrence"
