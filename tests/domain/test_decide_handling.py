"""Stage reports, stages in order, and handing in the result."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.case import Outcome, Status, TaskState
from domain.errors import Reason
from domain.events import ResultSubmitted, StageDone, Text
from tests.support.cases import (
    ASSIST,
    LAMPMAN,
    LEAD,
    MONDAY,
    STAFF,
    WATER_DISPATCHER,
    WATERMAN,
    arrived,
    desk_rules,
    handed_in,
    names,
    raised,
    rules,
    small_rules,
)  # fmt: skip

DONE = Text("done")


def test_a_stage_report_stops_no_clock():
    life = arrived(raised())
    before = life.state.clocks
    assert names(life.do(c.StageReport(1, DONE), WATERMAN)) == ["StageReported"]
    assert life.state.clocks == before
    assert life.task().state is TaskState.ON_SCENE


def test_each_stage_has_its_own_clock_from_the_end_of_the_one_before():
    life = arrived(raised(limit_class="two"))
    assert life.task().stages == ("first", "second")
    assert "handle:1:second" not in life.open_clocks()
    events = life.wait(minutes=90).do(c.Submit(1, DONE), WATERMAN)
    assert events[0] == StageDone(life.now, 1, "first", "waterman", DONE)
    assert life.clock("handle:1:first").outcome is Outcome.MET
    second = life.clock("handle:1:second").spec
    assert (second.started_at, second.due) == (life.now, life.now + timedelta(hours=4))
    assert (life.task().state, life.task().stage) == (TaskState.ON_SCENE, 1)
    assert life.state.status is Status.IN_ACTION
    events = life.do(c.Submit(1, DONE), WATERMAN)
    assert events[0] == ResultSubmitted(life.now, 1, "waterman", DONE)
    assert life.task().state is TaskState.SUBMITTED


def test_the_shipped_burst_pipe_is_fenced_repaired_and_restored():
    life = arrived(raised(rules(), kind="emergency", limit_class="burst_pipe_staged"))
    limits = []
    for stage in ("fence", "repair", "restore"):
        limits.append(life.clock(f"handle:1:{stage}").spec.limit)
        life.do(c.Submit(1, DONE), WATERMAN)
    assert limits == ["3 hours continuous", "8 hours continuous", "5 days work_days_8h"]
    assert life.state.status is Status.CHECKING


def test_the_check_opens_when_the_last_department_has_handed_in():
    life = raised(small_rules(), LEAD, ASSIST)
    handed_in(life)
    assert life.state.status is Status.IN_ACTION
    assert "check" not in life.open_clocks()
    arrived(life, 2, LAMPMAN)
    assert names(life.do(c.Submit(2, DONE), LAMPMAN)) == [
        "ResultSubmitted", "ClockEnded", "CheckOpened", "ClockStarted",
    ]  # fmt: skip
    assert life.state.status is Status.CHECKING
    assert life.open_clocks() == ["check"]
    assert life.clock("check").spec.party == life.state.facts.area


def test_an_assisting_department_may_finish_while_the_others_still_muster():
    life = raised(small_rules(), LEAD, ASSIST)
    handed_in(life, 2, LAMPMAN)
    assert life.state.status is Status.MUSTERING
    assert life.task(2).state is TaskState.SUBMITTED
    handed_in(life)
    assert life.state.status is Status.CHECKING


def test_handing_in_needs_the_report_in_where_the_kind_asks_for_it():
    life = raised()
    life.do(c.Claim(1), WATERMAN)
    refusal = life.refused(c.Submit(1, DONE), WATERMAN)
    assert refusal.reason is Reason.WRONG_TASK_STATE
    assert refusal.facts["needs"] is TaskState.ON_SCENE


def test_without_report_in_a_claimed_task_is_handed_in_and_its_lease_ends():
    life = raised(desk_rules())
    life.do(c.Claim(1), WATERMAN)
    assert "lease:1" in life.open_clocks()
    life.do(c.Submit(1, DONE), WATERMAN)
    assert life.open_clocks() == ["check"]


def test_the_dispatcher_who_hands_in_for_the_holder_counts_as_handler():
    life = arrived(raised())
    event = life.do(c.Submit(1, DONE), WATER_DISPATCHER)[0]
    assert event.worker == WATER_DISPATCHER.id
    assert life.task(1).holder == "waterman"
    assert life.task(1).handlers == ("waterman", WATER_DISPATCHER.id)


def test_a_late_result_is_kept_and_its_clock_says_when():
    life = arrived(raised()).wait(hours=5)
    life.do(c.Submit(1, DONE), WATERMAN)
    clock = life.clock("handle:1:first")
    assert clock.outcome is Outcome.MET
    assert clock.ended_at > clock.spec.due


@pytest.mark.parametrize("command", [c.Submit(1, DONE), c.StageReport(1, DONE)])
def test_nothing_is_handed_in_before_the_claim_after_the_result_or_by_the_raiser(command):
    life = raised()
    assert life.reason(command, WATER_DISPATCHER) is Reason.WRONG_TASK_STATE
    assert life.reason(command, STAFF) is Reason.NOT_ALLOWED
    handed_in(life)
    assert life.reason(command, WATERMAN) is Reason.WRONG_STATUS


def test_clocks_count_from_the_issue_not_from_the_claim():
    life = raised().wait(minutes=50)
    life.do(c.Claim(1), WATERMAN)
    assert life.clock("handle:1:first").spec.due == MONDAY + timedelta(hours=4)
    assert life.clock("report_in:1").spec.due == MONDAY + timedelta(hours=2)
