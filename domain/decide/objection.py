"""Objecting to a task, ruling on it, and silence of the desk: no objection waits for ever, none stops a clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.addresses import desk_of
from domain.case import ClockCode, Outcome, Party, TaskRole, TaskState, Tie
from domain.chapters.coordination import LeadPassed
from domain.chapters.objection import Object, Objected, ObjectionRuled, RuleObjection, pending
from domain.clocks import resolve_due
from domain.decide.intake import call
from domain.decide.muster import owes_work, progress
from domain.decide.parties import check_lead, in_case
from domain.decide.rule import MUSTER_OR_ACT, RULES, UNDER_WAY, Rule
from domain.errors import Reason, Refusal
from domain.organisations import Unit, unit_of

if TYPE_CHECKING:
    from datetime import datetime

    from domain.actors import Actor
    from domain.annex import Objection
    from domain.case import CaseState, ClockSpec, Task
    from domain.draft import Draft
    from domain.parts import Objections


def _may_object(state: CaseState, task: Task | None, actor: Actor) -> None:
    owes_work(state, task, actor)
    if task is None:
        return
    if any(o.org == task.org for o in state.annex.objections):
        raise Refusal(Reason.OBJECTED_ONCE, org=task.org)
    if unit_of(task.org) is Unit.DESK:
        raise Refusal(Reason.LAST_INSTANCE, task=task.no)


def _object(draft: Draft, command: Object) -> None:
    task = draft.task(command.task)
    part = _part(draft)
    if command.ground not in {g.code for g in part.grounds}:
        raise Refusal(Reason.UNKNOWN_GROUND, ground=command.ground, grounds=[g.code for g in part.grounds])
    until = _until(draft, task, part)
    if until is None or draft.at > until:
        raise Refusal(Reason.TOO_LATE, until=until.isoformat() if until else None)
    if command.suggests is not None:
        _check_next(task, command.suggests, command.tie)
    draft.emit(Objected(
        draft.at, task.no, command.ground, draft.actor.id, command.reason, command.evidence, command.suggests
    ))  # fmt: skip
    draft.start_clock(ClockCode.RULING, desk_of(draft.state.facts), task.no)


def _part(draft: Draft) -> Objections:
    part = draft.rules.pack.parts.objections
    if part is None:
        raise Refusal(Reason.NOT_IN_FORCE)
    return part


def _until(draft: Draft, task: Task, part: Objections) -> datetime | None:
    """Return the last instant for an objection: its limit counts from the call."""
    if task.called_at is None:
        return None
    limit = part.by_kind.get(draft.state.facts.kind, part.limit)
    return resolve_due(task.called_at, limit, draft.rules.calendar).at


def _check_next(task: Task, org: str, tie: Tie) -> None:
    """Refuse a next holder that cannot be: the objector, a partner, somebody nobody commands, a leading community."""
    if org == task.org:
        raise Refusal(Reason.ALREADY_IN_CASE, org=org)
    if tie is not Tie.ORDER:
        raise Refusal(Reason.NOTICE_ONLY if tie is Tie.NOTICE else Reason.PARTNER_MAY_NOT_LEAD, org=org)
    check_lead(Party(org, task.role))


def _waits_for_ruling(_state: CaseState, task: Task | None, _actor: Actor) -> None:
    if task is not None and task.state is not TaskState.OBJECTED:
        raise Refusal(Reason.NO_OBJECTION, task=task.no)


def _rule(draft: Draft, command: RuleObjection) -> None:
    task, objection = _objection_on(draft, command.task)
    if command.limit_class is not None and command.limit_class not in draft.rules.pack.limit_classes:
        raise Refusal(Reason.UNKNOWN_LIMIT_CLASS, limit_class=command.limit_class)
    if not command.upheld:
        _settle(draft, task, objection, None, command)
        return
    if command.org is not None:
        _check_next(task, command.org, command.tie)
    to = command.org or _suggested(draft.state, objection)
    _settle(draft, task, objection, to, command)


def uphold(draft: Draft, spec: ClockSpec) -> None:
    """Effect of the rung at the due instant of a ruling: silence of the desk accepts the objection."""
    if spec.task is not None and pending(draft.state, spec.task) is not None:
        task, objection = _objection_on(draft, spec.task)
        _settle(draft, task, objection, _suggested(draft.state, objection))


def _objection_on(draft: Draft, no: int) -> tuple[Task, Objection]:
    objection = pending(draft.state, no)
    if objection is None:
        raise Refusal(Reason.NO_OBJECTION, task=no)
    return draft.task(no), objection


def _suggested(state: CaseState, objection: Objection) -> str:
    """Return who was suggested, unless they said themselves that it is not theirs; else the desk (条例 art. 13)."""
    not_theirs = {o.org for o in state.annex.objections if o.upheld is not False}
    if objection.suggests is None or objection.suggests in not_theirs:
        return desk_of(state.facts)
    return objection.suggests


def _settle(
    draft: Draft, task: Task, objection: Objection, to: str | None, said: RuleObjection | None = None
) -> None:
    """Rule: with somebody to pass the task on to it is upheld, else overruled; where nothing is said it was silence."""
    facts = draft.state.facts
    draft.end_clock(f"{ClockCode.RULING}:{task.no}", Outcome.CANCELLED if said is None else Outcome.MET)
    ruled = ObjectionRuled(
        draft.at, task.no, to is not None, task.org, to, objection.ground, facts.class_code, facts.area, said is None
    )
    if said is not None:
        ruled = replace(
            ruled, precedent=said.precedent and to is not None, reason=said.reason, new_class=said.class_code,
            new_limit_class=said.limit_class,
        )  # fmt: skip
    draft.emit(ruled)
    if to is not None:
        draft.cancel_clocks(task.no)
        _pass_on(draft, task.role, to)
    progress(draft)


def _pass_on(draft: Draft, role: TaskRole, org: str) -> None:
    """Call the next one in the same role, with clocks from now; whoever is at work already goes on with its own."""
    there = in_case(draft.state, org)
    if there is None or not there.is_duty:
        call(draft, Party(org, role))
    elif role is TaskRole.LEAD:
        draft.emit(LeadPassed(draft.at, there.no))


_AT_WORK = frozenset({TaskState.READY, TaskState.CLAIMED, TaskState.ON_SCENE})

RULES[Object] = Rule(_object, MUSTER_OR_ACT, _AT_WORK, _may_object)
RULES[RuleObjection] = Rule(_rule, UNDER_WAY, guard=_waits_for_ruling)
