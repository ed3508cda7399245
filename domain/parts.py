"""Parts of a rule pack: the numbers of one chapter each, read as plain data, every value with its source."""

from __future__ import annotations

from dataclasses import dataclass

from domain.review_parts import OrdersPart, RatingPart


@dataclass(frozen=True, slots=True)
class Parts:
    """The chapters' parts; None where a pack has none, and then the chapter is not in force."""

    orders: OrdersPart | None = None
    rating: RatingPart | None = None

    def mistakes(self) -> list[str]:
        """Return every mistake of every part as a sentence."""
        held = (self.orders, self.rating)
        return [text for part in held if part is not None for text in part.mistakes()]


NO_PARTS = Parts()
