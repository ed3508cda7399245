"""Boston 2011: real records of a city, imported, give the city's own flags in our overdue report.

Takes every 20th row and the three whose due instant lies before their opening. The whole file is imported with
`whistle import history`. The data lie beside the project, never in it.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.db import directory, rules_store, seeding
from adapters.db.engine import create_engine
from adapters.db.queries.overdue import Question, overdue
from adapters.db.rules_store import RulesStore
from adapters.history import compare_flags, import_history
from adapters.history_mapping import bundled_mapping
from adapters.policy_files import bundled_document
from contracts.report_views import Bucket, ClockSet
from domain.authority import Reach
from tests.support.shared import DATA, real_data

pytestmark = pytest.mark.slow

FILE = DATA / "boston-311-2011h2" / "311_service_requests_2011.zip"
ODD = frozenset({6696, 6697, 6715})
AS_OF = datetime(2019, 11, 1, tzinfo=ZoneInfo("America/New_York"))
ALL = Reach(everything=True)


def take(place: int) -> bool:
    return place % 20 == 0 or place in ODD


@pytest.fixture
async def engine(database):
    real_data("boston-311-2011h2", FILE.name)
    made = create_engine(database.app, "batch")
    async with made.begin() as conn:
        await rules_store.publish_pack(conn, bundled_document(seeding.CITY, seeding.RULES_VERSION))
    yield made
    await made.dispose()


async def test_our_report_gives_the_citys_own_flags(engine):
    mapping = bundled_mapping("boston-2011")
    seen: list[float] = []
    done = await import_history(engine, FILE, mapping, take=take, progress=lambda p: seen.append(p.fraction))
    assert done.refused == ()
    assert done.imported == done.rows > 2900
    assert seen == sorted(seen)
    assert seen[-1] > 0.9

    again = await import_history(engine, FILE, mapping, take=take)
    assert (again.imported, again.skipped) == (0, done.imported)

    async with engine.connect() as conn:
        told = await compare_flags(conn, FILE, mapping, AS_OF, take=take)
        reports = {}
        units = await directory.load(conn)
        for wanted in ClockSet:
            question = Question(wanted, as_of=AS_OF, counts=True)
            reports[wanted] = await overdue(conn, ALL, units, RulesStore(engine), question)
    print(told)
    assert told.different == ()
    assert told.equal == told.compared > 2000
    assert told.open_overdue == told.open_with_due > 100
    assert told.absent == 0
    totals = {wanted: report.counts.total for wanted, report in reports.items()}
    assert totals[ClockSet.OVERDUE_OPEN] == told.open_overdue
    assert totals[ClockSet.OVERDUE_DONE] + totals[ClockSet.IN_TIME_DONE] == told.compared + told.unflagged
    assert totals[ClockSet.NEAR_DUE] == 0

    open_ones = reports[ClockSet.OVERDUE_OPEN]
    assert open_ones.counts.buckets[Bucket.MORE] == open_ones.counts.total
    assert sum(cut.count for cut in open_ones.counts.by_area) == open_ones.counts.total
    assert [row.due for row in open_ones.items] == sorted(row.due for row in open_ones.items)
    assert all(row.over_by.method == "real" and row.limit == "given" for row in open_ones.items)
    assert open_ones.calendars == ("boston/1",)


async def test_the_three_dues_before_their_opening_are_overdue_from_the_start(engine):
    mapping = bundled_mapping("boston-2011")
    await import_history(engine, FILE, mapping, take=lambda place: place in ODD)
    async with engine.connect() as conn:
        told = await compare_flags(conn, FILE, mapping, AS_OF, take=lambda place: place in ODD)
        report = await overdue(
            conn, ALL, await directory.load(conn), RulesStore(engine), Question(ClockSet.OVERDUE_DONE, as_of=AS_OF)
        )
    assert (told.compared, told.equal) == (3, 3)
    assert all(row.due < row.started_at for row in report.items)
    assert len(report.items) == 3
