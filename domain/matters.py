"""Matters that a proactive case is about: a gap in the circle of services, a case that keeps coming back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.case import Facts


class Matter(StrEnum):
    """Sorts of matters; each matter has one open case at most."""

    GAP = "gap"
    """`community/item` of the circle."""
    REPEAT = "repeat"
    """Id of a case that a monthly topic grew from."""


def matters_of(facts: Facts) -> Iterator[tuple[Matter, str]]:
    """Yield what a case is about, in an order that never changes; a plain case is about nothing of the kind."""
    if facts.gap is not None:
        yield Matter.GAP, facts.gap
    for case in facts.repeats:
        yield Matter.REPEAT, case
