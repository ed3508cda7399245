"""Importing history: rows become lives, bad rows are named and leave nothing, a broken-off import goes on."""

import zipfile
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from adapters.db.engine import create_engine
from adapters.db.errors import UnknownRules
from adapters.history import import_history
from adapters.history_files import read_cases
from adapters.history_mapping import MappingInvalidError, bundled_mapping, read_mapping
from domain.case import Status
from domain.evolve import fold
from domain.history import HistoricalCase, events_of
from domain.plan import plan

MAPPING = """
name = "test"
zone = "America/New_York"
time_format = "%Y-%m-%d %H:%M"
[setting]
kind = "public_request"
district = "025000"
limit_class = "default"
rules = "beijing/2"
calendar = "boston/1"
near_percent = 75
[texts]
number = "T-{id}"
source_ref = "test:{id}"
title = "{what}"
description = "{what} / {where}"
place = "{where}"
result = "{why}"
[times]
raised_at = "opened"
due = "due"
closed_at = "closed"
[area]
column = "where"
blank = "025000900"
[area.codes]
North = "025000001"
[org]
column = "who"
default = "025000-OTHER"
[org.codes]
Streets = "025000-ROADS"
[class]
column = "what"
default = "H00"
codes = {}
"""

HEAD = "id,opened,due,closed,what,where,who,why\n"
GOOD = (
    "1,2011-07-01 08:00,2011-07-02 08:00,2011-07-01 09:00,Pothole,North,Streets,call 617-555-0123 or a@b.example\n"
    "2,2011-07-01 08:00,2011-07-01 00:00,,Pothole,,Parks,\n"
    "3,2011-11-06 01:30,,2011-11-06 02:30,Lamp,North,Streets,\n"
)
BAD = (
    ",2011-07-01 08:00,,,Pothole,North,Streets,\n"
    "5,yesterday,,,Pothole,North,Streets,\n"
    "6,2011-07-01 08:00,,2011-06-30 08:00,Pothole,North,Streets,\n"
    "7,2011-07-01 08:00,,,Pothole,Nowhere,Streets,\n"
    "8,2011-07-01 08:00,,\n"
    "\n"
    "9,,,,Pothole,North,Streets,\n"
)


@pytest.fixture
def mapping():
    return read_mapping(MAPPING, where="test")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(HEAD + GOOD + BAD, "utf-8")
    return path


def test_rows_become_cases_or_errors(file, mapping):
    rows = list(read_cases(file, mapping))
    good = [r.case for r in rows if isinstance(r.case, HistoricalCase)]
    bad = [(r.case.row, r.case.column, r.case.code) for r in rows if not isinstance(r.case, HistoricalCase)]
    assert [c.number for c in good] == ["T-1", "T-2", "T-3"]
    assert good[0].raised_at == datetime(2011, 7, 1, 12, tzinfo=UTC)
    assert good[0].result == "call [number] or [address]"
    assert (good[1].area, good[1].org, good[1].class_code) == ("025000900", "025000-OTHER", "H00")
    assert good[1].due < good[1].raised_at
    assert good[2].raised_at == datetime(2011, 11, 6, 5, 30, tzinfo=UTC), "of a repeated hour it is the first"
    assert bad == [
        (5, "", "missing"), (6, "opened", "bad_time"), (7, "closed", "closed_before_raised"),
        (8, "where", "unknown_value"), (9, "", "wrong_width"), (11, "opened", "missing"),
    ]  # fmt: skip
    assert rows[-1].fraction == 1.0


def test_a_zip_reads_like_its_file(file, mapping, tmp_path):
    packed = tmp_path / "rows.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(file, "rows.csv")
    assert [r.case for r in read_cases(packed, mapping)] == [r.case for r in read_cases(file, mapping)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('zone = "America/New_York"', 'zone = "Mars/Olympus"'), ('North = "025000001"', 'North = "X"'),
        ('district = "025000"', 'district = "025000-X"'), ("near_percent = 75", "near_percent = 0"),
        ('name = "test"', 'name = "test"\nother = 1'), ('raised_at = "opened"', ""),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused(before, after):
    with pytest.raises(MappingInvalidError):
        read_mapping(MAPPING.replace(before, after), where="test")


def test_a_file_without_the_columns_is_refused(mapping, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("id,opened\n1,2011-07-01 08:00\n", "utf-8")
    with pytest.raises(MappingInvalidError) as caught:
        list(read_cases(path, mapping))
    assert caught.value.facts["columns"] == ["closed", "due", "what", "where", "who", "why"]
    with pytest.raises(MappingInvalidError):
        list(read_cases(tmp_path / "absent.csv", mapping))
    with pytest.raises(MappingInvalidError):
        bundled_mapping("atlantis")


def test_an_imported_life_owes_nothing(file, mapping):
    ended, running, _ = (r.case for r in read_cases(file, mapping) if isinstance(r.case, HistoricalCase))
    state = fold(events_of(ended, mapping.setting))
    assert (state.status, state.closed_at) == (Status.CLOSED, ended.closed_at)
    assert plan(state) == ()
    still = fold(events_of(running, mapping.setting))
    assert still.status is Status.MUSTERING
    assert still.clocks[0].is_open
    assert still.clocks[0].spec.due == running.due
    assert plan(still) == ()
    assert UUID(ended.id) != UUID(running.id)


@pytest.mark.slow
async def test_an_import_takes_the_good_rows_once_and_names_the_bad_ones(city, file, mapping):
    engine = create_engine(city.app, "batch")
    seen = []
    done = await import_history(engine, file, mapping, progress=seen.append)
    assert (done.rows, done.imported, done.skipped, len(done.refused)) == (9, 3, 0, 6)
    assert (seen[-1].rows, seen[-1].imported, seen[-1].refused) == (9, 3, 6)
    again = await import_history(engine, file, mapping)
    assert (again.imported, again.skipped) == (0, 3)
    async with engine.connect() as conn:
        rows = (await conn.execute(text("SELECT number, status, raised_at FROM cases ORDER BY number"))).all()
        driven = (await conn.execute(text("SELECT count(*) FROM case_notify"))).scalar_one()
        told = (await conn.execute(text("SELECT count(*) FROM notices"))).scalar_one()
    assert [(r.number, r.status) for r in rows] == [("T-1", "closed"), ("T-2", "mustering"), ("T-3", "closed")]
    assert driven == 1, "only the open case gets a workflow"
    assert told == 0
    await engine.dispose()


@pytest.mark.slow
async def test_an_import_needs_its_rule_pack(database, file, mapping):
    engine = create_engine(database.app, "batch")
    with pytest.raises(UnknownRules):
        await import_history(engine, file, mapping)
    await engine.dispose()
