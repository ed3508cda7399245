"""Numbers of campaigns and of monthly topics, as a rule pack holds them."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from domain.clocks import Limit
from domain.supervision import Grade


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


@dataclass(frozen=True, slots=True)
class TopicMilestone:
    """A dated step that every topic has, counted from the day it is chosen."""

    name: str
    after: Limit
    source: str


@dataclass(frozen=True, slots=True)
class TopicsPart:
    """Monthly topics (每月一题).

    Attributes:
        kind: Kind of whistle of a topic; `channel` and `limit_class` likewise.
        grade: Grade of the supervision order under which it stands from the start.
        least: From how many cases a topic grows at least.
        milestones: In order of their dates.
    """

    kind: str
    channel: str
    limit_class: str
    grade: Grade
    least: int
    milestones: tuple[TopicMilestone, ...]
    source: str

    def mistakes(self) -> list[str]:
        """Return every mistake as a sentence."""
        found = [f"topics: the milestone {m.name} has no source" for m in self.milestones if not m.source]
        return found if self.least > 1 else [*found, "topics: one case is no repeat"]

    def strange(
        self, kinds: Container[str], limit_classes: Container[str], channels: Container[str]
    ) -> list[str]:  # fmt: skip
        """Return what it names and the pack does not have, as sentences."""
        named = (("kind", self.kind, kinds), ("limit class", self.limit_class, limit_classes),
                 ("channel", self.channel, channels))  # fmt: skip
        return [f"topics: unknown {what} {code}" for what, code, known in named if code not in known]
