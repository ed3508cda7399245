"""Meetings of a case as a reader sees them."""

from __future__ import annotations

from datetime import datetime

from adapters.db.directory import Directory
from contracts.views import MeetingView, MemberView
from contracts.words import word
from domain.case import CaseState
from domain.chapters.meeting import is_org
from domain.meetings import Meeting


def meetings(state: CaseState, directory: Directory, now: datetime) -> tuple[MeetingView, ...]:
    """Return the meetings of a case by number, as they stand at `now`."""
    return tuple(_meeting(each, state, directory, now) for each in state.annex.meetings)


def _meeting(meeting: Meeting, state: CaseState, directory: Directory, now: datetime) -> MeetingView:
    clock = state.clock(meeting.clock)
    return MeetingView(
        no=meeting.no, form=meeting.form, level=meeting.level, caller=meeting.caller,
        caller_name=directory.org_name(meeting.caller),
        state=meeting.state(now, runs=clock is not None and clock.is_live), called_at=meeting.at, due=meeting.due,
        members=tuple(member_view(each, each in meeting.present, directory) for each in meeting.invited),
        needed=meeting.needed,
        held_at=meeting.held_at, published_at=meeting.published_at, tasks=meeting.tasks,
    )  # fmt: skip


def member_view(code: str, present: bool, directory: Directory) -> MemberView:  # noqa: FBT001 - as the view has it
    """Show somebody who is invited: an organisation, or a seat without an office."""
    name = directory.org_name(code) if is_org(code) else word("seat", code)
    return MemberView(code=code, name=name, present=present)
