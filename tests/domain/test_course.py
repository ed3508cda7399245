"""Extended and paused clocks: golden vectors, and the promises of design 6.5 for every method of counting."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.calendar_files import bundled_calendar
from domain.clocks import Course, Extra, Limit, Method, Pause, Unit, resolve_due

CALENDAR = bundled_calendar("beijing")
HOURS = (Method.CONTINUOUS, Method.WORK_HOURS)


def local(text):
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def due(start, limit, *changes):
    return Course(local(start), Limit.parse(limit), changes, CALENDAR).due


VECTORS = [
    # limit, start, changes, due: offices work 08-12 and 14-18; 2026-02-14 is a make-up Saturday, 02-15 to 02-23 are off
    ("2 hours continuous", "2026-03-02T09:00", [("2026-03-02T10:00", "2026-03-03T10:00")], "2026-03-03T11:00"),
    ("4 hours work_hours", "2026-03-02T10:00", [("2026-03-02T11:00", "2026-03-06T17:00")], "2026-03-09T10:00"),
    ("5 days work_days_whole", "2026-03-02T10:00", [("2026-03-04T10:00", "2026-03-11T10:00")], "2026-03-16T18:00"),
    ("1 days work_days_whole", "2026-03-02T10:00", [("2026-03-03T10:00", "2026-03-07T10:00")], "2026-03-09T18:00"),
    ("7 days natural_civil", "2026-03-02T10:00", [("2026-03-04T10:00", "2026-03-05T10:00")], "2026-03-11T00:00"),
    ("2 days natural_continuous", "2026-03-02T10:00", [("2026-03-03T10:00", "2026-03-04T10:00")], "2026-03-05T10:00"),
]  # fmt: skip


@pytest.mark.parametrize(("limit", "start", "pauses", "ends"), VECTORS)
def test_a_pause_gives_back_what_was_left(limit, start, pauses, ends):
    found = due(start, limit, *[Pause(local(a), local(b)) for a, b in pauses])
    assert found == local(ends), found.astimezone(CALENDAR.zone)


def test_an_extension_adds_a_limit_at_the_due_instant():
    assert due("2026-03-02T10:00", "1 days work_days_8h", Extra(Limit.parse("1 days work_days_8h"))) == local(
        "2026-03-04T10:00"
    )
    assert due("2026-03-02T10:00", "2 days work_days_whole", Extra(Limit.parse("2 days work_days_whole"))) == local(
        "2026-03-06T18:00"
    )


def test_what_was_due_before_the_pause_is_not_moved():
    late = Pause(local("2026-03-02T12:00"), local("2026-03-05T12:00"))
    assert due("2026-03-02T09:00", "2 hours continuous", late) == local("2026-03-02T11:00")


methods = st.sampled_from(Method)
starts = st.timedeltas(timedelta(0), timedelta(days=540)).map(lambda after: datetime(2025, 1, 1, tzinfo=UTC) + after)
spans = st.timedeltas(timedelta(0), timedelta(days=40))


@st.composite
def limits(draw):
    method = draw(methods)
    unit = Unit.HOURS if method in HOURS else Unit.DAYS
    return Limit(draw(st.integers(1, 20)), unit, method)


@given(starts, limits(), spans, spans)
def test_a_pause_never_brings_a_due_instant_closer(start, limit, offset, length):
    plain = resolve_due(start, limit, CALENDAR).at
    paused = Course(start, limit, [Pause(start + offset, start + offset + length)], CALENDAR).due
    assert paused >= plain
    if start + offset < plain and length:
        assert paused >= start + offset + length or limit.method in (Method.WORK_DAYS_WHOLE, Method.NATURAL_CIVIL)


@given(starts, limits(), spans, spans, spans)
def test_two_pauses_in_a_row_are_one(start, limit, offset, first, second):
    if limit.method in (Method.WORK_DAYS_WHOLE, Method.NATURAL_CIVIL):
        return  # whole days: the day of a break counts once more for the party
    begin = start + offset
    middle, end = begin + first, begin + first + second
    one = Course(start, limit, [Pause(begin, end)], CALENDAR).due
    two = Course(start, limit, [Pause(begin, middle), Pause(middle, end)], CALENDAR).due
    assert one == two


@given(starts, limits(), limits())
def test_an_extension_never_shortens_and_shares_stay_within(start, limit, more):
    course = Course(start, limit, [Extra(more)], CALENDAR)
    before = resolve_due(start, limit, CALENDAR).at
    assert course.due >= before
    assert before <= course.share(0) <= course.share(75) <= course.share(100) <= course.due
