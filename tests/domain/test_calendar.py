"""Calendars: what is worked, which years are known, round trips, and our table against the published data."""

import copy
import json
import pickle
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.calendar_files import (
    CalendarFileInvalid,
    bundled_calendar,
    from_holiday_cn,
    load_calendar,
    read_calendar,
)
from domain.calendar import CalendarGap, CalendarInvalid, DayKind, Session, SpecialDay, WorkCalendar
from tests.support.shared import real_data

BEIJING = bundled_calendar("beijing")
SHANGHAI_ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="session")
def notices():
    """All yearly documents of holiday-cn, by year."""
    folder = real_data("holiday-cn")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("20??.json"))]
    return {document["year"]: document for document in found}


def days_of(first: int, last: int):
    day = date(first, 1, 1)
    while day.year <= last:
        yield day
        day += timedelta(days=1)


def small(**changes) -> WorkCalendar:
    values = {
        "name": "small", "version": 1, "zone": SHANGHAI_ZONE, "sessions": (Session(time(9), time(17)),),
        "exceptions": {}, "years": frozenset({2026}),
    }
    return WorkCalendar(**(values | changes))


@pytest.mark.parametrize(
    ("day", "kind", "name"),
    [
        ("2026-01-01", DayKind.HOLIDAY, "元旦"),
        ("2026-01-04", DayKind.MAKEUP, "元旦"),
        ("2026-02-14", DayKind.MAKEUP, "春节"),
        ("2026-02-15", DayKind.HOLIDAY, "春节"),
        ("2026-02-24", DayKind.WORKDAY, ""),
        ("2026-03-07", DayKind.RESTDAY, ""),
        ("2018-12-29", DayKind.MAKEUP, "元旦"),
        ("2018-12-31", DayKind.HOLIDAY, "元旦"),
        ("2020-02-03", DayKind.WORKDAY, ""),
        ("2027-10-03", DayKind.HOLIDAY, "国庆节"),
        ("2027-10-04", DayKind.WORKDAY, ""),
    ],
)
def test_kind_of_day(day, kind, name):
    on = date.fromisoformat(day)
    assert BEIJING.kind(on) is kind
    assert BEIJING.day_name(on) == name
    assert BEIJING.is_workday(on) is (kind in {DayKind.WORKDAY, DayKind.MAKEUP})


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 248), (2026, 248)])
def test_working_days_of_a_year(year, count):
    assert sum(BEIJING.is_workday(day) for day in days_of(year, year)) == count
    assert len(BEIJING.work_year(year).work_days) == count
    assert BEIJING.work_year(year).total == count * 8 * 3_600_000_000


def test_every_holiday_document_says_the_same(notices):
    named = {}
    for year in sorted(notices):
        for item in notices[year]["days"]:
            named[date.fromisoformat(item["date"])] = (not item["isOffDay"], item["name"])
    assert set(notices) >= set(BEIJING.years)
    wrong = []
    for day in days_of(min(BEIJING.years), max(BEIJING.years)):
        worked, name = named.get(day, (day.weekday() < 5, ""))
        if BEIJING.is_workday(day) != worked or (BEIJING.day_name(day) != name and not (worked and day.weekday() < 5)):
            wrong.append((day, BEIJING.kind(day), BEIJING.day_name(day), worked, name))
    assert not wrong
    print(f"compared {len(named)} named days of {len(notices)} documents")


def test_a_second_library_says_the_same():
    published = range(min(BEIJING.years), max(BEIJING.years) + 1)
    days = list(days_of(published[0], published[-1]))
    assert len(days) == 3287
    assert [d for d in days if chinese_calendar.is_workday(d) != BEIJING.is_workday(d)] == []


@pytest.mark.parametrize("year", [2017, 2028, 1, 9999])
def test_unknown_year_is_refused(year):
    with pytest.raises(CalendarGap) as caught:
        BEIJING.is_workday(date(year, 6, 1))
    assert caught.value.code == "calendar_gap"
    assert caught.value.facts == {"calendar": "beijing", "version": 1, "year": year}


