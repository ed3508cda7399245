"""Clocks by example: the golden vectors of domain.md 6.4, edges of day and year, limits as text, explanations."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.calendar_files import bundled_calendar
from domain.calendar import CalendarGap, DayKind, WorkCalendar
from domain.clocks import (
    Limit,
    LimitInvalid,
    Method,
    Role,
    Unit,
    after_due,
    before_due,
    explain,
    overrun,
    resolve_due,
    share_point,
    spent,
)
from domain.clocks.explanation import MAX_SPANS

BEIJING = bundled_calendar("beijing")
ZONE = BEIJING.zone
LATE = WorkCalendar.from_dict(BEIJING.to_dict() | {"name": "late", "sessions": ["00:00-12:00", "12:00-24:00"]})


def at(text: str) -> datetime:
    """Local instant; `24:00` is the next day's 00:00."""
    if text.endswith(" 24:00"):
        return datetime.fromisoformat(text[:10]).replace(tzinfo=ZONE) + timedelta(days=1)
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


GOLDEN = [
    ("continuous", "2026-02-16 23:30", "2 hours", "2026-02-17 01:30"),
    ("work_hours", "2026-02-13 16:00", "4 hours", "2026-02-14 10:00"),
    ("work_hours", "2026-02-14 17:00", "4 hours", "2026-02-24 11:00"),
    ("work_hours", "2026-03-02 11:30", "2 hours", "2026-03-02 15:30"),
    ("work_hours", "2026-03-06 17:59", "1 hour", "2026-03-09 08:59"),
    ("work_hours", "2026-09-30 17:00", "4 hours", "2026-10-08 11:00"),
    ("work_hours", "2026-01-01 09:00", "4 hours", "2026-01-04 12:00"),
    ("work_hours", "2026-03-07 10:00", "2 hours", "2026-03-09 10:00"),
    ("work_days_8h", "2026-02-13 16:00", "5 days", "2026-02-27 16:00"),
    ("work_days_whole", "2026-02-13 16:00", "5 days", "2026-02-27 18:00"),
    ("work_days_8h", "2026-09-18 10:00", "2 days", "2026-09-21 10:00"),
    ("work_days_8h", "2026-09-30 17:00", "3 days", "2026-10-10 17:00"),
    ("natural_civil", "2026-02-13 10:00", "7 days", "2026-02-24 24:00"),
    ("natural_continuous", "2026-02-13 10:00", "7 days", "2026-02-20 10:00"),
    ("natural_civil", "2026-02-21 09:00", "7 days", "2026-02-28 24:00"),
    ("natural_civil", "2026-09-24 10:00", "7 days", "2026-10-08 24:00"),
    ("natural_civil", "2026-03-02 10:00", "7 days", "2026-03-09 24:00"),
]

