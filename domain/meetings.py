"""Meetings of a case as it keeps them: coordination committees (协调委员会) and forms of consultation (协商)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """Level that convenes a meeting."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"


class MeetingForm(StrEnum):
    """Forms of meetings; what each needs is data of the rule pack."""

    COMMITTEE_STREET = "committee_street"
    COMMITTEE_DISTRICT = "committee_district"
    COMMITTEE_CITY = "committee_city"
    FOUR_PARTIES = "four_parties"
    COMMUNITY_HALL = "community_hall"
    RESIDENTS_COMMITTEE = "residents_committee"
    STREET_CONSULTATION = "street_consultation"
    COMMUNITY_CONSULTATION = "community_consultation"
    SOCIAL_CONSULTATION = "social_consultation"


class QuorumRule(StrEnum):
    """How many of those invited have to be there."""

    ALL = "all"
    MAJORITY = "majority"
    COUNT = "count"


class MeetingState(StrEnum):
    """Where a meeting stands; `fallen` means that the case ended before it was held."""

    CALLED = "called"
    OVERDUE = "overdue"
    HELD = "held"
    CANCELLED = "cancelled"
    FALLEN = "fallen"


def needed(rule: QuorumRule, count: int, invited: int) -> int:
    """Return how many of `invited` members make a quorum; `count` is the number of a counted one."""
    if rule is QuorumRule.ALL:
        return invited
    return invited // 2 + 1 if rule is QuorumRule.MAJORITY else min(count, invited)


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting about a case.

    Attributes:
        no: 1, 2, ... within the case.
        level: Who convenes it; only that level holds, cancels and publishes it.
        caller: Organisation that called it.
        due: The agreed instant.
        invited: Codes of organisations, and seats without one (`owners`, `property_firm`).
        needed: How many of them make a quorum.
        clock: Key of the clock until the agreed instant.
        tasks: Numbers of the tasks that came out of it.
        called_seq: Number of the event that has its topic; `held_seq` of the one that has minutes and decision.
    """

    no: int
    form: MeetingForm
    level: Level
    caller: str
    by: str
    at: datetime
    due: datetime
    invited: tuple[str, ...]
    needed: int
    clock: str
    present: tuple[str, ...] = ()
    held_at: datetime | None = None
    cancelled_at: datetime | None = None
    published_at: datetime | None = None
    tasks: tuple[int, ...] = ()
    called_seq: int = 0
    held_seq: int = 0

    @property
    def task(self) -> None:
        """A meeting belongs to the case, not to one of its tasks."""
        return

    def state(self, now: datetime, *, runs: bool) -> MeetingState:
        """Return where it stands at `now`; `runs` says that its clock does."""
        if self.held_at is not None:
            return MeetingState.HELD
        if self.cancelled_at is not None:
            return MeetingState.CANCELLED
        if not runs:
            return MeetingState.FALLEN
        return MeetingState.OVERDUE if now > self.due else MeetingState.CALLED
