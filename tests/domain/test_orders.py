"""Supervision orders (domain.md 2.5, 2.6, 4.5; features.md 1 F): grades, answers, lifting, appeals, the ladder."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import Role
from domain.case import Outcome, Party, TaskRole
from domain.chapters import orders as o
from domain.decide.orders import standing, waits
from domain.errors import Reason, Refusal
from domain.events import RungFired, Text
from domain.notices import notices
from domain.offers import offers
from domain.plan import StepCode, plan
from domain.supervision import Grade, PointsState, Verdict
from tests.support.cases import (
    AREA,
    ASSIST,
    CITY_SUPERVISOR,
    COMMUNITY,
    DESK,
    LAMP_DISPATCHER,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    MICRO,
    MONDAY,
    NEIGHBOUR,
    POLICE,
    POLICE_HEAD,
    STAFF,
    SUPERVISOR,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    Life,
    handed_in,
    person,
    raised,
    rules,
    rules2,
)  # fmt: skip

WHY = Text("why")
SECOND_SUPERVISOR = person("supervisor2", "110101-SUP", Role.DISTRICT_SUPERVISOR)
CITY2 = person("city2", "110000-SUP", Role.CITY_SUPERVISOR)


def life(*parties: Party) -> Life:
    return raised(rules2(), *(parties or (LEAD, ASSIST)), kind="emergency", limit_class="burst_pipe_staged")


def issue(org: str = WATER, grade: Grade = Grade.NORMAL) -> o.IssueOrder:
    return o.IssueOrder(org, grade, WHY)


def order(at: Life, no: int = 1):
    return o.order_of(at.state, no)


# -- issuing and answering -------------------------------------------------------------------------------------------


def test_an_order_has_a_clock_of_its_own_by_its_grade():
    case = life()
    case.do(issue(grade=Grade.YELLOW), SUPERVISOR)
    case.do(issue(LAMPS, Grade.RED), SUPERVISOR)
    assert (order(case).points, order(case, 2).points) == (-5, -10)
    limits = {key: case.clock(key).spec.limit for key in ("order:1:1", "order:2:2")}
    assert limits == {"order:1:1": "2 days work_days_8h", "order:2:2": "1 days work_days_8h"}
    assert case.clock("order:1:1").spec.party == WATER
    assert case.state.supervision == Grade.RED.level
    assert "order:2:2/1/unanswered" in {s.key for s in plan(case.state) if s.code is StepCode.SUPERVISE}


def test_the_ordered_department_answers_once():
    case = life()
    case.do(issue(), SUPERVISOR)
    case.wait(hours=1).do(o.AnswerOrder(1, WHY), WATER_DISPATCHER)
    assert not order(case).late
    assert case.clock("order:1:1").outcome is Outcome.MET
    assert case.reason(o.AnswerOrder(1, WHY), WATER_HEAD) is Reason.ANSWERED_ONCE
    assert case.reason(o.AnswerOrder(9, WHY), WATER_HEAD) is Reason.UNKNOWN_ENTRY


def test_nobody_else_answers():
    case = life()
    case.do(issue(), SUPERVISOR)
    case.do(issue(AREA), SUPERVISOR)
    for actor in (LAMP_DISPATCHER, STAFF, DESK, SUPERVISOR, WATERMAN):
        assert case.reason(o.AnswerOrder(1, WHY), actor) is Reason.NOT_ALLOWED, actor
    for actor in (WATER_HEAD, DESK, POLICE_HEAD):
        assert case.reason(o.AnswerOrder(2, WHY), actor) is Reason.NOT_ALLOWED, actor
    case.do(o.AnswerOrder(2, WHY), STAFF)


def test_an_answer_at_the_due_instant_is_in_time_and_one_after_it_is_late():
    case = life()
    case.do(issue(grade=Grade.RED), SUPERVISOR)
    due = case.clock("order:1:1").spec.due
    late = life()
    late.do(issue(grade=Grade.RED), SUPERVISOR)
    case.until(due).do(o.AnswerOrder(1, WHY), WATER_HEAD)
    late.until(due + MICRO).do(o.AnswerOrder(1, WHY), WATER_HEAD)
    assert (order(case).late, order(late).late) == (False, True)


def test_a_community_answers_for_itself():
    case = life(LEAD, Party(COMMUNITY, TaskRole.ASSIST))
    case.do(issue(COMMUNITY), SUPERVISOR)
    case.do(o.AnswerOrder(1, WHY), NEIGHBOUR)
    assert order(case).answered_at == case.now


# -- who may order whom ----------------------------------------------------------------------------------------------

HEAD_OF_FAR = person("far", "110102-SUP", Role.DISTRICT_SUPERVISOR)


@pytest.mark.parametrize(
    ("actor", "org", "grade", "reason"),
    [
        (SUPERVISOR, WATER, Grade.RED, None), (SUPERVISOR, AREA, Grade.YELLOW, None),
        (CITY_SUPERVISOR, WATER, Grade.RED, None), (CITY_SUPERVISOR, AREA, Grade.RED, None),
        (LEADER, WATER, Grade.NORMAL, None), (LEADER, POLICE, Grade.NORMAL, None),
        (LEADER, WATER, Grade.YELLOW, Reason.GRADE_ABOVE_POWER), (LEADER, AREA, Grade.NORMAL, Reason.GRADE_ABOVE_POWER),
        (LEADER, COMMUNITY, Grade.NORMAL, Reason.GRADE_ABOVE_POWER),
        (LEADER, LAMPS, Grade.NORMAL, Reason.NOT_A_PARTY), (SUPERVISOR, LAMPS, Grade.NORMAL, Reason.NOT_A_PARTY),
        (STAFF, WATER, Grade.NORMAL, Reason.NOT_ALLOWED), (DESK, WATER, Grade.NORMAL, Reason.NOT_ALLOWED),
        (HEAD_OF_FAR, WATER, Grade.NORMAL, Reason.NOT_ALLOWED), (WATER_HEAD, POLICE, Grade.NORMAL, Reason.NOT_ALLOWED),
    ],
)  # fmt: skip
def test_who_may_order_whom(actor, org, grade, reason):
    case = life(LEAD, Party(POLICE, TaskRole.ASSIST), Party(COMMUNITY, TaskRole.ASSIST))
    if reason is None:
        case.do(issue(org, grade), actor)
        assert standing(case.state, org).issuer == actor.org
    else:
        assert case.reason(issue(org, grade), actor) is reason


def test_nobody_supervises_a_case_that_their_superior_handles():
    case = life(Party("110000-SW", TaskRole.LEAD), ASSIST)
    for actor, org in ((SUPERVISOR, LAMPS), (LEADER, LAMPS)):
        assert case.reason(issue(org), actor) is Reason.SUPERIOR_HANDLES
    case.do(issue("110000-SW", Grade.YELLOW), CITY_SUPERVISOR)
    local = life(LEAD, Party("110101-DESK", TaskRole.ASSIST))
    assert local.reason(issue(), LEADER) is Reason.SUPERIOR_HANDLES
    local.do(issue("110101-DESK"), SUPERVISOR)
    local.do(o.AnswerOrder(1, WHY), DESK)


def test_the_chapter_is_not_in_force_under_the_first_pack():
    case = raised(rules(), LEAD, kind="emergency", limit_class="burst_pipe_staged")
    assert case.reason(issue(), SUPERVISOR) is Reason.CHAPTER_NOT_IN_FORCE
    assert case.reason(o.Instruct(WHY, 1), LEADER) is Reason.CHAPTER_NOT_IN_FORCE
    case.wait(days=9).tick()
    assert (case.state.annex.orders, case.state.supervision) == ((), 2), "a mark, as ever, and no order"


# -- rising and lifting ----------------------------------------------------------------------------------------------


def test_a_standing_order_only_rises():
    case = life()
    case.do(issue(grade=Grade.YELLOW), SUPERVISOR)
    for grade in (Grade.NORMAL, Grade.YELLOW):
        assert case.reason(issue(grade=grade), SUPERVISOR) is Reason.GRADE_MAY_ONLY_RISE
    case.wait(minutes=30).do(issue(grade=Grade.RED), CITY_SUPERVISOR)
    assert len(case.state.annex.orders) == 1
    assert (order(case).grade, order(case).points, order(case).issuer) == (Grade.RED, -10, "110000-SUP")
    assert case.clock("order:1:1").spec.generation == 2
    assert case.clock("order:1:1").spec.started_at == case.now, "a graver order counts anew, by its own limit"


def test_an_answered_order_is_followed_by_a_graver_one():
    case = life()
    case.do(issue(), SUPERVISOR)
    case.do(o.AnswerOrder(1, WHY), WATER_HEAD)
    assert case.reason(issue(), SUPERVISOR) is Reason.GRADE_MAY_ONLY_RISE, "answered, but not lifted"
    case.do(issue(grade=Grade.RED), SUPERVISOR)
    assert (order(case).replaced, order(case, 2).follows) == (True, 1)
    assert case.reason(o.LiftOrder(1, WHY), SUPERVISOR) is Reason.ORDER_IS_OVER
    case.do(o.AnswerOrder(2, WHY), WATER_HEAD)


def test_lifting_is_explicit_and_ends_the_mark():
    case = life()
    case.do(issue(grade=Grade.RED), SUPERVISOR)
    case.do(issue(LAMPS), SUPERVISOR)
    case.do(o.LiftOrder(1, WHY), SUPERVISOR)
    assert case.state.supervision == Grade.NORMAL.level
    assert case.clock("order:1:1").outcome is Outcome.MET
    assert order(case).points_state is PointsState.COUNTED, "what it cost stays"
    assert case.reason(o.LiftOrder(1, WHY), SUPERVISOR) is Reason.ORDER_IS_OVER
    case.do(issue(), SUPERVISOR)
    assert order(case, 3).grade is Grade.NORMAL, "after the lifting any grade is possible again"


def test_only_the_level_that_issued_or_one_above_lifts():
    case = life()
    case.do(issue(), SUPERVISOR)
    case.do(issue(LAMPS), LEADER)
    assert case.reason(o.LiftOrder(1, WHY), LEADER) is Reason.ANOTHER_LEVEL
    case.do(o.LiftOrder(1, WHY), CITY_SUPERVISOR)
    case.do(o.LiftOrder(2, WHY), SUPERVISOR)


# -- by itself -------------------------------------------------------------------------------------------------------


def test_silence_of_a_department_opens_an_order_against_it():
    case = life()
    case.wait(minutes=60).tick()
    assert case.state.annex.orders == ()
    case.wait(microseconds=1).tick()
    first, second = case.state.annex.orders
    assert (first.org, first.grade, first.issuer, first.by) == (WATER, Grade.YELLOW, "110101-SUP", "system")
    assert (second.org, first.at) == (LAMPS, MONDAY + timedelta(hours=1))
    causes = [e.cause for e in case.log if isinstance(e, o.OrderIssued)]
    assert causes == ["report_in:1/1/supervision", "report_in:2/1/supervision"]
    case.wait(hours=5).tick()
    assert len(case.state.annex.orders) == 2, "another rung of the same grade adds nothing"


def test_an_unanswered_order_becomes_graver_by_itself_and_reaches_the_leader():
    case = handed_in(life(LEAD))  # the work is done, so that only the order is silent
    case.do(issue(), LEADER)
    first = case.clock("order:1:1").spec.due
    case.until(first + MICRO).tick()
    assert (order(case).grade, order(case).raised_at, order(case).issuer) == (Grade.YELLOW, first, "110101-SUP")
    second = case.clock("order:1:1").spec.due
    case.until(second + MICRO).tick()
    assert order(case).grade is Grade.RED
    third = case.clock("order:1:1").spec.due
    case.until(third + MICRO).tick()
    assert order(case).grade is Grade.RED
    case.wait(days=1).tick()
    told = [e.to for e in case.log if isinstance(e, RungFired) and e.rung == "leader" and e.key == "order:1:1"]
    assert told == [("district_leader", "supervisor")]
    assert waits(case.state, order(case)), "still owed, and answered late"
    case.do(o.AnswerOrder(1, WHY), WATER_HEAD)
    assert order(case).late


def test_a_person_makes_the_ladders_order_graver_and_the_ladder_that_of_a_person():
    case = life()
    case.do(issue(grade=Grade.NORMAL), LEADER)
    case.wait(hours=1, microseconds=1).tick()
    assert (order(case).grade, order(case).by) == (Grade.YELLOW, "system")
    case.do(issue(grade=Grade.RED), SUPERVISOR)
    assert (order(case).grade, order(case).by) == (Grade.RED, "supervisor")
    assert [x.no for x in case.state.annex.orders if x.org == WATER] == [1]


# -- the end of the case ---------------------------------------------------------------------------------------------


def closed(case: Life) -> Life:
    for task, worker in ((1, WATERMAN), (2, LAMPMAN)):
        if case.task(task) in case.state.duties():
            handed_in(case, task, worker)
    case.do(c.CheckPass(), STAFF)
    return case


def test_an_order_falls_away_with_its_case_and_with_a_released_department():
    case = life()
    case.do(issue(), SUPERVISOR)
    case.do(issue(LAMPS), SUPERVISOR)
    case.do(c.Release(2, WHY), STAFF)
    assert standing(case.state, LAMPS) is None
    assert case.reason(o.AnswerOrder(2, WHY), LAMP_DISPATCHER) is Reason.ANSWERED_ONCE
    closed(case)
    assert not waits(case.state, order(case))
    assert case.state.at_rest
    assert case.reason(o.AnswerOrder(1, WHY), WATER_HEAD) is Reason.ANSWERED_ONCE


def test_an_appeal_suspends_the_points_not_the_work():
    case = life()
    case.do(issue(grade=Grade.RED), SUPERVISOR)
    case.wait(hours=1).do(o.AppealOrder(1, WHY), WATER_HEAD)
    assert order(case).points_state is PointsState.SUSPENDED
    assert waits(case.state, order(case)), "it must be answered all the same"
    assert case.clock("appeal:-:1").spec.party == "110000-SUP", "one level above the issuer"
    assert case.reason(o.AppealOrder(1, WHY), WATER_DISPATCHER) is Reason.APPEALED_ONCE
    case.do(o.RuleAppeal(1, Verdict.DISMISSED, WHY), CITY_SUPERVISOR)
    assert order(case).points_state is PointsState.COUNTED
    assert case.reason(o.RuleAppeal(1, Verdict.GRANTED, WHY), CITY_SUPERVISOR) is Reason.NO_APPEAL_PENDING
    assert case.reason(o.AppealOrder(1, WHY), WATER_HEAD) is Reason.APPEALED_ONCE


def test_a_granted_appeal_voids_the_points_and_lifts_the_order_but_the_fact_stays():
    case = life()
    case.do(issue(), LEADER)
    case.do(o.AppealOrder(1, WHY), WATER_HEAD)
    assert order(case).appeal.ruler == "110101-SUP"
    case.do(o.RuleAppeal(1, Verdict.GRANTED, WHY), SUPERVISOR)
    assert (order(case).points_state, order(case).lifted_at) == (PointsState.VOID, case.now)
    assert case.state.supervision == 0
    assert case.clock("order:1:1").outcome is Outcome.MET
    assert [x.no for x in case.state.annex.orders] == [1]


def test_who_issued_does_not_rule_and_the_level_below_neither():
    case = life()
    case.do(issue(grade=Grade.RED), CITY_SUPERVISOR)
    case.do(o.AppealOrder(1, WHY), WATER_HEAD)
    assert case.reason(o.RuleAppeal(1, Verdict.GRANTED, WHY), CITY_SUPERVISOR) is Reason.OWN_ORDER
    assert case.reason(o.RuleAppeal(1, Verdict.GRANTED, WHY), SUPERVISOR) is Reason.ANOTHER_LEVEL
    case.do(o.RuleAppeal(1, Verdict.GRANTED, WHY), CITY2)


def test_an_appeal_outlives_its_case_and_the_drive_lives_until_it_is_ruled():
    case = life()
    case.do(issue(), SUPERVISOR)
    case.do(o.AppealOrder(1, WHY), WATER_HEAD)
    closed(case)
    case.do(c.WindUp(), person("system", "", Role.SYSTEM))
    assert not case.state.at_rest
    assert [s.key for s in plan(case.state)] == ["appeal:-:1/1/remind", "appeal:-:1/1/due"]
    case.wait(days=9).tick()
    assert isinstance(case.log[-1], RungFired)
    case.do(o.RuleAppeal(1, Verdict.DISMISSED, WHY), CITY_SUPERVISOR)
    assert case.state.at_rest


def test_after_the_closing_the_department_may_appeal_once():
    case = life()
    case.wait(hours=2).tick()
    closed(case)
    assert case.state.at_rest
    case.wait(days=1).do(o.AppealOrder(1, WHY), WATER_HEAD)
    assert not case.state.at_rest, "taken up again"
    case.do(o.RuleAppeal(1, Verdict.GRANTED, WHY), CITY_SUPERVISOR)
    assert case.state.at_rest
    assert order(case).points_state is PointsState.VOID
    assert case.task().no_show, "the fact stays"


# -- instructions and notices ----------------------------------------------------------------------------------------


def test_an_instruction_is_attached_to_the_step():
    case = life()
    case.do(c.Claim(1), WATERMAN)
    (event,) = case.do(o.Instruct(WHY, 1), LEADER)
    assert (event.task, event.step) == (1, "fence")
    told = {(n.org, n.role, n.user) for n in notices(event, case.state)}
    assert (WATER, None, "waterman") in told
    assert (WATER, Role.DEPT_LEADER, None) in told
    (event,) = case.do(o.Instruct(WHY), person("chief", "110101-GOV", Role.DEPT_LEADER))
    assert (event.task, event.step) == (None, "muster")
    assert case.reason(o.Instruct(WHY, 1), WATER_HEAD) is Reason.NOT_ALLOWED


def test_the_heads_of_the_ordered_are_told_and_the_office_when_the_ladder_did_it():
    case = life()
    case.wait(hours=1, microseconds=1).tick()
    event = next(e for e in case.log if isinstance(e, o.OrderIssued))
    told = {(n.code, n.org, n.role) for n in notices(event, case.state)}
    assert told == {
        ("order_issued", WATER, Role.DEPT_DISPATCHER), ("order_issued", WATER, Role.DEPT_LEADER),
        ("order_issued", "110101-SUP", Role.DISTRICT_SUPERVISOR),
    }  # fmt: skip


def test_offers_name_the_order():
    case = life()
    case.do(issue(), SUPERVISOR)
    case.do(issue(LAMPS), SUPERVISOR)
    mine = [(x.command, x.task, x.entry) for x in offers(case.state, WATER_HEAD) if x.entry]
    assert mine == [(o.AnswerOrder, 1, 1), (o.AppealOrder, 1, 1)]
    theirs = {(x.command, x.entry) for x in offers(case.state, SUPERVISOR)}
    assert {(o.LiftOrder, 1), (o.LiftOrder, 2), (o.IssueOrder, None), (o.Instruct, None)} <= theirs


# -- whatever people do ----------------------------------------------------------------------------------------------

ACTS = st.one_of(
    st.builds(issue, st.sampled_from((WATER, LAMPS, AREA)), st.sampled_from(Grade)),
    st.builds(o.AnswerOrder, st.integers(1, 3), st.just(WHY)), st.builds(o.LiftOrder, st.integers(1, 3), st.just(WHY)),
    st.builds(o.AppealOrder, st.integers(1, 3), st.just(WHY)),
    st.builds(o.RuleAppeal, st.integers(1, 3), st.sampled_from(Verdict), st.just(WHY)),
    st.sampled_from((c.Claim(1), c.ReportIn(1), c.Submit(1, WHY), c.CheckPass(), c.Release(2, WHY), c.Tick())),
)  # fmt: skip
ACTORS = (
    LEADER, SUPERVISOR, CITY_SUPERVISOR, CITY2, WATER_HEAD, LAMP_DISPATCHER, LAMPMAN, WATERMAN, STAFF,
)  # fmt: skip


@given(st.lists(st.tuples(ACTS, st.sampled_from(ACTORS), st.integers(0, 30)), max_size=25))
def test_grades_only_rise_orders_are_answered_once_and_none_waits_without_a_next_step(acts):
    case = life()
    for command, actor, hours in acts:
        case.wait(hours=hours)
        try:
            case.do(command, actor)
        except Refusal:
            continue
        grades: dict[int, int] = {}
        answers: list[int] = []
        for event in case.log:
            if isinstance(event, o.OrderIssued | o.OrderRaised):
                assert event.grade.level > grades.get(event.order, 0)
                grades[event.order] = event.grade.level
            elif isinstance(event, o.OrderAnswered):
                answers.append(event.order)
        assert len(answers) == len(set(answers))
        for held in case.state.annex.orders:
            clock = case.clock(held.clock)
            assert waits(case.state, held) == (clock.is_live and held.answered_at is None)
            if waits(case.state, held):
                assert held.stands
                fired_out = not [r for r in clock.spec.rungs if r.code not in clock.fired]
                assert not fired_out or (held.grade is Grade.RED and case.state.escalation == 4)
        assert len({x.org for x in case.state.annex.orders if x is standing(case.state, x.org)}) == len(
            [x for x in case.state.annex.orders if x is standing(case.state, x.org)]
        )
