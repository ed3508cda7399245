"""What people read of meetings across cases: those of one's cases, and published results."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contracts.view import View
from contracts.views import MemberView


class MeetingRow(View):
    """A meeting in a list; of a published one outside the reader's reach the case is not named."""

    case_id: str | None
    number: str | None
    area: str
    area_name: str
    no: int
    form: str
    level: str
    state: str = Field(description="called, overdue, held, cancelled or fallen.")
    caller: str
    caller_name: str
    due: datetime = Field(description="The agreed instant.")
    members: tuple[MemberView, ...]
    held_at: datetime | None
    published_at: datetime | None
    topic: str | None
    decision: str | None
