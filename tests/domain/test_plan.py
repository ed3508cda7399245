"""The plan: a function of the state alone, in order of instant, emptied step by step."""

from datetime import timedelta

import pytest

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import Action
from domain.events import Text
from domain.plan import STEP_OF, Step, StepCode, plan
from tests.support.cases import (
    AREA,
    ASSIST,
    LAMPS,
    LEAD,
    LEADER,
    MICRO,
    MONDAY,
    STAFF,
    WATER,
    WATERMAN,
    desk_rules,
    handed_in,
    raised,
    rules,
    small_rules,
)  # fmt: skip

WHY = Text("why")


def keys(life):
    return [s.key for s in plan(life.state)]


def test_departments_to_call_come_first_and_are_owed_at_once():
    life = raised(small_rules(), LEAD, ASSIST)
    assert plan(life.state)[0] == Step("dispatch", StepCode.DISPATCH, MONDAY, AREA)
    life.do(c.MarkCalled((1,)), SYSTEM)
    assert keys(life)[0] == "dispatch"
    life.do(c.MarkCalled((2,)), SYSTEM)
    assert "dispatch" not in keys(life)


def test_a_whistle_waiting_for_approval_calls_nobody():
    life = raised(rules(), kind="public_request")
    assert keys(life) == ["approval/1/remind", "approval/1/due"]
    life.do(c.Approve(), LEADER)
    assert "dispatch" in keys(life)


def test_every_rung_of_a_running_clock_is_a_step_with_its_party():
    life = raised(small_rules(), LEAD, ASSIST)
    steps = {s.key: s for s in plan(life.state)}
    assert steps["claim:1/1/due"] == Step("claim:1/1/due", StepCode.ESCALATE, MONDAY + timedelta(hours=1), WATER)
    assert steps["report_in:2/1/no_show"].code is StepCode.ESCALATE
    assert steps["handle:2:first/1/after"].party == LAMPS
    assert [s.at for s in plan(life.state)] == sorted(s.at for s in plan(life.state))


def test_a_fired_rung_leaves_the_plan_with_its_event():
    life = raised().until(MONDAY + timedelta(minutes=50) + MICRO)
    assert "claim:1/1/remind" in keys(life)
    life.tick()
    assert "claim:1/1/remind" not in keys(life)
    assert "claim:1/1/due" in keys(life)


def test_a_met_clock_leaves_the_plan():
    life = raised()
    life.do(c.Claim(1), WATERMAN)
    assert not [k for k in keys(life) if k.startswith("claim")]


def test_an_ended_case_owes_the_all_clear_once_if_somebody_was_alarmed():
    life = handed_in(raised()).wait(hours=9)
    life.tick()
    assert life.state.escalation
    life.do(c.CheckPass(), STAFF)
    assert plan(life.state) == (Step("wind_up", StepCode.WIND_UP, life.now, AREA),)
    life.do(c.WindUp(), SYSTEM)
    assert plan(life.state) == ()


def test_an_ended_case_that_alarmed_nobody_owes_nothing():
    life = raised()
    life.do(c.Withdraw(WHY), STAFF)
    assert keys(life) == []


@pytest.mark.parametrize("action", Action)
def test_every_action_of_a_ladder_has_its_step(action):
    assert STEP_OF[action] in StepCode


def test_a_lease_is_a_return_step():
    life = raised(desk_rules())
    life.do(c.Claim(1), WATERMAN)
    assert {s.key: s.code for s in plan(life.state)}["lease:1/1/return"] is StepCode.RETURN


def test_the_plan_follows_from_the_state_alone():
    life = raised()
    assert plan(life.state) == plan(life.wait(days=5).state)
