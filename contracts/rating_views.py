"""What people read of ratings: those of one case that are open to them, and averages of many cases."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from contracts.view import View


class RatingView(View):
    """One rating of a case."""

    task: int
    org: str = Field(description="Who was rated.")
    org_name: str
    side: str = Field(description="of_department, of_raiser or voice.")
    rater: str = Field(description="Who rates; of a voice whose voice it is.")
    at: datetime
    score: int
    scores: tuple[int, ...] = Field(description="Speed, handling, satisfaction, bonus; empty where one score says all.")
    voices: int


class RatingBookView(View):
    """The ratings of a case as far as they are open to the reader."""

    due: datetime = Field(description="Until when both sides may rate.")
    open: bool = Field(description="Ratings are still accepted.")
    given: tuple[RatingView, ...]


class RatedUnit(View):
    """How one organisation was rated over many cases."""

    org: str
    org_name: str
    count: int = Field(description="Ratings, or voices.")
    average: float | None = Field(description="None where so few rated that one could be recognised.")


class RatedUnits(View):
    """Averages of one side."""

    side: str
    least: int = Field(description="With fewer ratings no average is shown.")
    items: tuple[RatedUnit, ...]
