"""Early warning on a real city's history: what is stated is about what happens."""

import pytest

from bench.calibration import FILE, judge, read_history
from tests.support.shared import real_data


@pytest.fixture(scope="module")
def opened():
    (found,) = judge(read_history(real_data(*FILE.parts)), moments=(0.0,), every=3)
    for row in found.bins:
        print(f"{row.low:.0%}-{row.high:.0%}: stated {row.stated:.1%}, seen {row.seen:.1%}, {row.size} cases")
    print(f"mean distance {found.error:.1%}, Brier {found.brier:.3f} against {found.brier_base:.3f}")
    return found


def test_stated_is_about_seen(opened):
    assert opened.answered > 5_000
    assert opened.answered / opened.asked > 0.8, "of the rest too little is known"
    assert opened.error < 0.05
    assert opened.brier < 0.75 * opened.brier_base, "it tells cases apart"


def test_stated_80_percent_is_right_about_80_percent(opened):
    (row,) = [row for row in opened.bins if row.low == 0.8]
    assert row.size > 300
    assert row.error < 0.08
