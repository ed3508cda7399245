"""The annex of a case: what only some cases have, so that the plain ones stay small; one field for each chapter."""

from __future__ import annotations

from dataclasses import dataclass

from domain.helping import NO_HELP, Helping
from domain.meetings import Meeting
from domain.rating import RatingBook
from domain.relief import Extension, Help, Milestone, Reopening, Suspension
from domain.supervision import Order


@dataclass(frozen=True, slots=True)
class Annex:
    """Parts of a case's state that belong to one chapter of the mechanism each; empty in a plain case.

    Attributes:
        orders: Supervision orders, by number.
        rating: Mutual ratings since the case closed; None before.
        meetings: Committees and consultations, by number.
        helping: Offers to volunteers and auxiliaries, and their hours.
    """

    orders: tuple[Order, ...] = ()
    rating: RatingBook | None = None
    meetings: tuple[Meeting, ...] = ()
    helping: Helping = NO_HELP

    extensions: tuple[Extension, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    helps: tuple[Help, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    reopenings: tuple[Reopening, ...] = ()


NO_ANNEX = Annex()
