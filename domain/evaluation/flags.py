"""Reviewed flags on cases: exclusion (剔除) and appeal against lateness (申诉). Facts are never deleted.

A flag is proposed by one person and decided by another. What was decided changes the assessed view only; the view of
all cases stays, and both can always be computed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.evaluation.facts import CaseFacts


class View(StrEnum):
    """Which cases a figure counts."""

    ALL = "all"
    """全口径: every case, as it happened."""
    ASSESSED = "assessed"
    """考核口径: without excluded cases, with granted appeals."""


class FlagKind(StrEnum):
    """What is asked for."""

    EXCLUSION = "exclusion"
    APPEAL = "appeal"


@dataclass(frozen=True, slots=True)
class Flags:
    """What was decided, as far as figures need it.

    Attributes:
        excluded: Ids of cases that do not count.
        exempt: Clocks whose lateness does not count: id of the case and key of the clock.
    """

    excluded: frozenset[str] = frozenset()
    exempt: frozenset[tuple[str, str]] = frozenset()


def seen(view: View, flags: Flags, cases: Iterable[CaseFacts]) -> tuple[CaseFacts, ...]:
    """Return the cases as a view counts them, in their order."""
    if view is View.ALL:
        return tuple(cases)
    return tuple([_exempted(case, flags) for case in cases if case.id not in flags.excluded])


def _exempted(case: CaseFacts, flags: Flags) -> CaseFacts:
    if not any((case.id, clock.key) in flags.exempt for clock in case.clocks):
        return case
    clocks = [replace(c, exempt=True) if (case.id, c.key) in flags.exempt else c for c in case.clocks]
    return replace(case, clocks=tuple(clocks))