EDGES = [
    # before opening, at lunch, at the end of a session, after the close
    ("work_hours", "2026-03-02 07:00", "1 hour", "2026-03-02 09:00"),
    ("work_hours", "2026-03-02 08:00", "4 hours", "2026-03-02 12:00"),
    ("work_hours", "2026-03-02 12:00", "1 hour", "2026-03-02 15:00"),
    ("work_hours", "2026-03-02 12:30", "30 minutes", "2026-03-02 14:30"),
    ("work_hours", "2026-03-02 17:00", "1 hour", "2026-03-02 18:00"),
    ("work_hours", "2026-03-02 18:00", "1 minute", "2026-03-03 08:01"),
    ("work_hours", "2026-03-02 23:00", "8 hours", "2026-03-03 18:00"),
    ("work_hours", "2026-03-02 17:59:59.999999", "1 second", "2026-03-03 08:00:00.999999"),
    ("work_hours", "2026-03-02 00:00", "8 hours", "2026-03-02 18:00"),
    # the two ways of working days differ by a day before opening
    ("work_days_8h", "2026-03-02 07:00", "1 day", "2026-03-02 18:00"),
    ("work_days_whole", "2026-03-02 07:00", "1 day", "2026-03-03 18:00"),
    ("work_days_whole", "2026-03-02 00:00", "1 day", "2026-03-03 18:00"),
    ("work_days_whole", "2026-03-01 24:00", "1 day", "2026-03-03 18:00"),
    ("work_days_whole", "2026-03-07 10:00", "1 day", "2026-03-09 18:00"),
    ("work_days_whole", "2026-03-06 23:59", "1 day", "2026-03-09 18:00"),
    # midnight is the new day's first instant
    ("natural_civil", "2026-03-02 00:00", "1 day", "2026-03-03 24:00"),
    ("natural_civil", "2026-03-02 23:59:59", "1 day", "2026-03-03 24:00"),
    ("natural_civil", "2026-03-06 10:00", "1 day", "2026-03-09 24:00"),
    ("continuous", "2026-03-02 22:00", "2 hours", "2026-03-02 24:00"),
    ("natural_continuous", "2026-03-01 24:00", "1 day", "2026-03-02 24:00"),
    # nothing to wait for
    ("continuous", "2026-03-07 10:00", "0 hours", "2026-03-07 10:00"),
    ("work_hours", "2026-03-07 10:00", "0 minutes", "2026-03-07 10:00"),
    ("work_days_8h", "2026-03-07 10:00", "0 days", "2026-03-07 10:00"),
    ("work_days_whole", "2026-03-07 10:00", "0 days", "2026-03-07 10:00"),
    ("natural_civil", "2026-03-07 10:00", "0 days", "2026-03-07 10:00"),
    # into the next year, and the New Year's rest of 2018/2019 that two notices rule
    ("work_hours", "2026-12-31 17:00", "2 hours", "2027-01-04 09:00"),
    ("work_days_8h", "2026-12-31 17:00", "1 day", "2027-01-04 17:00"),
    ("work_days_whole", "2026-12-31 17:00", "1 day", "2027-01-04 18:00"),
    ("natural_civil", "2026-12-31 17:00", "1 day", "2027-01-04 24:00"),
    ("natural_civil", "2026-12-30 17:00", "1 day", "2026-12-31 24:00"),
    ("work_hours", "2018-12-28 17:00", "2 hours", "2018-12-29 09:00"),
    ("work_hours", "2018-12-29 17:00", "2 hours", "2019-01-02 09:00"),
]


@pytest.mark.parametrize(("method", "start", "amount", "due"), GOLDEN)
def test_golden_vector(method, start, amount, due):
    assert resolve_due(at(start), Limit.parse(f"{amount} {method}"), BEIJING).at == at(due)


def test_there_are_17_golden_vectors():
    assert len(GOLDEN) == 17


@pytest.mark.parametrize(("method", "start", "amount", "due"), EDGES)
def test_edge_vector(method, start, amount, due):
    found = resolve_due(at(start), Limit.parse(f"{amount} {method}"), BEIJING)
    assert found.at == at(due)
    assert found.at.tzinfo is UTC


@pytest.mark.parametrize(
    ("method", "start", "amount", "due"),
    [
        ("work_hours", "2026-03-06 20:00", "4 hours", "2026-03-06 24:00"),
        ("work_hours", "2026-03-06 20:00", "5 hours", "2026-03-09 01:00"),
        ("work_hours", "2026-03-06 10:00", "14 hours", "2026-03-06 24:00"),
        ("work_days_8h", "2026-03-06 20:00", "1 day", "2026-03-09 04:00"),
        ("work_days_whole", "2026-03-05 10:00", "1 day", "2026-03-06 24:00"),
        ("work_days_whole", "2026-12-30 10:00", "1 day", "2026-12-31 24:00"),
    ],
)
def test_office_hours_until_midnight(method, start, amount, due):
    found = resolve_due(at(start), Limit.parse(f"{amount} {method}"), LATE)
    assert found.at == at(due)
    assert not found.provisional


@pytest.mark.parametrize("method", list(Method))
def test_provisional_only_where_an_unpublished_year_is_counted(method):
    unit = Unit.HOURS if method in {Method.CONTINUOUS, Method.WORK_HOURS} else Unit.DAYS
    limit = Limit(9, unit, method)
    reads = method not in {Method.CONTINUOUS, Method.NATURAL_CONTINUOUS}
    assert resolve_due(at("2026-12-31 16:00"), limit, BEIJING).provisional is reads
    assert resolve_due(at("2027-03-01 16:00"), limit, BEIJING).provisional is reads
    assert resolve_due(at("2026-03-02 16:00"), limit, BEIJING).provisional is False


