"""The annex of a case: what only some cases have, so that the plain ones stay small; one field for each chapter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.relief import Extension, Help, Milestone, Reopening, Suspension
from domain.supervision import Order


@dataclass(frozen=True, slots=True)
class Objection:
    """A department's objection to a task (退单异议), and what came of it.

    Attributes:
        org: Who objected; at most once in a case.
        ground: Code of the rule pack's list.
        by: User id.
        suggests: Whose task it is, as the department thinks.
        upheld: None until it is ruled on; stays None if the department was let go before.
        next: Who was called instead.
        silent: Nobody ruled in time, which accepts.
        precedent: The ruling is proposed as a rule of the duty list.
    """

    task: int
    org: str
    ground: str
    at: datetime
    by: str
    suggests: str | None = None
    upheld: bool | None = None
    next: str | None = None
    ruled_at: datetime | None = None
    silent: bool = False
    precedent: bool = False


@dataclass(frozen=True, slots=True)
class Annex:
    """Parts of a case's state that belong to one chapter of the mechanism each; empty in a plain case.

    Attributes:
        orders: Supervision orders, by number.
        objections: In order of time.
    """

    orders: tuple[Order, ...] = ()
    objections: tuple[Objection, ...] = ()
    extensions: tuple[Extension, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    helps: tuple[Help, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    reopenings: tuple[Reopening, ...] = ()


NO_ANNEX = Annex()
