"""Suspensions: exactly the named clocks stand still, nothing is handled, and it ends by itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain import commands as c
from domain.actors import SYSTEM, Role
from domain.calendar import CalendarGap
from domain.case import ClockCode, MoveKind, Outcome, Phase, Status, TaskState
from domain.chapters import extension as x
from domain.chapters import milestones as m
from domain.chapters import suspension as s
from domain.chapters import upward as u
from domain.clocks import Course, Limit, Pause
from domain.decide import decide
from domain.errors import Reason
from domain.notices import notices
from domain.plan import StepCode, plan
from domain.relief import Above, Request
from domain.rulepack import Approval
from tests.support.cases import (
    AREA,
    ASSIST,
    DESK,
    DESK2,
    DISTRICT,
    LAMPMAN,
    LAMPS,
    LEAD,
    LEADER,
    PHOTO,
    STAFF,
    STAFF2,
    WATER,
    WATER_HEAD,
    WATERMAN,
    Life,
    arrived,
    clock_rule,
    desk_rules,
    names,
    person,
    raised,
    rules,
    rules2,
    small_rules,
)  # fmt: skip
from tests.support.relief import CLOCKS, PLAN, WHY, asked, at_work, relief_rules, suspended

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HANDLE = "handle:1:first"


def entry(life, no=1):
    return life.state.annex.suspensions[no - 1]


def test_a_case_stands_still_and_runs_on_by_itself():
    life = at_work()
    life.do(c.MarkCalled((1,)), SYSTEM)
    before = life.clock(HANDLE).spec
    until = life.now + 10 * DAY
    life.do(s.AskSuspension("season", PLAN, until), STAFF)
    assert (life.state.status, life.clock(HANDLE).is_open) == (Status.IN_ACTION, True), "asking stops nothing"
    life.wait(minutes=30).do(s.GrantSuspension(1), DESK)
    begun = life.now
    assert (life.state.status, life.state.phase) == (Status.SUSPENDED, Phase.SUSPENDED)
    assert life.clock(HANDLE).outcome is Outcome.PAUSED
    assert life.open_clocks() == ["suspension"]
    assert [(step.code, step.at) for step in plan(life.state)] == [
        (StepCode.REMIND, until - HOUR), (StepCode.RESUME, until),
    ]  # fmt: skip

    assert names(life.until(until).tick()) == ["RungFired"], "at the end date itself it is still suspended"
    assert life.state.status is Status.SUSPENDED
    events = life.until(until + 3 * DAY).tick()
    assert names(events)[:4] == ["RungFired", "CaseResumed", "ClockEnded", "ClockStarted"]
    assert {e.at for e in events[:4]} == {until}, "dated at the end date, however late anybody looked"
    assert life.state.status is Status.IN_ACTION
    resumed = life.clock(HANDLE).spec
    assert resumed.due == until + (before.due - begun), "exactly what was left is counted from the end on"
    (move,) = resumed.moves
    assert (move.kind, move.at, move.until, move.due) == (MoveKind.PAUSE, begun, until, before.due)
    assert life.clock(HANDLE).fired == ("remind", "due", "after"), "and what came due since then has happened"


def test_a_paused_clock_is_never_overdue_and_fires_nothing():
    life = suspended(at_work(), days=300)
    fired = life.clock(HANDLE).fired
    for _ in range(9):
        life.wait(days=30).tick()
        assert life.clock(HANDLE).outcome is Outcome.PAUSED
        assert life.clock(HANDLE).fired == fired
        assert life.state.escalation == 0


def test_resuming_earlier_by_hand():
    life = suspended(at_work())
    left = life.clock(HANDLE).spec.due - life.now
    life.wait(days=2)
    stranger = person("another", LAMPS, Role.DEPT_LEADER)
    assert life.reason(s.Resume(1, WHY), stranger) is Reason.NOT_ALLOWED
    assert life.reason(s.Resume(1, WHY), WATER_HEAD) is Reason.NOT_ALLOWED, "the raiser asked, not the lead"
    life.do(s.Resume(1, WHY), STAFF2)
    assert life.clock(HANDLE).spec.due == life.now + left
    assert (life.clock("suspension").outcome, entry(life).ended_at) == (Outcome.MET, life.now)
    assert life.reason(s.Resume(1, WHY), DESK) is Reason.NOT_SUSPENDED
    life.wait(days=20).tick()
    assert names(life.log).count("CaseResumed") == 1, "its own end date finds nothing to do"


def test_the_lead_asks_for_the_case_as_for_its_own_task():
    life = at_work(relief_rules(), LEAD, ASSIST)
    until = life.now + DAY
    assert life.reason(s.AskSuspension("season", PLAN, until), LAMPMAN) is Reason.NOT_ALLOWED
    life.do(s.AskSuspension("season", PLAN, until), WATERMAN)
    life.do(s.GrantSuspension(1), DESK)
    assert life.clock("suspension").spec.party == WATER
    life.do(s.Resume(1, WHY), WATER_HEAD)


def test_a_task_alone_stands_still_while_the_others_go_on():
    life = at_work(relief_rules(), LEAD, ASSIST)
    arrived(life, 2, LAMPMAN)
    suspended(life, 1, by=WATERMAN)
    assert life.state.status is Status.IN_ACTION
    assert life.task(1).suspended_until == entry(life).until
    assert [k.spec.key for k in life.state.clocks if k.outcome is Outcome.PAUSED] == [HANDLE]
    assert life.clock("handle:2:first").is_open
    for command, actor in [
        (c.Submit(1, WHY, PHOTO), WATERMAN), (c.Assign(1, "waterman2", WATER), WATER_HEAD),
        (x.AskExtension(1, WHY), WATERMAN),
    ]:  # fmt: skip
        assert life.reason(command, actor) is Reason.TASK_SUSPENDED
    life.do(c.StageReport(1, WHY), WATERMAN)
    life.do(c.Urge(1), STAFF)
    life.do(c.Submit(2, WHY, PHOTO), LAMPMAN)
    life.wait(days=10, microseconds=1).tick()
    assert life.task(1).suspended_until is None
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    assert life.state.status is Status.CHECKING


def test_before_anybody_claimed_the_claim_clock_stands_still():
    life = raised(relief_rules()).wait(minutes=20)
    suspended(life, 1, by=WATER_HEAD, days=1)
    for command, actor in [(c.Claim(1), WATERMAN), (c.Assign(1, "waterman", WATER), WATER_HEAD)]:
        assert life.reason(command, actor) is Reason.TASK_SUSPENDED
    life.wait(days=1, microseconds=1).tick()
    assert life.clock("claim:1").spec.due == entry(life).until + 40 * timedelta(minutes=1)


def test_exactly_the_named_clocks_stand_still():
    life = at_work(relief_rules({"suspension": {"pauses": (ClockCode.HANDLE,)}}), LEAD, ASSIST)
    life.do(u.AskHelp("110101-YL", WHY), STAFF)
    suspended(life)
    assert {k.spec.key for k in life.state.clocks if k.outcome is Outcome.PAUSED} == {HANDLE, "handle:2:first"}
    assert set(life.open_clocks()) == {"claim:2", "report_in:2", "help:3", "suspension"}


def test_nothing_is_handled_in_a_suspended_case_but_people_may_talk():
    life = at_work(relief_rules(), LEAD, ASSIST)
    suspended(life)
    for command, actor in [
        (c.Claim(2), LAMPMAN), (c.Submit(1, WHY, PHOTO), WATERMAN), (c.Release(2, WHY), STAFF),
        (c.AddDepartment("110101-YL", ASSIST.role), STAFF), (x.AskExtension(1, WHY), WATERMAN),
        (s.AskSuspension("season", PLAN, life.now + DAY), WATER_HEAD),
    ]:  # fmt: skip
        assert life.reason(command, actor) in {Reason.WRONG_STATUS, Reason.ALREADY_SUSPENDED}
    life.do(c.Urge(1), STAFF)
    life.do(c.StageReport(1, WHY), WATERMAN)
    life.do(u.AskHelp("110101-YL", WHY), STAFF)
    life.do(u.ReportUpward(Above.DISTRICT, WHY), STAFF)
    assert life.state.status is Status.SUSPENDED


def test_the_raiser_may_withdraw_what_it_could_withdraw_before():
    life = suspended(raised(relief_rules()), by=STAFF)
    life.do(c.Withdraw(WHY), STAFF)
    assert life.state.status is Status.WITHDRAWN
    assert (entry(life).is_running, entry(life).ended_at) == (False, life.now)
    there = suspended(at_work())
    assert there.reason(c.Withdraw(WHY), STAFF) is Reason.ALREADY_ON_SCENE
    desk = raised(_desk_rules())
    desk.do(c.Claim(1), WATERMAN)
    suspended(desk)
    assert desk.reason(c.Withdraw(WHY), STAFF) is Reason.WRONG_STATUS, "it was in action before"


def _desk_rules():
    base = desk_rules(clocks={**CLOCKS})
    return replace(base, pack=replace(base.pack, parts=relief_rules().pack.parts))


def test_a_lease_stands_still_too():
    life = raised(_desk_rules())
    life.do(c.Claim(1), WATERMAN)
    suspended(life)
    life.wait(days=9).tick()
    assert life.task().state is TaskState.CLAIMED
    life.wait(days=1, hours=3, microseconds=1).tick()
    assert life.task().state is TaskState.READY


def test_an_approval_afterwards_goes_on():
    clocks = {**CLOCKS, ClockCode.APPROVAL: clock_rule("1 hour continuous")}
    base = small_rules(approval=Approval.AFTER, clocks=clocks)
    life = suspended(at_work(replace(base, pack=replace(base.pack, parts=relief_rules().pack.parts))))
    life.do(c.Approve(), LEADER)
    assert life.state.status is Status.SUSPENDED


def test_it_needs_a_listed_reason_a_plan_and_an_end_date_within_a_year():
    life = at_work()
    assert life.reason(s.AskSuspension("tired", PLAN, life.now + DAY), STAFF) is Reason.UNKNOWN_REASON
    assert life.reason(s.AskSuspension("season", PLAN, life.now), STAFF) is Reason.END_DATE_PAST
    assert life.reason(s.AskSuspension("season", PLAN, life.now + 367 * DAY), STAFF) is Reason.SUSPENSION_TOO_LONG
    life.do(s.AskSuspension("season", PLAN, life.now + 366 * DAY), STAFF)


def test_an_end_date_beyond_the_known_calendar_is_refused_when_work_time_is_to_be_counted_from_it():
    life = Life(rules2(), datetime(2027, 8, 2, 1, tzinfo=UTC))
    raised(life, kind="emergency", limit_class="street_lamp_out")
    life.do(s.AskSuspension("season", PLAN, life.now + 300 * DAY), STAFF)
    with pytest.raises(CalendarGap):
        decide(life.state, s.GrantSuspension(1), DESK, life.now, life.rules)


def test_a_late_ruling_cannot_grant_what_has_passed():
    life = at_work()
    life.do(s.AskSuspension("season", PLAN, life.now + HOUR), STAFF)
    life.wait(hours=1)
    assert life.reason(s.GrantSuspension(1), DESK) is Reason.END_DATE_PAST
    life.do(s.RefuseSuspension(1, WHY), DESK)
    assert (entry(life).state, life.clock("suspension_answer").outcome) == (Request.REFUSED, Outcome.MET)


def test_silence_on_a_request_escalates():
    life = at_work()
    life.do(s.AskSuspension("season", PLAN, life.now + 9 * DAY), STAFF)
    life.wait(hours=2).do(c.Submit(1, WHY, PHOTO), WATERMAN)
    assert (entry(life).state, life.state.status) == (Request.LAPSED, Status.CHECKING), "there is nothing to suspend"
    other = at_work()
    other.do(s.AskSuspension("season", PLAN, other.now + 9 * DAY, 1), WATER_HEAD)
    other.wait(hours=4, microseconds=1).tick()
    assert other.clock("suspension_answer:1").fired == ("due",)
    other.do(c.Submit(1, WHY, PHOTO, WHY), WATERMAN)
    assert entry(other).state is Request.LAPSED


def test_the_asker_never_rules():
    life = at_work()
    both = replace(STAFF, roles=STAFF.roles | DESK.roles)
    life.do(s.AskSuspension("season", PLAN, life.now + DAY), both)
    ruler = replace(DESK, id=both.id)
    assert life.reason(s.GrantSuspension(1), ruler) is Reason.ASKER_MAY_NOT_RULE
    life.do(s.GrantSuspension(1), DESK2)


def test_it_is_granted_once_for_the_case_and_once_for_each_task():
    life = suspended(at_work(relief_rules(), LEAD, ASSIST), hours=1)
    life.wait(hours=1, microseconds=1).tick()
    assert life.reason(s.AskSuspension("season", PLAN, life.now + DAY), STAFF) is Reason.SUSPENSION_LIMIT
    suspended(life, 1, by=WATERMAN)
    suspended(life, 2, by=STAFF)


def test_suspensions_never_overlap():
    life = at_work(relief_rules(), LEAD, ASSIST)
    suspended(life, 2, by=STAFF)
    until = life.now + DAY
    assert life.reason(s.AskSuspension("season", PLAN, until), STAFF) is Reason.ALREADY_SUSPENDED
    assert life.reason(s.AskSuspension("season", PLAN, until, 2), STAFF) is Reason.ALREADY_SUSPENDED
    life.do(s.AskSuspension("season", PLAN, until, 1), WATERMAN)
    assert life.reason(s.AskSuspension("season", PLAN, until, 1), WATERMAN) is Reason.ALREADY_SUSPENDED


def test_a_pending_extension_falls_away_with_the_suspension():
    life = asked(at_work(), WATER_HEAD)
    suspended(life)
    assert life.state.annex.extensions[0].state is Request.LAPSED
    assert life.clock("extension:1").outcome is Outcome.CANCELLED
    life.wait(days=10, microseconds=1).tick()
    asked(life, WATER_HEAD)


def test_extended_then_suspended_both_count():
    life = at_work()
    due = life.clock(HANDLE).spec.due
    asked(life, WATER_HEAD).do(x.GrantExtension(1), DESK)
    begun = life.wait(hours=1).now
    suspended(life, days=2)
    life.wait(days=2, microseconds=1).tick()
    spec = life.clock(HANDLE).spec
    assert [move.kind for move in spec.moves] == [MoveKind.EXTENSION, MoveKind.PAUSE]
    assert spec.due == entry(life).until + (due + 4 * HOUR - begun)


def test_an_overdue_clock_keeps_its_due_instant_and_its_later_rungs_wait():
    life = at_work()
    due = life.clock(HANDLE).spec.due
    life.until(due + timedelta(minutes=10)).tick()
    suspended(life, days=5)
    life.wait(days=5, microseconds=1).tick()
    clock = life.clock(HANDLE)
    assert clock.spec.due == due, "the fact stays"
    assert clock.fired == (), "supervision half an hour after the due instant has 20 minutes left"
    assert [(r.code, r.at) for r in clock.spec.rungs] == [("after", entry(life).until + timedelta(minutes=20))]


def test_a_suspension_ends_with_its_task():
    life = at_work(relief_rules(), LEAD, ASSIST)
    suspended(life, 2, by=STAFF)
    life.do(c.Release(2, WHY), STAFF)
    assert (entry(life).is_running, life.task(2).suspended_until) == (False, None)
    assert not [k for k in life.state.clocks if k.spec.task == 2 and k.is_live]


def test_giving_work_back_after_a_suspension_does_not_count_the_time_that_stood_still():
    life = raised(relief_rules()).wait(minutes=10)
    life.do(c.Claim(1), WATERMAN)
    due = life.clock("claim:1").spec.due
    suspended(life, days=7)
    life.wait(days=7, minutes=5)
    life.do(c.Unclaim(1, WHY), WATERMAN)
    assert life.clock("claim:1").spec.due == due + 7 * DAY


def test_milestones_stand_still():
    life = at_work()
    due = life.now + 2 * DAY
    life.do(m.SetMilestone(1, WHY, due), STAFF)
    suspended(life, days=10)
    assert life.reason(m.ReachMilestone(1), WATERMAN) is Reason.WRONG_STATUS
    life.wait(days=10, microseconds=1).tick()
    assert life.clock("milestone:1:1").spec.due == due + 10 * DAY
    life.do(m.ReachMilestone(1), WATERMAN)
    assert not life.state.annex.milestones[0].late


def test_whom_it_tells():
    life = at_work(relief_rules(), LEAD, ASSIST)

    def told(command, actor):
        events = life.do(command, actor)
        return {(n.code, n.org) for e in events for n in notices(e, life.state)}

    assert told(s.AskSuspension("season", PLAN, life.now + DAY), STAFF) == {("suspension_asked", f"{DISTRICT}-DESK")}
    assert told(s.GrantSuspension(1), DESK) == {("suspended", org) for org in (AREA, WATER, LAMPS)}
    assert told(s.Resume(1, WHY), DESK) == {("resumed", org) for org in (AREA, WATER, LAMPS, f"{DISTRICT}-DESK")}


def test_it_counts_like_the_engine_counts():
    life = Life(rules2(), datetime(2026, 11, 23, 1, tzinfo=UTC))
    raised(life, kind="emergency", limit_class="street_lamp_out")
    spec = life.clock("handle:1:handle").spec
    begun = life.wait(hours=5).now
    suspended(life, days=84)
    life.wait(days=84, microseconds=1).tick()
    limit, pause = Limit.parse(spec.limit), Pause(begun, entry(life).until)
    assert life.clock("handle:1:handle").spec.due == Course(spec.started_at, limit, (pause,), life.rules.calendar).due


def test_the_first_rule_pack_has_no_suspensions():
    life = raised(rules(), kind="emergency")
    assert life.reason(s.AskSuspension("season", PLAN, life.now + DAY), STAFF) is Reason.CHAPTER_NOT_IN_FORCE
