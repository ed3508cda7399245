"""The step of a campaign that needs more than its state: a page of a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from temporalio import activity

from adapters.campaigns import BatchRaiser
from adapters.commands import Commands
from adapters.registry import Registry
from contracts.names import process_activity
from contracts.process import ProcessAnswer, ProcessOrder
from domain.processes.campaign import KIND, CampaignState, NoteBatch

if TYPE_CHECKING:
    from adapters.db.engine import Pool
    from adapters.db.record import Record


class CampaignSteps:
    """A page is idempotent: each row has its own key, and a page is noted once."""

    def __init__(self, record: Record, engine: Pool) -> None:
        """Take the record, and a pool for people and words."""
        registry = Registry(engine)
        self._record = record
        self._raiser = BatchRaiser(engine, Commands(record, registry, lambda _outcome: None), registry)

    def activities(self) -> dict[str, Callable[..., Any]]:
        """Return the activities by name."""
        return {process_activity(KIND, "batch"): self.batch}

    @activity.defn(name=process_activity(KIND, "batch"))
    async def batch(self, order: ProcessOrder) -> ProcessAnswer:
        """Raise the next page of the batch that runs; the relay tells the engine of its cases."""
        state = await self._record.process(UUID(order.id))
        if not isinstance(state, CampaignState):
            return ProcessAnswer(stale=True)
        running = state.running
        if running is None:
            return await self._record.step_process(UUID(order.id), order.epoch, None)
        outcomes = await self._raiser.raise_page(state, running)
        command = NoteBatch(running.no, running.pages + 1, outcomes)
        return await self._record.carry_out(UUID(order.id), order.epoch, command, order.step)
