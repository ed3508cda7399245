"""What people read of supervision orders: in the case, and in the list across cases."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contracts.view import View
from domain.light import Light


class OrderView(View):
    """One supervision order."""

    no: int = Field(description="Number within the case; commands name it.")
    org: str = Field(description="Who must answer.")
    org_name: str
    task: int | None
    grade: str = Field(description="normal, yellow or red.")
    state: str = Field(description="waiting, answered, lifted, replaced, or fallen: ended with case or task.")
    issuer: str = Field(description="Office that issued it, or raised its grade last.")
    issuer_name: str
    issued_by: str = Field(description="User id; `system` for the ladder.")
    issued_at: datetime
    raised_at: datetime | None
    due: datetime | None = Field(description="Until when it must be answered.")
    light: Light = Field(description="Of that limit, while it is waiting.")
    answered_at: datetime | None
    late: bool
    lifted_at: datetime | None
    points: int = Field(description="What it costs the organisation; zero or less.")
    points_state: str = Field(description="counted, suspended while an appeal runs, void once it was granted.")
    follows: int = Field(description="Number of the answered order that it goes beyond; 0 for none.")
    appealed_at: datetime | None
    ruler: str | None = Field(description="Who rules on the appeal.")
    verdict: str | None = Field(description="granted or dismissed; None while it is pending.")
    ruled_at: datetime | None


class OrderDetail(OrderView):
    """An order in the detail of its case; `seqs` are the entries of the timeline about it, with their words."""

    seqs: tuple[int, ...]


class OrderRow(OrderView):
    """An order in a list across cases."""

    case_id: str
    number: str
    title: str | None
    district: str
    area: str
    area_name: str
