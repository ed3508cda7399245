"""Early warning: chances from the past by hand, censoring, when nothing is said, and the calibration table."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.forecast import Basis, Forecast, History, Past, calibration, expected_error

HOUR = timedelta(hours=1)
LIMIT = 10 * HOUR


def took(*hours: float, ended: bool = True, class_code: str = "W01", org: str = "CG", limit: timedelta = LIMIT):
    return [Past(class_code, org, limit, h * HOUR, ended) for h in hours]


def ask(past, ran: float = 0, left: float = 10, least: int = 1, class_code: str = "W01", org: str = "CG") -> Forecast:
    found = History(past, least).ask(class_code, org, ran * HOUR, left * HOUR)
    assert found is not None
    return found


def test_shares_of_the_past():
    past = took(*range(1, 21))
    assert ask(past).late == pytest.approx(0.5), "eleven to twenty hours, of twenty"
    assert ask(past, ran=6, left=4).late == pytest.approx(10 / 15), "of the fifteen that took six hours or more"
    assert ask(past, ran=6, left=4).size == 15
    assert ask(past).quantiles == {0.5: 10 * HOUR, 0.8: 16 * HOUR, 0.9: 18 * HOUR}
    assert ask(past, ran=11, left=-1).late == 1.0, "late already"
    assert ask(past, ran=5, left=5).basis is Basis.LIMIT


def test_open_cases_count_as_long_as_they_have_run():
    """Kaplan and Meier by hand: 1 ends (5 left of 6), one is open at 2, 3 ends (3/4), 12 ends, 13 and 14 run on."""
    past = took(1, 3, 12) + took(2, 13, 14, ended=False)
    assert ask(past).late == pytest.approx(5 / 6 * 3 / 4)
    assert ask(past).quantiles == {0.5: 12 * HOUR}, "too few have ended to tell the others"
    assert ask(took(1, 3, 12, 2, 13, 14)).late == pytest.approx(3 / 6)


def test_nothing_is_said_of_what_was_never_seen():
    young = took(*[3.0] * 30, ended=False) + took(1, 2)
    assert History(young, 20).ask("W01", "CG", 0 * HOUR, 10 * HOUR) is None, "none is known to have run ten hours"
    assert History(took(1), 2).ask("W01", "CG", 0 * HOUR, HOUR) is None
    assert History([], 1).ask("W01", "CG", 0 * HOUR, HOUR) is None


def test_the_nearest_basis_with_enough_cases():
    here = took(1, 2, 20)
    other_limit = took(*[30] * 5, limit=100 * HOUR)
    other_department = took(*[40] * 9, org="GA")
    other_class = took(*[2] * 20, class_code="W09")
    past = here + other_limit + other_department + other_class
    assert [ask(past, least=n).basis for n in (3, 8, 17, 28)] == [
        Basis.LIMIT, Basis.CLASS_AND_DEPARTMENT, Basis.CLASS, Basis.DEPARTMENT,
    ]  # fmt: skip
    assert History(past, 29).ask("W01", "CG", 0 * HOUR, 10 * HOUR) is None
    assert ask(past, least=3).late == pytest.approx(1 / 3)
    assert ask(past, least=8).late == pytest.approx(6 / 8)
    assert ask(past, class_code="W77", least=5).basis is Basis.DEPARTMENT


times = st.lists(st.tuples(st.integers(1, 400), st.booleans()), min_size=1, max_size=40)


@given(times, st.integers(0, 300), st.integers(0, 300), st.integers(1, 60))
def test_a_chance_lies_between_0_and_1_and_falls_with_the_time_left(past, ran, left, more):
    history = History([Past("W01", "CG", LIMIT, n * HOUR, ended) for n, ended in past], 1)
    near = history.ask("W01", "CG", ran * HOUR, left * HOUR)
    far = history.ask("W01", "CG", ran * HOUR, (left + more) * HOUR)
    for found in (near, far):
        assert found is None or 0.0 <= found.late <= 1.0
    if near is not None and far is not None:
        assert far.late <= near.late + 1e-9


@given(st.lists(st.integers(1, 400), min_size=1, max_size=40), st.integers(0, 200), st.integers(0, 200))
def test_without_open_cases_it_is_a_plain_share(past, ran, left):
    found = History([Past("W01", "CG", LIMIT, n * HOUR, ended=True) for n in past], 1).ask(
        "W01", "CG", ran * HOUR, left * HOUR
    )
    long = [n for n in past if n >= ran]
    if found is None:
        assert not long
    else:
        assert found.late == pytest.approx(sum(n > ran + left for n in long) / len(long))
        assert found.size == len(long)


def test_calibration_table():
    judged = [(0.84, True)] * 8 + [(0.84, False)] * 2 + [(0.1, False)] * 9 + [(1.0, True)]
    low, high, top = calibration(judged)
    assert (low.low, low.seen, low.size) == (0.1, 0.0, 9)
    assert (high.stated, high.seen, high.size) == (pytest.approx(0.84), 0.8, 10)
    assert (top.high, top.seen) == (1.0, 1.0)
    assert expected_error((low, high, top)) == pytest.approx((9 * 0.1 + 10 * 0.04 + 0) / 20)
    assert expected_error(()) == 0.0
