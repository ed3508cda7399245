"""How long a case or process sleeps and what has fallen due when its timer wakes it: functions of plan and instant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeVar

from contracts.case import CasePlan
from contracts.process import Plan, ProcessPlan

P = TypeVar("P", CasePlan, ProcessPlan)

LONGEST_SLEEP = timedelta(days=30)
SHORTEST_SLEEP = timedelta(seconds=1)
PAUSE_AFTER_FAILURE = timedelta(minutes=5)


def rest(plan: Plan, now: datetime, early: float | None, *, failed: bool) -> timedelta:
    """Return how long to sleep.

    Args:
        plan: `wake_at` is the instant to sleep until.
        now: The workflow's clock.
        early: Seconds that the record asked for after a step that came too early; its clock counts, not ours.
        failed: A step gave up, so the sleep is short.
    """
    longest = PAUSE_AFTER_FAILURE if failed else LONGEST_SLEEP
    if early is not None:
        wanted = timedelta(seconds=early)
    else:
        wanted = LONGEST_SLEEP if plan.wake_at is None else plan.wake_at - now
    return max(SHORTEST_SLEEP, min(wanted, longest))


def matured(plan: P, now: datetime) -> P | None:
    """Return the plan with its coming step owed, or None if the wake has no such cause."""
    if plan.next is None or plan.wake_at is None or now < plan.wake_at:
        return None
    return plan.model_copy(update={"owed": (*plan.owed, plan.next), "next": None, "wake_at": None})
