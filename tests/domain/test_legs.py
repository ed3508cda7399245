"""The story of a moved due instant: what each extension and each pause did, and that it adds up."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.calendar_files import bundled_calendar
from domain.clocks import Course, Extra, Limit, Method, Pause, Role, Unit, legs, spent

CALENDAR = bundled_calendar("beijing")
WORKING = (Method.WORK_HOURS, Method.WORK_DAYS_8H)
WHOLE = (Method.WORK_DAYS_WHOLE, Method.NATURAL_CIVIL)


def local(text):
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def story(start, limit, *changes):
    return legs(local(start), Limit.parse(limit), changes, CALENDAR)


def roles(leg):
    return [span.role for span in leg.spans]


def test_an_extension_is_told_from_the_due_instant_on():
    (leg,) = story("2026-03-06T10:00", "1 days work_days_8h", Extra(Limit.parse("1 days work_days_8h")))
    assert (leg.before, leg.due) == (local("2026-03-09T10:00"), local("2026-03-10T10:00"))
    assert roles(leg) == [Role.COUNTED, Role.COUNTED]
    assert [span.counted for span in leg.spans] == [timedelta(hours=6), timedelta(hours=2)]


def test_an_extension_of_whole_days_does_not_count_the_day_that_ended():
    (leg,) = story("2026-03-02T10:00", "7 days natural_civil", Extra(Limit.parse("2 days natural_civil")))
    assert (leg.before, leg.due) == (local("2026-03-10T00:00"), local("2026-03-12T00:00"))
    assert [(span.role, span.first, span.last, span.days) for span in leg.spans] == [
        (Role.FIRST_DAY, date(2026, 3, 9), date(2026, 3, 9), (0, 0)),
        (Role.COUNTED, date(2026, 3, 10), date(2026, 3, 10), (1, 1)),
        (Role.COUNTED, date(2026, 3, 11), date(2026, 3, 11), (2, 2)),
    ]


def test_a_pause_is_told_as_what_stood_still_and_what_was_left():
    pause = Pause(local("2026-03-02T11:00"), local("2026-03-06T17:00"))
    (leg,) = story("2026-03-02T10:00", "4 hours work_hours", pause)
    assert leg.due == local("2026-03-09T10:00")
    still, *rest = leg.spans
    assert (still.role, still.begins, still.ends) == (Role.PAUSED, pause.begin, pause.end)
    assert (still.first, still.last) == (date(2026, 3, 2), date(2026, 3, 6))
    assert sum((span.counted for span in rest), timedelta()) == timedelta(hours=3)


def test_a_pause_on_the_last_whole_day_gives_that_day_back():
    (leg,) = story(
        "2026-03-02T10:00", "1 days work_days_whole", Pause(local("2026-03-03T10:00"), local("2026-03-05T10:00"))
    )
    assert leg.due == local("2026-03-05T18:00")
    assert roles(leg) == [Role.PAUSED, Role.LAST_DAY]


def test_a_pause_of_an_overdue_clock_moves_nothing():
    late = Pause(local("2026-03-02T12:00"), local("2026-03-05T12:00"))
    (leg,) = story("2026-03-02T09:00", "2 hours continuous", late)
    assert leg.before == leg.due == local("2026-03-02T11:00")
    assert roles(leg) == [Role.PAUSED]


def test_an_agreed_instant_moves_by_the_length_of_the_pause():
    pause = Pause(local("2026-03-03T09:00"), local("2026-03-05T09:00"))
    (leg,) = legs(local("2026-03-02T09:00"), local("2026-03-04T09:00"), (pause,), CALENDAR)
    assert leg.due == local("2026-03-06T09:00")
    assert leg.to_dict()["spans"][0]["role"] == "paused"


starts = st.timedeltas(timedelta(0), timedelta(days=540)).map(lambda after: datetime(2025, 1, 1, tzinfo=UTC) + after)
spans = st.timedeltas(timedelta(minutes=1), timedelta(days=40))


@st.composite
def limits(draw):
    method = draw(st.sampled_from(Method))
    unit = Unit.HOURS if method in (Method.CONTINUOUS, Method.WORK_HOURS) else Unit.DAYS
    return Limit(draw(st.integers(1, 20)), unit, method)


@st.composite
def courses(draw):
    """A start, a limit, and extensions and pauses in order of their time."""
    start, limit = draw(starts), draw(limits())
    at, changes = start, []
    for pauses in draw(st.lists(st.booleans(), max_size=3)):
        at += draw(spans)
        if pauses:
            changes.append(Pause(at, at + draw(spans)))
            at = changes[-1].end
        else:
            changes.append(Extra(limit))
    return start, limit, tuple(changes)


@given(courses())
def test_the_story_ends_where_the_engine_does(course):
    start, limit, changes = course
    told = legs(start, limit, changes, CALENDAR)
    assert len(told) == len(changes)
    due = Course(start, limit, (), CALENDAR).due
    for leg, change in zip(told, changes, strict=True):
        assert leg.before == due
        assert leg.due >= leg.before
        assert leg.change == change
        due = leg.due
    assert due == Course(start, limit, changes, CALENDAR).due


@given(courses())
def test_every_leg_adds_up(course):
    start, limit, changes = course
    for leg in legs(start, limit, changes, CALENDAR):
        counted = sum((span.counted for span in leg.spans), timedelta())
        if isinstance(leg.change, Pause):
            assert leg.spans[0].role is Role.PAUSED
            if limit.method in WORKING and leg.due > leg.change.end:
                assert counted == spent(leg.change.begin, leg.before, Method.WORK_HOURS, CALENDAR).counted
        elif limit.method not in WHOLE:
            assert counted == timedelta(microseconds=limit.span_us)
        else:
            assert max(span.days[1] for span in leg.spans) == limit.amount


@pytest.mark.parametrize("limit", ["20 days work_days_whole", "20 days natural_civil"])
def test_a_long_story_stays_short(limit):
    (leg,) = story("2026-03-02T10:00", limit, Extra(Limit.parse(limit.replace("20", "200"))))
    assert len(leg.spans) <= 40
