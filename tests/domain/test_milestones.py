"""Milestones: dated steps with a clock of their own, late ones marked."""

from datetime import timedelta

from domain import commands as c
from domain.case import Outcome
from domain.chapters import milestones as m
from domain.errors import Reason
from domain.events import RungFired
from domain.schedule import GIVEN
from tests.support.cases import (
    ASSIST,
    DESK,
    INFORM,
    LEAD,
    LEADER,
    MICRO,
    PHOTO,
    STAFF,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    checked,
    raised,
    rules2,
)
from tests.support.relief import WHY, at_work, relief_rules

DAY = timedelta(days=1)


def test_a_milestone_has_a_clock_with_its_own_date_and_ladder():
    life = at_work()
    due = life.now + 3 * DAY
    life.do(m.SetMilestone(1, WHY, due), STAFF)
    life.do(m.SetMilestone(1, WHY, due + DAY), DESK)
    spec = life.clock("milestone:1:1").spec
    assert (spec.due, spec.limit, spec.party, spec.task) == (due, GIVEN, WATER, 1)
    assert [r.code for r in spec.rungs] == ["remind", "due", "after"]
    assert {"milestone:1:1", "milestone:1:2"} <= set(life.open_clocks())


def test_reached_at_its_date_is_in_time_and_after_it_late():
    life = at_work()
    due = life.now + DAY
    for _ in range(2):
        life.do(m.SetMilestone(1, WHY, due), STAFF)
    life.until(due).do(m.ReachMilestone(1), WATERMAN)
    life.until(due + MICRO).do(m.ReachMilestone(2, WHY), WATER_DISPATCHER)
    assert [(x.reached_at, x.late) for x in life.state.annex.milestones] == [(due, False), (due + MICRO, True)]
    assert life.clock("milestone:1:2").outcome is Outcome.MET
    fired = [e.key for e in life.log if isinstance(e, RungFired) and e.rung == "due" and "milestone" in e.key]
    assert fired == ["milestone:1:2"]
    assert life.reason(m.ReachMilestone(1), WATERMAN) is Reason.REQUEST_SETTLED


def test_who_sets_and_who_reaches():
    life = at_work()
    for actor in (WATERMAN, WATER_HEAD):
        assert life.reason(m.SetMilestone(1, WHY, life.now + DAY), actor) is Reason.NOT_ALLOWED
    life.do(m.SetMilestone(1, WHY, life.now + DAY), LEADER)
    assert life.reason(m.ReachMilestone(1), STAFF) is Reason.NOT_ALLOWED
    assert life.reason(m.ReachMilestone(7), WATERMAN) is Reason.UNKNOWN_ENTRY


def test_what_cannot_be_set():
    life = at_work(relief_rules({"milestones": {"most": 1}}), LEAD, ASSIST, INFORM)
    assert life.reason(m.SetMilestone(1, WHY, life.now), STAFF) is Reason.END_DATE_PAST
    assert life.reason(m.SetMilestone(3, WHY, life.now + DAY), STAFF) is Reason.INFORM_ONLY
    life.do(m.SetMilestone(1, WHY, life.now + DAY), STAFF)
    assert life.reason(m.SetMilestone(1, WHY, life.now + DAY), STAFF) is Reason.MILESTONE_LIMIT
    life.do(m.SetMilestone(2, WHY, life.now + DAY), STAFF)


def test_the_shipped_rules_have_them_for_key_work_only():
    emergency = raised(rules2(), kind="emergency")
    assert emergency.reason(m.SetMilestone(1, WHY, emergency.now + DAY), STAFF) is Reason.NO_MILESTONES
    key_work = raised(rules2(), kind="key_work")
    key_work.do(c.Approve(), LEADER)
    key_work.do(m.SetMilestone(1, WHY, key_work.now + DAY), STAFF)


def test_they_may_be_reached_while_the_result_is_checked_and_end_with_the_case():
    life = at_work()
    for _ in range(2):
        life.do(m.SetMilestone(1, WHY, life.now + DAY), STAFF)
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    life.do(m.ReachMilestone(1), WATERMAN)
    checked(life)
    assert life.clock("milestone:1:2").outcome is Outcome.CANCELLED
    assert life.state.annex.milestones[1].reached_at is None
