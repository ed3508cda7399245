"""The checks of the storm see what they are there for: each broken invariant, planted by hand, is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from adapters.db.business_clock import BusinessClock
from tests.support.storm_checks import Entry, Facts, drive_faults, gapless, judge, kept_once, one_holder, rung_faults
from tests.support.storm_client import Deed, History

CASE = UUID(int=7)
NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DUE = NINE + timedelta(minutes=5)
RUNG = {"code": "due", "at": DUE.isoformat(), "action": "escalate", "to": [], "level": 1}
SPEC = {"key": "claim:1", "generation": 1, "set_at": NINE.isoformat(), "rungs": [RUNG]}
FIRED = {"key": "claim:1", "generation": 1, "rung": "due"}


def log(*events: tuple[datetime, str, str, dict[str, Any]], late: timedelta = timedelta(seconds=1)) -> list[Entry]:
    """Number events; each is recorded a second after its instant (the clock is true)."""
    return [Entry(CASE, n, at, at + late, who, kind, body) for n, (at, who, kind, body) in enumerate(events, 1)]


def facts(entries: list[Entry], now: datetime = NINE + timedelta(hours=1)) -> Facts:
    return Facts({CASE: entries}, {}, {}, [], now, BusinessClock(NINE, timedelta(), 1), [])


STARTED = (NINE, "system", "clock_started", {"clock": SPEC})
RANG = (DUE, "system", "rung_fired", FIRED)


def test_a_rung_that_fired_once_in_time_is_fine() -> None:
    assert list(rung_faults(facts(log(STARTED, RANG)))) == []


def test_a_missing_rung_is_named_only_past_the_grace() -> None:
    assert [fault.split(":")[0] for fault in rung_faults(facts(log(STARTED)))] == ["missing"]
    assert list(rung_faults(facts(log(STARTED), now=DUE + timedelta(seconds=2)))) == []


def test_a_rung_whose_clock_ended_in_time_is_not_missing() -> None:
    ended = (DUE, "drain.worker1", "clock_ended", {"key": "claim:1", "generation": 1, "outcome": "met"})
    assert list(rung_faults(facts(log(STARTED, ended)))) == []


def test_a_rung_fired_twice_early_or_with_another_date_is_named() -> None:
    twice = rung_faults(facts(log(STARTED, RANG, RANG)))
    early = rung_faults(facts(log(STARTED, RANG, late=timedelta(seconds=-1))))
    moved = rung_faults(facts(log(STARTED, (DUE + timedelta(minutes=1), *RANG[1:]))))

    assert [fault.split(":")[0] for fault in (*twice, *early, *moved)] == ["twice", "early", "wrong date"]


def test_a_gap_and_a_falling_time_are_named() -> None:
    entries = log(RANG, STARTED)

    assert len(list(gapless(facts(entries)))) == 1
    assert len(list(gapless(facts([replace(entries[1], seq=1), replace(entries[0], seq=3)])))) == 1


def test_a_second_holder_and_a_second_lead_are_named() -> None:
    claims = [(NINE, who, "task_claimed", {"task": 1, "worker": who}) for who in ("a", "b")]
    leads = [(NINE, "a", "task_added", {"task": n, "role": "lead"}) for n in (1, 2)]

    assert len(list(one_holder(facts(log(*claims))))) == 1
    assert len(list(one_holder(facts(log(*leads))))) == 1


def deed(**changes: Any) -> Deed:
    body = {"version": 1, "id": str(CASE), "number": "BJ-1"}
    return replace(Deed("a", "storm-1-1", "urge", str(CASE), "[storm-1-1]", 1, 200, body), **changes)


def kept(**changes: Any) -> Facts:
    """One urge, asked once, stored once, with its words in one place."""
    stored = {("a", "storm-1-1"): {"case_id": str(CASE), "version": 1, "seqs": [1]}}
    base = facts(log((NINE, "a", "urged", {"task": 1})))
    return replace(base, answers=stored, marks={"[storm-1-1]": {(CASE, 1)}}, **changes)


def test_a_kept_command_is_fine() -> None:
    assert judge(kept(), History([deed()])) == []


def test_a_lost_command_is_named() -> None:
    lost = replace(kept(), entries={CASE: []}, answers={}, marks={})

    assert any(fault.startswith("lost") for fault in kept_once(lost, History([deed()])))


def test_an_effect_nobody_was_told_of_is_named() -> None:
    assert any("no client was ever told" in fault for fault in kept_once(kept(), History([])))


def test_a_doubled_effect_is_named_by_events_and_by_words() -> None:
    doubled = kept()
    entries = log(*[(NINE, "a", "urged", {"task": 1})] * 2)
    doubled = replace(doubled, entries={CASE: entries}, marks={"[storm-1-1]": {(CASE, 1), (CASE, 2)}})

    found = list(kept_once(doubled, History([deed()])))

    assert any("belongs to 0 answers" in fault for fault in found)
    assert any("stand 2 times" in fault for fault in found)


def test_a_refused_command_that_took_effect_is_named() -> None:
    assert any("not 0" in fault for fault in kept_once(kept(), History([deed(status=409)])))


class Row:
    """A row of the drive at rest, with changes."""

    def __init__(self, **changes: Any) -> None:
        now = NINE
        values = {
            "case_id": CASE, "epoch": 1, "current": True, "ended": False, "dirty": False, "parked": False, "now": now,
            "armed_at": now + timedelta(minutes=1), "wake_at": now + timedelta(minutes=1),
        }  # fmt: skip
        self.__dict__.update(values | changes)


def test_a_drive_at_rest_is_fine_and_every_unrest_is_named() -> None:
    minute = timedelta(minutes=1)
    overdue = Row(wake_at=NINE - minute, armed_at=NINE - minute)

    assert list(drive_faults([Row()])) == []
    assert named(Row(dirty=True)) == named(Row(parked=True)) == ["dirty"]
    assert named(Row(armed_at=None)) == named(Row(armed_at=NINE + 2 * minute)) == ["not armed"]
    assert named(overdue) == ["overdue", "slept too long"]
    assert named(Row(armed_at=NINE - minute)) == ["slept too long"]


def named(row: Row) -> list[str]:
    return [fault.split(":")[0] for fault in drive_faults([row])]
