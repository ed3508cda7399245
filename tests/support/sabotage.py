"""Saboteurs: each removes one guard from the process that calls it, to prove that the storm notices.

The product knows no such switch: a function of the running process is replaced before its command begins.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from adapters.db import writing
from domain.decide import escalation


def forgetful() -> None:
    """Stores no answer, so that a repeated request takes effect again."""
    writing.stored_answer = lambda *_args: {}


def silent() -> None:
    """Says that the engine knows of every change already, so that nobody tells it."""
    order = writing.case_order

    def pretending(*args: Any, **_delivered: bool) -> dict[str, Any]:
        return order(*args, delivered=True)

    writing.case_order = pretending


def hasty() -> None:
    """Takes what is due within the next ten minutes for due already."""
    fire = escalation.fire
    escalation.fire = lambda draft, now: fire(draft, now + timedelta(minutes=10))


SABOTEURS: dict[str, Callable[[], None]] = {each.__name__: each for each in (forgetful, silent, hasty)}
