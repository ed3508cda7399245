"""Raising, approving, refusing and withdrawing a whistle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain import commands as c
from domain.addresses import approver
from domain.authority import acts_for
from domain.case import ClockCode, Facts, Party, Status, TaskRole, TaskState, Tie
from domain.channels import Entry
from domain.decide.channel import calls_nobody, complete, dispose, entry_of, issued, open_intake, rule_of
from domain.decide.parties import check_direction, check_parties
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import (
    CaseApproved,
    CaseIssued,
    CaseRaised,
    CaseRefused,
    CaseWithdrawn,
    TaskAdded,
)  # fmt: skip
from domain.rulepack import Approval

if TYPE_CHECKING:
    from datetime import datetime

    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft
    from domain.rulepack import RulePack, Stage

_ARRIVED = (TaskState.ON_SCENE, TaskState.SUBMITTED, TaskState.ACCEPTED)
DECIDED = "decided"
"""Stage of a task that came out of a meeting."""


def _raise(draft: Draft, command: c.Raise) -> None:
    pack = draft.rules.pack
    _check_codes(command, pack)
    channel = rule_of(pack, command.channel)
    command = complete(draft, command, channel)
    _check_raise(draft, command, pack)
    entry = entry_of(command, channel)
    approval = pack.kinds[command.kind].approval if entry is Entry.KIND else Approval.NONE
    begin(draft, command, awaits=approval is not Approval.NONE)
    if command.disposal is not None:
        dispose(draft, command)
        return
    open_intake(draft, command, channel)
    if approval is not Approval.NONE:
        draft.start_clock(ClockCode.APPROVAL, approver(draft.state)[0])
    if approval is not Approval.BEFORE and entry is not Entry.FILING:
        issue(draft)


def begin(draft: Draft, command: c.Raise, *, awaits: bool, repeats: tuple[str, ...] = ()) -> None:
    """Create the case; `awaits` an approval, or it does not."""
    pack = draft.rules.pack
    facts = Facts(
        id=command.id, number=command.number, kind=command.kind, channel=command.channel,
        district=command.district, area=command.area, class_code=command.class_code,
        limit_class=pack.kinds[command.kind].limit_class or command.limit_class, raised_by=draft.actor.id,
        raised_at=draft.at, rules=command.rules,
        parties=command.parties, duty=command.duty, appointment=command.appointment, lat=command.lat, lng=command.lng,
        source_ref=command.source_ref, raiser=command.raiser, direction=command.direction,
        joint_areas=command.joint_areas,
        sensitive=command.sensitive or _is_sensitive(command, pack), campaign=command.campaign,
        urgency=command.urgency, nature=command.nature, gap=command.gap, repeats=repeats,
    )  # fmt: skip
    draft.emit(CaseRaised(
        draft.at, facts, awaits, command.title, command.description, command.place, command.reporter_name,
        command.reporter_phone, command.support,
    ))  # fmt: skip


def _is_sensitive(command: c.Raise, pack: RulePack) -> bool:
    """Tell whether class or words make a case sensitive (domain.md 3.7 扬言, 9 社会心理服务)."""
    part = pack.parts.sensitivity
    if part is None:
        return False
    said = f"{command.title} {command.description}"
    return command.class_code in part.classes or any(word in said for word in part.words)


def _check_codes(command: c.Raise, pack: RulePack) -> None:
    if command.kind not in pack.kinds:
        raise Refusal(Reason.UNKNOWN_KIND, kind=command.kind)
    if command.limit_class not in pack.limit_classes:
        raise Refusal(Reason.UNKNOWN_LIMIT_CLASS, limit_class=command.limit_class)


def _check_raise(draft: Draft, command: c.Raise, pack: RulePack) -> None:
    if not calls_nobody(command):
        check_parties(command.parties, command, pack)
        check_direction(command, draft.actor, pack)
    if command.appointment is None:
        return
    if not pack.kinds[command.kind].appointment:
        raise Refusal(Reason.NO_APPOINTMENT, kind=command.kind)
    if command.appointment <= draft.at:
        raise Refusal(Reason.APPOINTMENT_PAST)


def issue(draft: Draft, parties: tuple[Party, ...] = ()) -> None:
    """Call the departments: those of the raise, or others that were named since."""
    draft.emit(CaseIssued(draft.at))
    for party in parties or draft.state.facts.parties:
        call(draft, party)
    issued(draft)


def call(draft: Draft, party: Party, due: datetime | None = None, *, decided: bool = False) -> None:
    """Call a department: its task and its clocks begin at once, for the limit counts from the issue.

    Args:
        due: Instant until which it has to be done, set by people: one stage then, the last of its limit class.
        decided: A meeting decided it: a stage of its own, and no time to report in.
    """
    no = len(draft.state.tasks) + 1
    stages = draft.rules.pack.limit_classes[draft.state.facts.limit_class]
    is_duty = party.role is not TaskRole.INFORM and party.tie is Tie.ORDER
    codes = _stages(stages, due, decided=decided) if is_duty else ()
    draft.emit(TaskAdded(draft.at, no, party.org, party.role, codes, party.tie))
    if not is_duty:
        return
    draft.start_clock(ClockCode.CLAIM, party.org, no)
    if decided:
        draft.start_clock(ClockCode.HANDLE, party.org, no, DECIDED, given=due)
        return
    appointment = draft.state.facts.appointment
    draft.start_clock(ClockCode.REPORT_IN, party.org, no, given=appointment if _ahead(draft) else None)
    if due is not None:
        draft.start_clock(ClockCode.HANDLE, party.org, no, codes[0], given=due)
    else:
        draft.start_clock(ClockCode.HANDLE, party.org, no, stages[0].code, limit=stages[0].limit)


def _stages(stages: tuple[Stage, ...], due: datetime | None, *, decided: bool) -> tuple[str, ...]:
    if decided:
        return (DECIDED,)
    return (stages[-1].code,) if due is not None else tuple(s.code for s in stages)


def _ahead(draft: Draft) -> bool:
    appointment = draft.state.facts.appointment
    return appointment is not None and appointment > draft.at


def _needs_approval(state: CaseState, _task: Task | None, actor: Actor) -> None:
    if not state.awaiting_approval:
        raise Refusal(Reason.NO_APPROVAL_PENDING)
    if actor.id == state.facts.raised_by:
        raise Refusal(Reason.RAISER_MAY_NOT_APPROVE)


def _approve(draft: Draft, command: c.Approve) -> None:
    draft.emit(CaseApproved(draft.at, command.note))
    draft.end_clock(ClockCode.APPROVAL)
    if draft.state.status is Status.PENDING_APPROVAL:
        issue(draft)


def _may_refuse(state: CaseState, task: Task | None, actor: Actor) -> None:
    _needs_approval(state, task, actor)
    _nobody_arrived(state, task, actor)


def _refuse(draft: Draft, command: c.Refuse) -> None:
    draft.emit(CaseRefused(draft.at, command.reason))
    draft.end_clock(ClockCode.APPROVAL)
    _end(draft, CaseWithdrawn(draft.at, "refused"))


def _nobody_arrived(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    arrived = [t.org for t in state.tasks if t.is_duty and t.stands in _ARRIVED]
    if arrived:
        raise Refusal(Reason.ALREADY_ON_SCENE, orgs=arrived)


def _may_withdraw(state: CaseState, task: Task | None, actor: Actor) -> None:
    """Guard: a suspension takes no right away, and gives none: what counts is the status before it."""
    _nobody_arrived(state, task, actor)
    before = next((s.before for s in state.annex.suspensions if s.is_running and s.task is None), "")
    if state.status is Status.SUSPENDED and before != Status.MUSTERING:
        raise Refusal(Reason.WRONG_STATUS, status=before)
    if not acts_for(actor, state.facts.raising_org):
        raise Refusal(Reason.RAISER_ONLY, raiser=state.facts.raising_org)


def _withdraw(draft: Draft, command: c.Withdraw) -> None:
    _end(draft, CaseWithdrawn(draft.at, "withdrawn", command.reason))


def _end(draft: Draft, event: CaseWithdrawn) -> None:
    draft.cancel_clocks()
    draft.emit(event)


_BEFORE_ACTION = frozenset({Status.PENDING_APPROVAL, Status.MUSTERING})

RULES[c.Raise] = Rule(_raise)
RULES[c.Approve] = Rule(
    _approve, frozenset(Status) - {Status.CLOSED, Status.WITHDRAWN}, guard=_needs_approval
)  # fmt: skip
RULES[c.Refuse] = Rule(_refuse, _BEFORE_ACTION, guard=_may_refuse)
RULES[c.Withdraw] = Rule(_withdraw, _BEFORE_ACTION | {Status.SUSPENDED}, guard=_may_withdraw)

__all__ = ["DECIDED", "begin", "call", "issue"]