@pytest.mark.parametrize("method", sorted(set(Method) - {Method.CONTINUOUS, Method.NATURAL_CONTINUOUS}))
@pytest.mark.parametrize("start", ["2017-12-29 17:00", "2027-12-31 17:30", "2030-01-01 08:00"])
def test_unknown_year_is_refused(method, start):
    limit = Limit(2, Unit.HOURS if method is Method.WORK_HOURS else Unit.DAYS, method)
    for function in (resolve_due, explain):
        with pytest.raises(CalendarGap) as caught:
            function(at(start), limit, BEIJING)
        assert caught.value.code == "calendar_gap"


def test_provisional_year_in_the_middle():
    middle = WorkCalendar.from_dict(
        BEIJING.to_dict() | {"years": [2024, 2026], "provisional_years": [2025]}
    )
    limit = Limit.parse("300 days work_days_whole")
    due = resolve_due(at("2024-12-02 09:00"), limit, middle)
    assert due.at == at("2026-02-13 18:00")  # 21 days of 2024, 248 of 2025, 31 of 2026
    assert due.provisional
    assert before_due(due.at, limit, middle).provisional


def test_natural_hours_need_no_calendar():
    empty = bundled_calendar("boston")
    due = resolve_due(datetime(2011, 7, 1, 12, tzinfo=UTC), Limit.parse("48 hours continuous"), empty)
    assert due.at == datetime(2011, 7, 3, 12, tzinfo=UTC)


def test_utc_year_differs_from_local_year():
    start = datetime(2017, 12, 31, 16, 0, tzinfo=UTC)  # already 2018 in Beijing
    assert resolve_due(start, Limit.parse("1 hour work_hours"), BEIJING).at == at("2018-01-02 09:00")


def test_naive_instant_is_refused():
    with pytest.raises(TypeError):
        resolve_due(datetime(2026, 3, 2, 8), Limit.parse("1 hour work_hours"), BEIJING)  # noqa: DTZ001 - the point


@pytest.mark.parametrize(
    ("due", "limit", "before"),
    [
        ("2026-03-09 10:00", "2 hours work_hours", "2026-03-09 08:00"),
        ("2026-03-09 10:00", "3 hours work_hours", "2026-03-06 17:00"),
        ("2026-03-02 15:00", "2 hours work_hours", "2026-03-02 11:00"),
        ("2026-03-07 10:00", "2 hours work_hours", "2026-03-06 16:00"),
        ("2026-03-09 10:00", "0 hours work_hours", "2026-03-09 10:00"),
        ("2026-02-24 11:00", "4 hours work_hours", "2026-02-14 17:00"),
        ("2026-02-27 16:00", "5 days work_days_8h", "2026-02-13 16:00"),
        ("2026-02-27 18:00", "4 days work_days_whole", "2026-02-14 18:00"),
        ("2026-03-07 18:00", "1 day work_days_whole", "2026-03-06 18:00"),
        ("2026-02-24 24:00", "2 days natural_civil", "2026-02-22 24:00"),
        ("2026-02-17 01:30", "2 hours continuous", "2026-02-16 23:30"),
        ("2027-01-04 09:00", "2 hours work_hours", "2026-12-31 17:00"),
        ("2027-01-04 10:00", "2 hours work_hours", "2027-01-04 08:00"),
    ],
)
def test_before_due(due, limit, before):
    assert before_due(at(due), Limit.parse(limit), BEIJING).at == at(before)


