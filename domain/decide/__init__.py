"""Decisions: from a state, a command, an actor and an instant to events, or a refusal with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from domain import authority
from domain.chapters.linking import TakeLink, UnlinkCase
from domain.commands import PersonCommand, Raise
from domain.decide import (  # noqa: F401 - each registers its rules
    adoption,
    call_back,
    channel,
    checking,
    coordination,
    drive,
    extension,
    grid,
    handling,
    intake,
    linking,
    meeting,
    milestones,
    muster,
    objection,
    orders,
    rating,
    reopening,
    reports,
    suspension,
    topic,
    upward,
    volunteers,
)  # fmt: skip
from domain.decide.escalation import catch_up, keep_up
from domain.decide.rule import RULES, Rule
from domain.draft import Draft
from domain.errors import Reason, Refusal

if TYPE_CHECKING:
    from datetime import datetime

    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.commands import Command
    from domain.events import Event
    from domain.rulepack import Rules


def decide(state: CaseState | None, command: Command, actor: Actor, now: datetime, rules: Rules) -> tuple[Event, ...]:
    """Return the events that the command causes, in order; empty when it changes nothing.

    Args:
        state: The case with everything due by `now` already applied (`catch_up`); None only for a raise.
        now: Business instant, never before `state.at`.

    Raises:
        Refusal: the rule's reason, with facts; nothing happens then.
    """
    draft = Draft(state, actor, now, rules)
    _give(draft, state, command)
    return tuple(draft.events)


def advance(
    state: CaseState | None, command: Command, actor: Actor, now: datetime, rules: Rules
) -> tuple[CaseState, tuple[Event, ...], tuple[Event, ...]]:
    """Catch up, decide and fold in one go; what the record does with every command.

    Returns:
        The state after the command, the events of silence (the system's) and those of the command (the actor's): the
        same as `catch_up`, `decide` and `fold` one after the other.

    Raises:
        Refusal: as `decide`; what silence caused is not returned then.
    """
    draft = Draft(state, actor, now, rules)
    if state is not None:
        keep_up(draft, now)
        state, draft.actor, draft.at = draft.state, actor, now
    silent = len(draft.events)
    _give(draft, state, command)
    return draft.state, tuple(draft.events[:silent]), tuple(draft.events[silent:])


def _give(draft: Draft, state: CaseState | None, command: Command) -> None:
    """Check a command against the state and let its rule act."""
    rule = RULES[type(command)]
    if (state is None) is not isinstance(command, Raise):
        raise Refusal(Reason.WRONG_STATUS, status=state.status if state else None)
    entry = _entry_of(rule, state, command)
    task = _task_of(state, command, entry)
    authority.allowed(draft.actor, command, state, _standing(rule, state, task))
    if state is not None:
        _stands_still(state, type(command))
        _check(rule, state, task, draft.actor, entry)
    rule.act(draft, command)


def refusal(
    state: CaseState, command: type, task: Task | None, actor: Actor, entry: Any = None
) -> Reason | None:  # fmt: skip
    """Tell why an actor could not give a command on a case, task or entry now, or None if it is offered to them."""
    rule = RULES[command]
    if entry is not None and entry.task is not None:
        task = state.task(entry.task)
    standing = _standing(rule, state, task)
    if not authority.granted(actor, command, state.facts, standing) or authority.is_hidden(actor, state):
        return Reason.NOT_ALLOWED
    try:
        _stands_still(state, command)
        _check(rule, state, task, actor, entry)
    except Refusal as refused:
        return refused.reason
    return None


def _entry_of(rule: Rule, state: CaseState | None, command: Command) -> Any:
    if rule.topic is None or state is None:
        return None
    return rule.topic.find(state, getattr(command, rule.topic.field))


def _task_of(state: CaseState | None, command: Command, entry: Any) -> Task | None:
    no = getattr(command, "task", None) if entry is None else entry.task
    if state is None or no is None:
        return None
    task = state.task(no)
    if task is None:
        raise Refusal(Reason.UNKNOWN_TASK, task=no)
    return task


def _standing(rule: Rule, state: CaseState | None, task: Task | None) -> Task | None:
    """Return the task that the grants look at: the lead's, where the lead may speak for the case."""
    return state.lead() if task is None and state is not None and rule.by_lead else task


def _stands_still(state: CaseState, command: type) -> None:
    """Refuse what people want of a case that is linked to another one; only the link can be undone."""
    link = state.annex.main
    if link is not None and not state.is_ended and command in _OF_PEOPLE and command is not UnlinkCase:
        raise Refusal(Reason.LINKED_ELSEWHERE, main=link.number)


def _check(rule: Rule, state: CaseState, task: Task | None, actor: Actor, entry: Any) -> None:
    if rule.guard is not None:
        rule.guard(state, task, actor)
    if rule.entry_guard is not None and entry is not None:
        rule.entry_guard(state, entry, actor)
    if rule.statuses is not None and state.status not in rule.statuses:
        raise Refusal(Reason.WRONG_STATUS, status=state.status)
    if task is not None and rule.task_states is not None and task.stands not in rule.task_states:
        raise Refusal(Reason.WRONG_TASK_STATE, task=task.no, state=task.state, holder=task.holder)
    if task is not None and rule.handles and task.suspended_until is not None:
        raise Refusal(Reason.TASK_SUSPENDED, task=task.no, until=task.suspended_until.isoformat())


_OF_PEOPLE = frozenset({*get_args(PersonCommand), TakeLink})

__all__ = ["RULES", "advance", "catch_up", "decide", "refusal"]
