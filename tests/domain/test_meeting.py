"""Meetings: who convenes which form, quorum, minutes, dated tasks; each ends held, cancelled or escalated."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.case import TaskRole, Tie
from domain.chapters import meeting as m
from domain.errors import Reason
from domain.events import RungFired, Text
from domain.meetings import MeetingForm, MeetingState, QuorumRule, needed
from domain.notices import notices
from tests.support.cases import (
    AREA,
    ASSIST,
    CITY_SUPERVISOR,
    COMMUNITY,
    DESK,
    GARDENS,
    LAMPMAN,
    LAMPS,
    LEAD,
    MICRO,
    MONDAY,
    STAFF,
    WATER,
    WATERMAN,
    names,
    raised,
    rules,
    rules2,
)  # fmt: skip

WHY = Text("why")
AGREED = MONDAY + timedelta(days=2)
FOUR = ("community_party", "residents_committee", "owners", "property_firm")


def case(form=MeetingForm.COMMITTEE_STREET, actor=STAFF, invited=()):
    """A case about which one meeting is called."""
    life = raised(rules2(), LEAD, ASSIST, kind="emergency")
    life.do(m.CallMeeting(form, WHY, AGREED, invited), actor)
    return life


def meeting(life, no=1):
    return m.meeting_of(life.state, no)


def state_of(life):
    held = meeting(life)
    return held.state(life.now, runs=life.clock(held.clock).is_live)


def test_a_meeting_is_a_clock_until_its_agreed_instant():
    life = case()
    spec = life.clock("meeting:-:1").spec
    assert (spec.due, spec.limit, spec.party) == (AGREED, "given", AREA)
    assert meeting(life).invited == (AREA, WATER, LAMPS)
    assert meeting(life).needed == 2
    assert state_of(life) is MeetingState.CALLED


def test_the_result_about_a_sensitive_case_is_not_made_public():
    life = raised(rules2(), LEAD, ASSIST, kind="emergency", sensitive=True)
    life.do(m.CallMeeting(MeetingForm.COMMITTEE_STREET, WHY, AGREED), STAFF)
    held = m.HoldMeeting(1, (AREA, WATER), WHY, WHY, publish=True)
    assert life.reason(held, STAFF) is Reason.KEPT_CONFIDENTIAL
    life.do(replace(held, publish=False), STAFF)
    assert life.reason(m.PublishMeeting(1), STAFF) is Reason.KEPT_CONFIDENTIAL


@pytest.mark.parametrize(
    ("form", "actor"),
    [
        (MeetingForm.COMMITTEE_STREET, STAFF), (MeetingForm.COMMITTEE_DISTRICT, DESK),
        (MeetingForm.COMMITTEE_CITY, CITY_SUPERVISOR), (MeetingForm.COMMUNITY_HALL, STAFF),
    ],
)  # fmt: skip
def test_each_level_convenes_its_own_forms(form, actor):
    life = case(form, actor)
    for other in {STAFF, DESK, CITY_SUPERVISOR} - {actor}:
        assert life.reason(m.CallMeeting(form, WHY, AGREED), other) is Reason.MEETING_LEVEL
        assert life.reason(m.CancelMeeting(1, WHY), other) is Reason.MEETING_LEVEL


def test_an_invited_office_that_was_not_in_the_case_sees_it_and_owes_nothing():
    life = case(invited=(GARDENS,))
    task = life.task(3)
    assert (task.org, task.role, task.tie, task.is_duty) == (GARDENS, TaskRole.INFORM, Tie.NOTICE, False)
    called = next(e for e in life.log if isinstance(e, m.MeetingCalled))
    assert {n.org for n in notices(called, life.state)} == {AREA, WATER, LAMPS, GARDENS}


@pytest.mark.parametrize(
    ("rule", "invited", "wanted"), [("all", 4, 4), ("majority", 4, 3), ("majority", 5, 3), ("count", 4, 2)]
)
def test_a_quorum_is_all_a_majority_or_a_number(rule, invited, wanted):
    assert needed(QuorumRule(rule), 2, invited) == wanted


def test_without_a_quorum_nothing_is_decided():
    life = case(MeetingForm.FOUR_PARTIES)
    refused = life.refused(m.HoldMeeting(1, (*FOUR[:3], FOUR[0]), WHY, WHY), STAFF)
    assert refused.reason is Reason.QUORUM_MISSING
    assert refused.facts == {"needed": 4, "present": 3}
    assert life.reason(m.HoldMeeting(1, (*FOUR, WATER), WHY, WHY), STAFF) is Reason.NOT_AT_MEETING
    held = life.do(m.HoldMeeting(1, FOUR, WHY, WHY, publish=True), STAFF)
    assert names(held) == ["MeetingHeld", "ClockEnded", "MeetingPublished"]
    assert state_of(life) is MeetingState.HELD
    assert life.reason(m.HoldMeeting(1, FOUR, WHY, WHY), STAFF) is Reason.MEETING_IS_OVER
    assert life.reason(m.PublishMeeting(1), STAFF) is Reason.PUBLISHED_ONCE


def test_a_decision_becomes_a_dated_task_beside_the_one_that_the_member_has():
    life = case()
    life.do(m.HoldMeeting(1, (AREA, LAMPS), WHY, WHY), STAFF)
    due = MONDAY + timedelta(days=30)
    life.do(m.DecideTask(1, LAMPS, due, WHY), STAFF)
    assert [t.org for t in life.state.tasks] == [WATER, LAMPS, LAMPS]
    assert life.task(3).stages == ("decided",)
    assert life.clock("handle:3:decided").spec.due == due
    assert life.state.clock("report_in:3") is None
    assert meeting(life).tasks == (3,)
    assert life.reason(m.DecideTask(1, AREA, due, WHY), STAFF) is Reason.RAISER_IS_NO_PARTY
    assert life.reason(m.DecideTask(1, COMMUNITY, due, WHY), STAFF) is Reason.NOT_AT_MEETING
    assert life.reason(m.DecideTask(1, LAMPS, MONDAY, WHY), STAFF) is Reason.MEETING_PAST


def test_a_partner_is_invited_to_what_was_decided_and_nothing_runs_against_it():
    life = case(invited=(GARDENS,))
    life.do(m.HoldMeeting(1, (AREA, WATER, LAMPS, GARDENS), WHY, WHY), STAFF)
    life.do(m.DecideTask(1, GARDENS, MONDAY + timedelta(days=30), WHY, Tie.INVITATION), STAFF)
    task = life.task(4)
    assert (task.org, task.tie, task.is_duty) == (GARDENS, Tie.INVITATION, False)
    assert not [k for k in life.open_clocks() if ":4" in k]


def test_a_decided_task_that_is_sent_back_has_a_new_limit():
    life = case()
    life.do(m.HoldMeeting(1, (AREA, LAMPS), WHY, WHY), STAFF)
    life.do(m.DecideTask(1, LAMPS, MONDAY + timedelta(days=30), WHY), STAFF)
    for no, worker in ((1, WATERMAN), (2, LAMPMAN), (3, LAMPMAN)):
        life.do(c.Claim(no), worker)
        life.do(c.ReportIn(no), worker)
        life.do(c.Submit(no, WHY), worker)
    life.do(c.CheckFail(WHY, (3,)), STAFF)
    assert life.clock("handle:3:decided").is_open
    assert life.clock("handle:3:decided").spec.generation == 2


def test_an_older_pack_has_no_meetings():
    life = raised(rules(), kind="emergency")
    assert life.reason(m.CallMeeting(MeetingForm.FOUR_PARTIES, WHY, AGREED), STAFF) is Reason.CHAPTER_NOT_IN_FORCE


@settings(max_examples=25, deadline=None)
@given(hours=st.integers(1, 400), end=st.sampled_from(("hold", "cancel", "withdraw", "nothing")))
def test_a_meeting_ends_held_cancelled_or_with_its_case_and_is_escalated_until_then(hours, end):
    life = case(MeetingForm.FOUR_PARTIES)
    life.wait(hours=hours).tick()
    if end == "hold":
        life.do(m.HoldMeeting(1, FOUR, WHY, WHY), STAFF)
    elif end == "cancel":
        life.do(m.CancelMeeting(1, WHY), STAFF)
    elif end == "withdraw":
        life.do(c.Withdraw(WHY), STAFF)
    ended = {"hold": MeetingState.HELD, "cancel": MeetingState.CANCELLED, "withdraw": MeetingState.FALLEN}
    overdue = MeetingState.OVERDUE if life.now > AGREED else MeetingState.CALLED
    assert state_of(life) is ended.get(end, overdue)
    fired = {e.rung for e in life.log if isinstance(e, RungFired) and e.key == "meeting:-:1"}
    assert ("not_held" in fired) is (life.now > AGREED)


def test_at_the_agreed_instant_it_is_in_time():
    life = case(MeetingForm.FOUR_PARTIES).until(AGREED)
    assert not life.do(m.HoldMeeting(1, FOUR, WHY, WHY), STAFF)[0].late
    late = case(MeetingForm.FOUR_PARTIES).until(AGREED + MICRO)
    assert late.do(m.HoldMeeting(1, FOUR, WHY, WHY), STAFF)[0].late