@pytest.mark.parametrize(
    ("due", "limit", "after"),
    [
        ("2026-03-06 18:00", "5 days work_days_whole", "2026-03-13 18:00"),
        ("2026-03-06 18:00", "1 hour work_hours", "2026-03-09 09:00"),
        ("2026-03-04 24:00", "1 day natural_civil", "2026-03-05 24:00"),
        ("2026-03-04 24:00", "1 day work_days_whole", "2026-03-05 18:00"),
        ("2026-02-24 24:00", "5 days work_days_whole", "2026-03-02 18:00"),  # Saturday the 28th is worked
        ("2026-03-06 18:00", "0 days work_days_whole", "2026-03-06 18:00"),
        ("2026-12-31 24:00", "1 day work_days_whole", "2027-01-04 18:00"),
    ],
)
def test_after_due(due, limit, after):
    assert after_due(at(due), Limit.parse(limit), BEIJING).at == at(after)


def test_last_midnight_of_the_last_known_year():
    midnight = at("2027-12-31 24:00")
    assert before_due(midnight, Limit.parse("1 hour work_hours"), BEIJING).at == at("2027-12-31 17:00")
    assert before_due(midnight, Limit.parse("1 day work_days_whole"), BEIJING).at == at("2027-12-30 24:00")
    worked = spent(at("2027-12-31 16:00"), midnight, Method.WORK_HOURS, BEIJING)
    assert worked.minutes == 120
    with pytest.raises(CalendarGap):
        after_due(midnight, Limit.parse("1 hour work_hours"), BEIJING)


@pytest.mark.parametrize(
    ("start", "limit", "percent", "point"),
    [
        ("2026-02-13 16:00", "4 hours work_hours", 50, "2026-02-13 18:00"),
        ("2026-02-13 16:00", "4 hours work_hours", 75, "2026-02-14 09:00"),
        ("2026-02-13 16:00", "4 hours work_hours", 0, "2026-02-13 16:00"),
        ("2026-02-13 16:00", "4 hours work_hours", 100, "2026-02-14 10:00"),
        ("2026-02-13 16:00", "4 hours work_hours", 200, "2026-02-14 16:00"),
        ("2026-02-13 16:00", "5 days work_days_8h", 80, "2026-02-26 16:00"),
        ("2026-03-02 16:00", "1 day work_days_whole", 50, "2026-03-03 11:00"),
        ("2026-03-02 16:00", "1 day work_days_whole", 100, "2026-03-03 18:00"),
        ("2026-03-02 16:00", "0 days work_days_whole", 50, "2026-03-02 16:00"),
        ("2026-02-13 10:00", "7 days natural_continuous", 50, "2026-02-16 22:00"),
        ("2026-03-02 00:00", "1 day natural_civil", 50, "2026-03-02 24:00"),
        ("2026-03-02 00:00", "1 minute continuous", 50, "2026-03-02 00:00:30"),
    ],
)
def test_share_point(start, limit, percent, point):
    assert share_point(at(start), Limit.parse(limit), percent, BEIJING) == at(point)


@pytest.mark.parametrize(
    ("start", "end", "method", "minutes", "days"),
    [
        ("2026-03-06 18:00", "2026-03-09 11:00", "work_hours", 180, None),
        ("2026-03-06 17:00", "2026-03-09 11:00", "work_hours", 240, None),
        ("2026-03-06 17:00", "2026-03-06 16:00", "work_hours", 0, None),
        ("2026-03-06 17:00", "2026-03-09 11:00", "continuous", 66 * 60, None),
        ("2026-02-13 16:00", "2026-02-27 15:59", "work_days_8h", 40 * 60 - 1, 4),
        ("2026-02-13 16:00", "2026-02-27 18:00", "work_days_whole", 42 * 60, 5),
        ("2026-02-13 16:00", "2026-02-27 17:59", "work_days_whole", 42 * 60 - 1, 4),
        ("2026-02-13 10:00", "2026-02-20 09:59", "natural_continuous", 7 * 1440 - 1, 6),
        ("2026-03-02 10:00", "2026-03-09 24:00", "natural_civil", 7 * 1440 + 14 * 60, 7),
        ("2026-03-02 10:00", "2026-03-02 12:00", "natural_civil", 120, 0),
        ("2017-03-02 10:00", "2017-03-02 10:00", "work_days_whole", 0, 0),
        ("2025-12-31 17:00", "2027-01-04 09:00", "work_hours", (248 * 8 + 2) * 60, None),
    ],
)
def test_spent(start, end, method, minutes, days):
    found = spent(at(start), at(end), Method(method), BEIJING)
    assert (found.minutes, found.days) == (minutes, days)


