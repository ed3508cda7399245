"""Two cases of one matter: the linked one stands still, ends with the main one, or goes on where it stood."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import Outcome, Status
from domain.chapters.linking import DropLink, FollowMain, LinkCase, NoteFollowed, TakeLink, UnlinkCase, followers
from domain.chapters.reports import LinkReport
from domain.clocks import Limit, Method, spent
from domain.decide import catch_up
from domain.errors import Reason, Refusal
from domain.events import Text
from domain.notices import notices
from domain.offers import offers
from domain.plan import StepCode, plan
from tests.support.cases import (
    DESK,
    HOTLINE,
    LAMPMAN,
    LAMPS,
    LEADER,
    MONDAY,
    PEOPLE,
    STAFF,
    STAFF2,
    WATER,
    WATERMAN,
    WATERMAN2,
    Life,
    arrived,
    handed_in,
    names,
    raise_command,
    rules2,
)  # fmt: skip
from tests.support.intake import called_in, collected

SAID = Text("说明")
MAIN_ID, OTHER_ID = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
MAIN_NO, OTHER_NO = "BJ-110101-20261123-0001", "BJ-110101-20261123-0002"


def main_case(now=MONDAY):
    life = Life(rules2(), now)
    life.do(raise_command("emergency"), STAFF)
    return life


def other_case(kind="public_request"):
    life = Life(rules2())
    life.do(raise_command(kind, id=OTHER_ID, number=OTHER_NO, limit_class="hotline_7d"), STAFF)
    return life


def link(other, main, actor=STAFF):
    """Both or neither, as the record does it."""
    main.until(max(main.now, other.now))
    other.until(main.now)
    other.do(LinkCase(MAIN_NO, MAIN_ID), actor)
    main.do(TakeLink(OTHER_NO, OTHER_ID), actor)


def unlink(other, main, actor=STAFF):
    other.do(UnlinkCase(SAID, MAIN_ID), actor)
    main.do(DropLink(OTHER_ID), actor)


def shape(state):
    """A state without what the log alone is: numbers of events and of generations, and how a clock came to its due."""
    clocks = tuple(
        (k.spec.key, k.spec.due, k.spec.near_at, k.spec.started_at, k.outcome, k.ended_at, k.spec.rungs)
        if not k.is_open
        else (k.spec.key, k.spec.due, k.spec.near_at, k.spec.started_at, k.outcome, tuple(
            r for r in k.spec.rungs if r.code not in k.fired
        ))
        for k in state.clocks
    )  # fmt: skip
    return replace(state, version=0, at=MONDAY, clocks=clocks)


def walk(life, steps):
    """Bring a case some way: people who may do something do it, in the order of the choices."""
    forward = (c.Approve, c.Claim, c.ReportIn, c.Submit)
    for step in steps:
        life.wait(minutes=step)
        life.tick()
        ways = [(a, o) for a in PEOPLE for o in offers(life.state, a) if o.command in forward]
        if ways and not life.state.is_ended:
            actor, offer = ways[step % len(ways)]
            note = (SAID,) if offer.command is c.Submit else ()
            with contextlib.suppress(Refusal):  # the kind may want a report-in first
                life.do(offer.command(*((offer.task,) if offer.task else ()), *note), actor)


@given(
    steps=st.lists(st.integers(0, 200), max_size=8), more=st.lists(st.integers(0, 30), max_size=4),
    kind=st.sampled_from(("public_request", "emergency", "key_work")),
)  # fmt: skip
def test_link_and_unlink_leave_both_as_before_apart_from_the_log(steps, more, kind):
    other, main = other_case(kind), main_case()
    walk(other, steps)
    walk(main, more)
    main.until(max(main.now, other.now)).tick()
    other.until(main.now).tick()
    before, main_before = other.state, main.state
    link(other, main)
    unlink(other, main)
    assert shape(other.state) == shape(before)
    assert shape(main.state) == shape(main_before)
    assert catch_up(other.state, other.now, other.rules) == ()


@given(
    steps=st.lists(st.integers(0, 120), max_size=6), gap=st.integers(0, 60 * 24 * 5),
    kind=st.sampled_from(("public_request", "emergency")),
)  # fmt: skip
def test_after_a_while_every_clock_goes_on_with_the_time_that_was_left(steps, gap, kind):
    other, main = other_case(kind), main_case()
    walk(other, steps)
    other.tick()
    before, begun = other.state, other.now
    link(other, main)
    fired = names(other.log).count("RungFired")
    other.wait(minutes=gap).tick()
    assert names(other.log).count("RungFired") == fired, "nothing fires while it stands still"
    unlink(other, main)
    for old in before.clocks:
        new = other.clock(old.spec.key)
        if not old.is_open:
            assert new == old
            continue
        assert new.is_open
        assert new.spec.due >= old.spec.due, "standing still brought a due instant closer"
        if old.spec.due <= begun:
            assert new.spec.due == old.spec.due, "one that was overdue is not moved"
            continue
        method = Limit.parse(old.spec.limit).method
        counted = Method.WORK_HOURS if method.value.startswith("work") else Method.CONTINUOUS
        calendar = other.rules.calendar
        assert (
            spent(other.now, new.spec.due, counted, calendar).counted
            == spent(begun, old.spec.due, counted, calendar).counted
        )


def test_a_linked_case_stands_still():
    other, main = other_case("emergency"), main_case()
    arrived(other)
    link(other, main)
    state = other.state
    assert {k.outcome for k in state.clocks if k.is_live} == {Outcome.PAUSED}
    assert plan(state) == (), "not even the departments are called"
    for person in PEOPLE:
        for offer in offers(state, person):
            assert offer.command is UnlinkCase
    refused = other.refused(c.Submit(1, SAID), WATERMAN)
    assert (refused.reason, refused.facts) == (Reason.LINKED_ELSEWHERE, {"main": MAIN_NO})
    for command, actor in (
        (c.Approve(), LEADER), (c.Withdraw(SAID), STAFF), (c.AddDepartment(LAMPS, c.TaskRole.ASSIST), DESK),
        (LinkReport("street", SAID), STAFF), (LinkCase(MAIN_NO, MAIN_ID), STAFF), (TakeLink("x", "y"), STAFF),
    ):  # fmt: skip
        assert other.reason(command, actor) is Reason.LINKED_ELSEWHERE
    told = {(n.code, n.org) for e in other.log for n in notices(e, state)}
    assert ("case_linked", WATER) in told
    assert followers(main.state)[0].number == OTHER_NO


def test_the_linked_case_closes_with_the_main_one_by_the_drive():
    other, main = other_case("emergency"), main_case()
    link(other, main)
    handed_in(main, worker=WATERMAN2)
    main.do(c.CheckPass(), STAFF2)
    assert [s.code for s in plan(main.state)] == [StepCode.FOLLOW]
    other.until(main.now).do(FollowMain("solved"), SYSTEM)
    main.do(NoteFollowed(OTHER_ID), SYSTEM)
    assert (other.state.status, other.state.result, other.open_clocks()) == (Status.CLOSED, "solved", [])
    assert not [k for k in other.state.clocks if k.is_live]
    assert (plan(main.state), plan(other.state)) == ((), ())
    assert other.do(FollowMain("solved"), SYSTEM) == main.do(NoteFollowed(OTHER_ID), SYSTEM) == (), "once"


def test_a_main_case_that_is_withdrawn_lets_the_linked_one_go_on():
    other, main = other_case("emergency"), main_case()
    arrived(other)
    link(other, main)
    main.wait(minutes=1).do(c.Withdraw(SAID), STAFF)
    other.until(main.now).do(FollowMain("withdrawn", withdrawn=True), SYSTEM)
    main.do(NoteFollowed(OTHER_ID), SYSTEM)
    assert (other.state.status, other.state.annex.main) == (Status.IN_ACTION, None)
    assert other.clock("handle:1:handle").is_open
    assert plan(main.state) == ()


def test_no_chains_no_circles_and_nothing_ended():
    other, main = other_case("emergency"), main_case()
    link(other, main)
    assert main.reason(LinkCase("BJ-3", "3"), STAFF) is Reason.LINK_CHAIN
    alone = main_case()
    assert alone.reason(LinkCase(MAIN_NO, MAIN_ID), STAFF) is Reason.SAME_CASE
    assert alone.reason(UnlinkCase(SAID), STAFF) is Reason.NOT_LINKED
    alone.do(c.Withdraw(SAID), STAFF)
    assert alone.reason(TakeLink(OTHER_NO, OTHER_ID), STAFF) is Reason.WRONG_STATUS
    assert alone.reason(LinkCase(MAIN_NO, MAIN_ID), STAFF) is Reason.WRONG_STATUS
    assert main_case().reason(LinkCase(MAIN_NO, MAIN_ID), LAMPMAN) is Reason.NOT_ALLOWED


@pytest.mark.parametrize("begin", [lambda: called_in(id=OTHER_ID, number=OTHER_NO), lambda: collected(id=OTHER_ID)])
def test_a_hotline_order_or_grid_event_can_be_linked_and_its_citizens_limit_stands_still(begin):
    other, main = begin(), main_case()
    running = set(other.open_clocks())
    link(other, main, HOTLINE)
    assert other.open_clocks() == []
    other.wait(hours=6).tick()
    assert other.state.escalation == 0
    unlink(other, main, HOTLINE)
    assert set(other.open_clocks()) == running


def test_a_case_that_was_linked_long_keeps_what_stood_still_before():
    """Clocks that another reason had paused stay paused when the link is undone."""
    from domain.draft import Draft
    from domain.evolve import fold

    other, main = other_case("emergency"), main_case()
    draft = Draft(other.state, SYSTEM, other.now, other.rules)
    draft.pause_clock(other.clock("approval"))
    other._take(tuple(draft.events))
    link(other, main)
    other.wait(hours=1)
    main.until(other.now)
    unlink(other, main)
    assert other.clock("approval").outcome is Outcome.PAUSED
    assert other.clock("claim:1").is_open
    assert fold(other.log) == other.state
