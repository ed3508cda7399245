"""The fifteen-minute circle of community services (一刻钟社区服务圈): what a community should have, and what it lacks.

A survey says whether a community has an item. An item that is missing is a gap, from which a case is raised before
somebody complains (缺什么补什么); a gap has one open case at most, and is solved when that case closes as solved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from domain.actors import Role
from domain.authority import PlaceOf, granted
from domain.commands import Raise
from domain.organisations import area_of, city_of, district_of, is_within, sub_district_of

if TYPE_CHECKING:
    from domain.actors import Actor

ZONE: Final = ZoneInfo("Asia/Shanghai")
SOLVED: Final = "solved"
"""Result with which a case closes a gap."""


@dataclass(frozen=True, slots=True)
class Item:
    """One service of the circle; `class_code` is the class under which its gap is raised."""

    code: str
    name: str
    class_code: str
    source: str


@dataclass(frozen=True, slots=True)
class ServiceClass:
    """One of the classes of services, with its items in order."""

    code: str
    name: str
    source: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Circle:
    """The list of services; `kind` and `channel` are those of the cases raised from gaps."""

    name: str
    version: int
    kind: str
    channel: str
    source: str
    classes: tuple[ServiceClass, ...]

    @property
    def ref(self) -> str:
        """`name/version`."""
        return f"{self.name}/{self.version}"

    @property
    def items(self) -> Mapping[str, Item]:
        """Every item by code."""
        return {item.code: item for each in self.classes for item in each.items}

    def class_of(self, item: str) -> ServiceClass | None:
        """Return the class that an item belongs to."""
        return next((each for each in self.classes if any(i.code == item for i in each.items)), None)


@dataclass(frozen=True, slots=True)
class Survey:
    """The latest answer about an item in a community."""

    community: str
    item: str
    present: bool
    surveyed_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class GapCase:
    """A case that was raised from a gap; the instants are aware UTC."""

    id: str
    number: str
    ended: bool
    result: str | None
    closed_at: datetime | None


class GapState(StrEnum):
    """How an item of a community stands."""

    PRESENT = "present"
    MISSING = "missing"
    """Missing, and nobody works on it."""
    RAISED = "raised"
    """Missing, and a case about it is open."""
    SOLVED = "solved"
    """A case closed it as solved; the next survey confirms it, or opens the gap again."""


def gap_key(community: str, item: str) -> str:
    """Name a gap, as a case keeps it."""
    return f"{community}/{item}"


def state_of(survey: Survey, cases: Iterable[GapCase]) -> tuple[GapState, GapCase | None]:
    """Return how an item stands after its latest survey, with the case that says so.

    A survey that was made after the day of a closing is newer than it.
    """
    held = sorted(cases, key=lambda c: c.number)
    running = next((case for case in reversed(held) if not case.ended), None)
    if survey.present:
        return GapState.PRESENT, running
    if running is not None:
        return GapState.RAISED, running
    for case in reversed(held):
        if case.result == SOLVED and case.closed_at is not None:
            if case.closed_at.astimezone(ZONE).date() >= survey.surveyed_on:
                return GapState.SOLVED, case
            break
    return GapState.MISSING, None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far a unit is covered, in items of communities.

    Attributes:
        expected: Items that the unit's communities should have.
    """

    unit: str
    expected: int
    present: int
    solved: int
    raised: int
    missing: int

    @property
    def known(self) -> int:
        """Items that were surveyed."""
        return self.present + self.solved + self.raised + self.missing

    @property
    def unknown(self) -> int:
        """Items that nobody has surveyed yet."""
        return self.expected - self.known

    @property
    def share(self) -> Fraction | None:
        """Covered / surveyed; None before the first survey."""
        return Fraction(self.present + self.solved, self.known) if self.known else None


def coverage(
    states: Iterable[tuple[str, str, GapState]], expected: Mapping[str, int], unit: Callable[[str, str], str]
) -> tuple[Coverage, ...]:  # fmt: skip
    """Add up how items stand.

    Args:
        states: Community, item and how it stands; each pair once.
        expected: Items by unit; every unit is shown, also one that nobody has surveyed.
        unit: Returns the unit of a community and an item.
    """
    found: dict[str, dict[GapState, int]] = defaultdict(lambda: dict.fromkeys(GapState, 0))
    for community, item, state in states:
        found[unit(community, item)][state] += 1
    return tuple([
        Coverage(
            code, whole, found[code][GapState.PRESENT], found[code][GapState.SOLVED], found[code][GapState.RAISED],
            found[code][GapState.MISSING],
        )
        for code, whole in sorted(expected.items())
    ])  # fmt: skip


RAISERS: Final = frozenset({
    Role.STREET_STAFF, Role.STREET_DUTY_OFFICER, Role.STREET_LEADER, Role.GRID_MEMBER, Role.COMMUNITY_WORKER,
    Role.DISTRICT_DESK,
})  # fmt: skip
"""To whom raising from a gap is offered; what decides is the raise itself."""
_SURVEYORS = RAISERS - {Role.GRID_MEMBER}
_CITYWIDE = frozenset({Role.SYSTEM, Role.CITY_SUPERVISOR, Role.AUDITOR, Role.OPERATOR})


def may_survey(actor: Actor, community: str) -> bool:
    """Tell whether somebody may say what a community has: its own people, its sub-district, its district's desk."""
    return bool(actor.org) and not _SURVEYORS.isdisjoint(actor.roles) and is_within(community, area_of(actor.org))


def may_raise(actor: Actor, community: str) -> bool:
    """Tell whether raising a case from a gap of this community is offered to somebody: who may raise there at all."""
    return not RAISERS.isdisjoint(actor.roles) and granted(actor, Raise, PlaceOf(sub_district(community)), None)


def sub_district(community: str) -> str:
    """Return the sub-district of a community, which raises its cases."""
    return sub_district_of(community) or community


def readable_area(actor: Actor) -> str | None:
    """Return the area whose circle somebody may read: their district, or the whole city; None for nothing."""
    if not actor.org:
        return None
    district = district_of(actor.org)
    return city_of(actor.org) if district is None or not _CITYWIDE.isdisjoint(actor.roles) else district
