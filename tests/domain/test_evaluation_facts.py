"""Facts of a case out of its events: what evaluation sees of a real life."""

import pytest

from domain import commands as c
from domain.case import ClockCode, Outcome, Status, TaskRole
from domain.evaluation.board import board
from domain.evaluation.facts import Stamps, facts_from, facts_of, stamps_of
from domain.evaluation.scheme import UnitKind
from domain.events import Text
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
    (department,) = board(asked(UnitKind.DEPARTMENT), [facts_from(life.log) for life in lives])
    assert department.unit == WATER
    assert department.figures["received"].base == 0, "raised after this period"