def test_overrun_counts_from_the_day_after_a_due_midnight():
    due = at("2026-02-24 24:00")
    assert overrun(due, at("2026-02-25 24:00"), Method.NATURAL_CIVIL, BEIJING).days == 1
    assert spent(due, at("2026-02-25 24:00"), Method.NATURAL_CIVIL, BEIJING).days == 0
    assert overrun(due, at("2026-02-25 18:00"), Method.WORK_DAYS_WHOLE, BEIJING).days == 1
    assert overrun(due, due, Method.NATURAL_CIVIL, BEIJING).counted == timedelta()
    late = overrun(at("2026-03-06 18:00"), at("2026-03-09 11:00"), Limit.parse("4 hours work_hours"), BEIJING)
    assert late.is_working_time
    assert late.counted == timedelta(hours=3)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("30 minutes continuous", "30 minutes continuous"),
        ("1 hour work_hours", "1 hours work_hours"),
        ("5 days work_days_8h", "5 days work_days_8h"),
        (" 0 days natural_civil ", "0 days natural_civil"),
    ],
)
def test_limit_text(text, canonical):
    assert str(Limit.parse(text)) == canonical
    assert Limit.parse(canonical) == Limit.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "2 hours", "two hours continuous", "-1 hours continuous", "2 hours work_days_8h", "2 days work_hours",
        "2 days continuous", "1.5 hours continuous", "2 weeks natural_civil", "2 hours lunar", "٢ hours continuous",
        "999999999 hours continuous", "36526 days natural_civil", "2  hours continuous", "2 minutes natural_continuous",
    ],
)
def test_bad_limit_is_refused(text):
    with pytest.raises(LimitInvalid) as caught:
        Limit.parse(text)
    assert caught.value.code == "limit_invalid"


@pytest.mark.parametrize(
    ("text", "share", "scaled"),
    [
        ("2 hours continuous", (1, 4), "30 minutes continuous"),
        ("2 hours continuous", (1, 2), "1 hours continuous"),
        ("30 minutes work_hours", (2, 1), "60 minutes work_hours"),
        ("1 minutes continuous", (1, 3), "20 seconds continuous"),
        ("1 seconds continuous", (1, 3), "0 seconds continuous"),
        ("5 days work_days_8h", (1, 4), "10 hours work_hours"),
        ("5 days work_days_8h", (1, 5), "1 days work_days_8h"),
        ("7 days natural_continuous", (1, 2), "84 hours continuous"),
        ("5 days work_days_whole", (1, 4), "2 days work_days_whole"),
        ("7 days natural_civil", (0, 4), "0 days natural_civil"),
        ("2 hours continuous", (3, 2), "3 hours continuous"),
    ],
)
def test_scaled(text, share, scaled):
    assert str(Limit.parse(text).scaled(*share)) == scaled


@pytest.mark.parametrize("share", [(-1, 2), (1, 0), (1, -2)])
def test_bad_share_is_refused(share):
    with pytest.raises(LimitInvalid):
        Limit.parse("2 hours continuous").scaled(*share)
    with pytest.raises(LimitInvalid):
        share_point(at("2026-03-02 08:00"), Limit.parse("2 hours continuous"), -1, BEIJING)


def test_explains_working_hours():
    found = explain(at("2026-02-14 17:00"), Limit.parse("4 hours work_hours"), BEIJING)
    assert found.due == at("2026-02-24 11:00")
    assert (found.calendar, found.zone, found.provisional) == ("beijing/1", "Asia/Shanghai", False)
    assert [(span.role, span.kind, span.name, span.counted.total_seconds()) for span in found.spans] == [
        (Role.COUNTED, DayKind.MAKEUP, "春节", 3600),
        (Role.HOLIDAY, DayKind.HOLIDAY, "春节", 0),
        (Role.COUNTED, DayKind.WORKDAY, "", 10800),
    ]
    assert (found.spans[1].first.isoformat(), found.spans[1].last.isoformat()) == ("2026-02-15", "2026-02-23")
    assert (found.spans[2].begins, found.spans[2].ends) == (at("2026-02-24 08:00"), at("2026-02-24 11:00"))


