"""Parts of a rule pack: the numbers of one chapter each, read as plain data, every value with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.actors import Role
from domain.case import Tie
from domain.channels import Checker, Disposal, Entry
from domain.clocks import Limit
from domain.meetings import Level, MeetingForm, QuorumRule
from domain.relief_parts import (
    CheckingPart,
    ExtensionPart,
    MilestonePart,
    ReopenPart,
    SuspensionPart,
    UpwardPart,
    UrgePart,
)  # fmt: skip
from domain.review_parts import OrdersPart, RatingPart, VolunteersPart
from domain.standing_parts import CampaignsPart, TopicsPart


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
class OwnPower:
    """An enforcement power that sub-districts hold themselves.

    Attributes:
        class_code: Class of matters that it is for.
        line: Line whose departments held it before.
        power: Its name.
    """

    class_code: str
    line: str
    power: str
    source: str


@dataclass(frozen=True, slots=True)
class Coordination:
    """Lead, assist and inform; cases of two districts; powers of the sub-district itself.

    Attributes:
        late_reason: A result after its due instant needs the reason of the delay.
        city_from_level: From this escalation level on, the city is told of a case of two districts.
        city_from_grade: The same for supervision grades.
    """

    late_reason: bool
    late_source: str
    city_from_level: int
    city_from_grade: int
    city_source: str
    own_powers: tuple[OwnPower, ...]
    own_powers_source: str


@dataclass(frozen=True, slots=True)
class ObjectionGround:
    """A ground on which a department may object."""

    code: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Objections:
    """Objection and ruling.

    Attributes:
        limit: From the call; `by_kind` for kinds that have their own.
    """

    limit: Limit
    by_kind: Mapping[str, Limit]
    source: str
    grounds: tuple[ObjectionGround, ...]


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Which cases are sensitive, and how they are handed over to the psychology service.

    Attributes:
        words: A title or description with one of these makes a case sensitive; so does one of the `classes`.
        hand_over: Whether the service is ordered or invited.
    """

    words: tuple[str, ...]
    words_source: str
    classes: tuple[str, ...]
    classes_source: str
    hand_over: Tie
    hand_over_source: str


@dataclass(frozen=True, slots=True)
class MeetingTemplate:
    """What one form of meeting needs.

    Attributes:
        level: Who convenes it.
        seats: Who is invited by itself: symbols (`raiser`, `lead`, `departments`, `desk`, `district`), or seats without
            an office in the tree (`owners`).
        count: How many make a quorum, where the rule counts.
    """

    name: str
    level: Level
    seats: tuple[str, ...]
    quorum: QuorumRule
    source: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class MeetingsPart:
    """Coordination committees and consultation, by form."""

    forms: Mapping[MeetingForm, MeetingTemplate]
    source: str


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
    coordination: Coordination | None = None
    objections: Objections | None = None
    sensitivity: Sensitivity | None = None
    orders: OrdersPart | None = None
    channels: Mapping[str, ChannelRule] | None = None
    call_back: CallBackRule | None = None
    rating: RatingPart | None = None
    meetings: MeetingsPart | None = None
    volunteers: VolunteersPart | None = None
    campaigns: CampaignsPart | None = None
    topics: TopicsPart | None = None

    def mistakes(self) -> list[str]:
        """Return every mistake of every part as a sentence."""
        held = (self.orders, self.rating, self.volunteers, self.campaigns, self.topics)
        return [text for part in held if part is not None for text in part.mistakes()]


NO_PARTS = Parts()
