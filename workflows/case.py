"""The life of a case: muster → act → check → wind-up, driven by its clocks.

The record decides, this workflow drives: the loop of `workflows.driven` wakes it when something is due or has changed,
and it has one method for each part of the life. What each step does is the record's; a new step of a known part, for
example a new action of a ladder, changes nothing here.
"""

from __future__ import annotations

from temporalio import workflow

from contracts.case import CasePlan, LifeView, LookInput, StepAnswer, StepInput, StepView
from contracts.names import CASE_WORKFLOW, CHANGED, LIFE, LOOK, case_activity
from contracts.options import step as step_options
from workflows.details import described, named
from workflows.driven import Driven


@workflow.defn(name=CASE_WORKFLOW)
class CaseWorkflow(Driven[CasePlan]):
    """One case in one epoch, from the raise to the wind-up."""

    @workflow.init
    def __init__(self, plan: CasePlan) -> None:
        """Start from the plan of the raise."""
        self._begin(plan)

    @workflow.run
    async def run(self, plan: CasePlan) -> None:  # noqa: ARG002 - taken by __init__
        """Live until the case is wound up: wake, carry out what is owed, show it, sleep."""
        await self._live()

    @workflow.signal(name=CHANGED)
    def changed(self, plan: CasePlan) -> None:
        """Take what the record says."""
        self._learn(plan)

    @workflow.query(name=LIFE)
    def life(self) -> LifeView:
        """Tell an operator where the case stands."""
        return LifeView(phase=self._plan.phase, plan=self._plan, failed=self._failed, wakes=self._wakes)

    async def _step(self, step: StepView) -> StepAnswer:
        """Give a step to the part of the life that it belongs to; whatever a clock says to its party is a deadline."""
        part = {"dispatch": self._dispatch, "escalate": self._escalate, "supervise": self._supervise,
                "wind_up": self._wind_up}  # fmt: skip
        return await part.get(step.code, self._keep_deadline)(step)

    async def _dispatch(self, step: StepView) -> StepAnswer:
        """Muster: call the departments, outside the page too."""
        return await self._do("muster", step)

    async def _keep_deadline(self, step: StepView) -> StepAnswer:
        """A clock speaks to its party: a reminder, a lease that ran out and gives the task back, a resumption."""
        return await self._do("deadline", step)

    async def _escalate(self, step: StepView) -> StepAnswer:
        """Silence past a due instant: mark the no-show, or raise the level and tell who is above."""
        return await self._do("silence", step)

    async def _supervise(self, step: StepView) -> StepAnswer:
        """Silence up to the end of the ladder: supervision, graded."""
        return await self._do("supervision", step)

    async def _wind_up(self, step: StepView) -> StepAnswer:
        """Wind-up: the case has ended, tell those who were alarmed on its way."""
        return await self._do("wind-up", step)

    async def _do(self, part: str, step: StepView) -> StepAnswer:
        """Carry out a step by the activity of its code; the summary names the part, the clock and the party."""
        order = StepInput(case_id=self._plan.case_id, epoch=self._plan.epoch, step=step)
        answer: StepAnswer = await workflow.execute_activity(
            case_activity(step.code), order, result_type=StepAnswer, **step_options(f"{part}: {named(step)}")
        )
        return answer

    async def _look(self) -> StepAnswer:
        order = LookInput(case_id=self._plan.case_id, epoch=self._plan.epoch)
        answer: StepAnswer = await workflow.execute_activity(
            case_activity(LOOK), order, result_type=StepAnswer, **step_options("look at the record")
        )
        return answer

    def _show(self) -> None:
        self._show_phase(self._plan.phase, described(self._plan, self._failed))