def test_provisional_year_is_answered():
    assert BEIJING.provisional_years == {2027}
    assert BEIJING.kind(date(2027, 2, 8)) is DayKind.WORKDAY


def test_round_trips():
    again = WorkCalendar.from_dict(json.loads(json.dumps(BEIJING.to_dict())))
    assert again == BEIJING
    assert hash(again) == hash(BEIJING)
    assert copy.deepcopy(BEIJING) == BEIJING
    assert pickle.loads(pickle.dumps(BEIJING)) == BEIJING


def test_digest_sees_content_not_version():
    other = WorkCalendar.from_dict(BEIJING.to_dict() | {"version": 7})
    assert other.digest() == BEIJING.digest()
    assert other != BEIJING
    longer = WorkCalendar.from_dict(BEIJING.to_dict() | {"sessions": ["09:00-12:00", "13:00-18:00"]})
    assert longer.digest() != BEIJING.digest()


@given(
    st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), unique=True, max_size=40),
    st.sets(st.integers(2020, 2025)),
)
def test_any_calendar_survives_json(days, provisional):
    exceptions = {
        day: SpecialDay(DayKind.MAKEUP if day.weekday() >= 5 and day.day % 2 else DayKind.HOLIDAY, "节", 2026)
        for day in days
    }
    made = small(exceptions=exceptions, provisional_years=frozenset(provisional))
    again = WorkCalendar.from_dict(json.loads(json.dumps(made.to_dict())))
    assert again == made
    assert again.digest() == made.digest()


@pytest.mark.parametrize("text", ["08:00-12:00", "00:00-24:00", "18:30-24:00", "08:00:30-08:01"])
def test_session_text_round_trip(text):
    assert Session.parse(str(Session.parse(text))) == Session.parse(text)


@pytest.mark.parametrize("text", ["12:00-08:00", "08:00-08:00", "08:00", "", "24:00-24:00", "8-12", "08:00-25:00"])
def test_bad_session_is_refused(text):
    with pytest.raises(CalendarInvalid):
        Session.parse(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"provisional_years": frozenset({2026})},
        {"sessions": ()},
        {"years": frozenset({20266})},
        {"sessions": (Session(time(9), time(13)), Session(time(12), time(17)))},
        {"sessions": (Session(time(13), time()), Session(time(9), time(12)))},
        {"exceptions": {date(2026, 5, 4): SpecialDay(DayKind.MAKEUP, "节", 2026)}},
        {"exceptions": {date(2026, 5, 4): SpecialDay(DayKind.WORKDAY, "节", 2026)}},
    ],
)
def test_contradictions_are_refused(changes):
    with pytest.raises(CalendarInvalid):
        small(**changes)


@pytest.mark.parametrize("change", [{"zone": "Mars/Base"}, {"days": [{"date": "x"}]}, {"years": None}, {"name": None}])
def test_broken_rows_are_refused(change):
    value = {key: v for key, v in (BEIJING.to_dict() | change).items() if v is not None}
    with pytest.raises(CalendarInvalid):
        WorkCalendar.from_dict(value)


def test_boston_knows_no_working_time():
    boston = bundled_calendar("boston")
    assert boston.zone.key == "America/New_York"
    with pytest.raises(CalendarGap):
        boston.is_workday(date(2011, 7, 5))


def test_notices_give_the_bundled_calendar(notices):
    assert from_holiday_cn(notices.values(), BEIJING) is BEIJING
    bare = WorkCalendar("beijing", 0, SHANGHAI_ZONE, BEIJING.sessions, {}, frozenset())
    assert from_holiday_cn(notices.values(), bare) == BEIJING


def document(year, *days):
    return {
        "year": year, "papers": ["https://www.gov.cn/x"],
        "days": [{"name": name, "date": day, "isOffDay": off} for name, day, off in days],
    }


