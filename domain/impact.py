"""Impact: what going over to other rules would do to one case, by the very functions that will do it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actors import SYSTEM
from domain.chapters.adoption import Adopt
from domain.decide import advance, catch_up
from domain.evolve import evolve

if TYPE_CHECKING:
    from domain.case import CaseState
    from domain.rulepack import Rules


@dataclass(frozen=True, slots=True)
class Moved:
    """A running clock whose due instant would move.

    Attributes:
        generation: The generation that runs now.
    """

    key: str
    generation: int
    old_due: datetime
    new_due: datetime
    newly_overdue: bool
    no_longer_overdue: bool


def impact(state: CaseState, now: datetime, rules: Rules, draft: Rules) -> tuple[Moved, ...]:
    """Return the clocks that would move if `draft` came into force at `now`, in order of the case's clocks.

    Both the lists before a publication and the adoption after it come from `advance`, so they cannot differ.

    Args:
        now: Business instant; due at this instant is in time.
        rules: What is in force.
        draft: What would be; its `since` is not asked.

    Raises:
        domain.calendar.CalendarGap: code `calendar_gap`, the draft does not reach as far as a clock.
    """
    for event in catch_up(state, now, rules):
        state = evolve(state, event)
    after, _, _ = advance(state, Adopt(), SYSTEM, now, draft)
    moved = []
    for clock in state.clocks:
        then = after.clock(clock.spec.key)
        if not clock.is_open or then is None or then.spec.due == clock.spec.due:
            continue
        old, new = clock.spec.due, then.spec.due
        moved.append(Moved(
            clock.spec.key, clock.spec.generation, old, new, newly_overdue=new < now <= old,
            no_longer_overdue=old < now <= new,
        ))  # fmt: skip
    return tuple(moved)
