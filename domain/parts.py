"""Parts of a rule pack: the numbers of one chapter each, read as plain data, every value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.actors import Role
from domain.channels import Checker, Disposal, Entry
from domain.clocks import Limit
from domain.relief_parts import (
    CheckingPart,
    ExtensionPart,
    MilestonePart,
    ReopenPart,
    SuspensionPart,
    UpwardPart,
    UrgePart,
)  # fmt: skip
from domain.supervision import Grade


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """What differs on one channel.

    Attributes:
        raisers: Roles that may raise on it.
        entry: What comes before the departments are called.
        checker: Who says that it is done.
        own_name: The actor's own organisation raises, not the sub-district where the matter is.
        call_back: The citizen is called back when the citizen's limit ends, if there is somebody to call.
        contact: A telephone number must be given (接诉即办条例 art. 10).
        copy_district: The district's desk gets a copy when the lead is a sub-district (art. 11).
        copy_street: The sub-district gets a copy when the lead is somebody else.
        confer: With several units the lead meets with the assisting ones (双派单).
        pre_check: A grid member looks first, unless a grid member raised it.
        disposals: How a request may end at intake.
        transfers: Emergency lines to which it may be transferred.
    """

    name: str
    raisers: tuple[Role, ...]
    entry: Entry
    checker: Checker
    source: str
    own_name: bool = False
    call_back: bool = False
    contact: bool = False
    copy_district: bool = False
    copy_street: bool = False
    confer: bool = False
    pre_check: bool = False
    disposals: tuple[Disposal, ...] = ()
    transfers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallBackRule:
    """The call-back (回访).

    Attributes:
        limits: The citizen's limit by level 1 to 4.
        levels: Level by limit class, where nobody names one.
        usual: Level of every other limit class.
        rounds: How often a matter is handled at most before it closes as unsolved.
        tries: How often somebody is called in one round before the call-back counts as invalid.
        retry: From an unsuccessful call to the next.
        joins: Escalation level that a second handling sets: who joins.
    """

    limits: tuple[Limit, ...]
    levels: Mapping[str, int]
    usual: int
    rounds: int
    tries: int
    retry: Limit
    joins: int
    source: str

    def level(self, limit_class: str, asked: int = 0) -> int:
        """Return the level of a case: the one named when it was raised, else that of its limit class."""
        return asked or self.levels.get(limit_class, self.usual)

    def limit(self, level: int) -> Limit:
        """Return the citizen's limit of a level."""
        return self.limits[level - 1]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an order of one grade means.

    Attributes:
        limit: Until when it must be answered.
        points: What it costs the organisation in the assessment; zero or less.
    """

    limit: Limit
    points: int
    source: str


@dataclass(frozen=True, slots=True)
class OrdersPart:
    """Supervision orders.

    Attributes:
        street_grade: The gravest grade that a sub-district may give.
    """

    normal: Terms
    yellow: Terms
    red: Terms
    street_grade: Grade
    source: str

    def terms(self, grade: Grade) -> Terms:
        """Return what a grade means."""
        return {Grade.NORMAL: self.normal, Grade.YELLOW: self.yellow, Grade.RED: self.red}[grade]


@dataclass(frozen=True, slots=True)
class Parts:
    """The chapters' parts; None where a pack has none, and then the chapter is not in force."""

    extension: ExtensionPart | None = None
    suspension: SuspensionPart | None = None
    upward: UpwardPart | None = None
    urge: UrgePart | None = None
    milestones: MilestonePart | None = None
    checking: CheckingPart | None = None
    reopen: ReopenPart | None = None
    orders: OrdersPart | None = None
    channels: Mapping[str, ChannelRule] | None = None
    call_back: CallBackRule | None = None


NO_PARTS = Parts()
