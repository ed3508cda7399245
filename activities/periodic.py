"""Scheduled jobs: each turn is told the business instant it stands for, and may be repeated."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from temporalio import activity

from adapters.db import business_clock
from adapters.db.errors import translated
from contracts.failures import failure
from contracts.names import periodic_activity
from contracts.periodic import Occasion

if TYPE_CHECKING:
    from adapters.db.engine import Pool

log = structlog.get_logger(__name__)

Job = Callable[[datetime], Awaitable[object]]
"""Takes the business instant of the turn; keyed by the period that it lies in, so that a repeat changes nothing."""


class PeriodicJobs:
    """The activities `periodic.<job>`."""

    def __init__(self, engine: Pool, jobs: Mapping[str, Job]) -> None:
        """Take a pool, for the business clock, and the jobs by their word."""
        self._engine = engine
        self._jobs = jobs

    def activities(self) -> list[Callable[..., Any]]:
        """Return what a worker registers."""
        return [self._of(name, job) for name, job in self._jobs.items()]

    def _of(self, name: str, job: Job) -> Callable[..., Any]:
        @activity.defn(name=periodic_activity(name))
        async def turn(occasion: Occasion) -> None:
            if occasion.at is None:
                raise failure("no_instant", retry=False)
            with translated():
                async with self._engine.connect() as connection:
                    clock = await business_clock.read(connection)
            done = await job(clock.to_business(occasion.at))
            log.info("periodic.done", job=name, at=occasion.at.isoformat(), result=str(done))

        return turn
