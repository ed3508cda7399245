"""Steps of a publication that walk over running cases: a page of the list, a page of the adoption."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from temporalio import activity

from adapters.db import impact
from adapters.db.errors import translated
from contracts.names import process_activity
from contracts.process import ProcessAnswer, ProcessOrder
from domain.actors import SYSTEM
from domain.chapters.adoption import Adopt
from domain.errors import DomainError
from domain.processes.publication import KIND, Counts, NotePage, PublicationState

if TYPE_CHECKING:
    from adapters.db.engine import Pool
    from adapters.db.record import Record
    from adapters.db.rules_store import RulesStore

log = structlog.get_logger(__name__)

_LOST = frozenset({"record_unavailable", "outcome_unknown"})


class PublicationSteps:
    """Each page is idempotent: the list writes the same rows, a case goes over once, a page is noted once."""

    def __init__(self, record: Record, engine: Pool, rules: RulesStore) -> None:
        """Take the record, a pool for reads and the store of published rules."""
        self._record = record
        self._engine = engine
        self._rules = rules

    def activities(self) -> dict[str, Callable[..., Any]]:
        """Return the activities by name."""
        return {process_activity(KIND, "list"): self.list_page, process_activity(KIND, "adopt"): self.adopt_page}

    @activity.defn(name=process_activity(KIND, "list"))
    async def list_page(self, order: ProcessOrder) -> ProcessAnswer:
        """Write the next page of what the publication would move."""
        state = await self._state(order)
        if state is None:
            return ProcessAnswer(stale=True)
        with translated():
            async with self._engine.begin() as connection:
                page = await impact.list_page(connection, self._rules, UUID(order.id), state)
        return await self._note(order, state, page)

    @activity.defn(name=process_activity(KIND, "adopt"))
    async def adopt_page(self, order: ProcessOrder) -> ProcessAnswer:
        """Let the next page of running cases go over, each in a transaction of its own."""
        state = await self._state(order)
        if state is None:
            return ProcessAnswer(stale=True)
        with translated():
            async with self._engine.connect() as connection:
                cases = await impact.adoption_page(connection, state)
        counts = Counts()
        for case in cases:
            counts = counts.plus(await self._adopt(case, state.ref))
            activity.heartbeat(str(case))
        cursor = str(cases[-1]) if cases else state.cursor
        return await self._note(order, state, impact.Page(counts, cursor, last=len(cases) < impact.ADOPT_PAGE))

    async def _adopt(self, case: UUID, ref: str) -> Counts:
        """Touch a case, which makes it go over; one that cannot is counted and left, and told in the log."""
        try:
            outcome = await self._record.transact(case, Adopt(), SYSTEM, "")
        except DomainError as error:
            if error.code in _LOST:
                raise
            log.warning("adoption.failed", case_id=str(case), ref=ref, code=error.code)
            return Counts(1, failed=1)
        return impact.adopted(outcome.state, ref)

    async def _state(self, order: ProcessOrder) -> PublicationState | None:
        state = await self._record.process(UUID(order.id))
        return state if isinstance(state, PublicationState) else None

    async def _note(self, order: ProcessOrder, state: PublicationState, page: impact.Page) -> ProcessAnswer:
        command = NotePage(state.page + 1, page.cursor, page.counts, page.last)
        return await self._record.carry_out(UUID(order.id), order.epoch, command, order.step)
