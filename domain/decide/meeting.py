"""Meetings: who convenes which form, who sits in it, the quorum, and dated tasks out of what it decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import ClockCode, Outcome, Party, Status, TaskRole, TaskState, Tie
from domain.chapters import meeting as m
from domain.decide.intake import call
from domain.decide.rule import MUSTER_OR_ACT, RULES, Rule, Topic
from domain.draft import clock_key
from domain.errors import Reason, Refusal
from domain.meetings import Level, needed
from domain.organisations import district_of
from domain.supervision import command_level

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState
    from domain.draft import Draft
    from domain.meetings import Meeting
    from domain.parts import MeetingTemplate

_GONE = (TaskState.RELEASED, TaskState.WITHDRAWN)
_ISSUED = frozenset({Status.MUSTERING, Status.IN_ACTION, Status.CHECKING, Status.SUSPENDED})
_LEVELS = (Level.CITY, Level.DISTRICT, Level.STREET)
_STREET_LEVEL = 2


def _template(draft: Draft, command: m.CallMeeting) -> MeetingTemplate:
    part = draft.rules.pack.parts.meetings
    template = part.forms.get(command.form) if part is not None else None
    if template is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    return template


def _level(actor: Actor) -> Level:
    return _LEVELS[command_level(actor.org)]


def _seated(state: CaseState, seat: str) -> tuple[str, ...]:
    """Return who takes a seat of a template: offices of the case by symbol; the other seats stand for themselves."""
    orgs = tuple(t.org for t in state.tasks if t.state not in _GONE)
    match seat:
        case "raiser":
            return (state.facts.raising_org,)
        case "lead":
            return tuple(t.org for t in state.tasks if t.role is TaskRole.LEAD and t.state not in _GONE)
        case "departments":
            return orgs
        case "desk":
            return (f"{state.facts.district}-DESK",)
        case "district":
            return (f"{state.facts.district}-GOV",)
        case _:
            return (seat,)


def _call(draft: Draft, command: m.CallMeeting) -> None:
    template, state, actor = _template(draft, command), draft.state, draft.actor
    if _level(actor) is not template.level:
        raise Refusal(Reason.MEETING_LEVEL, form=command.form, level=template.level)
    if command.at <= draft.at:
        raise Refusal(Reason.MEETING_PAST)
    seats = [member for seat in template.seats for member in _seated(state, seat)]
    invited = tuple(dict.fromkeys((*seats, *command.invited)))
    no = len(state.annex.meetings) + 1
    key = clock_key(ClockCode.MEETING, None, str(no))
    draft.emit(m.MeetingCalled(
        draft.at, no, command.form, template.level, actor.org, actor.id, command.at, invited,
        needed(template.quorum, template.count, len(invited)), key, command.topic,
    ))  # fmt: skip
    draft.start_clock(ClockCode.MEETING, actor.org, None, str(no), given=command.at)
    _tell_newcomers(draft, invited)


def _tell_newcomers(draft: Draft, invited: tuple[str, ...]) -> None:
    """Let offices that are not yet in the case see it: they come to the meeting, and owe nothing before it decides."""
    state = draft.state
    present = {t.org for t in state.tasks if t.state not in _GONE} | {state.facts.area, state.facts.raising_org}
    for org in invited:
        # Those who command the district see the case already, and have no tasks.
        if m.is_org(org) and org not in present and command_level(org) == _STREET_LEVEL:
            call(draft, Party(org, TaskRole.INFORM, Tie.NOTICE))


def _of_level(meeting: Meeting, actor: Actor) -> None:
    if _level(actor) is not meeting.level:
        raise Refusal(Reason.MEETING_LEVEL, form=meeting.form, level=meeting.level)


def _is_to_come(state: CaseState, meeting: Meeting, actor: Actor) -> None:
    _of_level(meeting, actor)
    clock = state.clock(meeting.clock)
    if meeting.held_at is not None or clock is None or not clock.is_live:
        raise Refusal(Reason.MEETING_IS_OVER, meeting=meeting.no)


def _was_held(_state: CaseState, meeting: Meeting, actor: Actor) -> None:
    _of_level(meeting, actor)
    if meeting.held_at is None:
        raise Refusal(Reason.MEETING_NOT_HELD, meeting=meeting.no)


def _is_unpublished(state: CaseState, meeting: Meeting, actor: Actor) -> None:
    _was_held(state, meeting, actor)
    _may_be_public(state)
    if meeting.published_at is not None:
        raise Refusal(Reason.PUBLISHED_ONCE, meeting=meeting.no)


def _may_be_public(state: CaseState) -> None:
    if state.facts.sensitive:
        raise Refusal(Reason.KEPT_CONFIDENTIAL)


def _hold(draft: Draft, command: m.HoldMeeting) -> None:
    meeting = m.meeting_of(draft.state, command.meeting)
    present = tuple(dict.fromkeys(command.present))
    strangers = [each for each in present if each not in meeting.invited]
    if strangers:
        raise Refusal(Reason.NOT_AT_MEETING, members=strangers, invited=list(meeting.invited))
    if len(present) < meeting.needed:
        raise Refusal(Reason.QUORUM_MISSING, needed=meeting.needed, present=len(present))
    if command.publish:
        _may_be_public(draft.state)
    late = draft.at > meeting.due
    draft.emit(m.MeetingHeld(draft.at, meeting.no, present, late, command.minutes, command.decision))
    draft.end_clock(meeting.clock)
    if command.publish:
        draft.emit(m.MeetingPublished(draft.at, meeting.no))


def _cancel(draft: Draft, command: m.CancelMeeting) -> None:
    meeting = m.meeting_of(draft.state, command.meeting)
    draft.emit(m.MeetingCancelled(draft.at, meeting.no, command.reason))
    draft.end_clock(meeting.clock, Outcome.CANCELLED)


def _decide(draft: Draft, command: m.DecideTask) -> None:
    meeting = m.meeting_of(draft.state, command.meeting)
    if command.org not in meeting.invited:
        raise Refusal(Reason.NOT_AT_MEETING, members=[command.org], invited=list(meeting.invited))
    if not m.is_org(command.org) or command_level(command.org) != _STREET_LEVEL or _raises(draft.state, command.org):
        # Owners and firms promise in the minutes; those who command see that it is done.
        raise Refusal(Reason.RAISER_IS_NO_PARTY, org=command.org)
    if command.due <= draft.at:
        raise Refusal(Reason.MEETING_PAST)
    no = len(draft.state.tasks) + 1
    draft.emit(m.TaskDecided(draft.at, meeting.no, no, command.org, command.due, command.what))
    call(draft, Party(command.org, TaskRole.ASSIST, command.tie), command.due, decided=True)


def _raises(state: CaseState, org: str) -> bool:
    return org in (state.facts.area, state.facts.raising_org) or district_of(org) is None


def _publish(draft: Draft, command: m.PublishMeeting) -> None:
    draft.emit(m.MeetingPublished(draft.at, command.meeting))


MEETINGS = Topic("meeting", lambda state: state.annex.meetings)
"""Meetings of a case, by number."""

RULES[m.CallMeeting] = Rule(_call, _ISSUED)
RULES[m.HoldMeeting] = Rule(_hold, _ISSUED, topic=MEETINGS, entry_guard=_is_to_come)
RULES[m.CancelMeeting] = Rule(_cancel, _ISSUED, topic=MEETINGS, entry_guard=_is_to_come)
RULES[m.DecideTask] = Rule(_decide, MUSTER_OR_ACT, topic=MEETINGS, entry_guard=_was_held)
RULES[m.PublishMeeting] = Rule(_publish, topic=MEETINGS, entry_guard=_is_unpublished)
