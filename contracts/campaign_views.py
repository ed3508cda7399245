"""What answers about campaigns say, and the request that opens one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.commands import AreaPrefix, Request, Slug, Title
from contracts.evaluation_views import FigureView
from contracts.process_views import ProcessDetail
from contracts.view import View
from contracts.views import CaseRow

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{1,31}$", description="Code, never used again.")]


class CampaignRequest(Request):
    """A campaign (专项行动) to be opened; the office of whoever opens it owns it."""

    code: Code
    title: Title
    areas: tuple[AreaPrefix, ...] = Field(min_length=1, max_length=50, description="Districts to communities.")
    classes: tuple[Slug, ...] = Field((), max_length=50, description="Classes that it covers; empty for all.")
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class RowView(View):
    """What became of one row of a batch."""

    row: int = Field(description="From 1, in order of the list.")
    case_id: str | None = Field(description="The case; None if it was refused.")
    refused: str | None = Field(description="Code of the reason.")
    detail: str | None
    detail_zh: str | None


class BatchView(View):
    """A batch and what became of its rows so far; `rows` of them are to be accounted for."""

    no: int
    by: str
    at: datetime
    kind: str
    class_code: str
    rows: int
    raised: int
    refused: int
    done: bool
    outcomes: tuple[RowView, ...]


class CampaignDetail(ProcessDetail):
    """A campaign with its batches and its events; `name` is its code."""

    title: str | None
    owner: str
    owner_name: str
    areas: tuple[str, ...]
    classes: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    batches: tuple[BatchView, ...]


class ForeseenRow(View):
    """What would become of one row now: whom it would call, or why it would be refused."""

    row: int
    area: str | None
    place: str | None
    lead: str | None = Field(description="Organisation that would lead; None if it is refused.")
    lead_name: str | None
    refused: str | None = Field(description="Code of the reason.")
    detail: str | None
    detail_zh: str | None
    facts: dict[str, str] = Field(description="Facts of the refusal.")


class ForeseenBatch(View):
    """A dry run; nothing was written."""

    rows: tuple[ForeseenRow, ...]
    would_raise: int
    would_refuse: int


class CountView(View):
    """A count and where its list is."""

    count: int
    href: str


class IndicatorFigure(View):
    """An indicator of the evaluation and where its list is."""

    figure: FigureView
    href: str


class ReportRow(View):
    """The cases of one area and one leading department; `department` is empty where nobody is called yet."""

    area: str
    area_name: str
    department: str
    department_name: str
    counts: dict[str, CountView] = Field(description="raised, each status, overdue, reworked.")
    finished: str | None = Field(description="Closed / raised and not taken back, in percent; None for no case.")
    indicators: dict[str, IndicatorFigure] = Field(description="closing, closing_in_time, rework: as evaluated.")


class CampaignReport(View):
    """The report of a campaign over the cases that you may see."""

    campaign: str
    as_of: datetime
    scheme: str = Field(description="Version of the evaluation's formulas.")
    rows: tuple[ReportRow, ...] = Field(description="By area and department.")
    total: ReportRow


class ReportedCase(View):
    """A case behind a number of the report."""

    case: CaseRow
    base: int = Field(description="What it counts below the line of an indicator; 1 in a count.")
    score: str = Field(description="What it counts above the line; exact.")


class ReportedCases(View):
    """The list behind a number; its sums are the number."""

    number: str
    area: str
    department: str | None
    base: int
    score: str
    items: tuple[ReportedCase, ...]
    next_cursor: str | None = None
