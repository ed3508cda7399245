"""Coordination: who may be called by whom, replaced, invited; cases of two districts and of departments."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import commands as c
from domain.case import Direction, Outcome, Party, Status, TaskRole, TaskState, Tie
from domain.chapters.coordination import DeclineInvitation, ReplaceDepartment
from domain.errors import Reason
from domain.events import ResultSubmitted
from domain.notices import notices
from tests.support.cases import (
    AREA,
    ASSIST,
    COMMUNITY,
    DESK,
    GARDENS,
    INFORM,
    LAMP_DISPATCHER,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    OTHER_AREA,
    PHOTO,
    STAFF,
    STAFF2,
    WATER,
    WATERMAN,
    Life,
    arrived,
    person,
    raise_command,
    rules,
    rules2,
)  # fmt: skip
from tests.support.parties import (
    CENTRAL,
    DUTY,
    FAR,
    FAR_STAFF,
    FAR_WORKER,
    FAR_ZF,
    FROM_DEPT,
    HELPER,
    INVITED,
    LAMP_HEAD,
    LISTENER,
    PSY,
    STATION,
    STREET_LEAD,
    TEAM,
    TELECOM,
    TO_STREET,
    WHY,
    ZF,
    assigned,
    late,
    whistle,
)  # fmt: skip

HOUR = timedelta(hours=1)


def handed_in(life, no, worker):
    arrived(life, no, worker)
    for _ in life.task(no).stages or (1,):
        life.do(c.Submit(no, WHY), worker)
    return life


def told(life, since):
    """Every notice since an event, with the state at the end."""
    return [n for event in life.log[since:] for n in notices(event, life.state)]


# -- lead and assist -------------------------------------------------------------------------------------------------


def test_a_late_result_needs_its_reason_and_keeps_it():
    life = late()
    assert life.reason(c.Submit(1, WHY), WATERMAN) is Reason.EVIDENCE_MISSING
    refused = life.refused(c.Submit(1, WHY, PHOTO), WATERMAN)
    assert refused.facts["due"] == life.clock("handle:1:handle").spec.due.isoformat()
    (event, *_) = life.do(c.Submit(1, WHY, late_reason=WHY), WATERMAN)
    assert isinstance(event, ResultSubmitted)
    assert event.late_reason == "why"


def test_a_result_in_time_keeps_no_reason_even_if_one_is_given():
    life = whistle("emergency", LEAD)
    arrived(life)
    life.until(life.clock("handle:1:handle").spec.due)
    (event, *_) = life.do(c.Submit(1, WHY, late_reason=WHY), WATERMAN)
    assert event.late_reason is None


def test_under_the_first_rule_pack_nobody_asks_for_a_reason():
    life = arrived(whistle("emergency", LEAD, life=Life(rules()))).wait(hours=9)
    life.do(c.Submit(1, WHY), WATERMAN)
    assert life.task().state is TaskState.SUBMITTED


def test_the_lead_hears_what_an_assisting_department_reports():
    life = whistle("emergency", LEAD, ASSIST)
    arrived(life, 1, WATERMAN)
    arrived(life, 2, LAMPMAN)
    since = len(life.log)
    life.do(c.StageReport(2, WHY), LAMPMAN)
    life.do(c.Submit(2, WHY), LAMPMAN)
    said = {(n.code, n.org, n.user, n.task) for n in told(life, since)}
    assert ("stage_reported", WATER, "waterman", 2) in said
    assert ("assist_submitted", WATER, "waterman", 2) in said
    since = len(life.log)
    life.do(c.StageReport(1, WHY), WATERMAN)
    assert {n.org for n in told(life, since)} == {AREA}


# -- replace ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [STAFF, DESK])
def test_a_replaced_lead_is_let_go_and_the_next_one_has_its_own_time(by):
    life = arrived(whistle("emergency", LEAD, ASSIST)).wait(minutes=20)
    life.do(ReplaceDepartment(1, TELECOM, WHY), by)
    assert life.task(1).state is TaskState.RELEASED
    assert all(k.outcome is not Outcome.OPEN for k in life.state.clocks if k.spec.task == 1)
    new = life.task(3)
    assert (new.org, new.role, new.state) == (TELECOM, TaskRole.LEAD, TaskState.READY)
    assert life.state.lead() == new
    assert life.clock("report_in:3").spec.started_at == life.now
    assert life.state.status is Status.IN_ACTION, "whoever came has begun"
    assert life.state.uncalled == (2, 3)


def test_a_department_that_is_there_does_not_take_another_place():
    life = whistle("emergency", LEAD, ASSIST)
    assert life.reason(ReplaceDepartment(1, LAMPS, WHY), STAFF) is Reason.ALREADY_IN_CASE
    assert life.reason(ReplaceDepartment(2, COMMUNITY, WHY), FAR_STAFF) is Reason.NOT_ALLOWED
    assert life.reason(ReplaceDepartment(1, COMMUNITY, WHY), STAFF) is Reason.COMMUNITY_MAY_NOT_LEAD
    assert life.reason(ReplaceDepartment(1, PSY, WHY, Tie.INVITATION), STAFF) is Reason.PARTNER_MAY_NOT_LEAD
    life.do(ReplaceDepartment(2, COMMUNITY, WHY), STAFF)
    life.do(ReplaceDepartment(1, LAMPS, WHY), STAFF)
    assert [t.org for t in life.state.duties()] == [COMMUNITY, LAMPS]


def test_replacing_is_not_in_force_under_the_first_rule_pack():
    life = whistle("emergency", LEAD, life=Life(rules()))
    assert life.reason(ReplaceDepartment(1, LAMPS, WHY), STAFF) is Reason.NOT_IN_FORCE


# -- partners and central bodies -------------------------------------------------------------------------------------


def test_a_partner_is_invited_without_any_clock_and_counts_for_nothing():
    life = whistle("emergency", LEAD, INVITED)
    assert life.task(2).tie is Tie.INVITATION
    assert not life.task(2).is_duty
    assert not [k for k in life.state.clocks if k.spec.task == 2]
    life.do(c.Claim(2), LISTENER)
    life.do(c.ReportIn(2), LISTENER)
    assert life.state.status is Status.MUSTERING, "a partner makes no quorum"
    handed_in(life, 1, WATERMAN)
    assert life.state.status is Status.CHECKING, "nobody waits for a partner"


def test_a_partner_tells_and_hands_in_what_it_did_and_is_never_sent_back():
    life = whistle("emergency", LEAD, INVITED)
    life.do(c.Claim(2), LISTENER)
    life.do(c.ReportIn(2), LISTENER)
    life.do(c.StageReport(2, WHY), LISTENER)
    life.do(c.Submit(2, WHY), LISTENER)
    handed_in(life, 1, WATERMAN)
    assert life.reason(c.CheckFail(WHY, (2,)), STAFF2) is Reason.NOTHING_TO_RETURN
    life.do(c.CheckFail(WHY), STAFF2)
    assert (life.task(1).rework, life.task(2).rework) == (1, 0)


def test_a_partner_declines_and_may_be_invited_again():
    life = whistle("emergency", LEAD, INVITED)
    since = len(life.log)
    life.do(DeclineInvitation(2, WHY), LISTENER)
    assert life.task(2).state is TaskState.WITHDRAWN
    assert [(n.code, n.org) for n in told(life, since)] == [("declined", AREA)]
    life.do(c.AddDepartment(PSY, TaskRole.ASSIST, Tie.INVITATION), STAFF)
    assert life.task(3).org == PSY


def test_a_station_may_help_and_a_central_body_may_know():
    life = whistle("emergency", LEAD)
    life.do(c.AddDepartment(STATION, TaskRole.ASSIST, Tie.INVITATION), STAFF)
    life.do(c.Claim(2), HELPER)
    assert life.reason(c.AddDepartment(CENTRAL, TaskRole.ASSIST, Tie.NOTICE), STAFF) is Reason.NOTICE_ONLY
    life.do(c.AddDepartment(CENTRAL, TaskRole.INFORM, Tie.NOTICE), STAFF)
    assert life.reason(c.Submit(3, WHY), person("x", CENTRAL)) is Reason.NOT_ALLOWED
    assert not [k for k in life.state.clocks if k.spec.task in (2, 3)]


def test_what_a_unit_is_told_says_what_binds_it():
    life = whistle("emergency", LEAD, INVITED, Party(CENTRAL, TaskRole.INFORM, Tie.NOTICE))
    assert {(n.code, n.org) for n in told(life, 0) if n.task} == {
        ("called", WATER), ("invited", PSY), ("copied", CENTRAL),
    }  # fmt: skip


# -- own powers ------------------------------------------------------------------------------------------------------


def own_matter(*parties, **more):
    return whistle(more.pop("kind", "joint_enforcement"), *parties, class_code="E09006", **more)


def test_for_a_power_of_its_own_a_sub_district_calls_its_own_team():
    assert own_matter(Party(TEAM, TaskRole.LEAD)).state.facts.class_code == "E09006"


def test_others_may_be_called_for_what_goes_beyond_the_power_and_anybody_in_an_emergency():
    own_matter(Party(TEAM, TaskRole.LEAD), ASSIST)
    own_matter(Party(TEAM, TaskRole.LEAD), Party(ZF, TaskRole.INFORM))
    own_matter(Party(ZF, TaskRole.LEAD), kind="emergency")


def test_the_department_that_held_the_power_cannot_be_added_either():
    life = own_matter(Party(TEAM, TaskRole.LEAD))
    life.do(c.Approve(), LEADER)
    refused = life.refused(c.AddDepartment(ZF, TaskRole.ASSIST), STAFF)
    assert refused.reason is Reason.OWN_POWER
    assert refused.facts["power"] == "对占道经营的处罚"


def test_under_the_first_rule_pack_no_power_is_asked_for():
    own_matter(Party(ZF, TaskRole.LEAD), life=Life(rules()))


# -- two districts ---------------------------------------------------------------------------------------------------


def test_the_other_sub_district_adds_departments_of_its_own_district_and_urges():
    life = whistle("emergency", LEAD, joint_areas=(FAR,))
    life.do(c.AddDepartment(FAR_ZF, TaskRole.ASSIST), FAR_STAFF)
    life.do(c.Urge(2), FAR_STAFF)
    assert life.reason(c.AddDepartment(GARDENS, TaskRole.ASSIST), FAR_STAFF) is Reason.NOT_OWN_DISTRICT
    assert life.reason(c.AddDepartment(FAR, TaskRole.ASSIST), STAFF) is Reason.STREET_IS_NO_PARTY
    handed_in(life, 1, WATERMAN)
    handed_in(life, 2, FAR_WORKER)
    assert life.reason(c.CheckPass(), FAR_STAFF) is Reason.NOT_ALLOWED
    life.do(c.CheckPass(), STAFF2)


def test_a_case_of_two_districts_is_escalated_to_the_city_too():
    def reached(life):
        rungs = [r for k in life.state.clocks for r in k.spec.rungs if r.level]
        return {(r.action, r.level): "city_supervisor" in r.to for r in rungs}

    joint = reached(whistle("emergency", LEAD, joint_areas=(FAR,)))
    assert joint == {key: key[0] == "supervise" or key[1] >= 2 for key in joint}
    assert not any(reached(whistle("emergency", LEAD, joint_areas=(OTHER_AREA,))).values())
    life = whistle("emergency", LEAD, joint_areas=(FAR,)).wait(hours=1)
    life.tick()
    assert ("110000-SUP", "rung:escalate") in {(n.org, n.code) for n in told(life, 0)}


def test_a_silent_department_of_the_other_district_alarms_both_desks():
    life = whistle("emergency", LEAD, Party(FAR_ZF, TaskRole.ASSIST), joint_areas=(FAR,)).wait(minutes=6)
    life.tick()
    desks = {(n.org, n.task) for n in told(life, 0) if n.org.endswith("-DESK")}
    assert desks == {("110101-DESK", 1), ("110101-DESK", 2), ("110102-DESK", 2)}


@pytest.mark.parametrize("joint", [(AREA,), (FAR, FAR), ("110102",), (COMMUNITY,)])
def test_who_cannot_raise_together(joint):
    life = Life(rules2())
    assert life.reason(raise_command("emergency", LEAD, joint_areas=joint), STAFF) is Reason.BAD_JOINT_AREA


def test_raising_together_is_not_in_force_under_the_first_rule_pack():
    assert Life(rules()).reason(raise_command("emergency", joint_areas=(FAR,)), STAFF) is Reason.NOT_IN_FORCE


# -- departments that raise ------------------------------------------------------------------------------------------


def test_a_department_calls_departments_and_checks_itself():
    life = whistle("joint_enforcement", LEAD, by=LAMP_DISPATCHER, **FROM_DEPT)
    assert life.clock("approval").spec.party == LAMPS
    assert [(n.org, n.role) for n in told(life, 0)] == [(LAMPS, "dept_leader")]
    assert life.reason(c.Approve(), LEADER) is Reason.NOT_ALLOWED
    life.do(c.Approve(), LAMP_HEAD)
    handed_in(life, 1, WATERMAN)
    assert life.clock("check").spec.party == LAMPS
    assert life.reason(c.CheckPass(), STAFF) is Reason.NOT_ALLOWED
    life.do(c.CheckPass(), LAMP_DISPATCHER)
    assert life.state.status is Status.CLOSED


@pytest.mark.parametrize(
    ("changes", "by", "reason"),
    [
        ({"parties": (Party(LAMPS, TaskRole.LEAD),)}, LAMP_DISPATCHER, Reason.RAISER_IS_NO_PARTY),
        ({"parties": (STREET_LEAD,)}, LAMP_DISPATCHER, Reason.STREET_IS_NO_PARTY),
        ({"area": FAR}, LAMP_DISPATCHER, Reason.NOT_OWN_DISTRICT),
        ({}, LAMPMAN, Reason.NOT_ALLOWED),
        ({}, STAFF, Reason.NOT_ALLOWED),
        ({}, DESK, Reason.NOT_ALLOWED),
        ({"raiser": WATER}, LAMP_DISPATCHER, Reason.NOT_ALLOWED),
        ({"raiser": OTHER_AREA}, STAFF, Reason.NOT_ALLOWED),
        ({"direction": Direction.STREET_TO_DEPT}, LAMP_DISPATCHER, Reason.WRONG_DIRECTION),
        ({"joint_areas": (OTHER_AREA,)}, LAMP_DISPATCHER, Reason.BAD_JOINT_AREA),
        ({"kind": "major_proposal"}, LAMP_DISPATCHER, Reason.WRONG_DIRECTION),
    ],
)
def test_what_a_department_cannot_raise(changes, by, reason):
    command = replace(raise_command("emergency", LEAD, **FROM_DEPT), **changes)
    assert Life(rules2()).reason(command, by) is reason


def test_no_department_raises_under_the_first_rule_pack():
    assert Life(rules()).reason(raise_command("emergency", LEAD, **FROM_DEPT), LAMP_DISPATCHER) is Reason.NOT_IN_FORCE


def test_work_for_a_sub_district_waits_for_the_district_and_comes_with_what_it_takes():
    life = assigned()
    assert life.state.status is Status.PENDING_APPROVAL
    assert life.clock("approval").spec.party == "110101-DESK"
    assert [(n.code, n.org) for n in told(life, 0)] == [("approval_wanted", "110101-DESK")]
    for nobody in (LEADER, LAMP_HEAD, LAMP_DISPATCHER):
        assert life.reason(c.Approve(), nobody) is Reason.NOT_ALLOWED
    life.do(c.Approve(), DESK)
    assert (life.task(1).org, life.task(1).role) == (AREA, TaskRole.LEAD)
    life.do(c.Claim(1), STAFF)
    life.do(c.Submit(1, WHY), STAFF)
    life.do(c.CheckPass(), LAMP_DISPATCHER)


def test_work_goes_to_the_sub_district_of_the_place_only():
    other = (Party(OTHER_AREA, TaskRole.LEAD),)
    for parties in (other, (LEAD,)):
        command = raise_command("assigned_work", *parties, **TO_STREET, support=WHY)
        assert Life(rules2()).reason(command, LAMP_DISPATCHER) is Reason.WRONG_DIRECTION


def test_a_comment_on_a_plan_is_a_right_and_needs_no_approval():
    life = whistle("planning_comment", STREET_LEAD, by=LAMP_DISPATCHER, **TO_STREET)
    assert life.state.status is Status.MUSTERING
    assert life.clock("handle:1:handle").spec.limit == "10 days work_days_8h"
    life.do(c.Assign(1, "staff", AREA), LEADER)
    life.do(c.Unclaim(1, WHY), DUTY)
    life.do(c.Claim(1), STAFF)
    life.do(c.Submit(1, WHY), STAFF)
    assert life.state.status is Status.CHECKING


def test_a_proposal_on_a_major_matter_is_owed_a_written_answer():
    life = whistle("major_proposal", LEAD)
    life.do(c.Approve(), LEADER)
    assert life.clock("handle:1:handle").spec.limit == "15 days work_days_8h"
    life.do(c.Claim(1), WATERMAN)
    life.do(c.Submit(1, WHY), WATERMAN)
    assert life.state.status is Status.CHECKING


def test_a_lead_only_ever_is_one():
    life = whistle("emergency", LEAD, ASSIST, INFORM)
    life.do(ReplaceDepartment(1, TELECOM, WHY), STAFF)
    assert life.reason(c.AddDepartment(GARDENS, TaskRole.LEAD), STAFF) is Reason.ONE_LEAD
    assert [t.org for t in life.state.tasks if t.role is TaskRole.LEAD and not t.is_gone] == [TELECOM]


# -- a limit set for an assisting unit ---------------------------------------------------------------------------------


def test_who_adds_a_unit_may_say_until_when_it_answers():
    """接诉即办条例 art. 14: results go to the lead within the set limit; one stage, the last of the class."""
    life = whistle("emergency", LEAD, limit_class="illegal_building_staged")
    due = life.now + 3 * HOUR
    life.do(c.AddDepartment(LAMPS, TaskRole.ASSIST, due=due), STAFF)
    assert life.task(2).stages == ("remove",)
    clock = life.clock("handle:2:remove").spec
    assert (clock.due, clock.limit) == (due, "given")
    assert life.clock("report_in:2").is_open
    arrived(life, 2, LAMPMAN)
    life.do(c.Submit(2, WHY), LAMPMAN)
    assert life.task(2).state is TaskState.SUBMITTED


@pytest.mark.parametrize(
    ("role", "tie", "hours", "reason"),
    [
        (TaskRole.ASSIST, Tie.ORDER, 0, Reason.END_DATE_PAST), (TaskRole.INFORM, Tie.ORDER, 1, Reason.INFORM_ONLY),
        (TaskRole.ASSIST, Tie.INVITATION, 1, Reason.INVITED_ONLY),
    ],
)  # fmt: skip
def test_no_limit_is_set_that_is_over_or_that_nobody_owes(role, tie, hours, reason):
    life = whistle("emergency", LEAD)
    command = c.AddDepartment(LAMPS, role, tie, due=life.now + hours * HOUR)
    assert life.reason(command, STAFF) is reason


def test_under_the_first_rules_nobody_sets_a_limit():
    life = whistle("emergency", LEAD, life=Life(rules()))
    command = c.AddDepartment(LAMPS, TaskRole.ASSIST, due=life.now + HOUR)
    assert life.reason(command, STAFF) is Reason.NOT_IN_FORCE
