"""What people are shown as help: likely duplicates, repeat problems, cases that are likely to be late."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.commands import OrgCode, Request, Title, Words
from contracts.view import View
from contracts.views import CaseRow


class SimilarCase(View):
    """A case that may be about the same matter, with the reasons."""

    case: CaseRow
    place: str | None = Field(description="Where, in words; None once erased.")
    channel: str
    score: float = Field(description="0 to 1, two decimals.")
    sure: bool = Field(description="Nearly certain: of 100 labelled pairs that score so high, 99 are one matter.")
    shared: tuple[str, ...] = Field(description="Phrases in both, the most telling first.")
    metres: int | None = Field(description="Distance, None unless both places are known.")
    same_class: bool | None = Field(description="None if no class was given.")


class SimilarCases(View):
    """Suggestions, the likeliest first; nothing is decided by them."""

    items: tuple[SimilarCase, ...]
    rules: str = Field(description="Version of the numbers that the scores rest on.")


class RepeatCase(View):
    """One case of a repeat problem."""

    id: str
    number: str
    raised_at: datetime


class RepeatProblem(View):
    """The same class at the same place again and again: a candidate for a monthly topic (每月一题)."""

    area: str
    area_name: str
    class_code: str
    class_name: str
    place: str = Field(description="In the words of the latest case.")
    occurrences: int = Field(description="Reports within a day of each other are one.")
    cases: tuple[RepeatCase, ...] = Field(description="In order of raising.")
    topic: RepeatCase | None = Field(None, description="The monthly topic that stands for this place and class.")
    allowed_actions: tuple[str, ...] = Field((), description="`choose_topic` if you may choose it.")


class TopicRequest(Request):
    """A repeat problem chosen as a monthly topic (每月一题): named by any of its cases."""

    case_id: UUID
    title: Title
    description: Words
    lead: OrgCode | None = Field(None, description="Overrules the duty list.")
    assist: tuple[OrgCode, ...] | None = Field(None, max_length=20)
    instruction: Words | None = Field(None, description="Of the supervision order under which it stands.")


class RepeatProblems(View):
    """Candidates, those with the most occurrences first; and bursts."""

    items: tuple[RepeatProblem, ...]
    bursts: tuple[RepeatProblem, ...] = Field(
        (), description="Many reports within a day: to be dealt with before the next one asks (未诉先办); latest first."
    )
    rules: str = Field(description="Version of the numbers.")


class LikelyLate(View):
    """A running limit that will probably be missed."""

    case_id: str
    number: str
    title: str | None
    task: int
    org: str
    org_name: str
    class_code: str
    class_name: str
    area: str
    area_name: str
    due: datetime
    chance: float = Field(description="Chance of being late, 0 to 1, two decimals.")
    size: int = Field(description="Past handlings behind it that had run as long.")
    basis: str = Field(description="limit, class_and_department, class or department: whose past it is.")
    hours: dict[str, float] = Field(description="Hours within which 50, 80 and 90 percent were handled, where known.")


class LikelyLateList(View):
    """Running limits by falling chance of being missed."""

    items: tuple[LikelyLate, ...]
    warn: float = Field(description="Only from this chance on.")
    asked: int = Field(description="Running limits that were looked at, the nearest due first.")
    unknown: int = Field(description="Of these, limits of which too little is known to say anything.")
    rules: str
