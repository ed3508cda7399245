"""How long each activity may take and how it is tried again; one function per sort of activity, for workflows only."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

_RECORD_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(milliseconds=500), backoff_coefficient=2.0, maximum_interval=timedelta(seconds=30)
)
_CHANNEL_RETRY: Final = RetryPolicy(
    initial_interval=timedelta(seconds=2), backoff_coefficient=2.0, maximum_interval=timedelta(minutes=10)
)


def step(summary: str) -> ActivityConfig:
    """Options of every step and look: one short transaction; gives up after 5 minutes and so blocks no other clock."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(seconds=10),
        schedule_to_close_timeout=timedelta(minutes=5),
        retry_policy=_RECORD_RETRY,
        summary=summary,
    )


def page(summary: str) -> ActivityConfig:
    """Options of a step that works through a page of many: it beats while it works, and gives up after 30 minutes."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(minutes=2),
        schedule_to_close_timeout=timedelta(minutes=30),
        heartbeat_timeout=timedelta(seconds=30),
        retry_policy=_RECORD_RETRY,
        summary=summary,
    )


def delivery(summary: str) -> ActivityConfig:
    """Options of one call of a channel outside; after 24 hours the message is a dead letter."""
    return ActivityConfig(
        start_to_close_timeout=timedelta(seconds=15),
        schedule_to_close_timeout=timedelta(hours=24),
        retry_policy=_CHANNEL_RETRY,
        summary=summary,
    )


def settlement(summary: str) -> ActivityConfig:
    """Options of writing down how a delivery ended: tried for ever, since a lost mark would send the message again."""
    return ActivityConfig(start_to_close_timeout=timedelta(seconds=10), retry_policy=_RECORD_RETRY, summary=summary)
