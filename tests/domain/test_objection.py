"""Objection and ruling: once, in time, on a listed ground; the clocks go on; the desk rules or its silence accepts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.case import ClockCode, Outcome, Party, Status, TaskRole, TaskState, Tie
from domain.chapters.coordination import LeadPassed, ReplaceDepartment
from domain.chapters.objection import Object, ObjectionRuled, RuleObjection, precedents
from domain.decide import RULES
from domain.decide.escalation import due_rungs
from domain.errors import Reason, Refusal
from domain.evaluation.facts import Objection as Stood
from domain.evaluation.facts import facts_from
from domain.notices import notices
from domain.rulepack import lint
from tests.support.cases import (
    AREA,
    ASSIST,
    COMMUNITY,
    DESK,
    INFORM,
    LAMP_DISPATCHER,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    MICRO,
    POLICE_HEAD,
    STAFF,
    STAFF2,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    Life,
    arrived,
    lease,
    rules2,
)  # fmt: skip
from tests.support.parties import (
    CENTRAL,
    DESK_ORG,
    FAR_DESK,
    PSY,
    TELECOM,
    TELECOM_HEAD,
    WHY,
    objected,
    whistle,
)  # fmt: skip


def told(life, since=0):
    return {(n.code, n.org, n.task) for event in life.log[since:] for n in notices(event, life.state)}


def specs(life, no=1):
    return {k.spec for k in life.state.clocks if k.spec.task == no and k.is_open and k.spec.code != "ruling"}


def ruled(life):
    return next(e for e in reversed(life.log) if isinstance(e, ObjectionRuled))


# -- objecting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [WATERMAN, WATER_DISPATCHER, WATER_HEAD])
def test_holder_dispatcher_and_leader_may_object_and_every_clock_goes_on(by):
    life = whistle("emergency", LEAD, ASSIST)
    life.do(c.Claim(1), WATERMAN)
    before = specs(life)
    objected(life, by=by)
    assert specs(life) == before
    assert (life.task().state, life.task().before) == (TaskState.OBJECTED, TaskState.CLAIMED)
    assert life.clock("ruling:1").spec.party == DESK_ORG
    assert life.clock("ruling:1").spec.due == life.now + timedelta(minutes=30)
    assert told(life, len(life.log) - 2) >= {("ruling_wanted", DESK_ORG, None), ("objected", AREA, 1)}


def test_a_worker_who_does_not_hold_the_task_and_other_offices_may_not_object():
    life = whistle("emergency", LEAD, ASSIST)
    life.do(c.Claim(1), WATERMAN)
    for nobody in (LAMPMAN, POLICE_HEAD, STAFF, DESK):
        assert life.reason(Object(1, "not_our_duty", WHY, WHY), nobody) in {Reason.NOT_ALLOWED, Reason.NOT_HOLDER}


def test_the_work_goes_on_while_the_desk_has_not_ruled_but_no_result_is_handed_in():
    life = objected(whistle("emergency", LEAD, ASSIST))
    assert life.state.status is Status.MUSTERING, "an objection is no arrival"
    life.do(c.Assign(1, "waterman", WATER), WATER_DISPATCHER)
    life.do(c.ReportIn(1), WATERMAN)
    assert (life.task().state, life.task().before) == (TaskState.OBJECTED, TaskState.ON_SCENE)
    assert life.state.status is Status.IN_ACTION
    life.do(c.StageReport(1, WHY), WATERMAN)
    assert life.reason(c.Submit(1, WHY), WATERMAN) is Reason.WRONG_TASK_STATE
    assert life.reason(ReplaceDepartment(1, TELECOM, WHY), STAFF) is Reason.WRONG_TASK_STATE
    life.do(RuleObjection(1, False, WHY), DESK)
    assert (life.task().state, life.task().before) == (TaskState.ON_SCENE, None)
    life.do(c.Submit(1, WHY), WATERMAN)


@pytest.mark.parametrize(
    ("kind", "limit"), [("emergency", timedelta(minutes=30)), ("joint_enforcement", timedelta(hours=2))]
)
def test_an_objection_comes_within_its_own_limit_from_the_call(kind, limit):
    for wait, refused in ((limit, False), (limit + MICRO, True)):
        life = whistle(kind, LEAD)
        if life.state.status is Status.PENDING_APPROVAL:
            life.do(c.Approve(), LEADER)
        life.wait(seconds=wait.total_seconds())
        command = Object(1, "not_our_duty", WHY, WHY)
        if refused:
            assert life.refused(command, WATER_DISPATCHER).facts["until"] == (life.now - MICRO).isoformat()
        else:
            life.do(command, WATER_DISPATCHER)


def test_a_department_that_is_only_told_or_invited_has_nothing_to_object_to():
    life = whistle("emergency", LEAD, INFORM)
    assert life.reason(Object(2, "not_our_duty", WHY, WHY), POLICE_HEAD) is Reason.INFORM_ONLY


@pytest.mark.parametrize(
    ("suggests", "tie", "reason"),
    [
        (WATER, Tie.ORDER, Reason.ALREADY_IN_CASE),
        (COMMUNITY, Tie.ORDER, Reason.COMMUNITY_MAY_NOT_LEAD),
        (PSY, Tie.INVITATION, Reason.PARTNER_MAY_NOT_LEAD),
        (CENTRAL, Tie.NOTICE, Reason.NOTICE_ONLY),
    ],
)
def test_who_cannot_be_suggested_or_called_instead(suggests, tie, reason):
    life = whistle("emergency", LEAD)
    assert life.reason(Object(1, "not_our_duty", WHY, WHY, suggests, tie), WATER_DISPATCHER) is reason
    objected(life)
    assert life.reason(RuleObjection(1, True, WHY, suggests, tie=tie), DESK) is reason


# -- ruling ----------------------------------------------------------------------------------------------------------


def test_upheld_the_next_one_is_called_in_the_same_role_with_its_own_time():
    life = objected(whistle("emergency", LEAD, ASSIST))
    life.wait(minutes=10).do(RuleObjection(1, True, WHY, precedent=True), DESK)
    assert life.task(1).state is TaskState.WITHDRAWN
    assert not specs(life, 1)
    new = life.task(3)
    assert (new.org, new.role, new.called_at) == (TELECOM, TaskRole.LEAD, life.now)
    assert {s.started_at for s in specs(life, 3)} == {life.now}
    event = ruled(life)
    assert (event.upheld, event.org, event.next, event.silent) == (True, WATER, TELECOM, False)
    assert (event.class_code, event.area, event.ground) == ("W01", AREA, "not_our_property")
    (rule,) = precedents(life.state)
    assert (rule.class_code, rule.area, rule.org, rule.next) == ("W01", AREA, WATER, TELECOM)
    assert ("objection_upheld", WATER, 1) in told(life)


def test_only_the_desk_of_the_district_rules():
    life = objected(whistle("emergency", LEAD))
    for nobody in (STAFF, LEADER, FAR_DESK, WATER_HEAD, TELECOM_HEAD):
        assert life.reason(RuleObjection(1, True, WHY), nobody) is Reason.NOT_ALLOWED


def test_the_desk_names_another_one_than_was_suggested_even_the_sub_district_itself():
    life = objected(whistle("emergency", LEAD))
    life.do(RuleObjection(1, True, WHY, AREA), DESK)
    life.do(c.Claim(2), STAFF)
    life.do(c.ReportIn(2), STAFF)
    life.do(c.Submit(2, WHY), STAFF)
    assert life.reason(c.CheckPass(), STAFF) is Reason.HANDLER_MAY_NOT_CHECK
    life.do(c.CheckPass(), STAFF2)
    assert life.state.status is Status.CLOSED


def test_the_ruling_names_the_class_that_it_turned_out_to_be():
    """domain.md 8.6: a cover that nobody owns; whoever is called next has that class's limit."""
    life = objected(whistle("emergency", LEAD, ASSIST, class_code="E01001", limit_class="water_cover_broken"))
    before, first = specs(life, 2), life.state.facts.class_code
    unknown = RuleObjection(1, True, WHY, TELECOM, class_code="E01023", limit_class="nothing")
    assert life.reason(unknown, DESK) is Reason.UNKNOWN_LIMIT_CLASS
    ruling = replace(unknown, limit_class="unknown_cover_danger", precedent=True)
    life.do(ruling, DESK)
    assert (life.state.facts.class_code, life.state.facts.limit_class) == ("E01023", "unknown_cover_danger")
    assert life.clock("handle:3:handle").spec.limit == "2 hours continuous"
    assert specs(life, 2) == before, "no running clock is touched"
    (ruled,) = [e for e in life.log if isinstance(e, ObjectionRuled)]
    assert (ruled.class_code, ruled.new_class) == (first, "E01023")
    assert [p.class_code for p in precedents(life.state)] == ["E01023"], "a rule for the class that it is"


