"""Sensitive cases: set by flag, class or words; handed over to the psychology service."""

from dataclasses import replace

import pytest

from domain import commands as c
from domain.case import TaskRole, TaskState, Tie
from domain.chapters.coordination import HandOver
from domain.errors import Reason
from domain.events import Text
from domain.sight import sees, visible
from tests.support.cases import ASSIST, COMMUNITY, DESK, LEAD, LEADER, NEIGHBOUR, STAFF, Life, rules, rules2
from tests.support.parties import DUTY, LISTENER, PSY, WHY, whistle


def with_sensitivity(**changes):
    base = rules2()
    parts = replace(base.pack.parts, sensitivity=replace(base.pack.parts.sensitivity, **changes))
    return Life(replace(base, pack=replace(base.pack, parts=parts)))


@pytest.mark.parametrize(
    ("words", "sensitive"),
    [
        ({"description": Text("来电人扬言报复")}, True),
        ({"title": Text("老人轻生")}, True),
        ({"description": Text("路灯不亮")}, False),
        ({"sensitive": True}, True),
    ],
)
def test_words_or_a_flag_make_a_case_sensitive(words, sensitive):
    assert whistle("emergency", LEAD, **words).state.facts.sensitive is sensitive


def test_so_does_a_class_of_the_list():
    assert whistle("emergency", LEAD, life=with_sensitivity(classes=("W01",))).state.facts.sensitive
    assert not whistle("emergency", LEAD, life=with_sensitivity(classes=("W02",))).state.facts.sensitive


def test_under_the_first_rule_pack_only_the_flag_counts():
    assert not whistle("emergency", LEAD, life=Life(rules()), description=Text("扬言")).state.facts.sensitive
    life = whistle("emergency", LEAD, life=Life(rules()), sensitive=True)
    assert life.state.facts.sensitive
    assert life.reason(HandOver(WHY, PSY), LEADER) is Reason.NOT_IN_FORCE


def threats(**more):
    return whistle("emergency", LEAD, ASSIST, description=Text("扬言跳楼"), **more)


@pytest.mark.parametrize("by", [LEADER, DUTY, DESK, STAFF])
def test_the_psychology_service_is_invited(by):
    life = threats()  # raised by STAFF, who therefore sees it
    life.do(HandOver(WHY, PSY), by)
    task = life.task(3)
    assert (task.org, task.role, task.tie) == (PSY, TaskRole.ASSIST, Tie.INVITATION)
    assert life.reason(HandOver(WHY, PSY), LEADER) is Reason.ALREADY_IN_CASE
    life.do(c.Claim(3), LISTENER)
    life.do(c.Submit(3, WHY), LISTENER) if task.state is TaskState.ON_SCENE else life.do(c.ReportIn(3), LISTENER)


def test_a_community_that_is_called_can_act():
    life = threats()
    assert not sees(visible(NEIGHBOUR), life.state)
    life.do(c.AddDepartment(COMMUNITY, TaskRole.ASSIST), STAFF)
    assert sees(visible(NEIGHBOUR), life.state)
    life.do(c.Claim(3), NEIGHBOUR)


def test_or_ordered_where_the_rules_say_so():
    life = threats(life=with_sensitivity(hand_over=Tie.ORDER))
    life.do(HandOver(WHY, PSY), LEADER)
    assert life.task(3).is_duty
    assert "claim:3" in life.open_clocks()


def test_a_colleague_who_does_not_see_the_case_cannot_hand_it_over():
    life = threats()
    other = replace(STAFF, id="somebody")
    assert life.reason(HandOver(WHY, PSY), other) is Reason.NOT_ALLOWED
