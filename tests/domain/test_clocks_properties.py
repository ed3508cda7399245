"""Clocks by property: laws of due instants, and equality with a slow day-by-day oracle on another holiday source."""

import random
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adapters.calendar_files import bundled_calendar
from domain.calendar import CalendarGap, DayKind, Session, SpecialDay, WorkCalendar
from domain.clocks import (
    Limit,
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
from domain.clocks.limits import WHOLE_DAY_METHODS, WORK_METHODS

BEIJING = bundled_calendar("beijing")
ZONE = BEIJING.zone
NIGHT = WorkCalendar.from_dict(
    BEIJING.to_dict() | {"name": "night", "sessions": ["00:00-01:30", "08:30-12:00", "20:00-24:00"]}
)
BY_NAME = {"beijing": BEIJING, "night": NIGHT}
NAMES = st.sampled_from(sorted(BY_NAME))  # names, for hypothesis prints every field of a calendar
WORKING = sorted(WORK_METHODS)
TIMED = sorted(set(Method) - WHOLE_DAY_METHODS)
FIRST, LAST = datetime(2018, 1, 1), datetime(2026, 9, 30)  # noqa: DTZ001 - local, zone follows
ONE_DAY = timedelta(days=1)

many = settings(max_examples=400, deadline=None)
STARTS = st.one_of(
    st.datetimes(FIRST, LAST),
    st.datetimes(FIRST, LAST).map(lambda at: at.replace(minute=at.minute // 30 * 30, second=0, microsecond=0)),
    st.datetimes(FIRST, LAST).map(lambda at: datetime.combine(at, time())),
).map(lambda at: at.replace(tzinfo=ZONE))


def limit_of(method: Method, size: int) -> Limit:
    """A limit of sensible size for its method: minutes for hour methods, days for the others."""
    if method in {Method.CONTINUOUS, Method.WORK_HOURS}:
        return Limit(size, Unit.MINUTES, method)
    return Limit(size % 40, Unit.DAYS, method)


SIZES = st.integers(0, 20_000)


@cache
def worked(day: date) -> bool:
    """Another source for the same facts; 2027 by the law's fixed dates alone."""
    if day.year < 2027:
        return chinese_calendar.is_workday(day)
    return day.weekday() < 5 and (day.month, day.day) not in {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}


def oracle(start: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    """Count day by day on naive local wall clocks (no summer time in the zone)."""
    now = start.astimezone(ZONE).replace(tzinfo=None)
    if limit.amount:
        now = {
            Method.CONTINUOUS: oracle_natural,
            Method.NATURAL_CONTINUOUS: oracle_natural,
            Method.WORK_HOURS: oracle_hours,
            Method.WORK_DAYS_8H: oracle_hours,
            Method.WORK_DAYS_WHOLE: oracle_whole,
            Method.NATURAL_CIVIL: oracle_civil,
        }[limit.method](now, limit, calendar)
    return now.replace(tzinfo=ZONE)


def oracle_natural(now: datetime, limit: Limit, _: WorkCalendar) -> datetime:
    return now + limit.amount * {Unit.MINUTES: timedelta(minutes=1), Unit.DAYS: ONE_DAY}[limit.unit]


def oracle_hours(now: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    left = limit.amount * (timedelta(hours=8) if limit.unit is Unit.DAYS else timedelta(minutes=1))
    day = now.date()
    while True:
        for session in calendar.sessions if worked(day) else ():
            opens = max(now, datetime.combine(day, session.start))
            closes = datetime.combine(day, session.end) + (ONE_DAY if session.end == time() else timedelta())
            if opens < closes:
                if left <= closes - opens:
                    return opens + left
                left -= closes - opens
        day += ONE_DAY


def oracle_whole(now: datetime, limit: Limit, calendar: WorkCalendar) -> datetime:
    day, left = now.date(), limit.amount
    while left:
        day += ONE_DAY
        left -= worked(day)
    end = calendar.sessions[-1].end
    return datetime.combine(day, end) + (ONE_DAY if end == time() else timedelta())


def oracle_civil(now: datetime, limit: Limit, _: WorkCalendar) -> datetime:
    day = now.date() + limit.amount * ONE_DAY
    while not worked(day):
        day += ONE_DAY
    return datetime.combine(day + ONE_DAY, time())


@pytest.mark.parametrize("method", list(Method))
@pytest.mark.parametrize("calendar", [BEIJING, NIGHT], ids=lambda calendar: calendar.name)
def test_equals_the_oracle_on_many_random_vectors(method, calendar):
    chosen = random.Random(f"{method}{calendar.name}")
    for _ in range(3000):
        local = FIRST + timedelta(minutes=chosen.randrange((LAST - FIRST) // timedelta(minutes=1)))
        start = local.replace(tzinfo=ZONE) + timedelta(microseconds=chosen.choice([0, 0, 1, 999_999]))
        limit = limit_of(method, chosen.choice([1, 30, 240, 480, chosen.randrange(1, 5000)]))
        assert resolve_due(start, limit, calendar).at == oracle(start, limit, calendar), (start, limit)


@many
@given(STARTS, st.sampled_from(list(Method)), SIZES, NAMES)
def test_equals_the_oracle(start, method, size, name):
    calendar = BY_NAME[name]
    limit = limit_of(method, size)
    assert resolve_due(start, limit, calendar).at == oracle(start, limit, calendar)


@many
@given(STARTS, STARTS, st.sampled_from(list(Method)), SIZES, NAMES)
def test_monotone_in_start(one, other, method, size, name):
    calendar = BY_NAME[name]
    limit = limit_of(method, size)
    early, late = sorted([one, other])
    assert resolve_due(early, limit, calendar).at <= resolve_due(late, limit, calendar).at


@many
@given(STARTS, st.sampled_from(list(Method)), SIZES, SIZES, NAMES)
def test_monotone_in_amount_and_never_before_start(start, method, one, other, name):
    calendar = BY_NAME[name]
    short, long = sorted([limit_of(method, one), limit_of(method, other)], key=lambda limit: limit.amount)
    assert start <= resolve_due(start, short, calendar).at <= resolve_due(start, long, calendar).at


@many
@given(STARTS, st.sampled_from(sorted(set(Method) - {Method.NATURAL_CIVIL})), SIZES, SIZES, NAMES)
def test_additive(start, method, one, other, name):
    calendar = BY_NAME[name]
    a, b = limit_of(method, one), limit_of(method, other)
    both = Limit(a.amount + b.amount, a.unit, method)
    step = after_due if method is Method.WORK_DAYS_WHOLE and a.amount else resolve_due
    assert step(resolve_due(start, a, calendar).at, b, calendar).at == resolve_due(start, both, calendar).at


@many
@given(STARTS, st.sampled_from([*WORKING, Method.NATURAL_CIVIL]), st.integers(1, 20_000), NAMES)
def test_never_ends_on_a_rest_day(start, method, size, name):
    calendar = BY_NAME[name]
    limit = limit_of(method, size)
    due = resolve_due(start, limit, calendar).at
    last_day = (due - timedelta(microseconds=1)).astimezone(ZONE).date()
    assert calendar.is_workday(last_day) or limit.amount == 0


@many
@given(STARTS, st.sampled_from(WORKING), SIZES, NAMES)
def test_working_limits_end_inside_office_hours(start, method, size, name):
    calendar = BY_NAME[name]
    limit = limit_of(method, size)
    due = resolve_due(start, limit, calendar).at
    if limit.amount:
        before = spent(due - timedelta(microseconds=1), due, Method.WORK_HOURS, calendar)
        assert before.counted == timedelta(microseconds=1)


@many
@given(STARTS, st.sampled_from(list(Method)), SIZES, NAMES)
def test_spent_until_due_is_the_limit(start, method, size, name):
    calendar = BY_NAME[name]
    limit = limit_of(method, size)
    found = spent(start, resolve_due(start, limit, calendar).at, limit, calendar)
    if method in TIMED:
        assert found.counted == timedelta(microseconds=limit.span_us)
    if method is Method.NATURAL_CIVIL:
        assert found.days >= limit.amount
    elif found.days is not None:
        assert found.days == limit.amount


@many
@given(st.lists(STARTS, min_size=3, max_size=3), st.sampled_from(TIMED), NAMES)
def test_spent_adds_up(instants, method, name):
    calendar = BY_NAME[name]
    one, two, three = sorted(instants)
    parts = spent(one, two, method, calendar).counted + spent(two, three, method, calendar).counted
    assert parts == spent(one, three, method, calendar).counted
    assert spent(three, one, method, calendar).counted == timedelta()


@many
@given(STARTS, st.sampled_from(TIMED), SIZES, NAMES)
def test_before_undoes_resolve(start, method, size, name):
    calendar = BY_NAME[name]
    limit = limit_of(method, size)
    due = resolve_due(start, limit, calendar).at
    earlier = before_due(due, limit, calendar).at
    assert resolve_due(earlier, limit, calendar).at == due
    is_at_work = spent(start, start + timedelta(microseconds=1), Method.WORK_HOURS, calendar).counted
    if is_at_work or method not in WORKING:
        assert earlier == start


@many
@given(STARTS, st.integers(1, 40), st.integers(0, 40), NAMES)
def test_before_whole_days(start, amount, back, name):
    calendar = BY_NAME[name]
    due = resolve_due(start, Limit(amount + back, Unit.DAYS, Method.WORK_DAYS_WHOLE), calendar).at
    earlier = before_due(due, Limit(back, Unit.DAYS, Method.WORK_DAYS_WHOLE), calendar).at
    assert earlier == resolve_due(start, Limit(amount, Unit.DAYS, Method.WORK_DAYS_WHOLE), calendar).at


@many
@given(STARTS, st.sampled_from(list(Method)), SIZES, NAMES)
def test_after_due_follows_and_overrun_counts_it(start, method, size, name):
    calendar = BY_NAME[name]
    assume(start > FIRST.replace(tzinfo=ZONE))  # as a due instant this midnight is the end of 2017, which is unknown
    limit = limit_of(method, size)
    later = after_due(start, limit, calendar).at
    assert later >= start
    over = overrun(start, later, method, calendar)
    if method in TIMED:
        assert over.counted == timedelta(microseconds=limit.span_us)
    elif method is Method.WORK_DAYS_WHOLE:
        assert over.days == limit.amount
    else:
        assert over.days >= limit.amount


@many
@given(STARTS, st.sampled_from(list(Method)), SIZES, st.integers(0, 100), st.integers(0, 100), NAMES)
def test_share_points_are_in_order(start, method, size, one, other, name):
    calendar = BY_NAME[name]
    limit = limit_of(method, size)
    low, high = sorted([one, other])
    due = resolve_due(start, limit, calendar).at
    assert share_point(start, limit, 0, calendar) == start
    assert share_point(start, limit, 100, calendar) == due
    assert start <= share_point(start, limit, low, calendar) <= share_point(start, limit, high, calendar) <= due


@many
@given(st.sampled_from(list(Method)), st.integers(0, 20_000), st.integers(0, 300), st.integers(1, 100))
def test_scaled_is_the_share_cut_off_at_the_second(method, size, numerator, denominator):
    limit = limit_of(method, size)
    scaled = limit.scaled(numerator, denominator)
    if method in WHOLE_DAY_METHODS:
        assert 0 <= scaled.amount * denominator - limit.amount * numerator < denominator
    else:
        assert 0 <= limit.span_us * numerator - scaled.span_us * denominator < 1_000_000 * denominator
    assert Limit.parse(str(scaled)) == scaled


@many
@given(STARTS, st.sampled_from(list(Method)), SIZES, NAMES)
def test_explanation_adds_up(start, method, size, name):
    calendar = BY_NAME[name]
    limit = limit_of(method, size)
    found = explain(start, limit, calendar)
    assert found.due == resolve_due(start, limit, calendar).at
    if not limit.amount:
        assert found.spans == ()
        return
    for one, two in zip(found.spans, found.spans[1:], strict=False):
        assert two.first == one.last + ONE_DAY
    assert found.spans[0].first == start.astimezone(ZONE).date()
    assert found.spans[-1].last == (found.due - timedelta(microseconds=1)).astimezone(ZONE).date()
    if method in TIMED:
        assert sum((span.counted for span in found.spans), timedelta()) == timedelta(microseconds=limit.span_us)
        assert found.spans[-1].ends == found.due
    else:
        assert max(span.days[1] for span in found.spans) == limit.amount
    off = [span for span in found.spans if span.role in {Role.REST_DAY, Role.HOLIDAY}]
    assert not any(worked(span.first) or worked(span.last) for span in off)


@many
@given(st.datetimes(FIRST, datetime(2027, 12, 31)), st.sampled_from(WORKING), st.integers(1, 20_000))  # noqa: DTZ001
def test_answers_or_refuses_but_never_guesses(local, method, size):
    start, limit = local.replace(tzinfo=ZONE), limit_of(method, size)
    expected = oracle(start, limit, BEIJING)
    last_year = (expected - timedelta(microseconds=1)).astimezone(ZONE).year
    if limit.amount and last_year > 2027:
        with pytest.raises(CalendarGap) as caught:
            resolve_due(start, limit, BEIJING)
        assert caught.value.facts["year"] == 2028
    else:
        due = resolve_due(start, limit, BEIJING)
        assert due.at == expected
        assert due.provisional is (2027 in {start.year, last_year} and limit.amount > 0)


# A zone with clock changes, both on Sundays that are worked here; the oracle walks minute by minute.
YORK = WorkCalendar(
    "york", 1, ZoneInfo("America/New_York"),
    (Session(time(0), time(5)), Session(time(13), time(14)), Session(time(22), time())),
    {day: SpecialDay(DayKind.MAKEUP, "", 2026) for day in (date(2026, 3, 8), date(2026, 11, 1))},
    frozenset({2026}),
)


def is_minute_worked(at: datetime) -> bool:
    local = at.astimezone(YORK.zone)
    if not YORK.is_workday(local.date()):
        return False
    wall = local.time()
    return any(session.start <= wall and (wall < session.end or session.end == time()) for session in YORK.sessions)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([datetime(2026, 3, 6, tzinfo=UTC), datetime(2026, 10, 30, tzinfo=UTC)]),
       st.integers(0, 3 * 1440), st.integers(1, 1500))
def test_clock_changes_against_a_walk_by_minutes(base, offset, amount):
    start = base + timedelta(minutes=offset)
    at, left = start, amount
    while left:
        left -= is_minute_worked(at)
        at += timedelta(minutes=1)
    limit = Limit(amount, Unit.MINUTES, Method.WORK_HOURS)
    assert resolve_due(start, limit, YORK).at == at
    assert spent(start, at, limit, YORK).minutes == amount
    assert resolve_due(before_due(at, limit, YORK).at, limit, YORK).at == at
