"""What people read of help by volunteers and auxiliaries: offers, and the hours of a person."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contracts.view import View


class HelpOfferView(View):
    """One offer of help."""

    no: int = Field(description="Number within the case; commands name it.")
    what: str | None = Field(description="What is wanted; None once it was erased.")
    org: str = Field(description="Who asks for it.")
    org_name: str
    at: datetime
    slots: int
    taken: int
    ordered: bool = Field(description="Only the emergency command calls helpers.")
    open: bool
    mine: bool = Field(description="The reader takes part.")


class HelpOfferRow(HelpOfferView):
    """An offer in the list that volunteers choose from; it names the case for the command, and says nothing of it."""

    case_id: str
    area: str
    area_name: str


class HelpOfferDetail(HelpOfferView):
    """An offer in the detail of its case."""

    takers: tuple[str, ...] = Field(description="User ids.")
    takers_names: tuple[str, ...]
    minutes: int = Field(description="Time that was certified so far, of everybody.")


class HoursRow(View):
    """Time that somebody gave once."""

    case_id: str
    number: str
    what: str | None
    minutes: int
    at: datetime
    recorded_by: str


class HoursList(View):
    """The time that somebody gave."""

    worker: str
    worker_name: str
    total: int = Field(description="Minutes in all.")
    items: tuple[HoursRow, ...] = Field(description="The newest first; at most 200.")
