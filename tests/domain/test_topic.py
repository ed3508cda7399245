"""Monthly topics: chosen by supervision, called at once, under an order and with milestones from the start."""

from dataclasses import replace

import pytest

from domain import commands as c
from domain.case import ClockCode, Status
from domain.chapters import milestones as m
from domain.chapters import orders as o
from domain.errors import Reason
from domain.rulepack import lint
from domain.supervision import Grade
from tests.support.cases import (
    ASSIST,
    CITY_SUPERVISOR,
    DESK,
    LEAD,
    LEADER,
    STAFF,
    SUPERVISOR,
    WATER,
    WATER_DISPATCHER,
    WATERMAN,
    Life,
    checked,
    handed_in,
    names,
    rules,
    rules2,
    topic_command,
)  # fmt: skip


@pytest.mark.parametrize("chooser", [SUPERVISOR, CITY_SUPERVISOR])
def test_a_topic_stands_under_supervision_from_the_start(chooser):
    life = Life(rules2())
    events = names(life.do(topic_command(LEAD, ASSIST), chooser))
    assert events.index("CaseIssued") < events.index("OrderIssued") < events.index("MilestoneSet")
    state = life.state
    assert (state.status, state.facts.kind, state.facts.limit_class) == (Status.MUSTERING, "key_work", "monthly_topic")
    assert (state.facts.channel, state.facts.repeats) == ("proactive", ("case-1", "case-2", "case-3"))
    (order,) = state.annex.orders
    assert (order.org, order.task, order.grade, order.issuer, order.by) == (
        WATER, 1, Grade.NORMAL, chooser.org, chooser.id
    )  # fmt: skip
    assert state.supervision == Grade.NORMAL.level
    assert not state.awaiting_approval, "whoever supervises has chosen it: nobody approves it any more"
    dated = [k.spec for k in state.clocks if k.spec.code is ClockCode.MILESTONE]
    assert [(k.key, k.due) for k in dated] == [(f"milestone:1:{e.no}", e.due) for e in state.annex.milestones]
    assert [e.due for e in state.annex.milestones] == sorted(e.due for e in state.annex.milestones)
    assert len(dated) == len(rules2().pack.parts.topics.milestones)


def test_it_lives_on_as_any_case_of_key_work():
    life = Life(rules2())
    life.do(topic_command(), SUPERVISOR)
    life.do(o.AnswerOrder(1, "已制定方案"), WATER_DISPATCHER)
    handed = handed_in(life.wait(hours=2))
    handed.do(m.ReachMilestone(1), WATERMAN)
    checked(handed)
    assert life.state.status is Status.CLOSED
    assert not [k for k in life.state.clocks if k.is_live]


def test_who_chooses_and_from_what():
    life = Life(rules2())
    for actor in (STAFF, LEADER, DESK, WATERMAN):
        assert life.reason(topic_command(), actor) is Reason.NOT_ALLOWED, actor.id
    assert life.reason(replace(topic_command(), repeats=("a", "b")), SUPERVISOR) is Reason.NO_REPEAT
    assert life.reason(replace(topic_command(), repeats=("a", "b", "a")), SUPERVISOR) is Reason.NO_REPEAT
    far = replace(SUPERVISOR, org="110102-SUP")
    assert life.reason(topic_command(), far) is Reason.NOT_ALLOWED
    assert Life(rules()).reason(topic_command(), SUPERVISOR) is Reason.CHAPTER_NOT_IN_FORCE
    life.do(topic_command(), SUPERVISOR)
    assert life.reason(topic_command(), SUPERVISOR) is Reason.WRONG_STATUS, "a case is raised once"


def test_a_gap_stays_with_its_case_and_a_plain_raise_has_neither():
    life = Life(rules2())
    plain = topic_command()
    fields = {name: getattr(plain, name) for name in c.Raise.__dataclass_fields__}
    life.do(c.Raise(**{**fields, "gap": "110101001001/0305"}), STAFF)
    assert (life.state.facts.gap, life.state.facts.repeats) == ("110101001001/0305", ())


def test_a_pack_that_names_what_it_has_not_is_found():
    pack = rules2().pack
    strange = replace(pack.parts.topics, kind="nothing", limit_class="never", channel="nowhere", least=1)
    found = lint(replace(pack, parts=replace(pack.parts, topics=strange)))
    assert [text for text in found if text.startswith("topics")] == [
        "topics: unknown kind nothing", "topics: unknown limit class never", "topics: unknown channel nowhere",
        "topics: one case is no repeat",
    ]  # fmt: skip
