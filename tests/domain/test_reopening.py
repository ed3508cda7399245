"""Reopening: within the window, as often as the rules allow, as new generations of the same clocks."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import Outcome, Status, TaskState
from domain.chapters import extension as x
from domain.chapters import reopening as r
from domain.decide.reopening import reopen, reopenings_left
from domain.draft import Draft
from domain.errors import Reason
from domain.plan import StepCode, plan
from domain.relief import Reopening
from tests.support.cases import (
    ASSIST,
    DESK,
    LAMPMAN,
    LEAD,
    MICRO,
    MONDAY,
    PHOTO,
    STAFF,
    STAFF2,
    WATER_HEAD,
    WATERMAN,
    Life,
    checked,
    day_off,
    handed_in,
    names,
    raised,
    rules,
)
from tests.support.relief import WHY, asked, at_work, relief_rules

WINDOW = timedelta(days=15)
HANDLE = "handle:1:first"


def closed(*parties, ruleset=None):
    life = handed_in(raised(ruleset or relief_rules(), *parties))
    if len(parties) > 1:
        handed_in(life, 2, LAMPMAN)
    return checked(life.wait(minutes=5))


@pytest.mark.parametrize("actor", [STAFF, STAFF2, DESK])
def test_a_closed_case_goes_back_to_work(actor):
    life = closed(LEAD, ASSIST)
    ended, first = life.now, life.clock(HANDLE).spec
    assert names(life.wait(days=3).do(r.Reopen(WHY), actor)) == ["CaseReopened", "ClockStarted", "ClockStarted"]
    state = life.state
    assert (state.status, state.result, state.closed_at, state.is_ended) == (Status.IN_ACTION, None, None, False)
    assert [t.state for t in state.tasks] == [TaskState.ON_SCENE] * 2
    spec = life.clock(HANDLE).spec
    assert (spec.generation, spec.started_at) == (first.generation + 1, life.now)
    assert spec.due == life.now + timedelta(hours=4)
    assert state.annex.reopenings == (Reopening(life.now, "by_hand", ended, "solved"),)
    assert life.log[-3].handling == 2
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    life.do(c.Submit(2, WHY, PHOTO), LAMPMAN)
    checked(life)
    assert (state.status, life.state.status, life.state.result) == (Status.IN_ACTION, Status.CLOSED, "solved")


def test_until_the_end_of_the_window():
    life = closed()
    ended = life.now
    life.until(ended + WINDOW + MICRO)
    assert life.reason(r.Reopen(WHY), STAFF) is Reason.REOPEN_WINDOW_OVER
    other = closed()
    other.until(other.now + WINDOW).do(r.Reopen(WHY), STAFF)


def test_at_most_twice():
    life = closed()
    for handling in (2, 3):
        life.do(r.Reopen(WHY), STAFF)
        assert life.log[-2].handling == handling
        life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
        checked(life)
    assert life.reason(r.Reopen(WHY), STAFF) is Reason.REOPEN_LIMIT


def test_only_a_closed_case_and_only_raiser_and_desk():
    assert at_work().reason(r.Reopen(WHY), STAFF) is Reason.WRONG_STATUS
    withdrawn = raised(relief_rules())
    withdrawn.do(c.Withdraw(WHY), STAFF)
    assert withdrawn.reason(r.Reopen(WHY), STAFF) is Reason.WRONG_STATUS
    life = closed()
    for actor in (WATERMAN, WATER_HEAD):
        assert life.reason(r.Reopen(WHY), actor) is Reason.NOT_ALLOWED


def test_a_released_department_stays_away():
    life = handed_in(raised(relief_rules(), LEAD, ASSIST))
    life.do(c.Release(2, WHY), STAFF)
    checked(life)
    life.do(r.Reopen(WHY), STAFF)
    assert [t.state for t in life.state.tasks] == [TaskState.ON_SCENE, TaskState.RELEASED]


def test_the_all_clear_is_owed_again_at_the_next_end():
    life = handed_in(raised(relief_rules()))
    life.wait(hours=9)
    checked(life)
    assert [step.code for step in plan(life.state)] == [StepCode.WIND_UP]
    life.do(c.WindUp(), SYSTEM)
    life.do(r.Reopen(WHY), STAFF)
    assert not life.state.wound_up
    assert StepCode.WIND_UP not in {step.code for step in plan(life.state)}
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    checked(life)
    assert [step.code for step in plan(life.state)] == [StepCode.WIND_UP]


def test_reopened_before_the_all_clear_was_given_it_is_not_owed_while_open():
    life = handed_in(raised(relief_rules()))
    life.wait(hours=9)
    checked(life)
    life.do(r.Reopen(WHY), STAFF)
    assert not life.state.owes_all_clear
    assert life.do(c.WindUp(), SYSTEM) == ()


def test_silence_after_reopening_escalates_as_before():
    life = closed()
    life.do(r.Reopen(WHY), STAFF)
    life.wait(hours=4, minutes=31).tick()
    assert life.clock(HANDLE).fired == ("remind", "due", "after")


def test_the_extensions_of_the_first_handling_still_count():
    life = at_work(relief_rules({"extension": {"most": 1}}))
    asked(life, WATER_HEAD).do(x.GrantExtension(1), DESK)
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    checked(life)
    life.do(r.Reopen(WHY), STAFF)
    assert life.reason(x.AskExtension(1, WHY), WATERMAN) is Reason.EXTENSION_LIMIT
    assert life.clock(HANDLE).spec.moves == ()


def test_what_found_it_unsolved_may_reopen_without_window_or_count():
    life = closed()
    life.wait(days=60)
    draft = Draft(life.state, SYSTEM, life.now, life.rules)
    assert reopenings_left(draft) == 2
    assert reopen(draft, "call_back")
    assert (draft.state.status, draft.state.annex.reopenings[0].cause) == (Status.IN_ACTION, "call_back")
    assert draft.state.clock(HANDLE).outcome is Outcome.OPEN


def test_a_reopened_case_is_counted_by_the_versions_in_force():
    base = relief_rules()
    life = Life(base)
    handed_in(raised(life))
    checked(life)
    life.rules = day_off(base, MONDAY.date() + timedelta(days=1), since=MONDAY)
    life.do(r.Reopen(WHY), STAFF)
    assert names(life.log)[-2:] == ["CaseAdopted", "ClockStarted"]
    assert life.state.calendar == life.clock(HANDLE).spec.calendar == life.rules.calendar_ref
    assert life.tick() == ()


def test_the_first_rule_pack_has_no_reopening():
    life = handed_in(raised(rules(), kind="emergency"))
    life.do(c.CheckPass(), STAFF)
    assert life.reason(r.Reopen(WHY), STAFF) is Reason.CHAPTER_NOT_IN_FORCE
