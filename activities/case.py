"""Steps of a case, each one call of the record."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from temporalio import activity

from contracts.case import LookInput, StepAnswer, StepInput
from contracts.names import LOOK, case_activity
from domain.plan import StepCode

if TYPE_CHECKING:
    from adapters.db.record import Record

CODES = tuple(code.value for code in StepCode)
"""One activity for each code of the plan: a new action of a ladder has its own by having a code."""


class RecordSteps:
    """Every step goes the same way: the record knows by its key and code what to do, and does it in one transaction."""

    def __init__(self, record: Record) -> None:
        """Take the record of this process."""
        self._record = record

    def activities(self) -> list[Callable[..., Any]]:
        """Return what a worker registers: `case.<code>` for every code, and `case.look`."""
        return [*(self._of(code) for code in CODES), self.look]

    def _of(self, code: str) -> Callable[..., Any]:
        @activity.defn(name=case_activity(code))
        async def step(order: StepInput) -> StepAnswer:
            return await self._record.step(UUID(order.case_id), order.epoch, order.step)

        return step

    @activity.defn(name=case_activity(LOOK))
    async def look(self, order: LookInput) -> StepAnswer:
        """Read the plan afresh under the row lock; changes nothing in the case."""
        return await self._record.look(UUID(order.case_id), order.epoch)