def test_explains_the_roll_forward():
    found = explain(at("2026-02-13 10:00"), Limit.parse("7 days natural_civil"), BEIJING)
    assert [(span.role, span.first.day, span.last.day, span.name, span.days) for span in found.spans] == [
        (Role.FIRST_DAY, 13, 13, "", (0, 0)),
        (Role.COUNTED, 14, 19, "", (1, 6)),
        (Role.COUNTED, 20, 20, "春节", (7, 7)),
        (Role.ROLLED, 21, 23, "春节", (0, 0)),
        (Role.LAST_DAY, 24, 24, "", (0, 0)),
    ]


def test_explains_whole_working_days_and_late_starts():
    found = explain(at("2026-03-06 19:00"), Limit.parse("2 days work_days_whole"), BEIJING)
    assert [(span.role, span.days) for span in found.spans] == [
        (Role.FIRST_DAY, (0, 0)), (Role.REST_DAY, (0, 0)), (Role.COUNTED, (1, 2)),
    ]
    late = explain(at("2026-03-06 19:00"), Limit.parse("1 hour work_hours"), BEIJING)
    assert [span.role for span in late.spans] == [Role.OUTSIDE_HOURS, Role.REST_DAY, Role.COUNTED]


def test_long_explanation_is_folded():
    found = explain(at("2026-01-05 09:30"), Limit.parse("200 days work_days_8h"), BEIJING)
    assert len(found.spans) == MAX_SPANS
    assert [span.role for span in found.spans].count(Role.FOLDED) == 1
    assert sum((span.counted for span in found.spans), timedelta()) == timedelta(hours=1600)


@pytest.mark.parametrize(("method", "start", "amount", "due"), GOLDEN + EDGES)
def test_explanation_is_json_and_agrees(method, start, amount, due):
    found = json.loads(json.dumps(explain(at(start), Limit.parse(f"{amount} {method}"), BEIJING).to_dict()))
    assert datetime.fromisoformat(found["due"]) == at(due)
    assert found["method"] == method


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        # 2026-03-08 02:00 clocks go forward, 2026-11-01 02:00 back, both Sundays
        ("2026-03-07T12:00-05:00", "1 days natural_civil", "2026-03-10T00:00-04:00"),
        ("2026-10-30T12:00-04:00", "3 days natural_civil", "2026-11-03T00:00-05:00"),
        ("2026-03-07T12:00-05:00", "1 days natural_continuous", "2026-03-08T13:00-04:00"),
        ("2026-03-06T16:00-05:00", "4 hours work_hours", "2026-03-09T10:00-04:00"),
        ("2026-10-30T16:00-04:00", "2 days work_days_whole", "2026-11-03T18:00-05:00"),
    ],
)
def test_clock_changes(start, limit, due):
    york = WorkCalendar("york", 1, ZoneInfo("America/New_York"), BEIJING.sessions, {}, frozenset({2026}))
    found = resolve_due(datetime.fromisoformat(start), Limit.parse(limit), york)
    assert found.at == datetime.fromisoformat(due)
    if limit.endswith("whole"):
        earlier = before_due(found.at, Limit.parse("2 days work_days_whole"), york).at
        assert earlier == datetime.fromisoformat("2026-10-30T18:00-04:00")


def test_an_office_hour_inside_the_lost_hour_counts_once():
    values = {"name": "york", "version": 1, "zone": "America/New_York", "sessions": ["01:00-02:45", "03:00-04:00"]}
    days = [{"date": "2026-03-08", "kind": "makeup", "name": "", "notice": 2026}]
    york = WorkCalendar.from_dict(values | {"years": [2026], "provisional_years": [], "days": days})
    start = datetime(2026, 3, 8, 5, tzinfo=UTC)
    assert spent(start, start + timedelta(hours=12), Method.WORK_HOURS, york).minutes == 120
    assert resolve_due(start, Limit.parse("90 minutes work_hours"), york).at == start + timedelta(hours=2, minutes=30)
