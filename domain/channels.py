"""Channels (渠道): the terms in which a rule pack says what differs between the ways on which a matter comes in."""

from __future__ import annotations

from enum import StrEnum


class Nature(StrEnum):
    """What a person wants (接诉即办条例 art. 2; praise: domain.md 9)."""

    INQUIRY = "inquiry"
    HELP = "help"
    COMPLAINT = "complaint"
    ACCUSATION = "accusation"
    SUGGESTION = "suggestion"
    COMMENDATION = "commendation"


class Disposal(StrEnum):
    """How a request ends at intake, without a department (接诉即办条例 art. 10, 11; domain.md 3.2)."""

    ANSWERED = "answered"
    TRANSFERRED = "transferred"
    TOLD_CHANNEL = "told_channel"
    TOLD_PROGRESS = "told_progress"
    EXPLAINED = "explained"
    GUIDED = "guided"
    DISSUADED = "dissuaded"


class Entry(StrEnum):
    """What comes before the departments are called: what the kind says, nothing, or the filing of a grid event."""

    KIND = "kind"
    AT_ONCE = "at_once"
    FILING = "filing"


class Checker(StrEnum):
    """Who says that it is done: the raiser, the citizen in the call-back, or a grid member and the clerk who filed."""

    RAISER = "raiser"
    CITIZEN = "citizen"
    GRID = "grid"


class Filing(StrEnum):
    """Where a grid event stands before its departments are called (domain.md 4.2, steps 1 to 3)."""

    PRE_CHECK = "pre_check"
    FILING = "filing"
    DISPATCH = "dispatch"
    DISPATCHED = "dispatched"


class Solved(StrEnum):
    """The citizen's answer to: is it solved? (是否解决)."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Satisfied(StrEnum):
    """The citizen's answer to: are you satisfied? (是否满意)."""

    SATISFIED = "satisfied"
    BASICALLY = "basically"
    DISSATISFIED = "dissatisfied"
    NONE = "none"
