"""Meetings (会商、协商): called from a case, held with minutes as evidence, decisions that turn into dated tasks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import Notice, heads, office
from domain.case import TaskRole
from domain.folding import BrokenLog, change_annex
from domain.meetings import Meeting, MeetingLevel, MeetingState
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class CallMeeting:
    """Call a committee or a consultation on the case (召集会商), by one of the forms of the rule pack."""

    form: str
    topic: Text
    when: datetime
    orgs: tuple[str, ...] = ()
    guests: int = 0
    place: Text | None = None


@dataclass(frozen=True, slots=True)
class HoldMeeting:
    """Enter that a meeting was held (会议纪要): who came, the minutes, what was decided; refused without a quorum."""

    meeting: int
    minutes: Text
    present: tuple[str, ...] = ()
    guests: int = 0
    decision: Text | None = None
    publish: bool = False


@dataclass(frozen=True, slots=True)
class CancelMeeting:
    """Call a meeting off (取消会议)."""

    meeting: int
    reason: Text


@dataclass(frozen=True, slots=True)
class DecideTask:
    """Turn a decision into a dated task of a member unit (议定任务), even if it has a task in the case already."""

    meeting: int
    org: str
    role: TaskRole
    due: datetime
    what: Text


@dataclass(frozen=True, slots=True)
class PublishMeeting:
    """Make the decision public (公示)."""

    meeting: int


@dataclass(frozen=True, slots=True)
class MeetingCalled:
    """A meeting was called."""

    at: datetime
    meeting: int
    form: str
    level: MeetingLevel
    convener: str
    orgs: tuple[str, ...]
    guests: int
    when: datetime
    clock: str
    topic: Text
    place: Text | None = None


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting was held with its quorum; the minutes are its evidence."""

    at: datetime
    meeting: int
    present: tuple[str, ...]
    guests: int
    minutes: Text
    decision: Text | None = None


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """A meeting was called off."""

    at: datetime
    meeting: int
    reason: Text


@dataclass(frozen=True, slots=True)
class TaskDecided:
    """A meeting decided a task."""

    at: datetime
    meeting: int
    task: int
    due: datetime
    what: Text


@dataclass(frozen=True, slots=True)
class MeetingPublished:
    """The decision of a meeting is public."""

    at: datetime
    meeting: int


Command = CallMeeting | HoldMeeting | CancelMeeting | DecideTask | PublishMeeting
Event = MeetingCalled | MeetingHeld | MeetingCancelled | TaskDecided | MeetingPublished


def meeting_of(state: CaseState, no: int) -> Meeting:
    """Return a meeting that an event names; raises `BrokenLog` if it is not there."""
    for meeting in state.annex.meetings:
        if meeting.no == no:
            return meeting
    msg = f"an event names meeting {no}, which is not there"
    raise BrokenLog(msg)


def _change(state: CaseState, no: int, /, **changes: Any) -> None:
    old = meeting_of(state, no)
    change_annex(state, meetings=tuple([replace(m, **changes) if m is old else m for m in state.annex.meetings]))


def _called(state: CaseState, e: MeetingCalled) -> None:
    meeting = Meeting(e.meeting, e.form, e.level, e.convener, e.orgs, e.guests, e.when, e.clock,
                      called_seq=state.version + 1)
    change_annex(state, meetings=(*state.annex.meetings, meeting))


def _held(state: CaseState, e: MeetingHeld) -> None:
    decided = e.decision is not None
    _change(
        state, e.meeting, state=MeetingState.HELD, held_at=e.at, present=e.present, guests_present=e.guests,
        decided=decided, held_seq=state.version + 1,
    )  # fmt: skip


def _cancelled(state: CaseState, e: MeetingCancelled) -> None:
    _change(state, e.meeting, state=MeetingState.CANCELLED)


def _task_decided(state: CaseState, e: TaskDecided) -> None:
    _change(state, e.meeting, tasks=(*meeting_of(state, e.meeting).tasks, e.task))


def _published(state: CaseState, e: MeetingPublished) -> None:
    _change(state, e.meeting, published=True)


FOLDS: dict[type, Fold] = {
    MeetingCalled: _called,
    MeetingHeld: _held,
    MeetingCancelled: _cancelled,
    TaskDecided: _task_decided,
    MeetingPublished: _published,
}


def invited(state: CaseState, code: str, meeting: Meeting) -> Iterator[Notice]:
    """Address those who are invited, and the convener."""
    tasks = {task.org: task.no for task in state.tasks}
    for org in meeting.orgs:
        yield from heads(state, code, org, tasks.get(org))
    yield office(code, meeting.convener, None)


def _say_called(e: MeetingCalled, state: CaseState) -> Iterator[Notice]:
    yield from invited(state, "meeting_called", meeting_of(state, e.meeting))


def _say_held(e: MeetingHeld, state: CaseState) -> Iterator[Notice]:
    yield from invited(state, "meeting_held", meeting_of(state, e.meeting))


def _say_cancelled(e: MeetingCancelled, state: CaseState) -> Iterator[Notice]:
    yield from invited(state, "meeting_cancelled", meeting_of(state, e.meeting))


NOTICES: dict[type, Says] = {
    MeetingCalled: _say_called,
    MeetingHeld: _say_held,
    MeetingCancelled: _say_cancelled,
}
