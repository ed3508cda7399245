"""What a channel asks when a case is raised and when it is issued; requests that end at once; praise; conferring."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain import commands as c
from domain.actors import Role
from domain.addresses import desk_in, desk_of, hotline_of
from domain.case import ClockCode, Party, Status, TaskRole, Tie
from domain.channels import Checker, Disposal, Entry, Filing, Nature
from domain.chapters.call_back import CallBackPlanned
from domain.chapters.channel import (
    Acknowledge,
    Confer,
    Conferred,
    IntakeRuled,
    PraiseAcknowledged,
    RequestDisposed,
)  # fmt: skip
from domain.chapters.grid import GridOpened
from domain.decide.rule import MUSTER_OR_ACT, RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import CaseClosed
from domain.organisations import district_of, sub_district_of

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, ClockSpec, Task
    from domain.draft import Draft
    from domain.parts import ChannelRule
    from domain.rulepack import RulePack

COMMENDED = "commended"
"""Result code of praise that reached its unit."""


def rule_of(pack: RulePack, channel: str) -> ChannelRule | None:
    """Return the rule of a channel; None where the pack does not tell channels apart.

    Raises:
        Refusal: `unknown_channel`.
    """
    if pack.parts.channels is None:
        return None
    rule = pack.parts.channels.get(channel)
    if rule is None:
        raise Refusal(Reason.UNKNOWN_CHANNEL, channel=channel)
    return rule


def complete(draft: Draft, command: c.Raise, rule: ChannelRule | None) -> c.Raise:
    """Check what the channel asks of a raise, and fill in what follows from it: who raises, copies, the level.

    Raises:
        Refusal: `channel_not_yours`, `contact_missing`, `disposal_not_here`, `target_missing`, `chapter_not_in_force`.
    """
    if rule is None:
        if command.disposal is not None or _is_praise(command):
            raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
        return command
    if not draft.actor.has(*rule.raisers):
        raise Refusal(Reason.CHANNEL_NOT_YOURS, channel=command.channel)
    if rule.contact and command.reporter_phone is None:
        raise Refusal(Reason.CONTACT_MISSING, channel=command.channel)
    if rule.own_name and not command.raiser:
        command = replace(command, raiser=draft.actor.org)
    if command.disposal is not None:
        _check_disposal(command, rule)
        return replace(command, parties=())
    if _is_praise(command):
        return replace(command, parties=tuple(Party(p.org, TaskRole.INFORM, Tie.NOTICE) for p in command.parties))
    calls = draft.rules.pack.parts.call_back
    level = calls.level(command.limit_class, command.urgency) if calls and _calls_back(command, rule) else 0
    return replace(command, parties=(*command.parties, *_copies(command, rule)), urgency=level or command.urgency)


def _is_praise(command: c.Raise) -> bool:
    return command.nature is Nature.COMMENDATION and command.disposal is None


def calls_nobody(command: c.Raise) -> bool:
    """Tell whether a raise needs no lead: it ends at intake, or it is praise."""
    return command.disposal is not None or _is_praise(command)


def _calls_back(command: c.Raise, rule: ChannelRule) -> bool:
    return rule.call_back and command.reporter_phone is not None


def _check_disposal(command: c.Raise, rule: ChannelRule) -> None:
    if command.disposal not in rule.disposals:
        raise Refusal(Reason.DISPOSAL_NOT_HERE, allowed=[d.value for d in rule.disposals])
    if command.disposal is Disposal.TRANSFERRED and command.target not in rule.transfers:
        raise Refusal(Reason.TARGET_MISSING, transfers=list(rule.transfers))
    if command.disposal is Disposal.TOLD_PROGRESS and not command.target:
        raise Refusal(Reason.TARGET_MISSING)


def _copies(command: c.Raise, rule: ChannelRule) -> tuple[Party, ...]:
    """Return who gets a copy (抄送): the district where a sub-district leads, else the sub-district."""
    lead = next((p.org for p in command.parties if p.role is TaskRole.LEAD), "")
    if lead and sub_district_of(lead) == lead:
        org = desk_in(district_of(command.area) or command.area) if rule.copy_district else ""
    else:
        org = command.area if rule.copy_street else ""
    if not org or any(p.org == org for p in command.parties):
        return ()
    return (Party(org, TaskRole.INFORM, Tie.NOTICE),)


def entry_of(command: c.Raise, rule: ChannelRule | None) -> Entry:
    """Return what comes before the departments are called."""
    if rule is None:
        return Entry.KIND
    return Entry.AT_ONCE if calls_nobody(command) else rule.entry


def open_intake(draft: Draft, command: c.Raise, rule: ChannelRule | None) -> None:
    """Note what the channel asks of the case that was just raised."""
    if rule is None or _is_praise(command):
        return
    if rule.checker is not Checker.RAISER:
        draft.emit(IntakeRuled(draft.at, rule.checker))
    if _calls_back(command, rule) and draft.rules.pack.parts.call_back is not None:
        draft.emit(CallBackPlanned(draft.at))
    if rule.entry is Entry.FILING:
        looks = rule.pre_check and not draft.actor.has(Role.GRID_MEMBER)
        draft.emit(GridOpened(draft.at, Filing.PRE_CHECK if looks else Filing.FILING))
        if looks:
            draft.start_clock(ClockCode.PRE_CHECK, command.area)
        else:
            draft.start_clock(ClockCode.FILING, desk_of(draft.state.facts))


def dispose(draft: Draft, command: c.Raise) -> None:
    """End a request at intake: no department is called."""
    if command.disposal is not None:
        draft.emit(RequestDisposed(draft.at, command.disposal, command.target, command.told))
        draft.emit(CaseClosed(draft.at, command.disposal.value))


def issued(draft: Draft) -> None:
    """Start what counts from the dispatch beside the departments' own clocks."""
    state, parts = draft.state, draft.rules.pack.parts
    if state.facts.nature is Nature.COMMENDATION:
        draft.start_clock(ClockCode.ACKNOWLEDGE, state.tasks[0].org, state.tasks[0].no)
        return
    if state.annex.call_back is not None and parts.call_back is not None:
        limit = parts.call_back.limit(state.facts.urgency)
        draft.start_clock(ClockCode.CALL_BACK, hotline_of(state.facts), limit=limit)
    rule = (parts.channels or {}).get(state.facts.channel)
    duties = state.duties()
    if rule is not None and rule.confer and len(duties) > 1:
        lead = next(t for t in duties if t.role is TaskRole.LEAD)
        draft.start_clock(ClockCode.CONFER, lead.org, lead.no)


