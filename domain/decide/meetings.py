"""Meetings: who may call which form, the quorum, and tasks that a decision sets with their own due instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import ClockCode, Outcome, Status, TaskRole, Tie
from domain.chapters import meetings as m
from domain.clocks import resolve_due
from domain.decide.rule import MUSTER_OR_ACT, RULES, Rule, Topic
from domain.draft import clock_key
from domain.errors import Reason, Refusal
from domain.events import TaskAdded
from domain.meetings import MeetingLevel, MeetingState
from domain.supervision import command_level

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState
    from domain.draft import Draft
    from domain.meetings import Meeting
    from domain.review_parts import MeetingForm, MeetingsPart

_OPEN = frozenset(Status) - {Status.PENDING_APPROVAL, Status.CLOSED, Status.WITHDRAWN}
_LEVELS = (MeetingLevel.CITY, MeetingLevel.DISTRICT, MeetingLevel.STREET)


def _part(draft: Draft) -> MeetingsPart:
    part = draft.rules.pack.parts.meetings
    if part is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    return part


def _form(draft: Draft, code: str) -> MeetingForm:
    form = _part(draft).forms.get(code)
    if form is None:
        raise Refusal(Reason.UNKNOWN_FORM, form=code, forms=sorted(_part(draft).forms))
    return form


def _call(draft: Draft, command: m.CallMeeting) -> None:
    form = _form(draft, command.form)
    if _LEVELS[command_level(draft.actor.org)] is not form.level:
        raise Refusal(Reason.MEETING_OF_ANOTHER_LEVEL, form=command.form, level=form.level)
    if command.when <= draft.at:
        raise Refusal(Reason.MEETING_PAST)
    orgs = tuple(dict.fromkeys(command.orgs))
    if len(orgs) + command.guests < form.least:
        raise Refusal(Reason.TOO_FEW_INVITED, least=form.least)
    no = len(draft.state.annex.meetings) + 1
    key = clock_key(ClockCode.MEETING, None, str(no))
    draft.emit(m.MeetingCalled(
        draft.at, no, command.form, form.level, draft.actor.org, orgs, command.guests, command.when, key,
        command.topic, command.place,
    ))  # fmt: skip
    _let_see(draft, orgs)
    due = resolve_due(command.when, _part(draft).minutes, draft.rules.calendar).at
    draft.start_clock(ClockCode.MEETING, draft.actor.org, None, str(no), given=due)


def _let_see(draft: Draft, orgs: tuple[str, ...]) -> None:
    """Let those who are invited see the case, by a task of their own that owes no work in it."""
    known = {t.org for t in draft.state.tasks} | {draft.state.facts.raising_org}
    for org in orgs:
        if org not in known:
            no = len(draft.state.tasks) + 1
            draft.emit(TaskAdded(draft.at, no, org, TaskRole.INFORM, (), Tie.NOTICE))


def _is_convener(_state: CaseState, meeting: Meeting, actor: Actor) -> None:
    if _LEVELS[command_level(actor.org)] is not meeting.level:
        raise Refusal(Reason.MEETING_OF_ANOTHER_LEVEL, meeting=meeting.no, level=meeting.level)


def _is_called(state: CaseState, meeting: Meeting, actor: Actor) -> None:
    _is_convener(state, meeting, actor)
    if meeting.state is not MeetingState.CALLED:
        raise Refusal(Reason.MEETING_IS_OVER, meeting=meeting.no, state=meeting.state)


def _has_decided(state: CaseState, meeting: Meeting, actor: Actor) -> None:
    _is_convener(state, meeting, actor)
    if not meeting.decided:
        raise Refusal(Reason.NOTHING_DECIDED, meeting=meeting.no)


def _is_unpublished(state: CaseState, meeting: Meeting, actor: Actor) -> None:
    _has_decided(state, meeting, actor)
    if meeting.published:
        raise Refusal(Reason.MEETING_IS_OVER, meeting=meeting.no)


def _hold(draft: Draft, command: m.HoldMeeting) -> None:
    meeting = m.meeting_of(draft.state, command.meeting)
    if draft.at < meeting.when:
        raise Refusal(Reason.MEETING_AHEAD, meeting=meeting.no, when=meeting.when.isoformat())
    form, present = _form(draft, meeting.form), tuple(dict.fromkeys(command.present))
    strangers = sorted(set(present) - set(meeting.orgs))
    if strangers or command.guests > meeting.guests:
        raise Refusal(Reason.NOT_INVITED, orgs=strangers, guests=meeting.guests)
    needed, guests = form.quorum.of(len(meeting.orgs)), form.guest_quorum.of(meeting.guests)
    if len(present) < needed or command.guests < guests:
        raise Refusal(
            Reason.NO_QUORUM, present=len(present), needed=needed, guests=command.guests, guests_needed=guests
        )
    draft.emit(m.MeetingHeld(draft.at, meeting.no, present, command.guests, command.minutes, command.decision))
    draft.end_clock(meeting.clock)
    if command.publish and command.decision is not None:
        draft.emit(m.MeetingPublished(draft.at, meeting.no))


def _cancel(draft: Draft, command: m.CancelMeeting) -> None:
    meeting = m.meeting_of(draft.state, command.meeting)
    draft.emit(m.MeetingCancelled(draft.at, meeting.no, command.reason))
    draft.end_clock(meeting.clock, Outcome.CANCELLED)


def _decide_task(draft: Draft, command: m.DecideTask) -> None:
    meeting = m.meeting_of(draft.state, command.meeting)
    if command.role is not TaskRole.ASSIST:
        # The lead stays who it is, and whoever is only told owes nothing that could be dated.
        raise Refusal(Reason.ONE_LEAD if command.role is TaskRole.LEAD else Reason.INFORM_ONLY, org=command.org)
    if command.org == draft.state.facts.raising_org:
        raise Refusal(Reason.RAISER_IS_NO_PARTY, org=command.org)
    if command.org not in meeting.orgs:
        raise Refusal(Reason.NOT_INVITED, orgs=[command.org])
    if command.due <= draft.at:
        raise Refusal(Reason.MEETING_PAST)
    no = len(draft.state.tasks) + 1
    stage = draft.rules.pack.limit_classes[draft.state.facts.limit_class][-1].code
    draft.emit(TaskAdded(draft.at, no, command.org, command.role, (stage,)))
    draft.emit(m.TaskDecided(draft.at, meeting.no, no, command.due, command.what))
    draft.start_clock(ClockCode.CLAIM, command.org, no)
    draft.start_clock(ClockCode.HANDLE, command.org, no, stage, given=command.due)


def _publish(draft: Draft, command: m.PublishMeeting) -> None:
    draft.emit(m.MeetingPublished(draft.at, command.meeting))


MEETINGS = Topic("meeting", lambda state: state.annex.meetings)
"""Meetings of a case, by number."""

RULES[m.CallMeeting] = Rule(_call, _OPEN)
RULES[m.HoldMeeting] = Rule(_hold, _OPEN, topic=MEETINGS, entry_guard=_is_called)
RULES[m.CancelMeeting] = Rule(_cancel, _OPEN, topic=MEETINGS, entry_guard=_is_called)
RULES[m.DecideTask] = Rule(_decide_task, MUSTER_OR_ACT, topic=MEETINGS, entry_guard=_has_decided)
RULES[m.PublishMeeting] = Rule(_publish, topic=MEETINGS, entry_guard=_is_unpublished)
