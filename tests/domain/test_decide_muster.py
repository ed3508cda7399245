"""Claiming, assigning, reporting in, adding and releasing departments, until the quorum is there."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import commands as c
from domain.actors import Role
from domain.case import Outcome, Party, Status, TaskRole, TaskState
from domain.errors import Reason
from domain.events import Mustered, Text
from domain.rulepack import Quorum
from tests.support.cases import (
    ASSIST,
    COMMUNITY,
    DESK,
    GARDENS,
    INFORM,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    MICRO,
    MONDAY,
    NEIGHBOUR,
    OFFICER,
    POLICE,
    POLICE_HEAD,
    STAFF,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    WATERMAN2,
    arrived,
    desk_rules,
    handed_in,
    names,
    person,
    raised,
    rules,
    small_rules,
)  # fmt: skip

WHY = Text("why")


def test_a_claim_takes_the_task_and_stops_the_claim_clock():
    life = raised().wait(minutes=59)
    life.do(c.Claim(1), WATERMAN)
    task = life.task()
    assert (task.state, task.holder, task.handlers) == (TaskState.CLAIMED, "waterman", ("waterman",))
    clock = life.clock("claim:1")
    assert (clock.outcome, clock.ended_at) == (Outcome.MET, MONDAY + timedelta(minutes=59))
    assert life.open_clocks() == ["report_in:1", "handle:1:first"]


def test_the_second_to_claim_is_told_who_won():
    life = raised()
    life.do(c.Claim(1), WATERMAN)
    refusal = life.refused(c.Claim(1), WATERMAN2)
    assert refusal.reason is Reason.ALREADY_CLAIMED
    assert refusal.facts == {"task": 1, "holder": "waterman"}
    assert life.reason(c.Claim(1), WATERMAN) is Reason.ALREADY_CLAIMED


def test_a_department_claims_for_its_branch_but_not_the_branch_for_another():
    life = raised(small_rules(), LEAD, Party(POLICE, TaskRole.ASSIST), Party(COMMUNITY, TaskRole.ASSIST))
    assert life.reason(c.Claim(1), OFFICER) is Reason.NOT_ALLOWED
    assert life.reason(c.Claim(3), OFFICER) is Reason.NOT_ALLOWED
    life.do(c.Claim(2), POLICE_HEAD)
    life.do(c.Claim(3), NEIGHBOUR)
    assert life.task(2).holder == "policehead"


def test_an_informed_department_may_take_note_and_owes_nothing():
    life = raised(small_rules(), LEAD, INFORM)
    assert life.task(2).stages == ()
    life.do(c.Claim(2), OFFICER)
    assert not any(k.spec.task == 2 for k in life.state.clocks)
    for command, actor in [
        (c.ReportIn(2), OFFICER), (c.StageReport(2, WHY), OFFICER), (c.Submit(2, WHY), OFFICER), (c.Urge(2), STAFF),
    ]:  # fmt: skip
        assert life.reason(command, actor) is Reason.INFORM_ONLY
    life.do(c.Unclaim(2, WHY), OFFICER)
    assert life.task(2).state is TaskState.READY


@pytest.mark.parametrize("who", [WATERMAN, WATER_DISPATCHER])
def test_giving_a_task_back_runs_the_claim_clock_on_with_its_old_due_instant(who):
    life = raised().wait(minutes=20)
    first = life.clock("claim:1").spec
    life.do(c.Claim(1), WATERMAN)
    life.wait(minutes=20).do(c.Unclaim(1, WHY), who)
    again = life.clock("claim:1")
    assert (life.task().state, life.task().holder) == (TaskState.READY, None)
    assert again.is_open
    assert (again.spec.generation, again.spec.due, again.spec.started_at) == (2, first.due, first.started_at)
    assert again.spec.set_at == MONDAY + timedelta(minutes=40)


def test_rungs_missed_while_the_task_was_held_fire_once_when_it_comes_back():
    life = raised().wait(minutes=55)  # the reminder at 50 has fired
    life.do(c.Claim(1), WATERMAN)
    life.wait(minutes=25).do(c.Unclaim(1, WHY), WATERMAN)  # 80, past the due instant at 60
    fired = [e for e in life.wait(microseconds=1).tick() if names([e]) == ["RungFired"]]
    assert [(e.rung, e.generation, e.at) for e in fired] == [("due", 2, MONDAY + timedelta(minutes=80))]
    late = [e for e in life.wait(minutes=30).tick() if names([e]) == ["RungFired"] and e.key == "claim:1"]
    assert [(e.rung, e.at) for e in late] == [("after", MONDAY + timedelta(minutes=90))]


def test_only_a_claimed_task_can_be_given_back():
    life = raised()
    assert life.reason(c.Unclaim(1, WHY), WATER_DISPATCHER) is Reason.WRONG_TASK_STATE
    arrived(life)
    assert life.reason(c.Unclaim(1, WHY), WATERMAN) is Reason.WRONG_TASK_STATE


@pytest.mark.parametrize("command", [c.Unclaim(1, WHY), c.ReportIn(1), c.StageReport(1, WHY), c.Submit(1, WHY)])
def test_only_the_holder_acts_and_others_are_told_who_holds(command):
    life = raised()
    life.do(c.Claim(1), WATERMAN)
    refusal = life.refused(command, WATERMAN2)
    assert (refusal.reason, refusal.facts["holder"]) == (Reason.NOT_HOLDER, "waterman")
    assert life.reason(command, LAMPMAN) is Reason.NOT_ALLOWED


def test_what_no_department_may_do_is_not_blamed_on_the_holder():
    life = raised(small_rules(), LEAD, ASSIST)
    life.do(c.Claim(1), WATERMAN)
    assert life.reason(c.Release(1, WHY), WATERMAN2) is Reason.NOT_ALLOWED
    assert life.reason(c.Urge(1), WATERMAN2) is Reason.NOT_ALLOWED


@pytest.mark.parametrize("who", [WATER_DISPATCHER, WATER_HEAD])
def test_a_dispatcher_assigns_and_assigns_again(who):
    life = raised()
    life.do(c.Assign(1, "waterman", WATER), who)
    assert (life.task().state, life.task().holder) == (TaskState.CLAIMED, "waterman")
    assert life.clock("claim:1").outcome is Outcome.MET
    life.do(c.Assign(1, "waterman2", WATER), who)
    assert life.task().holder == "waterman2"
    assert life.task().handlers == ("waterman", "waterman2")
    assert life.reason(c.Assign(1, "waterman2", WATER), who) is Reason.ALREADY_CLAIMED


def test_on_the_scene_the_work_can_change_hands_and_stays_on_the_scene():
    life = arrived(raised())
    life.do(c.Assign(1, "waterman2", WATER), WATER_HEAD)
    assert (life.task().state, life.task().holder) == (TaskState.ON_SCENE, "waterman2")
    assert life.reason(c.Submit(1, WHY), WATERMAN) is Reason.NOT_HOLDER


@pytest.mark.parametrize("org", ["", LAMPS, "110101001"])
def test_a_task_is_assigned_inside_the_department_only(org):
    assert raised().reason(c.Assign(1, "x", org), WATER_HEAD) is Reason.UNKNOWN_WORKER


@pytest.mark.parametrize(("offset", "late"), [(-MICRO, False), (timedelta(0), False), (MICRO, True)])
def test_reporting_in_at_the_due_instant_is_in_time_and_after_it_late(offset, late):
    life = raised()
    life.do(c.Claim(1), WATERMAN)
    life.until(life.clock("report_in:1").spec.due + offset)
    life.do(c.ReportIn(1, 39_900_000, 116_400_000, WHY), WATERMAN)
    task = life.task()
    assert (task.state, task.late, task.no_show) == (TaskState.ON_SCENE, late, late)
    assert life.clock("report_in:1").outcome is Outcome.MET


def test_the_dispatcher_who_reports_in_for_the_holder_counts_as_handler():
    life = raised()
    life.do(c.Claim(1), WATERMAN)
    event = life.do(c.ReportIn(1), WATER_DISPATCHER)[0]
    assert event.worker == WATER_DISPATCHER.id
    assert life.task(1).holder == "waterman"
    assert life.task(1).handlers == ("waterman", WATER_DISPATCHER.id)


def test_nobody_reports_in_before_the_claim_or_twice():
    life = raised()
    assert life.reason(c.ReportIn(1), WATER_DISPATCHER) is Reason.WRONG_TASK_STATE
    arrived(life)
    assert life.reason(c.ReportIn(1), WATERMAN) is Reason.WRONG_TASK_STATE


THREE = (LEAD, ASSIST, Party(POLICE, TaskRole.ASSIST), Party(GARDENS, TaskRole.INFORM))
WORKERS = {1: WATERMAN, 2: LAMPMAN, 3: OFFICER}


@pytest.mark.parametrize(
    ("quorum", "arrivals", "meets_at"),
    [
        (Quorum("lead"), (2, 3, 1), 1),
        (Quorum("any"), (3, 1, 2), 3),
        (Quorum("all"), (1, 3, 2), 2),
        (Quorum("count", 2), (2, 3, 1), 3),
        (Quorum("count", 9), (2, 3, 1), 1),
    ],
)
def test_the_quorum_moves_the_case_into_action(quorum, arrivals, meets_at):
    life = raised(small_rules(quorum=quorum), *THREE)
    seen = []
    for no in arrivals:
        life.do(c.Claim(no), WORKERS[no])
        assert (life.state.status is Status.IN_ACTION) is (meets_at in seen)
        events = life.do(c.ReportIn(no), WORKERS[no])
        assert (Mustered(life.now) in events) is (no == meets_at)
        seen.append(no)
    assert life.state.status is Status.IN_ACTION


@pytest.mark.parametrize(
    ("kind", "quorum"),
    [("public_request", "lead"), ("key_work", "all"), ("joint_enforcement", "count"), ("emergency", "lead")],
)
def test_the_shipped_quorums(kind, quorum):
    rule = rules().pack.kinds[kind].quorum
    assert rule.rule == quorum
    assert rule.count == (2 if quorum == "count" else 0)


def test_without_report_in_a_claim_counts_as_arrival():
    life = raised(desk_rules())
    events = life.do(c.Claim(1), WATERMAN)
    assert "Mustered" in names(events)
    assert life.state.status is Status.IN_ACTION
    life.do(c.Submit(1, WHY), WATERMAN)
    assert life.state.status is Status.CHECKING


def test_releasing_the_last_one_missing_completes_the_quorum():
    life = raised(small_rules(quorum=Quorum("all")), LEAD, ASSIST)
    arrived(life)
    assert life.state.status is Status.MUSTERING
    assert names(life.do(c.Release(2, WHY), STAFF))[0] == "TaskReleased"
    assert life.state.status is Status.IN_ACTION


@pytest.mark.parametrize("who", [STAFF, LEADER, DESK])
def test_a_department_is_added_with_its_own_clocks(who):
    life = arrived(raised()).wait(minutes=5)
    life.do(c.AddDepartment(LAMPS, TaskRole.ASSIST), who)
    assert (life.task(2).org, life.task(2).role) == (LAMPS, TaskRole.ASSIST)
    assert {"claim:2", "report_in:2", "handle:2:first"} <= set(life.open_clocks())
    assert life.clock("claim:2").spec.started_at == MONDAY + timedelta(minutes=5)
    assert 2 in life.state.uncalled


def test_adding_keeps_one_lead_and_every_department_once():
    life = raised(small_rules(), LEAD, ASSIST)
    assert life.reason(c.AddDepartment(LAMPS, TaskRole.INFORM), STAFF) is Reason.ALREADY_IN_CASE
    refusal = life.refused(c.AddDepartment(POLICE, TaskRole.LEAD), STAFF)
    assert (refusal.reason, refusal.facts["lead"]) == (Reason.ONE_LEAD, WATER)
    life.do(c.Release(2, WHY), STAFF)
    life.do(c.AddDepartment(LAMPS, TaskRole.ASSIST), STAFF)
    assert [t.org for t in life.state.tasks] == [WATER, LAMPS, LAMPS]


def test_only_the_raiser_releases_and_never_the_lead():
    life = raised(small_rules(), LEAD, ASSIST)
    for actor in (LAMPMAN, DESK, person("lamphead", LAMPS, Role.DEPT_LEADER, Role.DEPT_DISPATCHER)):
        assert life.reason(c.Release(2, WHY), actor) is Reason.NOT_ALLOWED
    assert life.reason(c.Release(1, WHY), STAFF) is Reason.LEAD_STAYS
    life.do(c.Release(2, WHY), STAFF)
    assert life.task(2).state is TaskState.RELEASED
    assert {k.outcome for k in life.state.clocks if k.spec.task == 2} == {Outcome.CANCELLED}
    assert life.state.uncalled == (1,)
    assert life.reason(c.Release(2, WHY), STAFF) is Reason.RELEASED_LAST
    assert life.reason(c.Claim(2), LAMPMAN) is Reason.WRONG_TASK_STATE


def test_releasing_the_last_one_at_work_opens_the_check():
    life = raised(small_rules(), LEAD, ASSIST)
    handed_in(life)
    assert life.state.status is Status.IN_ACTION
    life.do(c.Release(2, WHY), STAFF)
    assert life.state.status is Status.CHECKING


def test_urging_is_recorded_and_changes_nothing_else():
    life = raised()
    before = life.state
    assert names(life.do(c.Urge(1, WHY), STAFF)) == ["Urged"]
    assert (life.state.clocks, life.state.status) == (before.clocks, before.status)
    assert life.task() == replace(before.tasks[0], urged=1, urged_at=life.now)
    handed_in(life)
    assert life.reason(c.Urge(1), STAFF) is Reason.WRONG_STATUS


def test_a_task_that_is_not_there():
    assert raised().reason(c.Claim(9), WATERMAN) is Reason.UNKNOWN_TASK