def test_an_earlier_precedent_keeps_its_own_class():
    life = objected(whistle("emergency", LEAD, class_code="E01001", limit_class="water_cover_danger"))
    life.do(RuleObjection(1, True, WHY, TELECOM, precedent=True), DESK)
    life.do(Object(2, "not_our_property", WHY, WHY), TELECOM_HEAD)
    life.do(RuleObjection(2, False, WHY, class_code="E01023", limit_class="unknown_cover_danger"), DESK)
    assert life.state.facts.class_code == "E01023", "also where the objection is overruled"
    assert [p.class_code for p in precedents(life.state)] == ["E01001"]


def test_a_department_that_assists_already_becomes_the_lead_and_keeps_its_clocks():
    life = whistle("emergency", LEAD, ASSIST)
    arrived(life, 2, LAMPMAN)
    before = specs(life, 2)
    objected(life, suggests=LAMPS)
    life.do(RuleObjection(1, True, WHY), DESK)
    assert any(isinstance(e, LeadPassed) for e in life.log)
    assert life.state.lead().org == LAMPS
    assert specs(life, 2) == before
    assert len(life.state.tasks) == 2
    assert life.state.status is Status.IN_ACTION, "the lead is on the scene already"
    assert ("lead_passed", LAMPS, 2) in told(life)


