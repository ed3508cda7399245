"""Rule packs: every number of the mechanism as data, each with its source or the word `proposal`."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.addresses import SYMBOLS
from domain.case import Action, ClockCode, Direction, TaskRole
from domain.parts import NO_PARTS, Parts
from domain.relief import Above

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from domain.calendar import WorkCalendar
    from domain.clocks import Limit


class Approval(StrEnum):
    """When a leader must approve a whistle of this kind."""

    BEFORE = "before"
    AFTER = "after"
    NONE = "none"


class Point(StrEnum):
    """Where on a clock a rung stands."""

    BEFORE = "before"
    AT = "at"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class RungRule:
    """One rung of a ladder.

    Attributes:
        offset: Distance from the due instant; None at the due instant itself or when `percent` is given.
        percent: Share of the limit used up (1 to 99), only for rungs before.
        level: Escalation level (1 and up) or supervision grade (1 normal, 2 yellow, 3 red) that the action sets.
    """

    code: str
    point: Point
    action: Action
    to: tuple[str, ...]
    source: str
    offset: Limit | None = None
    percent: int | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A clock of a kind: its ladder and its limit; None for handling clocks, limited by the limit class."""

    limit: Limit | None
    ladder: tuple[RungRule, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Quorum:
    """Who must be on the scene before a case is in action: the lead, any, all, or `count` of the departments."""

    rule: str
    count: int = 0

    def is_met(self, arrived: tuple[TaskRole, ...], called: int) -> bool:
        """Tell whether the roles that arrived suffice, out of `called` lead and assist departments."""
        match self.rule:
            case "lead":
                return TaskRole.LEAD in arrived
            case "any":
                return bool(arrived)
            case "all":
                return len(arrived) >= called
            case _:
                return len(arrived) >= min(self.count, called)


@dataclass(frozen=True, slots=True)
class KindRule:
    """The rules of one kind of whistle (哨种).

    Attributes:
        report_in: Departments must report on the scene; otherwise a claim counts as arrival.
        appointment: The raiser may agree a time for reporting in, which replaces the limit.
        clocks: By clock code; a missing code means that no such clock runs.
        directions: Ways that whistles of this kind may go.
        comment: Only an opinion is asked for, which whoever is asked has a right to give: a department may ask a
            sub-district without the district's approval and without support.
        limit_class: Limit class of every case of this kind; None where the class of the case names it.
    """

    code: str
    name: str
    approval: Approval
    quorum: Quorum
    report_in: bool
    clocks: Mapping[ClockCode, ClockRule]
    source: str
    appointment: bool = False
    directions: tuple[Direction, ...] = (Direction.STREET_TO_DEPT, Direction.DEPT_TO_DEPT)
    comment: bool = False
    limit_class: str | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """One handling stage of a limit class: its limit and the test that closes it."""

    code: str
    name: str
    limit: Limit
    closing: str
    source: str


@dataclass(frozen=True, slots=True)
class RulePack:
    """A version of all rules of a city.

    Attributes:
        near_percent: Share of a limit after which the light is yellow.
        limit_classes: Ordered, never empty stages by limit class.
        parts: Numbers of the chapters; a chapter whose part is missing is not in force.
    """

    name: str
    version: int
    number_prefix: str
    near_percent: int
    kinds: Mapping[str, KindRule]
    limit_classes: Mapping[str, tuple[Stage, ...]]
    parts: Parts = NO_PARTS

    @property
    def ref(self) -> str:
        """`name/version`, as kept in cases."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a decision needs beside the state: the rule pack that judges the case and the calendar of its district.

    Attributes:
        since: Business instant from which these versions are in force; None if that is not asked for.
        calendar_ref: `name/version` of the calendar.
        pack_ref: `name/version` of the rule pack.
    """

    pack: RulePack
    calendar: WorkCalendar
    since: datetime | None = None
    calendar_ref: str = field(init=False, compare=False)
    pack_ref: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Write the references out once: they are compared at every command."""
        object.__setattr__(self, "calendar_ref", self.calendar.label)
        object.__setattr__(self, "pack_ref", self.pack.ref)


_GRADES = range(1, 4)
_WHOLE = 100
_DATED = frozenset({ClockCode.SUSPENSION, ClockCode.MILESTONE})
"""Clocks whose due instant is always given."""
_DESKS = frozenset({ClockCode.SUSPENSION, ClockCode.SUSPENSION_ANSWER, ClockCode.EXTENSION, ClockCode.HELP})
_CASE_CLOCKS = frozenset({
    ClockCode.APPROVAL, ClockCode.CHECK, ClockCode.CALL_BACK, ClockCode.CALL, ClockCode.PRE_CHECK, ClockCode.FILING,
    ClockCode.DISPATCH, ClockCode.POST_CHECK, ClockCode.CLOSING,
})  # fmt: skip
_LIMITED_ELSEWHERE = frozenset({ClockCode.HANDLE, ClockCode.CALL_BACK})
"""Limited by the stage of the limit class, and by the level of the citizen's limit."""
_DEPARTMENTAL = frozenset({"holder", "dispatcher", "department_leader"})


def lint(pack: RulePack) -> tuple[str, ...]:
    """Return every mistake of a rule pack as a sentence, empty when it is sound.

    Found: kinds without a handling clock or with an approval that has no clock, quorums nobody can meet, ladders with a
    repeated code, out of order, with a level that falls or a rung that reaches nobody, empty limit classes, values
    without a source.
    """
    found: list[str] = []
    for kind in pack.kinds.values():
        found += _lint_kind(kind)
        if kind.limit_class is not None and kind.limit_class not in pack.limit_classes:
            found.append(f"kind {kind.code}: unknown limit class {kind.limit_class}")
        if Direction.DEPT_TO_STREET in kind.directions and not kind.comment and kind.approval is not Approval.BEFORE:
            found.append(f"kind {kind.code}: a sub-district is given work without the district's approval")
        ruling = kind.clocks.get(ClockCode.RULING)
        if pack.parts.objections is not None and (ruling is None or not _ends_in(ruling, Action.UPHOLD)):
            found.append(f"kind {kind.code}: an objection would wait for ever, for no rung of its ruling upholds it")
    for code, stages in pack.limit_classes.items():
        if not stages:
            found.append(f"limit class {code}: no stage")
        found += [f"limit class {code}: stage {s.code} has no source" for s in stages if not s.source]
        if len({s.code for s in stages}) != len(stages):
            found.append(f"limit class {code}: a stage code stands twice")
    if not 0 < pack.near_percent < _WHOLE:
        found.append("near_percent must lie between 1 and 99")
    return (*found, *_lint_relief(pack), *pack.parts.mistakes())


def _lint_kind(kind: KindRule) -> list[str]:
    found = []
    if ClockCode.HANDLE not in kind.clocks:
        found.append(f"kind {kind.code}: no handling clock, so nothing ends it")
    if ClockCode.CHECK not in kind.clocks:
        found.append(f"kind {kind.code}: no check clock, so silence of the raiser keeps it open for ever")
    if (kind.approval is not Approval.NONE) != (ClockCode.APPROVAL in kind.clocks):
        found.append(f"kind {kind.code}: approval {kind.approval} does not fit its clocks")
    if kind.report_in != (ClockCode.REPORT_IN in kind.clocks):
        found.append(f"kind {kind.code}: report_in {kind.report_in} does not fit its clocks")
    if kind.quorum.rule == "count" and kind.quorum.count < 1:
        found.append(f"kind {kind.code}: a quorum below one")
    for code, rule in kind.clocks.items():
        where = f"kind {kind.code}, clock {code}"
        if code not in _DATED and (rule.limit is None) != (code in _LIMITED_ELSEWHERE):
            found.append(f"{where}: handling clocks take their limit from the limit class, all others name one")
        if not rule.source:
            found.append(f"{where}: no source")
        found += [f"{where}: {text}" for text in _lint_ladder(rule.ladder)]
        if code in _CASE_CLOCKS:
            mute = [r.code for r in rule.ladder if _DEPARTMENTAL.issuperset(r.to)]
            found += [f"{where}: rung {rung} reaches nobody, for no department owes this clock" for rung in mute]
    return found


def _lint_relief(pack: RulePack) -> list[str]:
    """Find chapters of relief whose silence nothing ends: a clock of theirs is missing in some kind."""
    parts = pack.parts
    needs = (
        (parts.extension, (ClockCode.EXTENSION,)), (parts.upward, (ClockCode.HELP,)),
        (parts.suspension, (ClockCode.SUSPENSION, ClockCode.SUSPENSION_ANSWER)),
    )  # fmt: skip
    found = [
        f"kind {kind.code}: no {code} clock for its chapter"
        for part, codes in needs
        if part is not None
        for kind in pack.kinds.values()
        for code in codes
        if code not in kind.clocks
    ]
    if parts.milestones is not None:
        dated = (code for code in parts.milestones.kinds)
        lacking = (c for c in dated if c not in pack.kinds or ClockCode.MILESTONE not in pack.kinds[c].clocks)
        found += [f"kind {code}: no milestone clock for its chapter" for code in lacking]
    for kind in pack.kinds.values():
        ends = kind.clocks.get(ClockCode.SUSPENSION)
        if ends is not None and not any(r.action is Action.RESUME and r.point is Point.AT for r in ends.ladder):
            found.append(f"kind {kind.code}: no rung resumes a suspension at its end date")
    if parts.suspension is not None and _DESKS.intersection(parts.suspension.pauses):
        found.append("a suspension may not pause the clocks that end or answer requests")
    if parts.checking is not None and not set(parts.checking.to) <= set(SYMBOLS):
        found.append("checking: unknown addressees")
    if parts.topics is not None:
        found += parts.topics.strange(pack.kinds, pack.limit_classes, parts.channels or {})
    if parts.upward is not None and set(parts.upward.levels) != set(Above):
        found.append("upward levels: one for desk, district and city each")
    return found


def _ends_in(rule: ClockRule, action: Action) -> bool:
    return any(r.action is action and r.point is Point.AT for r in rule.ladder)


def _lint_ladder(ladder: tuple[RungRule, ...]) -> list[str]:
    found = []
    order = [list(Point).index(r.point) for r in ladder]
    if order != sorted(order):
        found.append("rungs out of order (before, at, after)")
    if len({r.code for r in ladder}) != len(ladder):
        found.append("a rung code stands twice")
    for rung in ladder:
        placed = (rung.offset is not None) + (rung.percent is not None)
        if placed != (rung.point is not Point.AT):
            found.append(f"rung {rung.code}: give an offset or a percentage unless it stands at the due instant")
        if rung.percent is not None and (rung.point is not Point.BEFORE or not 0 < rung.percent < _WHOLE):
            found.append(f"rung {rung.code}: a percentage is for rungs before the due instant, 1 to 99")
        if not rung.source:
            found.append(f"rung {rung.code}: no source")
        if rung.action is Action.SUPERVISE and rung.level not in _GRADES:
            found.append(f"rung {rung.code}: a supervision grade is 1, 2 or 3")
    levels = [r.level for r in ladder if r.action is Action.ESCALATE]
    if levels != sorted(levels):
        found.append("escalation levels fall")
    return found
