"""The life of a publication: proposed → listed → approved → in force → every running case has gone over."""

from __future__ import annotations

from temporalio import workflow

from contracts.case import StepView
from contracts.names import PROCESS_WORKFLOWS
from contracts.process import ProcessAnswer, ProcessPlan
from workflows.driven import DrivenProcess


@workflow.defn(name=PROCESS_WORKFLOWS["publication"])
class AdoptionWorkflow(DrivenProcess):
    """One publication in one epoch, from the proposal until it is adopted, refused or withdrawn."""

    @workflow.init
    def __init__(self, plan: ProcessPlan) -> None:
        """Start from the plan of the proposal."""
        self._begin(plan)

    @workflow.run
    async def run(self, plan: ProcessPlan) -> None:  # noqa: ARG002 - taken by __init__
        """List what would move, wait for the second person, put the draft into force, walk over the running cases."""
        await self._live()

    async def _step(self, step: StepView) -> ProcessAnswer:
        part = {"list": self._list_impact, "adopt": self._adopt}
        return await part.get(step.code, self._publish)(step)

    async def _list_impact(self, step: StepView) -> ProcessAnswer:
        """Write a page of what would move, for those who decide."""
        return await self._work(step)

    async def _publish(self, step: StepView) -> ProcessAnswer:
        """Put the approved draft into force: one row, once."""
        return await self._do(step)

    async def _adopt(self, step: StepView) -> ProcessAnswer:
        """Let a page of running cases go over; a case touched before went over then."""
        return await self._work(step)
