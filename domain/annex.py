"""The annex of a case: what only some cases have, so that the plain ones stay small; one field for each chapter."""

from __future__ import annotations

from dataclasses import dataclass

from domain.meetings import Meeting
from domain.supervision import Order


@dataclass(frozen=True, slots=True)
class Annex:
    """Parts of a case's state that belong to one chapter of the mechanism each; empty in a plain case.

    Attributes:
        orders: Supervision orders, by number.
        meetings: Meetings about the case, by number.
    """

    orders: tuple[Order, ...] = ()
    meetings: tuple[Meeting, ...] = ()


NO_ANNEX = Annex()
