"""What answers about the circle of community services say, and the requests that survey and raise."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.commands import OrgCode, Request, Short, Slug, Title, Words
from contracts.view import View
from domain.circle import GapState

CommunityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
ItemCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]


class SurveyRequest(Request):
    """A survey as CSV with the columns `community,item,present,date,note`; all of it is taken, or nothing."""

    csv: Annotated[str, StringConstraints(min_length=1, max_length=60_000)]
    dry_run: bool = Field(False, description="Only tell what is wrong, and how much is new.")


class CellError(View):
    """One thing wrong with one cell."""

    row: int = Field(description="Line of the file; the heading is line 1.")
    column: str = Field(description="Empty for the row as a whole.")
    code: str
    message: str


class SurveyResult(View):
    """What a survey changed, or would change; the same file again changes nothing."""

    rows: int
    new: int = Field(description="Answers that the record did not have.")
    written: bool
    errors: tuple[CellError, ...] = Field(description="Not empty: nothing was taken.")


class ItemView(View):
    """One service of the list."""

    code: str
    name: str
    class_code: str = Field(description="Class of the catalogue under which its gap is raised.")
    source: str


class ServiceClassView(View):
    """One class of services with its items."""

    code: str
    name: str
    source: str
    items: tuple[ItemView, ...]


class CircleView(View):
    """The list of services by which communities are surveyed."""

    ref: str
    source: str
    classes: tuple[ServiceClassView, ...]


class GapCaseRef(View):
    """The case about a gap."""

    id: str
    number: str
    href: str


class GapView(View):
    """How an item of a community stands."""

    community: str
    community_name: str
    item: str
    item_name: str
    service_class: str
    state: GapState
    surveyed_on: date
    note: str
    case: GapCaseRef | None = Field(description="Who works on it or solved it; None also if you may not see it.")
    allowed_actions: tuple[str, ...] = Field(description="`raise` if a case may be raised from it by you.")


class CoverageRow(View):
    """How far a unit is covered, in items of communities."""

    unit: str
    name: str
    expected: int
    present: int
    solved: int
    raised: int
    missing: int
    unknown: int = Field(description="Nobody has surveyed them.")
    covered: str | None = Field(description="Present and solved / surveyed, in percent; None before the first survey.")
    href: str = Field(description="Its gaps.")


class CoverageReport(View):
    """Coverage of units side by side."""

    by: str
    area: str
    communities: int
    surveyed: int = Field(description="Communities that were surveyed at all.")
    rows: tuple[CoverageRow, ...]
    circle: str = Field(description="Version of the list.")


class GapRaiseRequest(Request):
    """What is said of a case that closes a gap; what is left out follows from the gap."""

    title: Title | None = None
    description: Words | None = None
    place: Short | None = None
    kind: Slug | None = None
    lead: OrgCode | None = None
    assist: tuple[OrgCode, ...] | None = Field(None, max_length=20)
    campaign: Slug | None = None
