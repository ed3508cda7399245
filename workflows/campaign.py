"""The life of a campaign: opened → batches of cases, page by page → closed by hand, or over with its period."""

from __future__ import annotations

from temporalio import workflow

from contracts.case import StepView
from contracts.names import PROCESS_WORKFLOWS
from contracts.process import ProcessAnswer, ProcessPlan
from workflows.driven import DrivenProcess


@workflow.defn(name=PROCESS_WORKFLOWS["campaign"])
class CampaignWorkflow(DrivenProcess):
    """One campaign in one epoch."""

    @workflow.init
    def __init__(self, plan: ProcessPlan) -> None:
        """Start from the plan of the opening."""
        self._begin(plan)

    @workflow.run
    async def run(self, plan: ProcessPlan) -> None:  # noqa: ARG002 - taken by __init__
        """Carry every batch to its end, wait for the end of the period."""
        await self._live()

    async def _step(self, step: StepView) -> ProcessAnswer:
        return await (self._batch(step) if step.code == "batch" else self._end(step))

    async def _batch(self, step: StepView) -> ProcessAnswer:
        """Raise a page of a batch."""
        return await self._work(step)

    async def _end(self, step: StepView) -> ProcessAnswer:
        """End it: its period is over."""
        return await self._do(step)
