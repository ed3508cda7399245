"""Meetings about a stuck case: call, hold with minutes and decision, cancel, publish, and dated tasks out of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import Notice
from domain.case import Tie
from domain.folding import BrokenLog, change_annex
from domain.meetings import Level, Meeting, MeetingForm
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class CallMeeting:
    """Call a meeting about the case (召开协调会、协商会): its form names the seats, `invited` adds organisations."""

    form: MeetingForm
    topic: Text
    at: datetime
    invited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldMeeting:
    """Record that a meeting was held (会议纪要): who came, the minutes as evidence, what was decided."""

    meeting: int
    present: tuple[str, ...]
    minutes: Text
    decision: Text
    publish: bool = False


@dataclass(frozen=True, slots=True)
class CancelMeeting:
    """Cancel a meeting that was not held; for another time it is called anew."""

    meeting: int
    reason: Text


@dataclass(frozen=True, slots=True)
class DecideTask:
    """Turn the decision of a meeting into a dated task of a member, beside the task that it may have already.

    The border fills in what binds the member: a partner that nobody commands is invited, and nothing runs against it.
    """

    meeting: int
    org: str
    due: datetime
    what: Text
    tie: Tie = Tie.ORDER


@dataclass(frozen=True, slots=True)
class PublishMeeting:
    """Publish the result of a meeting (结果公开)."""

    meeting: int


@dataclass(frozen=True, slots=True)
class MeetingCalled:
    """A meeting was called for an agreed instant."""

    at: datetime
    meeting: int
    form: MeetingForm
    level: Level
    caller: str
    by: str
    due: datetime
    invited: tuple[str, ...]
    needed: int
    clock: str
    topic: Text


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """The meeting was held with a quorum, in time or late."""

    at: datetime
    meeting: int
    present: tuple[str, ...]
    late: bool
    minutes: Text
    decision: Text


@dataclass(frozen=True, slots=True)
class MeetingCancelled:
    """The meeting will not be held."""

    at: datetime
    meeting: int
    reason: Text


@dataclass(frozen=True, slots=True)
class TaskDecided:
    """A task came out of a meeting's decision; its due instant was given there."""

    at: datetime
    meeting: int
    task: int
    org: str
    due: datetime
    what: Text


@dataclass(frozen=True, slots=True)
class MeetingPublished:
    """The result of the meeting was made public."""

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


def _change(state: CaseState, no: int, **changes: Any) -> None:
    old = meeting_of(state, no)
    change_annex(state, meetings=tuple([replace(m, **changes) if m is old else m for m in state.annex.meetings]))


def _called(state: CaseState, e: MeetingCalled) -> None:
    meeting = Meeting(
        e.meeting, e.form, e.level, e.caller, e.by, e.at, e.due, e.invited, e.needed, e.clock,
        called_seq=state.version + 1,
    )  # fmt: skip
    change_annex(state, meetings=(*state.annex.meetings, meeting))


def _held(state: CaseState, e: MeetingHeld) -> None:
    _change(state, e.meeting, held_at=e.at, present=e.present, held_seq=state.version + 1)


def _cancelled(state: CaseState, e: MeetingCancelled) -> None:
    _change(state, e.meeting, cancelled_at=e.at)


def _decided(state: CaseState, e: TaskDecided) -> None:
    _change(state, e.meeting, tasks=(*meeting_of(state, e.meeting).tasks, e.task))


def _published(state: CaseState, e: MeetingPublished) -> None:
    _change(state, e.meeting, published_at=e.at)


FOLDS: dict[type, Fold] = {
    MeetingCalled: _called,
    MeetingHeld: _held,
    MeetingCancelled: _cancelled,
    TaskDecided: _decided,
    MeetingPublished: _published,
}


def is_org(member: str) -> bool:
    """Tell whether a member is an organisation of the tree; the others are seats without an office."""
    return member[:1].isdigit()


def _members(code: str, meeting: Meeting) -> Iterator[Notice]:
    return (Notice(code, member) for member in meeting.invited if is_org(member))


def _say_called(e: MeetingCalled, state: CaseState) -> Iterator[Notice]:
    yield from _members("meeting_called", meeting_of(state, e.meeting))


def _say_held(e: MeetingHeld, state: CaseState) -> Iterator[Notice]:
    yield from _members("meeting_held", meeting_of(state, e.meeting))


def _say_cancelled(e: MeetingCancelled, state: CaseState) -> Iterator[Notice]:
    yield from _members("meeting_cancelled", meeting_of(state, e.meeting))


def _say_decided(e: TaskDecided, _state: CaseState) -> Iterator[Notice]:
    yield Notice("task_decided", e.org, task=e.task)


NOTICES: dict[type, Says] = {
    MeetingCalled: _say_called,
    MeetingHeld: _say_held,
    MeetingCancelled: _say_cancelled,
    TaskDecided: _say_decided,
}
