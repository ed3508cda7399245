"""Silence: what happens by itself when an instant has passed; each rung once, dated at the instant it was due."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.actors import SYSTEM
from domain.case import Action, Outcome, TaskState
from domain.decide.adoption import adopt, is_due
from domain.decide.call_back import ask
from domain.decide.channel import close_by_itself
from domain.decide.muster import give_back
from domain.decide.objection import uphold
from domain.decide.suspension import resume_at_its_end
from domain.draft import Draft
from domain.events import NoShowMarked, RungFired, TaskUnclaimed

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from domain.case import CaseState, ClockSpec, Rung
    from domain.events import Event
    from domain.rulepack import Rules


def due_rungs(state: CaseState) -> list[tuple[datetime, ClockSpec, Rung]]:
    """Return the rungs of running clocks that have not fired, with the instant each is due, in order of it.

    A rung is never dated before the event that set its clock, so a due instant in the past is dated there.
    """
    waiting = [
        (max(rung.at, clock.spec.set_at), clock.spec, rung)
        for clock in state.clocks
        if clock.is_open
        for rung in clock.spec.rungs
        if rung.code not in clock.fired
    ]
    return sorted(waiting, key=lambda w: w[0])


def next_rung(state: CaseState) -> tuple[datetime, ClockSpec, Rung] | None:
    """Return the first of `due_rungs`, or None; asked before every command, so it builds no list."""
    first = None
    for clock in state.clocks:
        if clock.outcome is not Outcome.OPEN:
            continue
        spec = clock.spec
        for rung in spec.rungs:  # in order of their instant
            if rung.code not in clock.fired:
                at = max(rung.at, spec.set_at)
                if first is None or at < first[0]:
                    first = (at, spec, rung)
                break
    return first


def catch_up(state: CaseState, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the events of every rung whose instant lies before `now`, in order of due instant.

    The outcome depends on the state and the clock alone, whoever calls, and calling again changes nothing. Done at the
    due instant is in time: a rung is due from the first instant after it.
    """
    draft = Draft(state, SYSTEM, now, rules)
    keep_up(draft, now)
    return tuple(draft.events)


def keep_up(draft: Draft, now: datetime) -> None:
    """Let everything happen that happens by itself: what is due, and the change to newer versions of the rules.

    The change is dated when the versions came into force, whoever touches the case first and whenever (design 3a.11);
    what was due before it is judged by the old due instants.
    """
    if is_due(draft.state, draft.rules):
        since = max(min(draft.rules.since or now, now), draft.state.at)
        fire(draft, since)
        draft.actor, draft.at = SYSTEM, max(since, draft.state.at)
        adopt(draft)
    fire(draft, now)


def fire(draft: Draft, now: datetime) -> None:
    """Let everything due before `now` happen in the draft; `at` and the actor stay those of the last rung."""
    coming = next_rung(draft.state)
    while coming is not None and coming[0] < now:
        at, spec, rung = coming
        draft.actor, draft.at = SYSTEM, max(at, draft.state.at)
        draft.emit(RungFired(draft.at, spec.key, spec.generation, rung.code, rung.action, rung.to, rung.level))
        effect = EFFECTS.get(rung.action)
        if effect is not None:
            effect(draft, spec)
        coming = next_rung(draft.state)


def _no_show(draft: Draft, spec: ClockSpec) -> None:
    if spec.task is not None and not draft.task(spec.task).no_show:
        draft.emit(NoShowMarked(draft.at, spec.task))


def _return_task(draft: Draft, spec: ClockSpec) -> None:
    if spec.task is None or draft.task(spec.task).stands is not TaskState.CLAIMED:
        return
    draft.end_clock(spec.key, Outcome.MET)
    draft.emit(TaskUnclaimed(draft.at, spec.task, lapsed=True))
    give_back(draft, spec.task)


EFFECTS: dict[Action, Callable[[Draft, Any], None]] = {
    Action.NO_SHOW: _no_show,
    Action.RETURN_TASK: _return_task,
    Action.RESUME: resume_at_its_end,
    Action.CALL_BACK: ask,
    Action.CLOSE: close_by_itself,
    Action.UPHOLD: uphold,
}
"""What an action does beyond its own event, which already notifies and sets the level or grade; the chapters' modules
add theirs. The event is the last one of the draft."""
