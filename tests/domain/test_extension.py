"""Extensions: asked in time, reviewed, granted or refused by somebody above; counted, and never by silence."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import commands as c
from domain.case import ClockCode, MoveKind, Outcome, TaskRole
from domain.chapters import extension as x
from domain.errors import Reason
from domain.events import RungFired
from domain.notices import notices
from domain.relief import Request
from domain.text import Personal
from tests.support.cases import (
    ASSIST,
    COMMUNITY,
    DESK,
    DESK2,
    HOTLINE,
    LAMPMAN,
    LEAD,
    MICRO,
    NEIGHBOUR,
    OFFICER,
    PHOTO,
    STAFF,
    WATER,
    WATER_DISPATCHER,
    WATER_HEAD,
    WATERMAN,
    Life,
    Party,
    arrived,
    handed_in,
    names,
    raise_command,
    raised,
    rules,
    rules2,
)
from tests.support.relief import WHY, asked, at_work, relief_rules

KEY = "handle:1:first"
ANSWER = "extension:1"
HOUR = timedelta(hours=1)


def stands(life, no=1):
    return life.state.annex.extensions[no - 1].state


def test_a_worker_asks_the_department_reviews_and_the_desk_grants():
    life = at_work()
    due = life.clock(KEY).spec.due
    asked(life)
    assert stands(life) is Request.REVIEW
    assert life.clock(ANSWER).spec.party == WATER
    assert life.reason(x.GrantExtension(1), DESK) is Reason.REVIEW_FIRST
    life.wait(minutes=10).do(x.ForwardExtension(1), WATER_DISPATCHER)
    assert stands(life) is Request.PENDING
    assert (life.clock(ANSWER).spec.party, life.clock(ANSWER).spec.generation) == ("110101-DESK", 2)
    assert life.clock(KEY).spec.due == due, "nothing moves before it is granted"
    assert names(life.wait(minutes=10).do(x.GrantExtension(1), DESK)) == [
        "ExtensionGranted", "ClockEnded", "ClockStarted",
    ]  # fmt: skip
    clock = life.clock(KEY)
    assert clock.spec.due == due + 4 * HOUR, "one more original limit, from the due instant on"
    assert clock.spec.started_at == life.log[0].at, "it is the same limit, not a new one"
    (move,) = clock.spec.moves
    assert (move.kind, move.at, move.due, move.limit, move.ref) == (
        MoveKind.EXTENSION, life.now, due, "4 hours continuous", "1",
    )  # fmt: skip
    assert life.clock(ANSWER).outcome is Outcome.MET
    assert stands(life) is Request.GRANTED


@pytest.mark.parametrize("actor", [WATER_DISPATCHER, WATER_HEAD])
def test_a_departments_own_request_goes_straight_to_the_desk(actor):
    life = asked(at_work(), actor)
    assert stands(life) is Request.PENDING
    assert life.reason(x.ForwardExtension(1), WATER_DISPATCHER) is Reason.REQUEST_SETTLED
    life.do(x.GrantExtension(1), DESK)


def test_a_community_has_nobody_to_review_and_goes_straight_on():
    life = raised(relief_rules(), LEAD, Party(COMMUNITY, TaskRole.ASSIST))
    life.do(c.Claim(2), NEIGHBOUR)
    life.do(x.AskExtension(2, WHY, citizen_told=True), NEIGHBOUR)
    assert stands(life) is Request.PENDING


def test_it_is_asked_before_the_limit_has_passed():
    life = at_work()
    life.until(life.clock(KEY).spec.due)
    asked(life)
    late = at_work()
    late.until(late.clock(KEY).spec.due + MICRO)
    assert late.reason(x.AskExtension(1, WHY), WATERMAN) is Reason.TOO_LATE


def test_one_request_at_a_time():
    life = asked(at_work(relief_rules(), LEAD, ASSIST))
    assert life.reason(x.AskExtension(1, WHY), WATERMAN) is Reason.REQUEST_PENDING
    arrived(life, 2, LAMPMAN)
    life.do(x.AskExtension(2, WHY), LAMPMAN)


def test_at_most_two_are_granted_and_refused_ones_do_not_count():
    life = at_work()
    for _ in range(3):
        asked(life, WATER_HEAD).do(x.RefuseExtension(len(life.state.annex.extensions), WHY), DESK)
    assert life.clock(KEY).spec.moves == ()
    due = life.clock(KEY).spec.due
    for _ in range(2):
        asked(life, WATER_HEAD).do(x.GrantExtension(len(life.state.annex.extensions)), DESK)
    assert life.clock(KEY).spec.due == due + 8 * HOUR
    assert life.reason(x.AskExtension(1, WHY), WATERMAN) is Reason.EXTENSION_LIMIT


def test_the_department_may_refuse_its_own_worker_and_nobody_rules_out_of_turn():
    life = asked(at_work())
    assert life.reason(x.RefuseExtension(1, WHY), DESK) is Reason.NOT_ALLOWED
    life.do(x.RefuseExtension(1, WHY), WATER_HEAD)
    assert stands(life) is Request.REFUSED
    asked(life, WATER_DISPATCHER)
    assert life.reason(x.RefuseExtension(2, WHY), WATER_HEAD) is Reason.NOT_ALLOWED
    life.do(x.RefuseExtension(2, WHY), DESK)
    assert life.reason(x.GrantExtension(2), DESK) is Reason.REQUEST_SETTLED


def test_whoever_asked_never_rules():
    life = at_work()
    both = replace(WATER_HEAD, roles=WATER_HEAD.roles | DESK.roles)
    asked(life, both)
    ruler = replace(DESK, id=both.id)
    assert life.reason(x.GrantExtension(1), ruler) is Reason.ASKER_MAY_NOT_RULE
    assert life.reason(x.RefuseExtension(1, WHY), ruler) is Reason.ASKER_MAY_NOT_RULE
    life.do(x.GrantExtension(1), DESK2)


def test_only_the_department_asks_and_only_for_work_it_owes():
    life = at_work()
    for actor in (STAFF, DESK, LAMPMAN, OFFICER):
        assert life.reason(x.AskExtension(1, WHY), actor) in {Reason.NOT_ALLOWED, Reason.NOT_HOLDER}
    handed_over = handed_in(raised(relief_rules(), LEAD, ASSIST))
    assert handed_over.reason(x.AskExtension(1, WHY), WATERMAN) is Reason.WRONG_TASK_STATE


def by_hotline():
    life = Life(relief_rules())
    phone = Personal("13800000000")
    life.do(raise_command("work", channel="hotline", limit_class="plain", reporter_phone=phone), HOTLINE)
    return life


def test_where_a_citizen_waits_they_are_told_first():
    life = arrived(by_hotline())
    assert life.reason(x.AskExtension(1, WHY), WATERMAN) is Reason.CITIZEN_NOT_TOLD
    asked(life, WATER_HEAD)
    (granted, *_) = life.do(x.GrantExtension(1), DESK)
    assert "110000-HOTLINE" in {n.org for n in notices(granted, life.state)}


def test_silence_escalates_and_is_never_a_grant():
    life = asked(at_work(), WATER_HEAD)
    due = life.clock(KEY).spec.due
    events = life.wait(hours=2, microseconds=1).tick()
    assert [(e.key, e.action, e.level) for e in events if isinstance(e, RungFired)] == [(ANSWER, "escalate", 1)]
    told = {n.org for e in events for n in notices(e, life.state)}
    assert told == {"110101-DESK", "110101-SUP"}
    life.wait(days=20).tick()
    assert life.clock(KEY).spec.due == due
    assert stands(life) is Request.PENDING


def test_a_grant_after_the_due_instant_still_moves_it_for_it_was_asked_in_time():
    life = asked(at_work(), WATER_HEAD)
    due = life.clock(KEY).spec.due
    life.until(due + MICRO).tick()
    assert life.clock(KEY).fired == ("remind", "due"), "while it waits the due instant stays, and is a fact"
    assert life.state.escalation == 1
    life.do(x.GrantExtension(1), DESK)
    clock = life.clock(KEY)
    assert clock.spec.due == due + 4 * HOUR
    assert clock.spec.voids == ("remind", "due"), "what lies ahead again counts no longer"
    assert [r.code for r in clock.spec.rungs] == ["remind", "due", "after"]
    life.until(clock.spec.due + MICRO).tick()
    assert life.clock(KEY).fired == ("remind", "due"), "and fires again, once"


def test_a_grant_that_comes_too_late_for_its_own_limit_leaves_the_fact():
    life = asked(at_work(), WATER_HEAD)
    due = life.clock(KEY).spec.due
    life.until(due + 5 * HOUR).do(x.GrantExtension(1), DESK)
    clock = life.clock(KEY)
    assert clock.spec.due == due + 4 * HOUR < life.now
    assert clock.spec.voids == ()
    assert clock.spec.rungs == (), "all of it had fired, and nothing lies ahead"


def test_handing_in_makes_a_request_fall_away():
    life = asked(at_work(), WATER_HEAD)
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    assert stands(life) is Request.LAPSED
    assert life.clock(ANSWER).outcome is Outcome.CANCELLED
    assert life.reason(x.GrantExtension(1), DESK) is Reason.REQUEST_SETTLED


def test_it_is_for_the_stage_in_work_only():
    life = at_work(limit_class="two")
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    first, second = life.clock(KEY).spec, life.clock("handle:1:second").spec
    asked(life, WATER_HEAD).do(x.GrantExtension(1), DESK)
    assert life.clock(KEY).spec == first
    assert life.clock("handle:1:second").spec.due == second.due + 4 * HOUR
    assert life.state.annex.extensions[0].stage == "second"


def test_rework_gets_its_own_limit_without_the_extension():
    life = at_work()
    asked(life, WATER_HEAD).do(x.GrantExtension(1), DESK)
    life.do(c.Submit(1, WHY, PHOTO), WATERMAN)
    life.do(c.CheckFail(WHY), STAFF)
    spec = life.clock(KEY).spec
    assert (spec.due, spec.moves) == (life.now + 4 * HOUR, ())


def test_the_first_rule_pack_has_no_extensions():
    life = raised(rules(), kind="emergency")
    life.do(c.Claim(1), WATERMAN)
    assert life.reason(x.AskExtension(1, WHY), WATERMAN) is Reason.CHAPTER_NOT_IN_FORCE


def test_the_shipped_numbers():
    part = rules2().pack.parts.extension
    assert (part.most, part.adds) == (2, 1)
    for kind in rules2().pack.kinds.values():
        assert ClockCode.EXTENSION in kind.clocks
