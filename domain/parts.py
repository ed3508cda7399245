"""Parts of a rule pack: the numbers of one chapter each, read as plain data, every value with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Parts:
    """The chapters' parts; None where a pack has none, and then the chapter is not in force."""


NO_PARTS = Parts()
