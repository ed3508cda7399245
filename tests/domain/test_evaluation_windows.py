"""Assessment month and daily window: their edges in the city's own time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.evaluation.windows import ZONE, day_of, month_before, month_named, month_of

MICRO = timedelta(microseconds=1)


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)


instants = st.datetimes(datetime(2018, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("instant", "name"),
    [
        (local(2026, 11, 18, 23, 59, 59), "2026-11"),
        (local(2026, 11, 19), "2026-12"),
        (local(2026, 11, 19) - MICRO, "2026-11"),
        (local(2026, 10, 19), "2026-11"),
        (local(2026, 12, 31, 12), "2027-01"),
        (local(2027, 1, 1), "2027-01"),
        (local(2027, 1, 19), "2027-02"),
        (local(2028, 2, 29, 12), "2028-03"),
    ],
)
def test_the_month_begins_on_the_19th_at_midnight(instant: datetime, name: str) -> None:
    month = month_of(instant, 19)
    assert month.name == name
    assert month.holds(instant)
    assert month == month_named(name, 19)


def test_midnight_belongs_to_the_new_month() -> None:
    month = month_named("2026-11", 19)
    assert (month.start, month.end) == (local(2026, 10, 19), local(2026, 11, 19))
    assert month.start.tzinfo is UTC
    assert not month.holds(month.end)
    assert month.holds(month.end - MICRO)
    assert not month.holds(None)
    assert month_before(month, 19).name == "2026-10"
    assert month_before(month_named("2026-01", 19), 19).start == local(2025, 11, 19)


def test_a_calendar_month_begins_on_the_first() -> None:
    assert month_of(local(2026, 11, 1), 1).name == "2026-11"
    assert month_named("2026-11", 1).end == local(2026, 12, 1)


@pytest.mark.parametrize("name", ["2026", "26-11", "2026-13", "2026-1", "", "2026-11-18"])
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever is no month
        month_named(name, 19)


def test_the_day_reaches_from_noon_to_noon() -> None:
    day = day_of(local(2026, 11, 18, 11, 59, 59))
    assert (day.name, day.start, day.end) == ("2026-11-18", local(2026, 11, 17, 12), local(2026, 11, 18, 12))
    assert day_of(local(2026, 11, 18, 12)).name == "2026-11-19"
    assert day_of(local(2026, 11, 18, 12) - MICRO).name == "2026-11-18"


@given(instants, st.integers(1, 28))
def test_periods_meet_without_gap_or_overlap(instant: datetime, first_day: int) -> None:
    month, day = month_of(instant, first_day), day_of(instant)
    assert month.holds(instant)
    assert day.holds(instant)
    assert month_of(month.end, first_day).start == month.end
    assert month_of(month.end - MICRO, first_day) == month
    assert day_of(day.end).start == day.end
    assert month_named(month.name, first_day) == month
