"""The life of a supervision round: planned → seed published → drawn → checked → put right → summed up."""

from __future__ import annotations

from temporalio import workflow

from contracts.case import StepView
from contracts.names import PROCESS_WORKFLOWS
from contracts.process import ProcessAnswer, ProcessPlan
from workflows.driven import DrivenProcess


@workflow.defn(name=PROCESS_WORKFLOWS["round"])
class RoundWorkflow(DrivenProcess):
    """One round in one epoch, from its plan to its summary, or until it is cancelled."""

    @workflow.init
    def __init__(self, plan: ProcessPlan) -> None:
        """Start from the plan of the round."""
        self._begin(plan)

    @workflow.run
    async def run(self, plan: ProcessPlan) -> None:  # noqa: ARG002 - taken by __init__
        """Draw at the start, order what has to be put right, tell of what is late; people check and sum up."""
        await self._live()

    async def _step(self, step: StepView) -> ProcessAnswer:
        part = {"draw": self._draw, "charge": self._charge, "lapse": self._lapse}
        return await part.get(step.code, self._escalate)(step)

    async def _draw(self, step: StepView) -> ProcessAnswer:
        """Draw the cases, as anybody can recompute."""
        return await self._work(step)

    async def _charge(self, step: StepView) -> ProcessAnswer:
        """Order a case's department to put right what was found."""
        return await self._do(step)

    async def _escalate(self, step: StepView) -> ProcessAnswer:
        """Tell the office, later the government, of a reply, check or rectification that is late."""
        return await self._do(step)

    async def _lapse(self, step: StepView) -> ProcessAnswer:
        """Cancel a round whose period begins without a published salt."""
        return await self._do(step)
