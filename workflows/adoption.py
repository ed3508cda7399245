"""The life of a publication: approved → in force."""

from __future__ import annotations

from temporalio import workflow

from contracts.case import StepView
from contracts.names import PROCESS_WORKFLOWS
from contracts.process import ProcessAnswer, ProcessPlan
from workflows.driven import DrivenProcess


@workflow.defn(name=PROCESS_WORKFLOWS["publication"])
class AdoptionWorkflow(DrivenProcess):
    """One publication in one epoch, from the proposal until it is in force, refused or withdrawn."""

    @workflow.init
    def __init__(self, plan: ProcessPlan) -> None:
        """Start from the plan of the proposal."""
        self._begin(plan)

    @workflow.run
    async def run(self, plan: ProcessPlan) -> None:  # noqa: ARG002 - taken by __init__
        """Wait for the second person, then put the draft into force."""
        await self._live()

    async def _step(self, step: StepView) -> ProcessAnswer:
        """Put the approved draft into force: one row, once."""
        return await self._do(step)
