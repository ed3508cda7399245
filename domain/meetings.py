"""Meetings as a case keeps them: coordination committees (党建工作协调委员会) and consultations (协商)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class MeetingLevel(StrEnum):
    """Who convenes: the sub-district, the district or the city."""

    STREET = "street"
    DISTRICT = "district"
    CITY = "city"


class MeetingState(StrEnum):
    """Where a meeting stands."""

    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"


class Majority(StrEnum):
    """How many of those invited make a meeting valid."""

    NONE = "none"
    HALF = "half"
    TWO_THIRDS = "two_thirds"
    ALL = "all"

    def of(self, invited: int) -> int:
        """Return how many of the invited must be there: `half` is more than half, two thirds at least."""
        match self:
            case Majority.NONE:
                return 0
            case Majority.HALF:
                return invited // 2 + 1 if invited else 0
            case Majority.TWO_THIRDS:
                return -(-2 * invited // 3)
            case Majority.ALL:
                return invited


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting about a case.

    Attributes:
        no: 1, 2, ... within the case.
        form: Code of its template in the rule pack.
        convener: Organisation that called it.
        orgs: Organisations that are invited.
        guests: How many residents, owners or representatives are invited beside them.
        when: Instant at which it takes place.
        clock: Key of the clock within which its minutes must be entered.
        present: Organisations that came.
        guests_present: How many of the others came.
        decided: A decision was taken.
        published: Its decision is public.
        tasks: Numbers of the tasks that it decided.
        called_seq: Number of the event that has its topic; `held_seq` of the one that has minutes and decision.
    """

    no: int
    form: str
    level: MeetingLevel
    convener: str
    orgs: tuple[str, ...]
    guests: int
    when: datetime
    clock: str
    state: MeetingState = MeetingState.CALLED
    held_at: datetime | None = None
    present: tuple[str, ...] = ()
    guests_present: int = 0
    decided: bool = False
    published: bool = False
    tasks: tuple[int, ...] = ()
    called_seq: int = 0
    held_seq: int = 0

    @property
    def task(self) -> None:
        """A meeting belongs to the case, to no single task."""
        return None
