"""The annex of a case: what only some cases have, so that the plain ones stay small; one field for each chapter."""

from __future__ import annotations

from dataclasses import dataclass

from domain.supervision import Order


@dataclass(frozen=True, slots=True)
class Annex:
    """Parts of a case's state that belong to one chapter of the mechanism each; empty in a plain case.

    Attributes:
        orders: Supervision orders, by number.
    """

    orders: tuple[Order, ...] = ()


NO_ANNEX = Annex()
