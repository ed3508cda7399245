"""Committees and consultations (domain.md 9, L2 art. 30): forms, quorum, minutes as evidence, dated tasks."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.case import Action, Outcome, TaskRole, TaskState, Tie
from domain.chapters import meetings as mt
from domain.errors import Reason
from domain.events import RungFired, Text
from domain.meetings import Majority, MeetingLevel, MeetingState
from domain.notices import notices
from domain.offers import offers
from tests.support.cases import (
    AREA,
    ASSIST,
    CITY_SUPERVISOR,
    COMMUNITY,
    DESK,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    MONDAY,
    POLICE,
    STAFF,
    SUPERVISOR,
    WATER,
    WATER_HEAD,
    WATERMAN,
    Life,
    raised,
    rules,
    rules2,
)  # fmt: skip

WHY = Text("why")
WHEN = MONDAY + timedelta(days=1)


def life() -> Life:
    case = raised(rules2(), LEAD, ASSIST, kind="key_work", limit_class="fix_2d")
    case.wait(minutes=10).do(c.Approve(), LEADER)
    return case


def call(form="street_committee", orgs=(WATER, LAMPS, POLICE), guests=0, when=WHEN) -> mt.CallMeeting:
    return mt.CallMeeting(form, WHY, when, orgs, guests)


def held(*, decision: bool = True) -> Life:
    case = life()
    case.do(call(), STAFF)
    case.until(WHEN).do(mt.HoldMeeting(1, WHY, (WATER, LAMPS), 0, WHY if decision else None), STAFF)
    return case


@pytest.mark.parametrize(
    ("rule", "invited", "needed"),
    [
        (Majority.NONE, 9, 0), (Majority.HALF, 0, 0), (Majority.HALF, 1, 1), (Majority.HALF, 2, 2),
        (Majority.HALF, 3, 2), (Majority.HALF, 4, 3), (Majority.TWO_THIRDS, 3, 2), (Majority.TWO_THIRDS, 4, 3),
        (Majority.TWO_THIRDS, 0, 0), (Majority.ALL, 4, 4),
    ],
)  # fmt: skip
def test_majorities(rule, invited, needed):
    assert rule.of(invited) == needed


def test_a_meeting_is_called_with_a_clock_for_its_minutes():
    case = life()
    (event, added, started) = case.do(call(), STAFF)
    assert (added.org, added.role, added.tie) == (POLICE, TaskRole.INFORM, Tie.NOTICE), "who is invited sees the case"
    (meeting,) = case.state.annex.meetings
    assert (meeting.level, meeting.convener, meeting.state) == (MeetingLevel.STREET, AREA, MeetingState.CALLED)
    assert started.clock.key == "meeting:-:1"
    assert started.clock.due == WHEN + timedelta(days=1), "one working day for the minutes"
    assert [(r.action, r.at) for r in started.clock.rungs] == [
        (Action.ESCALATE, WHEN + timedelta(days=1)), (Action.ESCALATE, WHEN + timedelta(days=3)),
    ]  # fmt: skip
    told = {(n.org, n.role.value if n.role else None) for n in notices(event, case.state)}
    assert (WATER, "dept_leader") in told
    assert (POLICE, "dept_dispatcher") in told
    assert (AREA, "street_leader") in told


def test_the_invited_are_reminded_one_working_day_before():
    case = life()
    case.do(call(when=MONDAY + timedelta(days=3)), STAFF)
    case.until(MONDAY + timedelta(days=2, seconds=1)).tick()
    fired = [e for e in case.log if isinstance(e, RungFired) and e.key == "meeting:-:1"]
    assert [(e.action, e.at) for e in fired] == [(Action.REMIND, MONDAY + timedelta(days=2))]
    assert {n.org for n in notices(fired[0], case.state)} >= {WATER, LAMPS, POLICE, AREA}


@pytest.mark.parametrize(
    ("form", "actor", "reason"),
    [
        ("street_committee", STAFF, None), ("street_committee", LEADER, None), ("district_committee", DESK, None),
        ("district_committee", SUPERVISOR, None), ("city_committee", CITY_SUPERVISOR, None),
        ("district_committee", STAFF, Reason.MEETING_OF_ANOTHER_LEVEL),
        ("street_committee", DESK, Reason.MEETING_OF_ANOTHER_LEVEL), ("city_committee", DESK,
        Reason.MEETING_OF_ANOTHER_LEVEL), ("street_committee", WATER_HEAD, Reason.NOT_ALLOWED),
    ],
)  # fmt: skip
def test_three_levels_each_call_their_own_forms(form, actor, reason):
    case = life()
    if reason is None:
        case.do(call(form), actor)
    else:
        assert case.reason(call(form), actor) is reason


def test_minutes_are_entered_with_the_quorum_and_not_before():
    case = life()
    case.do(call(), STAFF)
    assert case.reason(mt.HoldMeeting(1, WHY, (WATER, LAMPS)), STAFF) is Reason.MEETING_AHEAD
    case.until(WHEN)
    refused = case.refused(mt.HoldMeeting(1, WHY, (WATER,)), STAFF)
    assert (refused.reason, refused.facts["needed"]) == (Reason.NO_QUORUM, 2)
    assert case.reason(mt.HoldMeeting(1, WHY, (WATER, COMMUNITY)), STAFF) is Reason.NOT_INVITED
    assert case.reason(mt.HoldMeeting(1, WHY, (WATER, LAMPS), 1), STAFF) is Reason.NOT_INVITED
    case.do(mt.HoldMeeting(1, WHY, (WATER, LAMPS, LAMPS), 0, WHY, publish=True), STAFF)
    (meeting,) = case.state.annex.meetings
    assert (meeting.present, meeting.decided, meeting.published) == ((WATER, LAMPS), True, True)
    assert case.clock("meeting:-:1").outcome is Outcome.MET
    assert case.reason(mt.HoldMeeting(1, WHY, (WATER, LAMPS)), STAFF) is Reason.MEETING_IS_OVER


def test_four_parties_need_everybody_and_half_of_the_owners():
    case = life()
    orgs = (COMMUNITY, POLICE, WATER)
    case.do(call("four_parties", orgs, 5), STAFF)
    case.until(WHEN)
    assert case.reason(mt.HoldMeeting(1, WHY, orgs[:2], 5), STAFF) is Reason.NO_QUORUM
    assert case.reason(mt.HoldMeeting(1, WHY, orgs, 2), STAFF) is Reason.NO_QUORUM
    case.do(mt.HoldMeeting(1, WHY, orgs, 3), STAFF)


def test_a_decision_becomes_a_dated_task_even_of_a_unit_that_has_one():
    case = held()
    due = MONDAY + timedelta(days=20, minutes=7)
    case.do(mt.DecideTask(1, LAMPS, TaskRole.ASSIST, due, WHY), STAFF)
    task = case.task(4)
    assert (task.org, task.role, task.state) == (LAMPS, TaskRole.ASSIST, TaskState.READY)
    assert case.clock(f"handle:4:{task.stages[0]}").spec.due == due
    assert case.state.annex.meetings[0].tasks == (4,)
    assert case.state.uncalled == (1, 2, 3, 4), "the drive calls it like every other"
    case.do(c.Claim(4), LAMPMAN)
    case.do(c.ReportIn(4), LAMPMAN)
    case.do(c.Submit(4, WHY), LAMPMAN)
    assert case.task(4).state is TaskState.SUBMITTED


@pytest.mark.parametrize(
    ("org", "role", "due", "reason"),
    [
        (WATER, TaskRole.LEAD, WHEN + timedelta(days=5), Reason.ONE_LEAD),
        (WATER, TaskRole.INFORM, WHEN + timedelta(days=5), Reason.INFORM_ONLY),
        (AREA, TaskRole.ASSIST, WHEN + timedelta(days=5), Reason.RAISER_IS_NO_PARTY),
        (COMMUNITY, TaskRole.ASSIST, WHEN + timedelta(days=5), Reason.NOT_INVITED),
        (WATER, TaskRole.ASSIST, WHEN, Reason.MEETING_PAST),
    ],
)
def test_what_a_meeting_cannot_decide(org, role, due, reason):
    assert held().reason(mt.DecideTask(1, org, role, due, WHY), STAFF) is reason


def test_without_a_decision_there_is_nothing_to_carry_out_or_publish():
    case = held(decision=False)
    due = WHEN + timedelta(days=5)
    assert case.reason(mt.DecideTask(1, WATER, TaskRole.ASSIST, due, WHY), STAFF) is Reason.NOTHING_DECIDED
    assert case.reason(mt.PublishMeeting(1), STAFF) is Reason.NOTHING_DECIDED


def test_a_decision_is_published_once_also_after_the_closing():
    case = held()
    for no, worker in ((1, WATERMAN), (2, LAMPMAN)):
        case.do(c.Claim(no), worker)
        case.do(c.ReportIn(no), worker)
        case.do(c.Submit(no, WHY), worker)
    case.do(c.CheckPass(), STAFF)
    case.do(mt.PublishMeeting(1), STAFF)
    assert case.reason(mt.PublishMeeting(1), STAFF) is Reason.MEETING_IS_OVER


def test_a_meeting_that_was_called_off_has_no_clock():
    case = life()
    case.do(call(), STAFF)
    case.do(mt.CancelMeeting(1, WHY), STAFF)
    assert case.clock("meeting:-:1").outcome is Outcome.CANCELLED
    assert not [o for o in offers(case.state, STAFF) if o.entry == 1]
    case.do(call(), STAFF)
    assert case.clock("meeting:-:2").is_open


def test_forgotten_minutes_escalate():
    case = life()
    case.do(call(), STAFF)
    case.until(WHEN + timedelta(days=4)).tick()
    fired = [(e.rung, e.to) for e in case.log if isinstance(e, RungFired) and e.key == "meeting:-:1"]
    assert fired == [("minutes", ("party", "desk")), ("forgotten", ("street_leader", "supervisor"))]


def test_the_chapter_is_not_in_force_under_the_first_pack():
    case = raised(rules(), LEAD, kind="emergency", limit_class="gas_pipe_leak")
    assert case.reason(call(), STAFF) is Reason.CHAPTER_NOT_IN_FORCE


@given(
    st.lists(st.sampled_from((WATER, LAMPS, POLICE)), unique=True),
    st.lists(st.sampled_from((WATER, LAMPS, POLICE, COMMUNITY)), max_size=4), st.integers(0, 6), st.integers(0, 6),
    st.sampled_from(sorted(f for f, x in rules2().pack.parts.meetings.forms.items() if x.level == "street")),
)  # fmt: skip
def test_no_meeting_is_held_without_its_quorum_or_with_strangers(orgs, present, guests, came, form):
    case, rule = life(), rules2().pack.parts.meetings.forms[form]
    command = call(form, tuple(orgs), guests)
    if len(orgs) + guests < rule.least:
        assert case.reason(command, STAFF) is Reason.TOO_FEW_INVITED
        return
    case.do(command, STAFF)
    case.until(WHEN)
    enough = len(set(present)) >= rule.quorum.of(len(orgs)) and came >= rule.guest_quorum.of(guests)
    valid = set(present) <= set(orgs) and came <= guests and enough
    hold = mt.HoldMeeting(1, WHY, tuple(present), came)
    if valid:
        case.do(hold, STAFF)
        assert case.state.annex.meetings[0].state is MeetingState.HELD
    else:
        assert case.reason(hold, STAFF) in {Reason.NO_QUORUM, Reason.NOT_INVITED}
