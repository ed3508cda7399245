"""The life of an evaluation period: counted page by page → composed → reviewed → published."""

from __future__ import annotations

from temporalio import workflow

from contracts.case import StepView
from contracts.names import PROCESS_WORKFLOWS
from contracts.process import ProcessAnswer, ProcessPlan
from workflows.driven import DrivenProcess


@workflow.defn(name=PROCESS_WORKFLOWS["evaluation"])
class EvaluationWorkflow(DrivenProcess):
    """One period of one district in one epoch, from the first page until it is published."""

    @workflow.init
    def __init__(self, plan: ProcessPlan) -> None:
        """Start from the plan of the opening."""
        self._begin(plan)

    @workflow.run
    async def run(self, plan: ProcessPlan) -> None:  # noqa: ARG002 - taken by __init__
        """Count every case, put the units side by side, wait for the end of the review, publish."""
        await self._live()

    async def _step(self, step: StepView) -> ProcessAnswer:
        part = {"count": self._count, "compose": self._compose}
        return await part.get(step.code, self._publish)(step)

    async def _count(self, step: StepView) -> ProcessAnswer:
        """Count a page of cases."""
        return await self._work(step)

    async def _compose(self, step: StepView) -> ProcessAnswer:
        """Write the boards."""
        return await self._work(step)

    async def _publish(self, step: StepView) -> ProcessAnswer:
        """Publish by itself: the review is over and nobody did it."""
        return await self._do(step)
