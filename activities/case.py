"""Steps of a case, each one call of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from temporalio import activity

from contracts.activities import CaseSteps
from contracts.case import LookInput, StepAnswer, StepInput

if TYPE_CHECKING:
    from adapters.db.record import Record


class RecordSteps(CaseSteps):
    """Every step goes the same way: the record knows by its key and code what to do, and does it in one transaction."""

    def __init__(self, record: Record) -> None:
        """Take the record of this process."""
        self._record = record

    async def _step(self, order: StepInput) -> StepAnswer:
        return await self._record.step(UUID(order.case_id), order.epoch, order.step)

    @activity.defn(name="case.dispatch")
    async def dispatch(self, order: StepInput) -> StepAnswer:
        """Call the departments that were not called yet."""
        return await self._step(order)

    @activity.defn(name="case.remind")
    async def remind(self, order: StepInput) -> StepAnswer:
        """Remind the parties of a clock."""
        return await self._step(order)

    @activity.defn(name="case.return")
    async def return_task(self, order: StepInput) -> StepAnswer:
        """Take a task back."""
        return await self._step(order)

    @activity.defn(name="case.escalate")
    async def escalate(self, order: StepInput) -> StepAnswer:
        """Fire a rung that marks a no-show or raises the level."""
        return await self._step(order)

    @activity.defn(name="case.supervise")
    async def supervise(self, order: StepInput) -> StepAnswer:
        """Fire a rung that sets the grade of supervision."""
        return await self._step(order)

    @activity.defn(name="case.wind_up")
    async def wind_up(self, order: StepInput) -> StepAnswer:
        """Do the last step of an ended case."""
        return await self._step(order)

    @activity.defn(name="case.look")
    async def look(self, order: LookInput) -> StepAnswer:
        """Read the plan afresh."""
        return await self._record.look(UUID(order.case_id), order.epoch)
