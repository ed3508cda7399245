"""What evaluation shows: boards of units, the list behind a figure, the scheme with its sources."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.view import View


class FigureView(View):
    """One indicator of one unit; exact as score over base, rounded for people."""

    base: int = Field(description="How many count below the line.")
    score: str = Field(description="What stands above it, exact: `737` or `29/10`.", examples=["737"])
    value: str | None = Field(
        description="Rates in percent with two decimals, means and sums with two decimals, all rounded half up; "
        "None for a mean of nothing.",
        examples=["75.82"],
    )


class BoardRow(View):
    """One unit on the board."""

    unit: str = Field(description="Code of the organisation, or user id of a person.")
    name: str
    received: int
    figures: dict[str, FigureView] = Field(
        description="By code of the indicator; what departments say of a sub-district is told only to those who "
        "assess, of whole months that have ended, and not of too few."
    )
    total: str | None = Field(description="Total score with its decimals; None where the kind of unit has none.")
    rank: int | None = Field(description="Equal units share a rank. None with too few cases: shown, not ranked.")
    grade: str | None = Field(description="Code of the grade; None as the rank.")
    marks: dict[str, str] = Field(description="For rates with a band: low, within, high; empty if nothing counts.")


class Board(View):
    """Units side by side in one period."""

    kind: str = Field(description="area, department, branch, line or person.")
    period: str
    start: datetime
    end: datetime = Field(description="The first instant after the period.")
    as_of: datetime = Field(description="Instant as of which is judged: now, or the period's end.")
    view: str = Field(description="`all` or `assessed`.")
    scheme: str = Field(description="Version of the formulas.")
    rows: tuple[BoardRow, ...] = Field(description="Ranked units first, then those without a rank by their code.")
    summary: BoardRow = Field(description="Counts summed; rates, means and the total are plain averages of the units.")


class ListEntry(View):
    """One case, or one task of it, behind a figure."""

    case_id: str
    number: str
    task: int | None
    base: int = Field(description="What it adds below the line.")
    score: str | None = Field(description="What it adds above it; None where single ratings are never told.")
    version: int = Field(description="Number of events of the case behind it.")


class FigureList(View):
    """The list behind one figure; its sums are the figure."""

    indicator: str
    unit: str
    figure: FigureView
    items: tuple[ListEntry, ...] = Field(description="In order of case number and task.")
    next_cursor: str | None = None


class IndicatorView(View):
    """One indicator of the scheme."""

    code: str
    name: str
    english: str
    formula: str
    measure: str = Field(description="rate, mean or sum.")
    source: str = Field(description="Where formula and numbers come from, or `proposal`.")


class CompositeView(View):
    """One total score."""

    code: str
    name: str
    units: tuple[str, ...]
    weights: dict[str, str]
    guard: str = Field(description="Indicator that says how much lies behind a score.")
    least: int = Field(description="With fewer a unit is shown, but neither ranked nor graded.")
    source: str


class BandView(View):
    """A rate that should be neither too low nor too high."""

    indicator: str
    low: str
    high: str
    source: str


class Choice(View):
    """A grade with its threshold, or a reason with its name."""

    code: str
    name: str
    least: str | None = None
    source: str


class SchemeView(View):
    """One version of the formulas, with the source of every value."""

    ref: str
    first_day: int = Field(description="Day on which an assessment month begins.")
    review_days: int = Field(description="So long after its end a month is reviewed, then it is published by itself.")
    answer_days: int = Field(description="An exclusion or appeal that nobody decided by then lapses.")
    appeal_days: int = Field(description="So long after its case was closed an appeal may be made.")
    indicators: tuple[IndicatorView, ...]
    composites: tuple[CompositeView, ...]
    bands: tuple[BandView, ...]
    grades: tuple[Choice, ...]
    exclusions: tuple[Choice, ...]
    appeals: tuple[Choice, ...]


class PeriodRow(View):
    """One evaluation period of a district."""

    id: UUID
    district: str | None
    period: str = Field(description="`2026-11` for a month, `2026-11-18` for a day.")
    start: datetime
    end: datetime = Field(description="The first instant after the period.")
    status: str = Field(description="counting, composing, review or published.")
    scheme: str = Field(description="Version of the formulas that it was computed with.")
    run: int = Field(description="Counts so far; each recount during the review is a new one.")
    cases: int = Field(description="Cases counted in this run.")
    digest: str | None = Field(description="SHA-256 of the boards, as in the chain of events; None before.")
    publish_at: datetime = Field(description="Published by itself then, unless a person does it earlier.")
    published_at: datetime | None


class FlagRow(View):
    """An exclusion or appeal: proposed with evidence, decided by a second person."""

    id: UUID
    flag: str = Field(description="exclusion or appeal.")
    status: str = Field(description="proposed, granted, refused or lapsed.")
    case_id: UUID
    number: str
    clock: str | None = Field(description="Of an appeal: key of the late clock.")
    unit: str = Field(description="Organisation that it speaks for.")
    reason: str = Field(description="Code of the listed reason.")
    evidence: str | None = Field(description="For the unit itself and the reviewers.")
    proposed_by: str
    proposed_at: datetime
    answer_by: datetime = Field(description="It lapses after this instant.")
    decided_by: str | None
    decided_at: datetime | None
    allowed_actions: tuple[str, ...]
