"""Milestones (节点): dated steps of matters without a citizen, each with its own clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import to
from domain.folding import change_annex
from domain.relief import Milestone
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Notice, Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class SetMilestone:
    """Set a milestone of a department's work (设定节点)."""

    task: int
    name: Text
    due: datetime


@dataclass(frozen=True, slots=True)
class ReachMilestone:
    """Report that a milestone is reached (完成节点), in time or late."""

    milestone: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class MilestoneSet:
    """A milestone was set."""

    at: datetime
    milestone: int
    task: int
    due: datetime
    name: Text


@dataclass(frozen=True, slots=True)
class MilestoneReached:
    """A milestone was reached."""

    at: datetime
    milestone: int
    task: int
    late: bool
    note: Text | None = None


Command = SetMilestone | ReachMilestone
Event = MilestoneSet | MilestoneReached


def _set(state: CaseState, e: MilestoneSet) -> None:
    change_annex(state, milestones=(*state.annex.milestones, Milestone(e.milestone, e.task, e.due)))


def _reached(state: CaseState, e: MilestoneReached) -> None:
    milestones = (
        replace(m, reached_at=e.at, late=e.late) if m.no == e.milestone else m for m in state.annex.milestones
    )  # fmt: skip
    change_annex(state, milestones=tuple(milestones))


FOLDS: dict[type, Fold] = {MilestoneSet: _set, MilestoneReached: _reached}


def _say_set(e: MilestoneSet, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "milestone_set", "holder", "dispatcher")


def _say_reached(e: MilestoneReached, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "milestone_reached", "raiser")


NOTICES: dict[type, Says] = {MilestoneSet: _say_set, MilestoneReached: _say_reached}
