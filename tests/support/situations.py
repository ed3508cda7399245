"""Situations: every state that a case stands in on the tapes and in the small lives of the tests, with its instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.calendar import CalendarGap
from domain.decide import catch_up, decide
from domain.decide.escalation import next_rung
from domain.errors import Reason, Refusal
from domain.evolve import fold
from tests.support import intake, parties, small_lives
from tests.support.cases import MICRO
from tests.support.tapes import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from domain.actors import Actor
    from domain.case import CaseState
    from domain.commands import Command
    from domain.rulepack import Rules
    from tests.support.cases import Life

SILENCE = timedelta(days=120)
"""How long nobody acts after the last command of a life: every ladder has ended by then."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A case at rest between two acts: its state, an instant before which nothing is due, and its rules."""

    state: CaseState
    now: datetime
    rules: Rules


Refused = tuple[type, Reason]


def lives() -> dict[str, Life]:
    """Return every life: the scenarios of the tapes, and how each reason of the chapters is met."""
    found = {name: scenario() for name, scenario in {**SCENARIOS, **small_lives.LIVES}.items()}
    for reason, meet in {**intake.REACHED, **parties.REACHED}.items():
        life, command, actor = meet()
        life.tape.append((life.now, actor, command, reason, life.rules))
        found[f"refused_{reason}"] = life
    return found


def situations() -> tuple[list[Situation], set[Refused]]:
    """Return the situations of all lives, each once, and which command was refused for which reason in them."""
    seen: dict[Any, Situation] = {}
    refused: set[Refused] = set()
    for life in lives().values():
        refused |= {(type(command), reason) for _, _, command, reason, _ in life.tape if reason is not None}
        for here in _along(life):
            seen.setdefault(_shape(here.state), here)
    return list(seen.values()), refused


def _along(life: Life) -> Iterator[Situation]:
    """Yield where a case stands after each rung and each command of its life, and in the silence after it."""
    state: CaseState | None = None
    for at, actor, command, reason, rules in life.tape:
        if state is not None:
            for here in _silent(state, at, rules):
                state = here.state
                yield here
        if reason is None:
            state = _done(state, command, actor, at, rules)
            yield Situation(state, at, rules)
    if state is not None:
        yield from _silent(state, life.now + SILENCE, life.rules)


def _done(state: CaseState | None, command: Command, actor: Actor, at: datetime, rules: Rules) -> CaseState:
    after = fold(decide(state, command, actor, at, rules), state)
    assert after is not None
    return after


def _silent(state: CaseState, until: datetime, rules: Rules) -> Iterator[Situation]:
    """Yield the states after each instant at which something was due before `until`."""
    while (coming := next_rung(state)) is not None and coming[0] < until:
        now = min(coming[0] + MICRO, until)
        state = fold(catch_up(state, now, rules), state)
        yield Situation(state, now, rules)
    events = catch_up(state, until, rules)  # an adoption that fell due
    if events:
        state = fold(events, state)
        yield Situation(state, until, rules)


def _shape(state: CaseState) -> Any:
    """Reduce a state to what rules may look at: without the count of events, and with clocks as code and outcome."""
    clocks = frozenset((k.spec.code, k.spec.task, k.outcome) for k in state.clocks)
    return repr((replace(state, version=0, at=state.facts.raised_at, clocks=()), sorted(clocks, key=repr)))


def refusal_of(here: Situation, command: Command, actor: Actor) -> str | None:
    """Give a command for trial and return the code of its refusal, None if it would be accepted."""
    try:
        decide(here.state, command, actor, here.now, here.rules)
    except Refusal as refusal:
        return refusal.reason.value
    except CalendarGap as gap:
        return gap.code
    return None
