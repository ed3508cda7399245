"""Raising a case by hand, asking those above for help, urging, and the third check that fails."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.actors import SYSTEM, Role
from domain.case import Outcome, TaskRole, TaskState, Tie
from domain.chapters import upward as u
from domain.errors import Reason
from domain.events import Urged
from domain.notices import notices
from domain.relief import Above
from tests.support.cases import (
    AREA,
    ASSIST,
    CITY,
    DESK,
    DISTRICT,
    GARDENER,
    GARDENS,
    GOVERNOR,
    GRID,
    LAMPMAN,
    LAMPS,
    LEAD,
    NEIGHBOUR,
    PHOTO,
    POLICE,
    STAFF,
    STRANGER,
    SUPERVISOR,
    WATER,
    WATER_HEAD,
    WATERMAN,
    arrived,
    checked,
    handed_in,
    person,
    raised,
    rules,
)
from tests.support.relief import WHY, at_work, relief_rules, suspended


def told(life, command, actor):
    events = life.do(command, actor)
    return [(n.code, n.org, n.role) for e in events for n in notices(e, life.state)]


@pytest.mark.parametrize(
    ("actor", "above", "level", "orgs"),
    [
        (STAFF, Above.DESK, 1, [f"{DISTRICT}-DESK"]),
        (STAFF, Above.DISTRICT, 4, [f"{DISTRICT}-GOV", f"{DISTRICT}-SUP", f"{DISTRICT}-DESK"]),
        (WATERMAN, Above.DESK, 1, [f"{DISTRICT}-DESK"]),
        (WATER_HEAD, Above.DESK, 1, [f"{DISTRICT}-DESK"]),
        (DESK, Above.DISTRICT, 4, [f"{DISTRICT}-GOV", f"{DISTRICT}-SUP", f"{DISTRICT}-DESK"]),
        (GOVERNOR, Above.CITY, 5, [f"{CITY}-SUP", f"{DISTRICT}-GOV"]),
    ],
)
def test_how_far_up_each_may_go(actor, above, level, orgs):
    life = at_work(relief_rules(), LEAD, ASSIST)
    assert [org for _, org, _ in told(life, u.ReportUpward(above, WHY), actor)] == orgs
    assert life.state.escalation == level
    assert life.log[-1].cause == "by_hand"
    others = set(Above) - {above} - ({Above.DESK, Above.DISTRICT} if actor is STAFF else set())
    for other in others:
        assert life.reason(u.ReportUpward(other, WHY), actor) is Reason.WRONG_LEVEL


@pytest.mark.parametrize("actor", [LAMPMAN, GRID, SUPERVISOR, STRANGER, GARDENER, NEIGHBOUR])
def test_others_may_not(actor):
    life = at_work(relief_rules(), LEAD, ASSIST)
    assert life.reason(u.ReportUpward(Above.DESK, WHY), actor) is Reason.NOT_ALLOWED


def test_an_escalation_by_hand_never_lowers_the_mark_and_ends_with_the_all_clear():
    life = at_work()
    life.do(u.ReportUpward(Above.CITY, WHY), GOVERNOR)
    life.do(u.ReportUpward(Above.DESK, WHY), STAFF)
    assert life.state.escalation == 5
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    checked(life)
    assert f"{CITY}-SUP" in {org for _, org, _ in told(life, c.WindUp(), SYSTEM)}


CITY_WATER = "110000-SW"


@pytest.mark.parametrize("org", [GARDENS, CITY_WATER, f"{DISTRICT}-GOV", f"{CITY}-SUP"])
def test_those_above_are_asked_see_the_case_and_answer(org):
    life = at_work(relief_rules(), LEAD, ASSIST)
    assert ("help_wanted", org) in [(code, to) for code, to, _ in told(life, u.AskHelp(org, WHY), STAFF)]
    task = life.task(3)
    assert (task.org, task.role, task.tie, task.is_duty) == (org, TaskRole.INFORM, Tie.NOTICE, False)
    assert life.clock("help:3").spec.party == org
    expert = person("expert", org, Role.CITY_SUPERVISOR if org.endswith("SUP") else Role.DEPT_LEADER)
    assert life.reason(u.AnswerHelp(1, WHY), LAMPMAN) is Reason.NOT_ALLOWED
    assert [to for code, to, _ in told(life, u.AnswerHelp(1, WHY), expert)] == [AREA, WATER, WATER]
    assert life.clock("help:3").outcome is Outcome.MET
    assert life.state.annex.helps[0].answered_at == life.now
    assert life.reason(u.AnswerHelp(1, WHY), expert) is Reason.REQUEST_SETTLED


def test_who_may_ask():
    for actor in (STAFF, DESK, WATERMAN, WATER_HEAD):
        at_work().do(u.AskHelp(GARDENS, WHY), actor)
    life = arrived(at_work(relief_rules(), LEAD, ASSIST), 2, LAMPMAN)
    assert life.reason(u.AskHelp(GARDENS, WHY), LAMPMAN) is Reason.NOT_ALLOWED, "an assistant speaks for its own task"
    life.do(u.AskHelp(GARDENS, WHY, 2), LAMPMAN)
    answer = told(life, u.AnswerHelp(1, WHY), person("head", GARDENS, Role.DEPT_LEADER))
    assert {org for _, org, _ in answer} == {AREA, LAMPS}


def test_whom_they_may_ask():
    life = at_work(relief_rules(), LEAD, ASSIST)
    for org in (POLICE, "110101001", "110102-YL", f"{DISTRICT}-DESK", f"{CITY}-HOTLINE"):
        assert life.reason(u.AskHelp(org, WHY), STAFF) is Reason.NOT_ABOVE
    assert life.reason(u.AskHelp(WATER, WHY), STAFF) is Reason.ALREADY_IN_CASE
    life.do(u.AskHelp(GARDENS, WHY), STAFF)
    assert life.reason(u.AskHelp(GARDENS, WHY), DESK) is Reason.REQUEST_PENDING


def test_asking_again_uses_the_same_seat_and_its_own_limit():
    life = at_work()
    life.do(u.AskHelp(GARDENS, WHY), STAFF)
    life.do(u.AnswerHelp(1, WHY), person("head", GARDENS, Role.DEPT_LEADER))
    life.wait(hours=1).do(u.AskHelp(GARDENS, WHY), STAFF)
    assert [(h.no, h.task) for h in life.state.annex.helps] == [(1, 2), (2, 2)]
    assert (len(life.state.tasks), life.clock("help:2").spec.generation) == (2, 2)


def test_an_unanswered_call_for_help_escalates():
    life = at_work()
    life.do(u.AskHelp(GARDENS, WHY), STAFF)
    life.wait(hours=6, microseconds=1).tick()
    assert life.clock("help:2").fired == ("due",)
    assert GARDENS in {n.org for e in life.log for n in notices(e, life.state) if n.code == "rung:escalate"}


def test_help_may_be_asked_while_suspended_and_its_clock_runs():
    life = suspended(at_work())
    life.do(u.AskHelp(GARDENS, WHY), STAFF)
    assert life.clock("help:2").is_open
    life.do(u.AnswerHelp(1, WHY), person("head", GARDENS, Role.DEPT_LEADER))


def test_the_first_rule_pack_has_none_of_it():
    life = raised(rules(), kind="emergency")
    assert life.reason(u.ReportUpward(Above.DESK, WHY), STAFF) is Reason.CHAPTER_NOT_IN_FORCE
    assert life.reason(u.AskHelp(GARDENS, WHY), STAFF) is Reason.CHAPTER_NOT_IN_FORCE


# -- urging ----------------------------------------------------------------------------------------------------------


def test_every_urge_is_recorded_and_people_are_told_once_an_hour():
    life = at_work()

    def urged():
        (event,) = life.do(c.Urge(1), STAFF)
        assert isinstance(event, Urged)
        return event.told, bool(notices(event, life.state))

    assert urged() == (True, True)
    life.wait(minutes=59)
    assert urged() == (False, False)
    life.wait(minutes=1)
    assert urged() == (True, True)
    assert (life.task().urged, life.task().urged_at) == (3, life.now)


def test_under_the_first_rule_pack_every_urge_is_told():
    life = raised(rules(), kind="emergency")
    for _ in range(3):
        (event,) = life.do(c.Urge(1), STAFF)
        assert event.told
    assert life.task().urged == 3


# -- checks ----------------------------------------------------------------------------------------------------------


def test_the_third_check_that_fails_goes_up():
    life = handed_in(raised(relief_rules()))
    for time in (1, 2, 3, 4):
        tells = told(life, c.CheckFail(WHY), STAFF)
        up = [(org, role) for code, org, role in tells if code == "escalated"]
        assert up == ([(WATER, Role.DEPT_LEADER), (f"{DISTRICT}-DESK", Role.DISTRICT_DESK)] if time >= 3 else [])
        assert life.state.escalation == (2 if time >= 3 else 0)
        life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    assert life.state.rework == 4


def test_under_the_first_rule_pack_it_does_not():
    life = raised(rules(), kind="emergency")
    handed_in(life)
    for _ in range(3):
        life.do(c.CheckFail(WHY), STAFF)
        life.do(c.Submit(1, WHY), WATERMAN)
    assert life.state.escalation == 0


def test_a_result_needs_evidence_where_the_rule_pack_says_so():
    life = at_work(relief_rules({"checking": {"evidence": 2}}))
    assert life.reason(c.Submit(1, WHY), WATERMAN) is Reason.EVIDENCE_MISSING
    assert life.reason(c.Submit(1, WHY, ("a", "a")), WATERMAN) is Reason.EVIDENCE_MISSING
    life.do(c.Submit(1, WHY, ("a", "b")), WATERMAN)
    submitted = next(e for e in life.log if type(e).__name__ == "ResultSubmitted")
    assert submitted.evidence == ("a", "b")


def test_a_check_names_the_closing_standard_of_the_last_stage_and_a_result():
    life = handed_in(raised(relief_rules({"checking": {"standard": True}}), limit_class="two"))
    assert life.reason(c.CheckPass(), STAFF) is Reason.UNKNOWN_STANDARD
    assert life.reason(c.CheckPass(None, "solved", "first"), STAFF) is Reason.UNKNOWN_STANDARD
    assert life.reason(c.CheckPass(None, "wished_away", "second"), STAFF) is Reason.UNKNOWN_RESULT
    life.do(c.CheckPass(None, "partly", "second"), STAFF)
    assert (life.state.result, life.task().state) == ("partly", TaskState.ACCEPTED)


def test_under_the_first_rule_pack_a_check_is_as_it_was():
    life = handed_in(raised(rules(), kind="emergency"))
    assert life.reason(c.CheckPass(None, "partly"), STAFF) is Reason.UNKNOWN_RESULT
    life.do(c.CheckPass(), STAFF)
    assert life.state.result == "solved"
    assert life.wait(days=400).state.closed_at < life.now - timedelta(days=399)