def test_a_helper_whose_work_somebody_there_does_anyway_just_leaves():
    life = whistle("emergency", LEAD, ASSIST)
    arrived(life, 1, WATERMAN)
    life.do(c.Submit(1, WHY), WATERMAN)
    objected(life, 2, LAMP_DISPATCHER, suggests=WATER)
    life.do(RuleObjection(2, True, WHY), DESK)
    assert len(life.state.tasks) == 2
    assert life.state.status is Status.CHECKING, "nothing is left to wait for"


def test_a_unit_that_was_only_told_is_called_in_earnest():
    life = objected(whistle("emergency", LEAD, Party(TELECOM, TaskRole.INFORM)))
    life.do(RuleObjection(1, True, WHY), DESK)
    assert [(t.org, t.role) for t in life.state.tasks[1:]] == [(TELECOM, TaskRole.INFORM), (TELECOM, TaskRole.LEAD)]


def test_overruled_the_department_goes_on_and_does_not_object_again():
    life = objected(whistle("emergency", LEAD))
    before = specs(life)
    life.do(RuleObjection(1, False, WHY), DESK)
    assert (life.task().state, specs(life)) == (TaskState.READY, before)
    assert life.clock("ruling:1").outcome is Outcome.MET
    assert life.reason(Object(1, "not_our_place", WHY, WHY), WATER_DISPATCHER) is Reason.OBJECTED_ONCE
    assert ("objection_overruled", WATER, 1) in told(life)


# -- silence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("suggests", "expected"), [(TELECOM, TELECOM), (None, DESK_ORG)])
def test_silence_of_the_desk_accepts_at_the_due_instant(suggests, expected):
    life = objected(whistle("emergency", LEAD), suggests=suggests)
    due = life.clock("ruling:1").spec.due
    life.until(due).tick()
    assert life.task(1).state is TaskState.OBJECTED, "ruled at the due instant is in time"
    life.until(due + MICRO).tick()
    event = ruled(life)
    assert (event.at, event.silent, event.upheld, event.next) == (due, True, True, expected)
    assert life.state.lead().org == expected
    assert life.state.lead().called_at == due
    assert life.clock("ruling:1").outcome is Outcome.CANCELLED, "nobody ruled"
    assert ("rung:uphold", DESK_ORG, 1) in told(life)


def test_the_desk_holds_a_matter_without_owner_and_passes_it_on_by_replacing_itself():
    life = objected(whistle("emergency", LEAD), suggests=None).wait(hours=1)
    life.tick()
    life.do(c.Claim(2), DESK)
    life.do(ReplaceDepartment(2, TELECOM, WHY), DESK)
    assert life.state.lead().org == TELECOM


def test_a_matter_does_not_fly_back_and_forth():
    life = objected(whistle("emergency", LEAD), suggests=TELECOM).wait(minutes=31)
    objected(life, 2, TELECOM_HEAD, suggests=WATER)
    life.wait(minutes=31).tick()
    assert [t.org for t in life.state.tasks] == [WATER, TELECOM, DESK_ORG]
    assert life.state.lead().org == DESK_ORG


def test_the_desk_may_send_it_back_to_the_first_one_who_then_keeps_it():
    life = objected(whistle("emergency", LEAD), suggests=TELECOM).wait(minutes=31)
    objected(life, 2, TELECOM_HEAD, suggests=None)
    life.do(RuleObjection(2, True, WHY, WATER), DESK)
    assert life.state.lead().org == WATER
    assert life.reason(Object(3, "not_our_duty", WHY, WHY), WATER_DISPATCHER) is Reason.OBJECTED_ONCE


