"""Silence: ladders fire once per rung, never early, dated at the instant that was due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import commands as c
from domain.case import Action, ClockCode, Outcome, TaskState
from domain.decide import catch_up
from domain.decide.escalation import due_rungs
from domain.events import NoShowMarked, RungFired, TaskUnclaimed, Text
from tests.support.cases import (
    ASSIST,
    LAMPMAN,
    LEAD,
    LEADER,
    MICRO,
    MONDAY,
    STAFF,
    WATER_DISPATCHER,
    WATERMAN,
    WATERMAN2,
    Life,
    arrived,
    clock_rule,
    desk_rules,
    handed_in,
    lease,
    names,
    raised,
    rules,
    rung,
    small_rules,
)  # fmt: skip

WHY = Text("why")


def rungs_of(life, key):
    """(rung, minutes after the start) of everything fired on a clock."""
    return [
        (e.rung, (e.at - MONDAY) / timedelta(minutes=1)) for e in life.log if isinstance(e, RungFired) and e.key == key
    ]


def local(text):
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("offset", "fired"),
    [(-MICRO, []), (timedelta(0), []), (MICRO, ["remind"]), (timedelta(minutes=10), ["remind"]),
     (timedelta(minutes=10) + MICRO, ["remind", "due"]), (timedelta(days=9), ["remind", "due", "after"])],
)  # fmt: skip
def test_a_rung_fires_from_the_first_instant_after_its_own(offset, fired):
    life = raised().until(MONDAY + timedelta(minutes=50) + offset)
    life.tick()
    assert [code for code, _ in rungs_of(life, "claim:1")] == fired


def test_rungs_are_dated_at_their_instant_however_late_they_are_recorded():
    life = raised().wait(days=3)
    life.tick()
    assert rungs_of(life, "claim:1") == [("remind", 50), ("due", 60), ("after", 90)]
    assert rungs_of(life, "report_in:1") == [("remind", 110), ("due", 120), ("no_show", 120), ("after", 150)]
    assert [e.at for e in life.log] == sorted(e.at for e in life.log)
    assert life.tick() == ()


def test_a_claim_stops_the_ladder_of_its_clock_and_of_no_other():
    life = raised().wait(minutes=5)
    life.do(c.Claim(1), WATERMAN)
    life.wait(days=1).tick()
    assert rungs_of(life, "claim:1") == []
    assert [code for code, _ in rungs_of(life, "report_in:1")] == ["remind", "due", "no_show", "after"]


def test_what_was_done_at_the_due_instant_is_in_time():
    life = raised(small_rules(clocks={ClockCode.CLAIM: clock_rule("1 hour continuous", rung("due", Action.ESCALATE))}))
    life.until(MONDAY + timedelta(hours=1)).do(c.Claim(1), WATERMAN)
    life.wait(days=1).tick()
    assert rungs_of(life, "claim:1") == []


def test_a_no_show_is_marked_once_and_coming_late_stays_possible():
    life = raised()
    life.do(c.Claim(1), WATERMAN)
    life.wait(hours=2, microseconds=1).tick()
    assert life.task().no_show
    assert sum(isinstance(e, NoShowMarked) for e in life.log) == 1
    life.do(c.ReportIn(1), WATERMAN)
    assert (life.task().late, life.task().no_show) == (True, True)


def test_levels_and_grades_only_rise():
    life = raised().wait(minutes=61)
    life.tick()
    assert (life.state.escalation, life.state.supervision) == (1, 0)
    life.wait(minutes=30).tick()
    assert (life.state.escalation, life.state.supervision) == (1, 2)
    arrived(life)
    assert (life.state.escalation, life.state.supervision) == (1, 2)


def test_the_check_clock_escalates_a_silent_raiser():
    life = handed_in(raised()).wait(hours=8, microseconds=1)
    assert [e.rung for e in life.tick()] == ["remind", "due"]


def test_a_released_department_is_left_in_peace():
    life = raised(small_rules(), LEAD, ASSIST)
    life.do(c.Release(2, WHY), STAFF)
    life.wait(days=2).tick()
    assert not [e for e in life.log if isinstance(e, RungFired) and e.key.split(":")[1] == "2"]


def test_rework_runs_a_fresh_ladder():
    life = handed_in(raised())
    life.do(c.CheckFail(WHY), STAFF)
    life.wait(days=1).tick()
    assert [(e.rung, e.generation) for e in life.log if isinstance(e, RungFired) and e.key == "handle:1:first"] == [
        ("remind", 2), ("due", 2), ("after", 2),
    ]  # fmt: skip


def test_a_lease_returns_an_idle_task_and_the_claim_clock_runs_on():
    life = raised(desk_rules(clocks={ClockCode.LEASE: lease("30 minutes continuous")})).wait(minutes=20)
    life.do(c.Claim(1), WATERMAN)
    life.wait(minutes=35)
    events = life.tick()
    assert names(events)[:4] == ["RungFired", "ClockEnded", "TaskUnclaimed", "ClockStarted"]
    assert events[2] == TaskUnclaimed(MONDAY + timedelta(minutes=50), 1, lapsed=True)
    assert (life.task().state, life.task().holder) == (TaskState.READY, None)
    assert life.clock("claim:1").spec.due == MONDAY + timedelta(hours=1)
    # the reminder at 50 was due at the very instant the task came back
    assert [(e.rung, e.at) for e in events[4:]] == [("remind", MONDAY + timedelta(minutes=50))]
    life.do(c.Claim(1), WATERMAN2)
    assert life.clock("lease:1").spec.generation == 2


def test_giving_a_task_back_ends_its_lease():
    life = raised(desk_rules())
    life.do(c.Claim(1), WATERMAN)
    life.do(c.Unclaim(1, WHY), WATERMAN)
    assert life.clock("lease:1").outcome is Outcome.CANCELLED
    assert set(life.open_clocks()) == {"claim:1", "handle:1:first"}


def test_a_new_holder_gets_a_new_lease_and_the_old_one_dies():
    life = raised(desk_rules(clocks={ClockCode.LEASE: lease("30 minutes continuous")}))
    life.do(c.Claim(1), WATERMAN)
    life.wait(minutes=29).do(c.Assign(1, "waterman2", WATER_DISPATCHER.org), WATER_DISPATCHER)
    life.wait(minutes=29).tick()
    assert life.task().holder == "waterman2"
    life.wait(minutes=2).tick()
    assert life.task().holder is None


def test_due_rungs_come_in_order_and_end_with_the_case():
    life = raised(small_rules(), LEAD, ASSIST)
    waiting = [at for at, _, _ in due_rungs(life.state)]
    assert waiting == sorted(waiting)
    assert len(waiting) == 2 * (3 + 4 + 3)
    life.do(c.Withdraw(WHY), STAFF)
    assert due_rungs(life.state) == []
    assert catch_up(life.state, life.now + timedelta(days=99), life.rules) == ()


def test_the_outcome_depends_on_the_clock_alone():
    one, many = raised(), raised()
    one.wait(days=1).tick()
    while many.now < one.now:
        many.wait(minutes=1).tick()
    assert one.log == many.log
    assert one.state == many.state


def test_a_rung_is_never_dated_before_the_event_that_set_its_clock():
    life = raised()
    clock = life.clock("claim:1")
    moved = replace(clock, spec=replace(clock.spec, generation=2, set_at=MONDAY + timedelta(hours=5)))
    state = replace(life.state, clocks=(moved,), at=MONDAY + timedelta(hours=5))
    assert {e.at for e in catch_up(state, MONDAY + timedelta(hours=6), life.rules)} == {MONDAY + timedelta(hours=5)}


# The shipped ladders, on Monday 2026-11-23 09:00 in Beijing (offices 08-12 and 14-18).
SHIPPED = [
    ("emergency", "claim:1", [
        ("due", 1, "2026-11-23T09:05"), ("head", 2, "2026-11-23T09:15")]),
    ("emergency", "report_in:1", [
        ("remind", 0, "2026-11-23T09:20"), ("no_show", 0, "2026-11-23T09:30"), ("desk", 1, "2026-11-23T09:30"),
        ("head", 2, "2026-11-23T09:45"), ("supervision", 2, "2026-11-23T10:00"), ("leader", 4, "2026-11-23T10:30")]),
    ("emergency", "approval", [
        ("remind", 0, "2026-11-23T17:00"), ("due", 1, "2026-11-24T09:00")]),
    ("public_request", "approval", [
        ("remind", 0, "2026-11-23T12:00"), ("due", 1, "2026-11-23T15:00")]),
    ("key_work", "approval", [
        ("remind", 0, "2026-11-23T17:00"), ("due", 1, "2026-11-24T09:00")]),
    ("joint_enforcement", "approval", [
        ("remind", 0, "2026-11-23T10:30"), ("due", 1, "2026-11-23T11:00")]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "expected"), SHIPPED, ids=lambda v: v if isinstance(v, str) else "")
def test_the_shipped_ladders(kind, key, expected):
    life = raised(rules(), kind=kind)
    life.wait(days=30).tick()
    fired = [(e.rung, e.level, e.at) for e in life.log if isinstance(e, RungFired) and e.key == key]
    assert fired == [(code, level, local(text)) for code, level, text in expected]


APPROVED = [
    ("public_request", "claim:1", ["2026-11-23T10:30", "2026-11-23T11:00", "2026-11-23T17:00"]),
    ("public_request", "report_in:1", [
        "2026-11-23T17:00", "2026-11-24T09:00", "2026-11-24T09:00", "2026-11-24T15:00", "2026-11-25T09:00",
        "2026-11-26T09:00"]),
    ("key_work", "report_in:1", [
        "2026-11-25T11:00", "2026-11-26T09:00", "2026-11-26T09:00", "2026-11-26T15:00", "2026-11-27T09:00",
        "2026-11-30T09:00"]),
    ("joint_enforcement", "claim:1", ["2026-11-23T09:45", "2026-11-23T10:00", "2026-11-23T16:00"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "expected"), APPROVED, ids=lambda v: v if isinstance(v, str) else "")
def test_the_shipped_ladders_after_an_approval(kind, key, expected):
    life = Life()
    life = raised(rules(), kind=kind)
    life.do(c.Approve(), LEADER)
    life.wait(days=30).tick()
    assert [e.at for e in life.log if isinstance(e, RungFired) and e.key == key] == [local(t) for t in expected]


def test_every_clock_of_a_case_nobody_touches_ends_its_ladder():
    for kind in ("public_request", "key_work", "joint_enforcement", "emergency"):
        life = raised(rules(), LEAD, ASSIST, kind=kind)
        if life.state.status == "pending_approval":
            life.do(c.Approve(), LEADER)
        life.wait(days=200).tick()
        assert due_rungs(life.state) == []
        assert all(len(k.fired) == len(k.spec.rungs) for k in life.state.clocks if k.is_open)
        assert {t.no_show for t in life.state.tasks} == {True}
        assert life.state.escalation == 4
        arrived(arrived(life), 2, LAMPMAN)
        assert {t.late for t in life.state.tasks} == {True}
