"""Facts of a case out of its events: what evaluation sees of a real life."""

from dataclasses import replace

import pytest

from domain import commands as c
from domain.case import ClockCode, Outcome, Status, TaskRole
from domain.evaluation.board import board, percent
from domain.evaluation.facts import Stamps, facts_from, facts_of, stamps_of
from domain.evaluation.scheme import UnitKind
from domain.evaluation.windows import month_named
from domain.events import Text
from domain.supervision import Appeal, Grade, Verdict
from domain.supervision import Order as SupervisionOrder
from tests.support.cases import ASSIST, LAMPMAN, LEAD, STAFF, WATER, WATERMAN, arrived, handed_in, raised
from tests.support.evaluation import asked


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
