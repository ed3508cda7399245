"""The small kill storm: nothing lost, nothing doubled, every rung once; and it fails where a guard is missing.

`make storm` prints the account. `WHISTLE_STORM_SCALE=5` makes it five times as long, `WHISTLE_STORM_SEED` another one,
`WHISTLE_STORM_COLD=1` starts every process from nothing.
"""

from __future__ import annotations

import pytest

from tests.support.storm import storm
from tests.support.storm_account import KILLS, Weather

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

CALM = {"seed": 7, "commands": 60, "clients": 6, "alone": 2, "freezes": 0, "pause": 0.05}
"""A small storm: enough for a missing guard to show."""


async def test_nothing_is_lost_doubled_or_late_under_kills() -> None:
    weather = Weather.asked()
    account = await storm(weather)

    assert account.faults == []
    assert account.unsettled == []
    assert account.converged_s is not None
    assert len(account.history.deeds) >= weather.commands
    assert account.tally.kills == weather.kills
    assert all(10 * account.tally.kills[family] >= account.tally.kills.total() for family in KILLS)
    assert "500" not in account.history.unknown, "a lost server is a 503; a crash is a fault"
    assert account.history.unknown.total() > 0, "no outcome was ever unknown: the storm was no storm"
    assert account.rungs_alone >= 20, "the workflows alone must have climbed their ladders"


async def test_without_stored_answers_the_storm_fails() -> None:
    weather = Weather(
        **CALM, kills={"api": 2}, saboteur="forgetful", sabotaged=("api",), settle_s=10, ask_twice=0.3
    )  # fmt: skip
    account = await storm(weather)

    assert any("stand 2 times" in fault for fault in account.faults), "a command must have taken effect twice"


async def test_without_telling_the_engine_the_storm_fails() -> None:
    weather = Weather(**CALM, kills={"worker": 1}, saboteur="silent", sabotaged=("api",), settle_s=8, rate=10)
    account = await storm(weather)

    assert account.converged_s is None
    assert any(line.startswith("still running") for line in account.unsettled)


async def test_with_a_hasty_worker_the_storm_fails() -> None:
    account = await storm(Weather(**CALM, kills={"api": 1}, saboteur="hasty", sabotaged=("worker",), settle_s=10))

    assert any(fault.startswith("early") for fault in account.faults)
