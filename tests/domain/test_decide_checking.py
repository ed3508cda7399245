"""The raiser's check: accept and close, or send back; never by a handler."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.actors import SYSTEM, Role
from domain.case import Outcome, Status, TaskState
from domain.errors import Reason
from domain.events import CheckFailed, Text
from domain.notices import notices
from tests.support.cases import (
    ASSIST,
    DESK,
    INFORM,
    LAMPMAN,
    LEAD,
    LEADER,
    MONDAY,
    STAFF,
    STAFF2,
    STRANGER,
    WATER,
    WATER_HEAD,
    WATERMAN,
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


def checking(*parties, **changes):
    life = handed_in(raised(small_rules(), *parties, **changes))
    if len(life.state.tasks) > 1:
        handed_in(life, 2, LAMPMAN)
    assert life.state.status is Status.CHECKING
    return life


@pytest.mark.parametrize("who", [STAFF, STAFF2, LEADER, person("duty", "110101001", Role.STREET_DUTY_OFFICER)])
def test_the_raiser_accepts_and_the_case_closes(who):
    life = checking(LEAD, ASSIST)
    assert names(life.wait(hours=1).do(c.CheckPass(WHY), who)) == ["CheckPassed", "ClockEnded", "CaseClosed"]
    assert (life.state.status, life.state.result, life.state.closed_at) == (Status.CLOSED, "solved", life.now)
    assert {t.state for t in life.state.tasks} == {TaskState.ACCEPTED}
    assert life.clock("check").outcome is Outcome.MET
    assert life.open_clocks() == []


@pytest.mark.parametrize("command", [c.CheckPass(), c.CheckFail(WHY)])
def test_a_handler_never_checks(command):
    life = raised()
    life.do(c.Assign(1, "staff2", WATER), WATER_HEAD)  # lent to the department, and later back at the sub-district
    life.do(c.Assign(1, "waterman", WATER), WATER_HEAD)
    life.do(c.ReportIn(1), WATERMAN)
    life.do(c.Submit(1, WHY), WATERMAN)
    assert life.reason(command, STAFF2) is Reason.HANDLER_MAY_NOT_CHECK
    assert life.reason(command, WATERMAN) is Reason.NOT_ALLOWED
    assert life.reason(command, DESK) is Reason.NOT_ALLOWED
    assert life.reason(command, STRANGER) is Reason.NOT_ALLOWED
    assert life.do(command, STAFF)


@pytest.mark.parametrize("command", [c.CheckPass(), c.CheckFail(WHY)])
def test_nothing_is_checked_before_everybody_handed_in(command):
    life = raised(small_rules(), LEAD, ASSIST)
    assert life.reason(command, STAFF) is Reason.WRONG_STATUS
    handed_in(life)
    assert life.reason(command, STAFF) is Reason.WRONG_STATUS


def test_a_failed_check_sends_the_named_task_back_with_a_new_generation_of_its_clock():
    life = checking(LEAD, ASSIST)
    life.wait(hours=6)
    assert life.do(c.CheckFail(WHY, (2, 2)), STAFF)[0] == CheckFailed(life.now, (2,), WHY)
    assert life.state.status is Status.IN_ACTION
    assert (life.task(1).state, life.task(2).state) == (TaskState.SUBMITTED, TaskState.ON_SCENE)
    assert (life.task(1).rework, life.task(2).rework, life.state.rework) == (0, 1, 1)
    spec = life.clock("handle:2:first").spec
    assert (spec.generation, spec.started_at, spec.due) == (2, life.now, life.now + timedelta(hours=4))
    assert life.clock("check").outcome is Outcome.MET
    assert life.open_clocks() == ["handle:2:first"]
    life.do(c.Submit(2, WHY), LAMPMAN)
    assert life.clock("check").spec.generation == 2
    life.do(c.CheckPass(), STAFF)
    assert life.state.status is Status.CLOSED


def test_a_failed_check_without_names_sends_everything_back():
    life = checking(LEAD, ASSIST)
    life.do(c.CheckFail(WHY), STAFF)
    assert {t.state for t in life.state.tasks} == {TaskState.ON_SCENE}


def test_rework_is_done_in_the_last_stage():
    life = checking(limit_class="two")
    life.do(c.CheckFail(WHY), STAFF)
    assert life.task().stage == 1
    assert life.open_clocks() == ["handle:1:second"]
    life.do(c.Submit(1, WHY), WATERMAN)
    assert life.state.status is Status.CHECKING


def test_rework_without_report_in_can_be_handed_in_again():
    life = handed_in(raised(desk_rules()))
    life.do(c.CheckFail(WHY), STAFF)
    life.do(c.Submit(1, WHY), WATERMAN)
    life.do(c.CheckPass(), STAFF)
    assert life.state.is_ended


@pytest.mark.parametrize("tasks", [(2,), (1, 2), (9,)])
def test_only_what_was_handed_in_can_be_sent_back(tasks):
    life = handed_in(raised(small_rules(), LEAD, INFORM))
    refusal = life.refused(c.CheckFail(WHY, tasks), STAFF)
    assert (refusal.reason, refusal.facts["handed_in"]) == (Reason.NOTHING_TO_RETURN, [1])


def test_a_released_task_is_not_accepted_with_the_others():
    life = raised(small_rules(), LEAD, ASSIST)
    life.do(c.Release(2, WHY), STAFF)
    handed_in(life)
    life.do(c.CheckPass(), STAFF)
    assert [t.state for t in life.state.tasks] == [TaskState.ACCEPTED, TaskState.RELEASED]


def test_an_emergency_closes_even_when_its_approval_never_came():
    life = handed_in(raised(rules(), kind="emergency"))
    life.do(c.CheckPass(), STAFF)
    assert life.state.is_ended
    assert life.clock("approval").outcome is Outcome.CANCELLED


def everything(no=1):
    return [
        c.Approve(), c.Refuse(WHY), c.Claim(no), c.Unclaim(no, WHY), c.Assign(no, "waterman2", WATER), c.ReportIn(no),
        c.StageReport(no, WHY), c.Submit(no, WHY), c.CheckPass(), c.CheckFail(WHY), c.Urge(no), c.Release(no, WHY),
        c.Withdraw(WHY), c.AddDepartment("110101-YL", "assist"),
    ]  # fmt: skip


def closed():
    life = checking()
    life.do(c.CheckPass(), STAFF)
    return life


def withdrawn():
    life = raised()
    life.do(c.Withdraw(WHY), STAFF)
    return life


@pytest.mark.parametrize("ended", [closed, withdrawn])
def test_after_the_end_only_the_drive_acts_and_once(ended):
    life = ended()
    for command in everything():
        for actor in (STAFF, LEADER, WATERMAN, WATER_HEAD, person("d", WATER, Role.DEPT_DISPATCHER), DESK, SYSTEM):
            life.reason(command, actor)
    assert life.wait(days=30).tick() == ()
    assert life.do(c.WindUp(), SYSTEM) == (), "nobody was alarmed, so nobody gets an all-clear"
    assert life.do(c.MarkCalled((1,)), SYSTEM) == ()


def test_the_all_clear_is_given_once_to_those_who_were_alarmed():
    life = raised().wait(hours=30)
    life.tick()
    assert life.state.escalation
    life.do(c.Withdraw(WHY), STAFF)
    assert names(life.do(c.WindUp(), SYSTEM)) == ["WoundUp"]
    assert {n.code for n in notices(life.log[-1], life.state)} == {"all_clear"}
    assert life.do(c.WindUp(), SYSTEM) == ()
    assert life.state.wound_up


def test_events_of_a_closed_case_never_lie_before_its_raise():
    life = closed()
    assert [e.at for e in life.log] == sorted(e.at for e in life.log)
    assert life.log[0].at == MONDAY


def test_arrived_helper_leaves_no_claim_clock():
    assert arrived(raised()).open_clocks() == ["handle:1:first"]
