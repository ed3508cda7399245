"""Folding: one event at a time, many at once, in one draft; and logs that are no case."""

from dataclasses import FrozenInstanceError, replace
from typing import get_args

import pytest

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import ENDED, PHASE_OF, Outcome, Phase, Status, TaskRole
from domain.decide import advance, catch_up, decide
from domain.errors import Refusal
from domain.events import (
    CaseIssued,
    CaseRaised,
    ClockEnded,
    Event,
    NoShowMarked,
    ReportedIn,
    StageReported,
    TaskClaimed,
    Text,
)  # fmt: skip
from domain.evolve import BrokenLog, evolve, fold
from tests.support.cases import ASSIST, LAMPMAN, LEAD, MONDAY, STAFF, WATERMAN, handed_in, raised, small_rules
from tests.support.tapes import SCENARIOS


def one_by_one(events):
    state = None
    for event in events:
        state = evolve(state, event)
    return state


@pytest.mark.parametrize("name", SCENARIOS)
def test_one_by_one_all_at_once_and_in_two_parts_give_the_same_state(name):
    log = SCENARIOS[name]().log
    whole = one_by_one(log)
    assert fold(log) == whole
    for cut in range(len(log)):
        assert fold(log[cut:], fold(log[:cut])) == whole


@pytest.mark.parametrize("name", SCENARIOS)
def test_advancing_is_catching_up_deciding_and_folding(name):
    stepwise = quick = None
    for at, actor, command, refused, under in SCENARIOS[name]().tape:
        if refused:
            with pytest.raises(Refusal) as caught:
                advance(quick, command, actor, at, under)
            assert caught.value.reason is refused
        silence = catch_up(stepwise, at, under) if stepwise else ()
        stepwise = fold(silence, stepwise)
        if not refused:
            events = decide(stepwise, command, actor, at, under)
            stepwise = fold(events, stepwise)
            before = quick
            quick, due, given = advance(quick, command, actor, at, under)
            assert given == events
            assert due == (catch_up(before, at, under) if before else ())
            assert quick == stepwise


def test_a_state_is_never_changed_under_its_holders():
    life = raised(small_rules(), LEAD, ASSIST)
    seen = [(life.state, repr(life.state))]
    acts = [(c.Claim(1), WATERMAN), (c.ReportIn(1), WATERMAN), (c.Claim(2), LAMPMAN), (c.Tick(), SYSTEM)]
    for command, actor in acts:
        life.wait(minutes=51).do(command, actor)
        seen.append((life.state, repr(life.state)))
        advance(life.state, c.Urge(1), STAFF, life.now, life.rules)
    assert all(repr(state) == before for state, before in seen)
    with pytest.raises(FrozenInstanceError):
        life.state.version = 0


def test_nothing_folded_is_the_same_state():
    life = raised()
    assert fold([]) is None
    assert fold([], life.state) is life.state


def test_a_log_begins_with_a_raise_and_has_only_one():
    life = raised()
    with pytest.raises(BrokenLog, match="a log begins with CaseIssued"):
        evolve(None, CaseIssued(MONDAY))
    with pytest.raises(BrokenLog, match="CaseRaised in the middle of a log"):
        evolve(life.state, life.log[0])


@pytest.mark.parametrize(
    "event",
    [
        TaskClaimed(MONDAY, 9, "x"), ReportedIn(MONDAY, 9, "x", late=False), NoShowMarked(MONDAY, 9),
        ClockEnded(MONDAY, "claim:9", 1, Outcome.MET), ClockEnded(MONDAY, "claim:1", 2, Outcome.MET),
    ],
)  # fmt: skip
def test_an_event_about_something_that_is_not_there_breaks_the_log(event):
    with pytest.raises(BrokenLog, match="not there"):
        evolve(raised().state, event)


def test_every_event_but_the_raise_has_its_change():
    from domain.evolve import _CHANGES

    assert set(_CHANGES) == set(get_args(Event)) - {CaseRaised}


def test_every_event_counts_and_dates_the_state():
    life = raised()
    after = evolve(life.state, StageReported(MONDAY.replace(hour=5), 1, Text("x")))
    assert (after.version, after.at) == (life.state.version + 1, MONDAY.replace(hour=5))
    assert replace(after, version=life.state.version, at=life.state.at) == life.state


def test_what_a_state_answers():
    life = handed_in(raised(small_rules(), LEAD, ASSIST))
    assert life.state.task(3) is None
    assert life.state.clock("nap") is None
    assert [t.role for t in life.state.duties()] == [TaskRole.LEAD, TaskRole.ASSIST]
    assert not life.state.is_ended
    assert set(PHASE_OF) == set(Status)
    assert {PHASE_OF[s] for s in ENDED} == {Phase.WIND_UP}
    assert life.state.phase is Phase.ACT