def test_whoever_is_let_go_has_no_objection_left_to_rule_on():
    life = objected(whistle("emergency", LEAD, ASSIST), 2, LAMP_DISPATCHER)
    life.do(c.Release(2, WHY), STAFF)
    assert life.reason(RuleObjection(2, True, WHY), DESK) is Reason.NO_OBJECTION
    life.wait(hours=2).tick()
    assert len(life.state.tasks) == 2
    assert "ruling:2" not in life.open_clocks()


def with_clock(code, rule):
    """`beijing/2` with another clock for emergencies."""
    base = rules2()
    kind = base.pack.kinds["emergency"]
    changed = replace(kind, clocks={**kind.clocks, code: rule})
    return replace(base, pack=replace(base.pack, kinds={**base.pack.kinds, "emergency": changed}))


def test_a_lease_that_ends_during_an_objection_returns_the_task_all_the_same():
    leased = with_clock(ClockCode.LEASE, lease("10 minutes continuous"))
    life = whistle("emergency", LEAD, life=Life(leased))
    life.do(c.Claim(1), WATERMAN)
    objected(life).wait(minutes=11).tick()
    assert (life.task().state, life.task().before, life.task().holder) == (TaskState.OBJECTED, TaskState.READY, None)
    assert "claim:1" in life.open_clocks()


def test_a_pack_whose_rulings_nobody_ends_is_found():
    ruling = rules2().pack.kinds["emergency"].clocks[ClockCode.RULING]
    mute = with_clock(ClockCode.RULING, replace(ruling, ladder=ruling.ladder[:1]))
    assert any("an objection would wait for ever" in found for found in lint(mute.pack))


def test_a_ruling_comes_while_the_case_is_suspended_too():
    assert RULES[RuleObjection].statuses >= {Status.MUSTERING, Status.IN_ACTION, Status.SUSPENDED}


def test_evaluation_reads_from_the_events_how_an_objection_ended():
    life = whistle("emergency", LEAD, ASSIST)
    objected(life)
    objected(life, 2, LAMP_DISPATCHER)
    assert [t.objection for t in facts_from(life.log).tasks] == [Stood.OPEN, Stood.OPEN]
    life.do(RuleObjection(2, False, WHY), DESK)
    ruled_at = life.now
    life.wait(minutes=31).tick()
    facts = {t.no: t for t in facts_from(life.log).tasks}
    assert (facts[2].objection, facts[2].ruled_at) == (Stood.OVERRULED, ruled_at)
    assert facts[1].objection is Stood.UPHELD, "silence accepts"
    assert facts[3].objection is None


# -- properties ------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.integers(0, 50), st.sampled_from(("object", "uphold", "overrule", "replace", "release", "silence")),
        st.integers(1, 4), st.sampled_from((None, LAMPS, TELECOM, WATER, AREA)),
    ), max_size=12,
)  # fmt: skip
HEADS = {WATER: WATER_DISPATCHER, LAMPS: LAMP_DISPATCHER, TELECOM: TELECOM_HEAD}


@settings(deadline=None)
@given(STEPS)
def test_whatever_happens_one_leads_and_every_objection_ends_by_its_instant(steps):
    life = whistle("emergency", LEAD, ASSIST)
    for minutes, what, no, org in steps:
        life.wait(minutes=minutes).tick()
        task = life.state.task(no)
        if task is None:
            continue
        before = specs(life, no)
        command, actor = {
            "object": (Object(no, "not_our_duty", WHY, WHY, org), HEADS.get(task.org, DESK)),
            "uphold": (RuleObjection(no, True, WHY, org), DESK),
            "overrule": (RuleObjection(no, False, WHY), DESK),
            "replace": (ReplaceDepartment(no, org or TELECOM, WHY), STAFF),
            "release": (c.Release(no, WHY), STAFF),
            "silence": (c.Tick(), None),
        }[what]
        if actor is not None:
            try:
                life.do(command, actor)
            except Refusal:
                continue
            if what == "object":
                assert specs(life, no) == before, "objecting stopped a clock"
        leads = [t for t in life.state.tasks if t.role is TaskRole.LEAD and not t.is_gone]
        assert len(leads) == 1
        waiting = {t.no for t in life.state.tasks if t.state is TaskState.OBJECTED}
        running = {k.spec.task for k in life.state.clocks if k.spec.code == "ruling" and k.is_open}
        assert waiting == running
        ends = {r.at for _, s, r in due_rungs(life.state) if s.code == "ruling" and r.action == "uphold"}
        assert len(ends) <= len(waiting) <= len([k for k in life.state.clocks if k.spec.code == "ruling"])
    life.wait(hours=1).tick()
    assert not [t for t in life.state.tasks if t.state is TaskState.OBJECTED]
    open_objections = [o for o in life.state.annex.objections if o.upheld is None]
    assert all(life.task(o.task).state is TaskState.RELEASED for o in open_objections)
