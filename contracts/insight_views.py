"""What people are shown as help: cases that may be about the same matter."""

from __future__ import annotations

from pydantic import Field

from contracts.base import View
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
