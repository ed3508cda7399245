"""More time for a stage: asked before it is due, reviewed by the department, granted or refused by the desk.

Decided here: while a request waits, the due instant stays and its rungs fire. A grant that comes after the due instant
moves it all the same, for it was asked in time: firings whose instants then lie ahead are void, all others stay. A
request falls away (its clock is cancelled) when the stage is handed in or the clock is suspended.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.addresses import desk_of
from domain.case import ClockCode, Move, MoveKind, TaskRole, TaskState
from domain.chapters import extension as x
from domain.clocks import Limit
from domain.decide.channel import extend_citizens_limit
from domain.decide.muster import owes_work
from domain.decide.requests import by_another, in_force, ruled_by_desk, waits
from domain.decide.rule import MUSTER_OR_ACT, RULES, UNDER_WAY, Rule, Topic
from domain.draft import clock_key
from domain.errors import Reason, Refusal
from domain.organisations import line_of
from domain.relief import OPEN_REQUESTS, Request
from domain.schedule import GIVEN

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Clock, Task
    from domain.draft import Draft
    from domain.relief import Extension

_HEADS = (Role.DEPT_DISPATCHER, Role.DEPT_LEADER)


def _may_ask(state: CaseState, task: Task | None, actor: Actor) -> None:
    owes_work(state, task, actor)
    if task is not None and any(e.task == task.no and e.state in OPEN_REQUESTS for e in state.annex.extensions):
        raise Refusal(Reason.REQUEST_PENDING, task=task.no)


def _ask(draft: Draft, command: x.AskExtension) -> None:
    part = in_force(draft.rules.pack.parts.extension)
    task = draft.task(command.task)
    clock = _clock_in_work(draft, task)
    if draft.at > clock.spec.due:
        raise Refusal(Reason.TOO_LATE, due=clock.spec.due.isoformat())
    granted = sum(e.task == task.no and e.state is Request.GRANTED for e in draft.state.annex.extensions)
    if granted >= part.most:
        raise Refusal(Reason.EXTENSION_LIMIT, most=part.most)
    if draft.state.facts.channel in part.citizen_channels and not command.citizen_told:
        raise Refusal(Reason.CITIZEN_NOT_TOLD)
    # A community and a sub-district have nobody who reviews: their requests go straight on, like a department's own.
    review = line_of(task.org) is not None and not draft.actor.has(*_HEADS)
    no = len(draft.state.annex.extensions) + 1
    draft.emit(x.ExtensionAsked(
        draft.at, no, task.no, task.stages[task.stage], draft.actor.id, clock.spec.due, command.citizen_told, review,
        command.reason,
    ))  # fmt: skip
    draft.start_clock(ClockCode.EXTENSION, task.org if review else desk_of(draft.state.facts), task.no)


def _clock_in_work(draft: Draft, task: Task) -> Clock:
    clock = draft.state.clock(clock_key(ClockCode.HANDLE, task.no, task.stages[task.stage]))
    if clock is None or not clock.is_open:
        raise Refusal(Reason.NO_CLOCK_RUNS, task=task.no)
    return clock


def _may_forward(_state: CaseState, entry: Extension, actor: Actor) -> None:
    waits(entry)
    if entry.state is not Request.REVIEW:
        raise Refusal(Reason.REQUEST_SETTLED, state=entry.state)
    by_another(entry, actor)


def _forward(draft: Draft, command: x.ForwardExtension) -> None:
    entry = _TOPIC.find(draft.state, command.extension)
    draft.emit(x.ExtensionForwarded(draft.at, entry.no, entry.task, command.note))
    draft.end_clock(clock_key(ClockCode.EXTENSION, entry.task))
    draft.start_clock(ClockCode.EXTENSION, desk_of(draft.state.facts), entry.task)


def _may_grant(_state: CaseState, entry: Extension, actor: Actor) -> None:
    ruled_by_desk(entry, actor)


def _grant(draft: Draft, command: x.GrantExtension) -> None:
    part = in_force(draft.rules.pack.parts.extension)
    entry = _TOPIC.find(draft.state, command.extension)
    clock = _clock_in_work(draft, draft.task(entry.task))
    limit = _original(draft, clock)
    more = replace(limit, amount=limit.amount * part.adds)
    draft.emit(x.ExtensionGranted(draft.at, entry.no, entry.task, str(more), command.note))
    draft.end_clock(clock_key(ClockCode.EXTENSION, entry.task))
    draft.recount(clock, Move(MoveKind.EXTENSION, draft.at, clock.spec.due, limit=str(more), ref=str(entry.no)))
    if draft.task(entry.task).role is TaskRole.LEAD:
        extend_citizens_limit(draft, more, str(entry.no))


def _original(draft: Draft, clock: Clock) -> Limit:
    """Return the stage's own limit; that of the rule pack where the due instant was given."""
    if clock.spec.limit != GIVEN:
        return Limit.parse(clock.spec.limit)
    stages = draft.rules.pack.limit_classes[draft.state.facts.limit_class]
    return next((s.limit for s in stages if s.code == clock.spec.stage), stages[-1].limit)


def _may_refuse(_state: CaseState, entry: Extension, actor: Actor) -> None:
    waits(entry)
    by_another(entry, actor)
    if (entry.state is Request.PENDING) is not actor.has(Role.DISTRICT_DESK):
        raise Refusal(Reason.NOT_ALLOWED, waits_for="desk" if entry.state is Request.PENDING else "department")


def _refuse(draft: Draft, command: x.RefuseExtension) -> None:
    entry = _TOPIC.find(draft.state, command.extension)
    draft.emit(x.ExtensionRefused(draft.at, entry.no, entry.task, command.reason))
    draft.end_clock(clock_key(ClockCode.EXTENSION, entry.task))


_TOPIC = Topic("extension", lambda state: state.annex.extensions)
_AT_WORK = frozenset({TaskState.READY, TaskState.CLAIMED, TaskState.ON_SCENE})

RULES[x.AskExtension] = Rule(_ask, MUSTER_OR_ACT, _AT_WORK, _may_ask, handles=True)
RULES[x.ForwardExtension] = Rule(_forward, UNDER_WAY, topic=_TOPIC, entry_guard=_may_forward)
RULES[x.GrantExtension] = Rule(_grant, UNDER_WAY, topic=_TOPIC, entry_guard=_may_grant)
RULES[x.RefuseExtension] = Rule(_refuse, UNDER_WAY, topic=_TOPIC, entry_guard=_may_refuse)
