"""Payload of what the engine starts by its schedules."""

from __future__ import annotations

from datetime import datetime

from contracts.case import Payload


class Occasion(Payload):
    """One turn of a scheduled job.

    Attributes:
        job: Word of the job.
        at: Real instant it was scheduled for, however late it runs; None in what the schedule itself holds.
    """

    job: str
    at: datetime | None = None
