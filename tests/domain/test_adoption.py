"""Going over to a newer calendar or rule pack: whoever touches the case first, the outcome is the same."""

from dataclasses import replace
from datetime import timedelta

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import Action, MoveKind
from domain.chapters.adoption import Adopt, CaseAdopted
from domain.decide import catch_up
from domain.events import ClockStarted, RungFired
from domain.evolve import fold
from tests.support.cases import (
    MONDAY,
    STAFF,
    WATERMAN,
    arrived,
    clock_rule,
    day_off,
    names,
    raised,
    rules,
    rung,
    small_rules,
)

TUESDAY = (MONDAY + timedelta(days=1)).date()
WORKING = small_rules(clocks={
    code: clock_rule("1 days work_days_8h", rung("due", Action.ESCALATE, level=1), rung("gone", Action.NO_SHOW))
    for code in ("report_in",)
})  # fmt: skip


def test_a_newer_calendar_moves_the_clocks_it_concerns_and_leaves_the_others_alone():
    life = raised(WORKING)
    before = life.clock("report_in:1").spec
    life.rules = day_off(WORKING, TUESDAY, MONDAY + timedelta(minutes=30))
    life.wait(minutes=50).do(Adopt(), SYSTEM)
    after = life.clock("report_in:1").spec
    assert after.due == before.due + timedelta(days=1)
    assert (after.generation, after.started_at) == (2, before.started_at)
    assert [(m.kind, m.due, m.ref) for m in after.moves] == [(MoveKind.ADOPTION, before.due, "beijing/2")]
    assert life.clock("claim:1").spec.generation == 1, "an hour around the clock knows no holidays"
    adopted = next(e for e in life.log if isinstance(e, CaseAdopted))
    assert adopted.at == MONDAY + timedelta(minutes=30), "dated when the version came into force"
    assert life.do(Adopt(), SYSTEM) == ()


def test_the_outcome_does_not_depend_on_who_touches_the_case_when():
    newer = day_off(WORKING, TUESDAY, MONDAY + timedelta(minutes=30))
    late = MONDAY + timedelta(hours=40)
    often, seldom = raised(WORKING), raised(WORKING)
    often.rules = seldom.rules = newer
    for hours in range(1, 40):
        often.until(MONDAY + timedelta(hours=hours)).tick()
    often.until(late).tick()
    seldom.until(late).tick()
    assert often.log == seldom.log


def test_a_firing_whose_instant_moved_ahead_is_void_and_comes_again():
    life = raised(WORKING)
    life.wait(hours=25).tick()
    assert life.task().no_show
    life.rules = day_off(WORKING, TUESDAY, life.now)
    life.wait(minutes=5).do(Adopt(), SYSTEM)
    spec = life.clock("report_in:1").spec
    assert set(spec.voids) == {"due", "gone"}
    assert not life.task().no_show, "nobody is late yet"
    life.wait(hours=24).tick()
    assert life.task().no_show
    assert [e.generation for e in life.log if isinstance(e, RungFired) and e.rung == "gone"] == [1, 2]


def test_a_due_instant_moved_into_the_past_is_dated_at_the_adoption():
    short = replace(WORKING, pack=replace(WORKING.pack, version=2), since=MONDAY + timedelta(hours=6))
    kind = short.pack.kinds["work"]
    clocks = {**kind.clocks, "report_in": clock_rule("30 minutes continuous", rung("gone", Action.NO_SHOW))}
    short = replace(short, pack=replace(short.pack, kinds={"work": replace(kind, clocks=clocks)}))
    life = raised(WORKING)
    life.rules = short
    life.wait(hours=7).tick()
    assert life.state.rules_ref == "small/2"
    fired = next(e for e in life.log if isinstance(e, RungFired) and e.rung == "gone")
    assert fired.at == MONDAY + timedelta(hours=6)


def test_a_clock_that_was_given_back_keeps_what_fired():
    life = raised(WORKING)
    life.wait(minutes=55).tick()
    life.do(c.Claim(1), WATERMAN)
    life.do(c.Unclaim(1, "x"), WATERMAN)
    assert life.clock("claim:1").spec.done == ("remind",)
    life.rules = day_off(WORKING, TUESDAY, life.now)
    life.do(Adopt(), SYSTEM)
    life.wait(hours=3).tick()
    fired = [e.rung for e in life.log if isinstance(e, RungFired) and e.key == "claim:1"]
    assert len(fired) == len(set(fired))


def test_an_ended_case_adopts_nothing():
    life = raised(rules(), kind="emergency", limit_class="gas_pipe_leak")
    life.do(c.Withdraw("x"), STAFF)
    life.rules = day_off(rules(), TUESDAY)
    assert life.tick() == ()


def test_folding_the_log_gives_the_state():
    life = arrived(raised(WORKING))
    life.rules = day_off(WORKING, TUESDAY, life.now)
    life.wait(hours=50).tick()
    assert fold(life.log) == life.state
    assert catch_up(life.state, life.now, life.rules) == ()
    assert "ClockStarted" in names([e for e in life.log if isinstance(e, ClockStarted)])
