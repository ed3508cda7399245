"""The life of a case: muster → act → check → wind-up, driven by its clocks.

The record decides, this workflow drives: keep its newest plan, carry out what the plan owes, sleep until something is
due or changed. Signals carry the whole plan: lost, doubled, reordered ones are equal. A step is one transaction, once.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, WorkflowAlreadyStartedError, is_cancelled_exception

from contracts.activities import CaseSteps
from contracts.case import CasePlan, LifeView, LookInput, MessageRef, StepAnswer, StepInput, StepView
from contracts.names import CASE_PHASE, CASE_WORKFLOW, CHANGED, LIFE, NOTICE_QUEUE, NOTICE_WORKFLOW, notice_workflow_id
from contracts.options import step as step_options
from workflows.details import described, named, timer_summary
from workflows.pace import LONGEST_SLEEP, matured, rest


@workflow.defn(name=CASE_WORKFLOW)
class CaseWorkflow:
    """One case in one epoch, from the raise to the wind-up."""

    @workflow.init
    def __init__(self, plan: CasePlan) -> None:
        """Start from the plan of the raise; the signal that came with the start is handled before `run` begins."""
        self._plan, self._wakes = plan, 0
        self._renewal = workflow.info().start_time + LONGEST_SLEEP
        self._news = False  # a signal came since the sleep began
        self._unsure = False  # the plan may be out of date: look before sleeping
        self._stale = False  # the record has gone on to another epoch
        self._early: float | None = None  # the record's answer to a step before its instant
        self._failed: tuple[str, ...] = ()  # steps that gave up in this wake

    @workflow.run
    async def run(self, plan: CasePlan) -> None:  # noqa: ARG002 - taken by __init__
        """Live until the case is wound up: wake, carry out what is owed, show it, sleep."""
        while True:
            self._wakes += 1
            await self._carry_out_what_is_owed()
            self._show()
            if self._stale or (self._plan.closed and not self._plan.owed):
                return
            if workflow.info().is_continue_as_new_suggested() or workflow.now() >= self._renewal:
                workflow.continue_as_new(self._plan)
            await self._sleep()

    @workflow.signal(name=CHANGED)
    def changed(self, plan: CasePlan) -> None:
        """Take what the record says: a newer plan counts, an older one does not, the same one again asks for a look."""
        if plan.version > self._plan.version:
            self._plan, self._news = plan, True
        elif plan.version == self._plan.version and self._wakes:
            self._unsure = self._news = True

    @workflow.query(name=LIFE)
    def life(self) -> LifeView:
        """Tell an operator where the case stands."""
        return LifeView(phase=self._plan.phase, plan=self._plan, failed=self._failed, wakes=self._wakes)

    async def _dispatch(self, step: StepView) -> StepAnswer:
        """Muster: call the departments, outside the page too."""
        return await self._do(CaseSteps.dispatch, step)

    async def _keep_deadline(self, step: StepView) -> StepAnswer:
        """A clock speaks to its party: a reminder, or a lease that ran out and gives the task back."""
        return await self._do(CaseSteps.return_task if step.code == "return" else CaseSteps.remind, step)

    async def _escalate(self, step: StepView) -> StepAnswer:
        """Silence past a due instant: mark the no-show, or raise the level and tell who is above."""
        return await self._do(CaseSteps.escalate, step)

    async def _supervise(self, step: StepView) -> StepAnswer:
        """Silence up to the end of the ladder: supervision, graded."""
        return await self._do(CaseSteps.supervise, step)

    async def _wind_up(self, step: StepView) -> StepAnswer:
        """Wind-up: the case has ended, tell those who were alarmed on its way."""
        return await self._do(CaseSteps.wind_up, step)

    async def _look(self) -> StepAnswer:
        order = LookInput(case_id=self._plan.case_id, epoch=self._plan.epoch)
        return await workflow.execute_activity_method(CaseSteps.look, order, **step_options("look at the record"))

    async def _do(self, act: Callable[[CaseSteps, StepInput], Awaitable[StepAnswer]], step: StepView) -> StepAnswer:
        order = StepInput(case_id=self._plan.case_id, epoch=self._plan.epoch, step=step)
        return await workflow.execute_activity_method(act, order, **step_options(named(step)))

    async def _carry_out_what_is_owed(self) -> None:
        """Take the owed steps in order of their instant; one that gives up does not hold up the others."""
        family = {"dispatch": self._dispatch, "escalate": self._escalate, "supervise": self._supervise,
                  "wind_up": self._wind_up}  # fmt: skip
        self._failed, self._early = (), None
        while not self._stale:
            owed = next((step for step in self._plan.owed if step.key not in self._failed), None)
            if self._unsure:
                self._unsure = False
                await self._take("look", self._look())
            elif owed:
                await self._take(owed.key, family.get(owed.code, self._keep_deadline)(owed))
            else:
                return

    async def _take(self, key: str, step: Awaitable[StepAnswer]) -> None:
        """Take the answer of a step; one that gives up, or is owed as before, is tried again at the next wake."""
        known = self._plan.version
        try:
            answer = await step
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            self._failed += (key,)
            self._unsure = key != "look"  # its answer would have told of the other steps
            return
        self._stale, self._early = answer.stale, answer.wake_in
        if answer.plan is not None and answer.plan.version >= self._plan.version:
            self._plan = answer.plan
            if answer.plan.version == known and any(step.key == key for step in answer.plan.owed):
                self._failed += (key,)
        for message in answer.messages:
            await self._hand_over(message)

    async def _hand_over(self, message: MessageRef) -> None:
        """Give a message its own workflow, which outlives the case; the row's id makes it one."""
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                NOTICE_WORKFLOW, message, id=notice_workflow_id(message.message_id), task_queue=NOTICE_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON, static_summary=message.channel,
            )  # fmt: skip

    def _show(self) -> None:
        """Show the case in the engine's own screens."""
        workflow.set_current_details(described(self._plan, self._failed))
        if workflow.info().typed_search_attributes.get(CASE_PHASE) != self._plan.phase:
            workflow.upsert_search_attributes([CASE_PHASE.value_set(self._plan.phase)])

    async def _sleep(self) -> None:
        """Sleep until the next due instant or until something changed; a wake without cause looks."""
        self._news = False  # whatever came before is in the plan
        pause = rest(self._plan, workflow.now(), self._early, failed=bool(self._failed))
        try:
            await workflow.wait_condition(lambda: self._news, timeout=pause, timeout_summary=timer_summary(self._plan))
        except TimeoutError:
            plan = matured(self._plan, workflow.now())
            self._plan, self._unsure = plan or self._plan, plan is None
