"""Steps of processes: one call of the record each, unless a step needs more and has an activity of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from temporalio import activity

from contracts.names import LOOK, process_activity
from contracts.process import ProcessAnswer, ProcessLook, ProcessOrder
from domain.processes import PROCESSES

if TYPE_CHECKING:
    from adapters.db.record import Record


class ProcessSteps:
    """The activities of every kind: `<kind>.<code>` for each of its codes, and `<kind>.look`."""

    def __init__(self, record: Record, own: Mapping[str, Callable[..., Any]]) -> None:
        """Take the record of this process, and the activities of steps that need more, by their name."""
        self._record = record
        self._own = own

    def activities(self) -> list[Callable[..., Any]]:
        """Return what a worker registers."""
        found: list[Callable[..., Any]] = []
        for kind in PROCESSES.values():
            names = [process_activity(kind.kind, code) for code in kind.codes]
            found += [self._own.get(name) or self._step(name) for name in names]
            found.append(self._look(process_activity(kind.kind, LOOK)))
        return found

    def _step(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def step(order: ProcessOrder) -> ProcessAnswer:
            return await self._record.step_process(UUID(order.id), order.epoch, order.step)

        return step

    def _look(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def look(order: ProcessLook) -> ProcessAnswer:
            return await self._record.step_process(UUID(order.id), order.epoch, None)

        return look
