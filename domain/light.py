"""The light of a clock (红黄绿灯): one rule for pages, lists and reports."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class Light(StrEnum):
    """State of a clock as people see it; always shown with a shape and a word, never by colour alone."""

    RED = "red"
    """Overdue: the due instant has passed."""
    YELLOW = "yellow"
    """Near: less than the rule pack's share of the limit is left."""
    GREEN = "green"
    """Running, with time left."""
    PAUSED = "paused"
    """Suspended: the clock does not count."""
    NONE = "none"
    """No clock runs."""


def light(due: datetime | None, near_at: datetime | None, now: datetime, *, paused: bool = False) -> Light:
    """Return the light of a running clock.

    Args:
        due: Due instant, None if no clock runs. Done at the due instant is in time, so it is red only after it.
        near_at: From this instant on it is yellow; None for never.
        now: The instant asked about.
        paused: The clock is suspended.
    """
    if due is None:
        return Light.NONE
    if paused:
        return Light.PAUSED
    if due < now:
        return Light.RED
    if near_at is not None and near_at <= now:
        return Light.YELLOW
    return Light.GREEN
