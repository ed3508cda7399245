"""Numbers of campaigns and of monthly topics, as a rule pack holds them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CampaignsPart:
    """Campaigns (专项行动).

    Attributes:
        most_rows: How many places one batch may list.
        page: How many of them are raised in one step of the drive.
    """

    most_rows: int
    page: int
    source: str

    def mistakes(self) -> list[str]:
        """Return every mistake as a sentence."""
        return [] if 0 < self.page <= self.most_rows else ["campaigns: a page holds at least one row, at most all"]
