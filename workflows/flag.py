"""The life of an exclusion or appeal: proposed → decided by a second person, or lapsed."""

from __future__ import annotations

from temporalio import workflow

from contracts.case import StepView
from contracts.names import PROCESS_WORKFLOWS
from contracts.process import ProcessAnswer, ProcessPlan
from workflows.driven import DrivenProcess


@workflow.defn(name=PROCESS_WORKFLOWS["flag"])
class FlagWorkflow(DrivenProcess):
    """One flag in one epoch."""

    @workflow.init
    def __init__(self, plan: ProcessPlan) -> None:
        """Start from the plan of the proposal."""
        self._begin(plan)

    @workflow.run
    async def run(self, plan: ProcessPlan) -> None:  # noqa: ARG002 - taken by __init__
        """Wait for the decision of a second person, at most until the flag lapses."""
        await self._live()

    async def _step(self, step: StepView) -> ProcessAnswer:
        return await self._lapse(step)

    async def _lapse(self, step: StepView) -> ProcessAnswer:
        """Let it lapse: nobody decided."""
        return await self._do(step)
