"""Facts of a case out of its events: what evaluation sees of a real life."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import commands as c
from domain.case import ClockCode, Outcome, Status, TaskRole
from domain.channels import Satisfied, Solved
from domain.chapters.call_back import CallBack, CalledBack
from domain.chapters.objection import Object, Objected, ObjectionRuled
from domain.chapters.rating import RateDepartment, RateRaiser, RecordVoice
from domain.evaluation.board import board, percent
from domain.evaluation.facts import Objection, Stamps, facts_from, facts_of, stamps_of
from domain.evaluation.scheme import UnitKind
from domain.evaluation.windows import month_named
from domain.events import Text
from domain.rating import Rater
from domain.supervision import Appeal, Grade, Verdict
from domain.supervision import Order as SupervisionOrder
from tests.support.cases import (
    ASSIST,
    LAMPMAN,
    LEAD,
    MICRO,
    STAFF,
    WATER,
    WATER_DISPATCHER,
    WATERMAN,
    arrived,
    handed_in,
    raised,
    rules2,
)  # fmt: skip
from tests.support.evaluation import AREA, asked
from tests.support.intake import CALLER, called_in
from tests.support.tapes import SCENARIOS

DECEMBER = month_named("2026-12", 19)
WHY = Text("why")


def test_a_life_in_time():
    life = raised(None, LEAD, ASSIST)
    called = life.now
    handed_in(life.wait(minutes=30))
    handed_in(life.wait(minutes=30), 2, LAMPMAN)
    life.do(c.CheckPass(), STAFF)
    facts = facts_from(life.log)
    assert facts == facts_of(life.state, stamps_of(life.log))
    assert (facts.id, facts.version, facts.closed, facts.filed) == (life.state.facts.id, len(life.log), True, True)
    lead, assist = facts.tasks
    assert (lead.org, lead.role, lead.holder, lead.called_at) == (WATER, TaskRole.LEAD, WATERMAN.id, called)
    assert lead.stamps == Stamps(*[called.replace(minute=30)] * 3)
    assert assist.stamps.submitted_at == life.now
    assert all(clock.kept for clock in facts.clocks if clock.outcome is Outcome.MET)
    assert len(facts.handling()) == 2
    assert len(facts.handling((2,))) == 1


def test_lateness_rework_and_a_withdrawal():
    life = arrived(raised().wait(hours=3))
    life.do(c.Submit(1, Text("done")), WATERMAN)
    life.do(c.CheckFail(Text("again")), STAFF)
    facts = facts_from(life.log)
    kept = {clock.code: clock.kept for clock in facts.clocks if clock.outcome is Outcome.MET}
    assert kept == {ClockCode.CLAIM: False, ClockCode.REPORT_IN: False, ClockCode.CHECK: True}
    assert (facts.rework, facts.tasks[0].rework, facts.status) == (1, 1, Status.IN_ACTION)
    withdrawn = raised()
    withdrawn.do(c.Withdraw(Text("mistake")), STAFF)
    gone = facts_from(withdrawn.log)
    assert (gone.filed, gone.closed, gone.handling()) == (False, False, ())


def test_orders_count_by_their_grade_unless_replaced_or_appealed():
    life = raised()
    given = SupervisionOrder(1, WATER, 1, Grade.NORMAL, "110101-SUP", "sup", life.now, "order:1", -1)
    pending, granted = Appeal(life.now, "110000-SUP"), Appeal(life.now, "110000-SUP", Verdict.GRANTED)
    held = (
        given, replace(given, no=2, grade=Grade.RED), replace(given, no=3, replaced=True),
        replace(given, no=4, appeal=pending), replace(given, no=5, appeal=granted),
    )  # fmt: skip
    facts = facts_of(replace(life.state, annex=replace(life.state.annex, orders=held)), {})
    assert [(o.grade, o.standing) for o in facts.orders] == [(1, True), (3, True), (1, False), (1, False)]
    assert {o.org for o in facts.orders} == {WATER}


def test_facts_at_an_earlier_version_are_those_of_then():
    life = raised()
    then = life.state.version
    handed_in(life.wait(minutes=5))
    assert facts_from(life.log[:then]).tasks[0].stamps == Stamps()
    assert facts_from(life.log[:then]).version == then
    with pytest.raises(ValueError, match="no event"):
        facts_from(())


def test_a_board_of_lives():
    lives = [handed_in(raised().wait(minutes=m)) for m in (5, 200)]
    facts = [facts_from(life.log) for life in lives]
    (department,) = board(asked(UnitKind.DEPARTMENT, month_named("2026-12", 19)), facts)
    assert department.unit == WATER
    assert department.figures["received"].base == 2
    assert percent(department.figures["report_in"].value) == 50, "one came too late"
    assert board(asked(UnitKind.DEPARTMENT), facts) == (), "raised after this period"


# -- call-backs, objections, ratings of real lives ---------------------------------------------------------------------


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_was_said_in_a_scenario_stands_in_its_facts(name):
    log = SCENARIOS[name]().log
    facts = facts_from(log)
    said = [e for e in log if isinstance(e, CalledBack)]
    assert [(b.at, b.round, b.valid, b.contacted) for b in facts.call_backs] == [
        (e.at, e.round, e.valid, e.contacted) for e in said
    ]  # fmt: skip
    assert [b.solved for b in facts.call_backs] == [e.solved is Solved.YES for e in said]
    assert [b.satisfied or "none" for b in facts.call_backs] == [e.satisfied.value for e in said]
    ruled = {e.task: e for e in log if isinstance(e, ObjectionRuled)}
    objected = {e.task for e in log if isinstance(e, Objected)}
    for task in facts.tasks:
        ruling = ruled.get(task.no)
        assert (task.ruled_at, task.objection in (Objection.UPHELD, Objection.OVERRULED)) == (
            (ruling.at, True) if ruling is not None else (None, False)
        )
        assert ruling is None or ruling.upheld is (task.objection is Objection.UPHELD)
        assert task.no in objected or task.objection is None


ANSWERS = st.lists(
    st.builds(CallBack, st.booleans(), st.booleans(), st.sampled_from(Solved), st.sampled_from(Satisfied)), max_size=5
)


@settings(max_examples=60, deadline=None)
@given(ANSWERS)
def test_the_rates_are_those_of_the_first_valid_answer(answers):
    life, valid = handed_in(called_in()), None
    for answer in answers:
        if life.state.annex.call_back.settled:
            break
        life.until(life.clock("call_back").spec.due + MICRO).do(answer, CALLER)
        valid = valid or (answer if answer.valid else None)
    facts = facts_from(life.log)
    assert facts == facts_of(life.state, stamps_of(life.log))
    (row,) = board(asked(window=DECEMBER, at=max(life.now, DECEMBER.start)), [facts])
    rates = [row.figures[code] for code in ("response", "solution", "satisfaction")]
    assert [f.base for f in rates] == [0 if valid is None else 1] * 3
    if valid is not None:
        worth = {Satisfied.SATISFIED: 100, Satisfied.BASICALLY: 90}.get(valid.satisfied, 0)
        solved = 100 * (valid.solved is Solved.YES)
        assert [percent(f.value) for f in rates] == [100 * valid.contacted, solved, worth]


def test_an_objection_falls_away_with_its_department_and_dispatch_counts_as_accurate():
    life = raised(rules2(), LEAD, ASSIST, kind="emergency")
    life.do(Object(1, "not_our_property", WHY, WHY), WATER_DISPATCHER)
    assert facts_from(life.log).tasks[0].objection is Objection.OPEN
    life.do(c.Withdraw(WHY), STAFF)
    facts = facts_from(life.log)
    assert [t.objection for t in facts.tasks] == [None, None], "nobody waits for a ruling any more"


def test_ratings_count_from_when_they_are_open_and_a_voice_for_all_who_spoke():
    life = handed_in(raised(rules2(), kind="emergency"))
    life.do(c.CheckPass(), STAFF)
    life.do(RateDepartment(1, 90, 80, 70), STAFF)
    life.do(RecordVoice(1, Rater.RESIDENTS, 60, 30), STAFF)
    due = life.state.annex.rating.due
    blind = {r.side: r.at for r in facts_from(life.log).ratings}
    assert blind == {"of_department": due, "voice": life.now}

    def figures(kind, at):
        rows = board(asked(kind, month_named("2026-12", 19), at=at), [facts_from(life.log)])
        return {r.unit: {k: (f.base, f.score) for k, f in r.figures.items() if k.startswith("rated")} for r in rows}

    assert figures(UnitKind.DEPARTMENT, life.now)[WATER] == {
        "rated_by_raisers": (0, 0), "rated_by_voices": (30, 1800), "rated_by_departments": (0, 0),
    }  # fmt: skip
    life.wait(hours=1).do(RateRaiser(1, 40), WATER_DISPATCHER)
    score = life.state.annex.rating.given[0].score
    for kind, unit in ((UnitKind.DEPARTMENT, WATER), (UnitKind.LINE, "110000-WATER")):
        assert figures(kind, life.now)[unit]["rated_by_raisers"] == (1, score)
    assert figures(UnitKind.AREA, life.now)[AREA] == {
        "rated_by_raisers": (0, 0), "rated_by_voices": (0, 0), "rated_by_departments": (1, 40),
    }  # fmt: skip
    assert all(base == 0 for base, _ in figures(UnitKind.PERSON, life.now)[WATERMAN.id].values())
