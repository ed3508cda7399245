"""What people read of how a case came in: filing of a grid event, call-backs, further reports, linked cases."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contracts.view import View


class GridView(View):
    """A grid event on its way through the seven steps."""

    step: str = Field(description="pre_check, filing, dispatch or dispatched.")
    found: bool | None = Field(description="What the check before filing says; None if nobody looked.")
    owner: str | None = Field(description="The clerk who was first to file it, and closes it.")
    owner_name: str | None
    post_check: bool | None = Field(description="What the check of the result handed in now says; None before it.")


class CallView(View):
    """One call-back."""

    at: datetime
    by_name: str
    round: int = Field(description="Which handling it asks about: 1, 2, 3.")
    valid: bool = Field(description="Somebody who can say it was reached; the rest counts only then.")
    contacted: bool
    solved: str
    satisfied: str


class CallBackView(View):
    """The call-backs of a case with a citizen."""

    round: int = Field(description="Handling under way: 1, 2, 3.")
    tries: int = Field(description="Calls of this round that reached nobody.")
    asked: bool = Field(description="The citizen is to be called now.")
    checked: bool = Field(description="The raiser's check passed; the case waits for the call-back.")
    settled: bool = Field(description="No call-back is to come any more.")
    solved_at: int | None = Field(description="In which handling the citizen called it solved.")
    calls: tuple[CallView, ...]


class ReportView(View):
    """A further report of the matter."""

    no: int
    receipt: str = Field(description="Number that the reporter was given, `<case number>/R2`.")
    channel: str
    ref: str = Field(description="Number at its source.")
    at: datetime
    org: str = Field(description="Who took it, and passes the answer on.")
    org_name: str
    reporter_name: str | None = Field(description="Masked.")
    reporter_phone: str | None = Field(description="Masked.")
    words: str | None = Field(description="None where they were erased.")
    answer: str | None = Field(description="What a person told the reporter; else the result of the case counts.")
    answered_at: datetime | None
    unlinked_at: datetime | None = Field(description="It turned out to be another matter.")


class LinkView(View):
    """Another case of the same matter."""

    id: str
    number: str
    at: datetime
    followed: bool = Field(description="The linked case has ended with the main one.")


class IntakeView(View):
    """How a case came in, and who says that it is done."""

    nature: str | None = Field(description="What the citizen wants: inquiry, help, complaint ...")
    urgency: int = Field(description="Level 1 to 4 of the citizen's limit; 0 for none.")
    checker: str = Field(description="raiser, citizen or grid.")
    grid: GridView | None
    call_back: CallBackView | None
    reports: tuple[ReportView, ...]
    main: LinkView | None = Field(description="The case that this one is linked to; nobody acts on this one then.")
    linked: tuple[LinkView, ...] = Field(description="The cases that are linked to this one.")
