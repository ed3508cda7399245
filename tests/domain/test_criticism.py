"""Public criticism (通报批评) by the ladder: once, dated, told, written to the department's name, and counted."""

from datetime import date, timedelta

import pytest

from domain import commands as c
from domain.case import Action, Mark
from domain.chapters.adoption import Adopt
from domain.clocks import Limit, after_due
from domain.evaluation.facts import facts_of
from domain.evaluation.formulas import FORMULAS, Options, Share
from domain.evaluation.windows import Window
from domain.events import RungFired, Text
from domain.notices import notices
from domain.plan import StepCode, plan
from tests.support.cases import (
    ASSIST,
    LEAD,
    LEADER,
    MICRO,
    SYSTEM,
    WATER,
    WATERMAN,
    day_off,
    raised,
    rules2,
)  # fmt: skip

SAID = Text("说明")
HANDLE = "handle:1:handle"


@pytest.fixture
def life():
    """Two departments, of which the lead is on the scene and then silent."""
    life = raised(rules2(), LEAD, ASSIST, kind="public_request", limit_class="street_lamp_out")
    life.wait(minutes=25).do(c.Approve(), LEADER)
    life.do(c.Claim(1), WATERMAN)
    life.do(c.ReportIn(1), WATERMAN)
    return life


def instant(life):
    """Six working days after the due instant: five after the written notice of the day after."""
    spec = life.clock(HANDLE).spec
    return after_due(spec.due, Limit.parse("6 days work_days_8h"), life.rules.calendar).at


def fired(life):
    return [e for e in life.log if isinstance(e, RungFired) and e.action is Action.CRITICISE and e.key == HANDLE]


def test_who_stays_silent_is_criticised_once_at_the_instant_and_not_before(life):
    at = instant(life)
    (step,) = [s for s in plan(life.state) if s.key == f"{HANDLE}/1/criticism"]
    assert (step.code, step.at, step.party) == (StepCode.SUPERVISE, at, WATER)
    life.until(at).tick()
    assert fired(life) == []
    assert life.task(1).marks == ()
    life.until(at + MICRO).tick()
    life.wait(days=30).tick()
    assert [e.at for e in fired(life)] == [at]
    assert life.task(1).marks == (Mark(Action.CRITICISE, at, HANDLE, "criticism"),)


def test_the_department_its_head_the_raiser_and_the_district_are_told(life):
    life.until(instant(life) + MICRO).tick()
    (event,) = fired(life)
    told = {(n.org, n.role and n.role.value, n.user) for n in notices(event, life.state)}
    assert {n.code for n in notices(event, life.state)} == {"rung:criticise"}
    assert told == {
        (WATER, None, "waterman"), (WATER, "dept_dispatcher", None), (WATER, "dept_leader", None),
        ("110101001", None, None), ("110101-SUP", "district_supervisor", None), ("110101-GOV", None, None),
    }  # fmt: skip


def test_a_result_at_the_last_instant_spares_it_and_a_later_one_takes_nothing_back(life):
    at = instant(life)
    life.until(at).do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
    life.wait(days=30).tick()
    assert fired(life) == []
    other = raised(rules2(), LEAD, kind="public_request", limit_class="street_lamp_out")
    other.wait(minutes=25).do(c.Approve(), LEADER)
    other.wait(days=60).do(c.Claim(1), WATERMAN)
    other.do(c.ReportIn(1), WATERMAN)
    other.do(c.Submit(1, SAID, late_reason=SAID), WATERMAN)
    assert [mark.action for mark in other.task(1).marks] == [Action.CRITICISE]


def test_a_criticism_whose_instant_moves_into_the_future_is_void(life):
    at = instant(life)
    life.until(at + MICRO).tick()
    for day in range(3):
        life.rules = day_off(life.rules, date(2026, 11, 26) + timedelta(days=day), since=life.now)
    life.do(Adopt(), SYSTEM)
    assert life.task(1).marks == ()
    life.until(instant(life) + MICRO).tick()
    assert [e.at for e in fired(life)] == [at, instant(life)]
    assert len(life.task(1).marks) == 1


def test_it_is_a_figure_of_the_department(life):
    at = instant(life)
    life.until(at + MICRO).tick()
    case = facts_of(life.state, {})
    window = Window("2026-12", at - timedelta(days=1), at + timedelta(days=1))
    own = Share(case, case.only(lambda org: org == WATER).tasks, (), (), True, window, life.now)
    counted = list(FORMULAS["marked"](own, Options(mark=Action.CRITICISE)))
    assert [(part.task, part.score) for part in counted] == [(1, 1)]
