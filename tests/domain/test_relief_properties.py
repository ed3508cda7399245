"""Promises of relief in whatever order people act: design 6 (4, 5), on cases that are often paused and extended."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain import commands as c
from domain.actors import SYSTEM
from domain.case import ClockCode, MoveKind, Outcome
from domain.chapters import extension as x
from domain.chapters import milestones as m
from domain.chapters import suspension as s
from domain.chapters.adoption import Adopt
from domain.clocks import Limit, legs
from domain.decide import catch_up, decide
from domain.errors import Refusal
from domain.events import ClockPaused, ClockStarted, RungFired
from domain.evolve import evolve, fold
from domain.relief import Request
from domain.rulepack import Rules
from domain.schedule import GIVEN, changes_of
from tests.support.cases import (
    ASSIST,
    DESK,
    LAMP_DISPATCHER,
    LAMPMAN,
    LEAD,
    PHOTO,
    STAFF,
    WATER_HEAD,
    WATERMAN,
    Life,
    clock_rule,
    day_off,
    raised,
)
from tests.support.relief import PLAN, WHY, relief_rules

MIXED = (
    clock_rule("1 hour continuous"), clock_rule("5 hours work_hours"), clock_rule("2 days work_days_8h"),
    clock_rule("3 days work_days_whole"), clock_rule("4 days natural_civil"), clock_rule("1 days natural_continuous"),
)  # fmt: skip
"""Every way of counting, for the claim clock; the handling clock takes one of them too."""


def ruleset(claim: int, handle: int) -> Rules:
    ladder = relief_rules().pack.kinds["work"].clocks[ClockCode.CLAIM].ladder
    base = relief_rules({"suspension": {"most": 3}}, clocks={
        ClockCode.CLAIM: replace(MIXED[claim], ladder=ladder),
    })  # fmt: skip
    (stage,) = base.pack.limit_classes["plain"]
    classes = {"plain": (replace(stage, limit=MIXED[handle].limit),)}
    return replace(base, pack=replace(base.pack, limit_classes=classes))


TASKS, ENTRIES = st.integers(1, 2), st.integers(1, 3)
HOURS = st.sampled_from((0, 1, 3, 20, 24, 65, 24 * 9))
DEEDS = st.one_of(
    st.tuples(st.just("wait"), HOURS),
    st.tuples(st.just("suspend"), st.none() | TASKS, st.integers(1, 24 * 12)),
    st.tuples(st.just("ask"), st.none() | TASKS, st.integers(1, 24 * 12)),
    st.tuples(st.just("grant"), ENTRIES),
    st.tuples(st.just("resume"), ENTRIES),
    st.tuples(st.just("extend"), TASKS),
    st.tuples(st.just("allow"), ENTRIES),
    st.tuples(st.just("claim"), TASKS),
    st.tuples(st.just("sign"), TASKS),
    st.tuples(st.just("unclaim"), TASKS),
    st.tuples(st.just("submit"), TASKS),
    st.tuples(st.just("urge"), TASKS),
    st.tuples(st.just("milestone"), TASKS, st.integers(1, 24 * 20)),
    st.tuples(st.just("holiday"), st.integers(0, 9)),
)
LIVES = st.lists(DEEDS, max_size=30)
PEOPLE = {1: (WATERMAN, WATER_HEAD), 2: (LAMPMAN, LAMP_DISPATCHER)}


def _later(life, hours):
    return life.now + timedelta(hours=hours)


def _wait(life, hours):
    life.wait(hours=hours)
    return ()


def _holiday(life, after):
    life.rules = day_off(life.rules, date(2026, 11, 24) + timedelta(days=after), since=life.now)
    return ((Adopt(), SYSTEM),)


MEANS = {
    "wait": _wait,
    "suspend": lambda life, task, length: (
        (s.AskSuspension("season", PLAN, _later(life, length), task), STAFF),
        (s.GrantSuspension(len(life.state.annex.suspensions) + 1), DESK),
    ),
    "ask": lambda life, task, length: ((s.AskSuspension("season", PLAN, _later(life, length), task), STAFF),),
    "grant": lambda _life, no: ((s.GrantSuspension(no), DESK),),
    "resume": lambda _life, no: ((s.Resume(no, WHY), DESK),),
    "extend": lambda _life, no: ((x.AskExtension(no, WHY), PEOPLE[no][1]),),
    "allow": lambda _life, no: ((x.GrantExtension(no), DESK),),
    "claim": lambda _life, no: ((c.Claim(no), PEOPLE[no][0]), (c.ReportIn(no), PEOPLE[no][0])),
    "sign": lambda _life, no: ((c.Claim(no), PEOPLE[no][0]),),
    "unclaim": lambda _life, no: ((c.Unclaim(no, WHY), PEOPLE[no][0]),),
    "submit": lambda _life, no: ((c.Submit(no, WHY, PHOTO), PEOPLE[no][0]),),
    "urge": lambda _life, no: ((c.Urge(no), STAFF),),
    "milestone": lambda life, no, length: ((m.SetMilestone(no, WHY, _later(life, length)), STAFF),),
    "holiday": _holiday,
}
"""What a deed means: commands with whoever gives them."""


def lived(claim, handle, deeds):
    life = raised(Life(ruleset(claim, handle)), LEAD, ASSIST)
    for deed in deeds:
        for command, actor in MEANS[deed[0]](life, *deed[1:]):
            try:
                life.do(command, actor)
            except Refusal:
                continue
    return life


KINDS = st.integers(0, len(MIXED) - 1)


@given(KINDS, KINDS, LIVES)
def test_nothing_is_brought_closer_and_nothing_starts_anew(claim, handle, deeds):
    state = None
    for event in lived(claim, handle, deeds).log:
        before, state = state, evolve(state, event)
        if not isinstance(event, ClockStarted) or event.clock.generation == 1:
            continue
        new, old = event.clock, before.clock(event.clock.key)
        if new.code is ClockCode.EXTENSION or new.code is ClockCode.SUSPENSION_ANSWER:
            continue  # another request of the same task
        if new.code is ClockCode.SUSPENSION:
            continue
        assert new.started_at == old.spec.started_at, "an edit made a clock start anew"
        assert new.moves[: len(old.spec.moves)] == old.spec.moves
        kinds = {move.kind for move in new.moves[len(old.spec.moves) :]}
        assert kinds or new.due == old.spec.due, "moved, and nobody says why"
        if kinds <= {MoveKind.PAUSE, MoveKind.EXTENSION} and new.calendar == old.spec.calendar:
            assert new.due >= old.spec.due, "a pause or an extension brought a due instant closer"
        assert old.outcome is not Outcome.OPEN or kinds, "a running clock was replaced without a move"


@given(KINDS, KINDS, LIVES)
def test_a_paused_clock_fires_nothing_and_nothing_fires_early_or_twice(claim, handle, deeds):
    life = lived(claim, handle, deeds)
    life.wait(days=60).tick()
    state, fired = None, set()
    for event in life.log:
        before, state = state, evolve(state, event)
        if isinstance(event, RungFired):
            clock = before.clock(event.key)
            assert clock.is_open
            assert (event.key, event.generation, event.rung) not in fired
            fired.add((event.key, event.generation, event.rung))
            at = next(r.at for r in clock.spec.rungs if r.code == event.rung)
            assert event.at == max(at, clock.spec.set_at)
        if isinstance(event, ClockPaused):
            assert before.clock(event.key).is_open


@given(KINDS, KINDS, LIVES)
def test_every_suspension_ends_and_every_clock_comes_to_its_end(claim, handle, deeds):
    life = lived(claim, handle, deeds)
    life.wait(days=90).tick()
    assert not [e for e in life.state.annex.suspensions if e.is_running]
    for clock in life.state.clocks:
        assert clock.outcome is not Outcome.PAUSED
        if clock.is_open:
            assert {r.code for r in clock.spec.rungs} == set(clock.fired), "silence has nothing left to say"
    for entry in life.state.annex.suspensions:
        if entry.begun_at is not None:
            assert entry.begun_at <= entry.ended_at <= entry.until


@given(KINDS, KINDS, LIVES, st.lists(st.floats(0, 1), max_size=5))
def test_silence_is_the_same_in_one_piece_and_in_many(claim, handle, deeds, cuts):
    life = lived(claim, handle, deeds)
    start, end = life.state, life.now + timedelta(days=40)
    whole = catch_up(start, end, life.rules)
    pieces, state = [], start
    for cut in (*sorted(cuts), 1):
        part = catch_up(state, life.now + (end - life.now) * cut, life.rules)
        pieces += part
        state = fold(part, state)
    assert tuple(pieces) == whole


@given(KINDS, KINDS, LIVES)
def test_at_most_what_the_rules_allow_is_granted(claim, handle, deeds):
    life = lived(claim, handle, deeds)
    parts = life.rules.pack.parts
    for no in (1, 2):
        entries = [e for e in life.state.annex.extensions if e.task == no]
        assert sum(e.state is Request.GRANTED for e in entries) <= parts.extension.most
        assert sum(e.state in {Request.PENDING, Request.REVIEW} for e in entries) <= 1
    for task in (None, 1, 2):
        granted = [e for e in life.state.annex.suspensions if e.task == task and e.state is Request.GRANTED]
        assert len(granted) <= parts.suspension.most


@given(KINDS, KINDS, LIVES)
def test_the_story_of_a_due_instant_is_the_due_instant(claim, handle, deeds):
    life = lived(claim, handle, deeds)
    for clock in life.state.clocks:
        spec = clock.spec
        changes = changes_of(spec.moves)
        if not changes or spec.calendar != life.rules.calendar_ref:
            continue
        limit = spec.moves[0].due if spec.limit == GIVEN else Limit.parse(spec.limit)
        assert legs(spec.started_at, limit, changes, life.rules.calendar)[-1].due == spec.due


@given(KINDS, KINDS, LIVES)
def test_an_urge_moves_nothing(claim, handle, deeds):
    life = lived(claim, handle, deeds)
    for no in (1, 2):
        try:
            events = decide(life.state, c.Urge(no), STAFF, life.now, life.rules)
        except Refusal:
            continue
        assert fold(events, life.state).clocks == life.state.clocks
