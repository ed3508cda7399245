"""What the overdue report shows: one row per clock, sets that are never mixed, figures that open their lists."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from contracts.view import View
from contracts.views import Amount


class ClockSet(StrEnum):
    """Sets of the overdue report that are never mixed (domain.md 4.6, 4.7)."""

    OVERDUE_OPEN = "overdue_open"
    """Running, due before the instant asked about."""
    OVERDUE_DONE = "overdue_done"
    """Met after its due instant."""
    NEAR_DUE = "near_due"
    """Running, in time, less than the rule pack's share left."""
    SUSPENDED = "suspended"
    """Paused (挂账): neither overdue nor near, whatever its due instant was."""
    IN_TIME_DONE = "in_time_done"
    """Met at its due instant or before."""


class Bucket(StrEnum):
    """How far over (for `near_due` and `in_time_done`: how far before) the due instant, in real time.

    For `suspended`: for how long it has been paused.
    """

    H1 = "h1"
    H4 = "h4"
    D1 = "d1"
    D3 = "d3"
    D7 = "d7"
    MORE = "more"


class ClockRow(View):
    """One clock in the overdue report; a case with three overdue clocks has three rows."""

    case_id: str
    number: str
    channel: str
    kind: str
    class_code: str
    class_name: str
    title: str | None
    district: str
    area: str = Field(description="Sub-district that raised, 9 digits.")
    area_name: str
    line: str | None = Field(description="Line (条) of the party; None for a sub-district.")
    party: str = Field(description="Organisation that owes the act.")
    party_name: str
    task: int | None = Field(description="None for clocks of the whole case.")
    role: str | None = Field(description="lead, assist; None for clocks of the whole case.")
    clock: str = Field(description="Clock code.")
    key: str
    generation: int
    stage: str | None
    limit: str = Field(description="For example `2 hours work_hours`; `given` for an agreed or imported instant.")
    calendar: str = Field(description="name/version that the due instant was counted with.")
    provisional: bool
    started_at: datetime
    due: datetime
    ended_at: datetime | None = Field(description="None while it runs at the instant asked about.")
    paused_at: datetime | None = Field(None, description="Since when it is paused; None while it runs.")
    suspended_until: datetime | None = Field(None, description="When it runs on by itself; None while it runs.")
    over_by: Amount | None = Field(
        description="In the clock's own unit; None if it is not overdue. While it is paused, what it was before."
    )
    bucket: Bucket
    alerts: int = Field(description="Rungs fired by the instant asked about.")
    status: str = Field(description="Present status of the case.")
    state: str | None = Field(description="Present state of the task.")
    times_returned: int = Field(description="How often the task was sent back for rework; of the case where no task.")
    repeated: bool = Field(description="An earlier generation of this clock was overdue too.")
    last_actor: str | None = Field(description="Who acted last in the case by the instant asked about.")
    last_actor_name: str | None


class Cut(View):
    """How many clocks of a set fall on one area or line."""

    code: str = Field(description="Area or line; empty for parties without a line.")
    name: str
    count: int


class Counts(View):
    """Sizes of a set under the same filter as its list, so that every figure opens its list."""

    total: int
    buckets: dict[Bucket, int]
    by_area: tuple[Cut, ...] = Field(description="By sub-district inside a district, else by district; largest first.")
    by_line: tuple[Cut, ...] = Field(description="Largest first.")


class OverdueReport(View):
    """A page of the overdue report, as of one instant."""

    as_of: datetime
    set: ClockSet
    calendars: tuple[str, ...] = Field(description="Versions the due instants of this page were counted with.")
    items: tuple[ClockRow, ...] = Field(
        description="By due instant, the earliest first; sets of done clocks by their end, the latest first."
    )
    next_cursor: str | None = None
    counts: Counts | None = Field(None, description="Only when asked for.")
