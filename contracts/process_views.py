"""What answers about processes say."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from contracts.view import View


class ProcessRow(View):
    """One process in a list."""

    id: UUID
    kind: str = Field(description="publication, ...")
    name: str = Field(description="Number or period, unique within the kind.")
    district: str | None = Field(description="6 digits; None for the whole installation.")
    status: str
    version: int = Field(description="The ETag.")
    opened_by: str
    opened_at: datetime
    at: datetime = Field(description="Business instant of the last event.")
    closed_at: datetime | None


class ProcessEntry(View):
    """One event of a process; `seq` runs 1, 2, ... without gap."""

    seq: int
    at: datetime
    recorded_at: datetime
    kind: str
    actor: str
    texts: dict[str, str | None] = Field(description="Words of people by field; None where they were erased.")
    facts: dict[str, Any] = Field(description="Codes and instants of the event, without texts.")


class ProcessDetail(ProcessRow):
    """A process with its events."""

    allowed_actions: tuple[str, ...] = Field(description="Commands that the reader may give now, as in the URL.")
    timeline: tuple[ProcessEntry, ...]


class ProcessAnswerView(View):
    """A process after a command; `replayed` tells that the same key had taken effect before."""

    id: UUID
    kind: str
    name: str
    status: str
    version: int
    replayed: bool
    allowed_actions: tuple[str, ...]


class ImpactRow(View):
    """A running clock that a publication moves, as listed before the approval."""

    case_id: UUID
    number: str
    key: str = Field(description="Clock within the case, for example handle:1:repair.")
    old_due: datetime
    new_due: datetime
    newly_overdue: bool
    no_longer_overdue: bool


class ImpactTotals(View):
    """Counts of the list, of the cases that the reader sees."""

    clocks: int
    cases: int
    newly_overdue: int
    no_longer_overdue: int


class ImpactList(View):
    """A page of the list, by case and clock, with the counts of the whole of it."""

    items: tuple[ImpactRow, ...]
    next_cursor: str | None = None
    totals: ImpactTotals
    complete: bool = Field(description="The list is written to its end.")
    failed: int = Field(description="Cases that could not go over: the draft does not reach as far as their clocks.")


class PrecedentRow(View):
    """A ruling that asks for a rule of the duty list, and who has proposed one since."""

    case_id: UUID
    number: str
    class_code: str
    area: str
    org: str = Field(description="Who objected, rightly.")
    org_name: str
    next: str = Field(description="Who was called instead: whose matters these are.")
    next_name: str
    ground: str
    at: datetime
    publications: tuple[UUID, ...] = Field(description="Proposals made for this case, the oldest first.")


class DiscrepancyRow(View):
    """A clock for which the adoption did otherwise than the list said."""

    case_id: UUID
    number: str
    key: str
    listed: tuple[datetime, datetime] | None = Field(description="Old and new due instant as listed.")
    happened: tuple[datetime, datetime] | None = Field(description="Old and new due instant as it came.")
    why: str = Field(description="ended, started, moved; `unexplained` never in a sound system.")
