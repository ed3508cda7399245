"""Parts of a rule pack: the numbers of one chapter each, read as plain data, every value with its source."""

from __future__ import annotations

from dataclasses import dataclass

from domain.relief_parts import (
    CheckingPart,
    ExtensionPart,
    MilestonePart,
    ReopenPart,
    SuspensionPart,
    UpwardPart,
    UrgePart,
)  # fmt: skip
from domain.review_parts import MeetingsPart, OrdersPart, RatingPart, VolunteersPart


@dataclass(frozen=True, slots=True)
class Parts:
    """The chapters' parts; None where a pack has none, and then the chapter is not in force."""

    extension: ExtensionPart | None = None
    suspension: SuspensionPart | None = None
    upward: UpwardPart | None = None
    urge: UrgePart | None = None
    milestones: MilestonePart | None = None
    checking: CheckingPart | None = None
    reopen: ReopenPart | None = None
    orders: OrdersPart | None = None
    rating: RatingPart | None = None
    meetings: MeetingsPart | None = None
    volunteers: VolunteersPart | None = None

    def mistakes(self) -> list[str]:
        """Return every mistake of every part as a sentence."""
        held = (self.orders, self.rating, self.meetings, self.volunteers)
        return [text for part in held if part is not None for text in part.mistakes()]


NO_PARTS = Parts()
