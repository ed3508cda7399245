"""What people read of relief in a case: requests for more time, suspensions, calls for help, milestones, reopenings.

`seqs` are the entries of the timeline about an entry, with the words of people.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contracts.view import View


class ExtensionDetail(View):
    """A request for more time."""

    no: int = Field(description="Number within the case; commands name it.")
    task: int
    stage: str
    state: str = Field(description="review, pending, granted, refused or lapsed.")
    by: str
    by_name: str
    asked_at: datetime
    due: datetime = Field(description="Due instant when it was asked.")
    citizen_told: bool
    settled_at: datetime | None
    seqs: tuple[int, ...]


class SuspensionDetail(View):
    """A suspension, asked for or granted."""

    no: int = Field(description="Number within the case; commands name it.")
    task: int | None = Field(description="None for the whole case.")
    reason: str
    state: str = Field(description="pending, granted, refused or lapsed.")
    by: str
    by_name: str
    org: str
    org_name: str
    asked_at: datetime
    until: datetime
    running: bool
    begun_at: datetime | None
    ended_at: datetime | None
    clocks: tuple[str, ...] = Field(description="Keys of the clocks that it stopped when it began.")
    seqs: tuple[int, ...]


class HelpDetail(View):
    """A call for help from above."""

    no: int = Field(description="Number within the case; commands name it.")
    task: int
    org: str
    org_name: str
    by: str
    by_name: str
    asked_at: datetime
    answered_at: datetime | None
    seqs: tuple[int, ...]


class MilestoneDetail(View):
    """A milestone of a task."""

    no: int = Field(description="Number within the case; commands name it.")
    task: int
    name: str | None = Field(description="None once it was erased.")
    due: datetime
    reached_at: datetime | None
    late: bool = Field(description="Reached after it was due, or due and not reached.")
    seqs: tuple[int, ...]


class ReopeningDetail(View):
    """The case went back to work after it had been closed."""

    handling: int = Field(description="2 for the second handling, and so on.")
    at: datetime
    cause: str = Field(description="by_hand, or what found that it was not solved.")
    closed_at: datetime
    result: str


class Standard(View):
    """The closing test of a handling stage; a check names the last one's code."""

    code: str
    name: str
    closing: str
