"""What people read of meetings: in the case, in the list of one's own, and as publications."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contracts.view import View


class MeetingView(View):
    """One meeting about a case."""

    no: int = Field(description="Number within the case; commands name it.")
    form: str = Field(description="Code of the template in the rule pack.")
    level: str = Field(description="street, district or city.")
    state: str = Field(description="called, held or cancelled.")
    convener: str
    convener_name: str
    orgs: tuple[str, ...] = Field(description="Invited organisations.")
    guests: int = Field(description="Residents, owners and representatives that are invited beside them.")
    when: datetime
    minutes_due: datetime | None = Field(description="Until when the minutes must be there.")
    held_at: datetime | None = Field(description="When the minutes were entered.")
    present: tuple[str, ...]
    guests_present: int
    published: bool


class MeetingDetail(MeetingView):
    """A meeting in the detail of its case; `seqs` are the entries of the timeline about it, with their words."""

    topic: str | None
    decision: str | None
    tasks: tuple[int, ...] = Field(description="Tasks that it decided.")
    seqs: tuple[int, ...]


class MeetingRow(MeetingView):
    """A meeting in a list across cases; of a published one outside the reader's reach the case is not named."""

    case_id: str | None
    number: str | None
    area: str
    area_name: str
    topic: str | None
    decision: str | None
