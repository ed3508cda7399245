"""Parts of a rule pack on relief and closing: extension, suspension, help from above, milestones, checks, reopening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.case import ClockCode
from domain.clocks import Limit


@dataclass(frozen=True, slots=True)
class ExtensionPart:
    """Extensions (延期).

    Attributes:
        most: How many may be granted for one task; refused ones do not count.
        adds: How many original limits of the stage a grant adds at the due instant.
        citizen_channels: Channels whose reporter must have been told before an extension is asked.
    """

    most: int
    adds: int
    citizen_channels: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class SuspensionPart:
    """Suspensions (挂账).

    Attributes:
        longest: From the grant to the end date at most.
        most: How many may be granted for the case, and for each task.
        reasons: Names of the reasons that count, by code.
        pauses: Which clocks stand still; all others go on.
    """

    longest: Limit
    most: int
    reasons: Mapping[str, str]
    pauses: tuple[ClockCode, ...]
    source: str


@dataclass(frozen=True, slots=True)
class UpwardPart:
    """Escalation by hand (提级) and help from above.

    Attributes:
        levels: Escalation level that a report sets, by whom it is made to (`domain.annex.Above`).
    """

    levels: Mapping[str, int]
    source: str


@dataclass(frozen=True, slots=True)
class UrgePart:
    """Urging (催办): always recorded; within `rest` after the last urge of a task nobody is told again."""

    rest: Limit
    source: str


@dataclass(frozen=True, slots=True)
class MilestonePart:
    """Milestones (节点) of matters without a citizen.

    Attributes:
        kinds: Kinds of whistle that have them.
        most: How many one task may have.
    """

    kinds: tuple[str, ...]
    most: int
    source: str


@dataclass(frozen=True, slots=True)
class CheckingPart:
    """Results and their check.

    Attributes:
        evidence: How many pieces of evidence a result needs at least.
        standard: The checker names the closing test of the last stage that was met.
        results: Codes with which a case may be closed.
        rework_escalates_at: The check that fails for the n-th time, and each after it, goes up.
        level: Escalation level of that.
        to: Who is told, as symbols.
    """

    evidence: int
    standard: bool
    results: tuple[str, ...]
    rework_escalates_at: int
    level: int
    to: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class ReopenPart:
    """Reopening a closed case.

    Attributes:
        window: How long after the close it may be reopened by hand.
        most: How often a case may be reopened, whatever the cause.
        kinds: Other windows, by kind of whistle.
    """

    window: Limit
    most: int
    source: str
    kinds: Mapping[str, Limit] = field(default_factory=dict)

    def window_of(self, kind: str) -> Limit:
        """Return the window of a kind."""
        return self.kinds.get(kind, self.window)