def _owes_meeting(state: CaseState, task: Task | None, _actor: Actor) -> None:
    clock = state.clock(f"{ClockCode.CONFER}:{task.no}") if task is not None else None
    if clock is None or not clock.is_live:
        raise Refusal(Reason.NO_MEETING_OWED)


def _confer(draft: Draft, command: Confer) -> None:
    draft.emit(Conferred(draft.at, command.task, draft.actor.id, command.note))
    draft.end_clock(f"{ClockCode.CONFER}:{command.task}")


def _is_praised(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    if state.facts.nature is not Nature.COMMENDATION:
        raise Refusal(Reason.NOT_PRAISE)


def _acknowledge(draft: Draft, command: Acknowledge) -> None:
    draft.emit(PraiseAcknowledged(draft.at, command.task, draft.actor.id, command.note))
    _commended(draft)


def close_by_itself(draft: Draft, _spec: ClockSpec) -> None:
    """Praise of which nobody took note closes when its limit ends: it was delivered."""
    _commended(draft)


def _commended(draft: Draft) -> None:
    draft.cancel_clocks()
    draft.emit(CaseClosed(draft.at, COMMENDED))


RULES[Confer] = Rule(_confer, MUSTER_OR_ACT, guard=_owes_meeting)
RULES[Acknowledge] = Rule(_acknowledge, frozenset({Status.MUSTERING}), guard=_is_praised)
