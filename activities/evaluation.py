"""Steps of an evaluation that need more than its state: a page of cases, the boards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from temporalio import activity

from adapters.db import directory, evaluations
from adapters.db.errors import translated
from contracts.names import process_activity
from contracts.process import ProcessAnswer, ProcessOrder
from domain.processes.evaluation import KIND, EvaluationState, NoteBoards, NoteCount

if TYPE_CHECKING:
    from adapters.db.engine import Pool
    from adapters.db.record import Record


class EvaluationSteps:
    """Each page is idempotent: it writes the same rows again, and is noted once."""

    def __init__(self, record: Record, engine: Pool) -> None:
        """Take the record, and a pool for what lies beside it."""
        self._record = record
        self._engine = engine

    def activities(self) -> dict[str, Callable[..., Any]]:
        """Return the activities by name."""
        return {process_activity(KIND, "count"): self.count, process_activity(KIND, "compose"): self.compose}

    @activity.defn(name=process_activity(KIND, "count"))
    async def count(self, order: ProcessOrder) -> ProcessAnswer:
        """Count the next page of cases."""
        state = await self._state(order)
        if state is None:
            return ProcessAnswer(stale=True)
        with translated():
            async with self._engine.connect() as connection:
                page = await evaluations.read_page(connection, state)
            sums = await asyncio.to_thread(evaluations.sums_of, state, page.scheme, page.flags, page.facts)
            async with self._engine.begin() as connection:
                await evaluations.keep_page(connection, UUID(order.id), state, page, sums)
        command = NoteCount(state.run, state.page + 1, page.cursor, len(page.facts), page.last)
        return await self._record.carry_out(UUID(order.id), order.epoch, command, order.step)

    @activity.defn(name=process_activity(KIND, "compose"))
    async def compose(self, order: ProcessOrder) -> ProcessAnswer:
        """Put the units side by side and rank them."""
        state = await self._state(order)
        if state is None:
            return ProcessAnswer(stale=True)
        with translated():
            async with self._engine.begin() as connection:
                city = await directory.load(connection)
                digest = await evaluations.compose(connection, city.orgs, UUID(order.id), state)
        command = NoteBoards(state.run, digest)
        return await self._record.carry_out(UUID(order.id), order.epoch, command, order.step)

    async def _state(self, order: ProcessOrder) -> EvaluationState | None:
        state = await self._record.process(UUID(order.id))
        return state if isinstance(state, EvaluationState) else None
