"""Adoption (启用新版本): a case goes over to a newer calendar or rule pack; its running clocks are counted anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.folding import set_

if TYPE_CHECKING:
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class Adopt:
    """Go over to the versions in force; a case that did so when it was touched stays as it is."""


@dataclass(frozen=True, slots=True)
class CaseAdopted:
    """The case is judged by these versions from now on; the clocks whose instants moved follow."""

    at: datetime
    rules: str
    calendar: str


Command = Adopt
Event = CaseAdopted


def _adopted(state: CaseState, e: CaseAdopted) -> None:
    set_(state, "rules", e.rules)
    set_(state, "calendar", e.calendar)


FOLDS: dict[type, Fold] = {CaseAdopted: _adopted}