def test_published_notice_replaces_the_provisional_year():
    notice = document(2027, ("元旦", "2026-12-31", True), ("元旦", "2027-01-01", True), ("元旦", "2027-01-03", False))
    after = from_holiday_cn([notice], BEIJING)
    assert after.version == 2
    assert after.provisional_years == frozenset()
    assert not after.is_workday(date(2026, 12, 31))
    assert after.kind(date(2027, 1, 3)) is DayKind.MAKEUP
    assert after.kind(date(2027, 5, 1)) is DayKind.RESTDAY, "days the notice does not name are gone"
    assert from_holiday_cn([notice], after) is after, "the same notice again changes nothing"
    corrected = from_holiday_cn([document(2027, ("元旦", "2027-01-01", True))], after)
    assert corrected.is_workday(date(2026, 12, 31)), "a corrected notice takes its days back"


def test_empty_notice_stays_provisional():
    assert from_holiday_cn([document(2027)], BEIJING) is BEIJING
    after = from_holiday_cn([document(2028)], BEIJING)
    assert after.provisional_years == {2027, 2028}
    assert after.kind(date(2028, 10, 2)) is DayKind.HOLIDAY


@pytest.mark.parametrize(
    ("documents", "hint"),
    [
        ([document(2026)], "already published"),
        ([document(2028, ("节", "2028-01-01", True)), document(2028)], "given twice"),
        ([document(2028, ("节", "2028-01-01", True), ("节", "2028-01-01", False))], "both off and worked"),
        ([document(2028, ("节", "2029-01-01", True))], "outside the year"),
        ([document(2028, ("节", "2028-02-30", True))], "days.0.date"),
        ([document(2028, ("节", "2028-02-20", "no"))], "days.0.isOffDay"),
        ([{"year": 2028, "days": []}], "papers"),
        ([{}], "notice of ?"),
        ([[]], "notice of ?"),
    ],
)
def test_bad_notice_is_refused_with_its_place(documents, hint):
    with pytest.raises(CalendarFileInvalid) as caught:
        from_holiday_cn(documents, BEIJING)
    assert hint in caught.value.message


HEAD = 'name = "x"\nversion = 1\nzone = "Asia/Shanghai"\nsessions = ["09:00-17:00"]\n'
YEAR = '[[years]]\nyear = 2026\nstatus = "published"\nsources = []\n'


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("name = ", "x.toml"),
        ('name = "x"', "version"),
        (HEAD.replace("Shanghai", "Nowhere"), "Nowhere"),
        (HEAD.replace("09:00-", "19:00-") + YEAR + "days = []", "not a session"),
        (HEAD + YEAR + 'days = [{ name = "a", kind = "feast", first = 2026-01-01 }]', "years.0.days.0.kind"),
        (HEAD + YEAR + 'days = [{ name = "a", kind = "holiday", first = 2026-01-03, last = 2026-01-01 }]', "last lies"),
        (HEAD + YEAR + "days = []\n" + YEAR + "days = []", "a year stands twice"),
        (HEAD + YEAR + 'days = [{ name = "a", kind = "makeup", first = 2026-01-02 }]', "weekday"),
        (HEAD + YEAR + 'days = [{ name = "a", kind = "holiday", first = 2026-01-03 }, '
         '{ name = "a", kind = "makeup", first = 2026-01-03 }]', "both off and worked"),
        (HEAD + 'colour = "red"\n', "colour"),
    ],
)
def test_bad_file_is_refused_with_its_place(text, hint):
    with pytest.raises(CalendarFileInvalid) as caught:
        read_calendar(text, where="x.toml")
    assert hint in caught.value.message
    assert caught.value.code == "calendar_file_invalid"


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(CalendarFileInvalid):
        load_calendar(tmp_path / "none.toml")
    with pytest.raises(CalendarFileInvalid):
        bundled_calendar("none")
