"""The loop of whatever the record drives: keep its newest plan, carry out what the plan owes, sleep until the next.

Signals carry the whole plan: lost, doubled and reordered ones are equal. A step is one transaction of the record, once.
"""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import Generic, Protocol, TypeVar

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ActivityError, WorkflowAlreadyStartedError, is_cancelled_exception

from contracts.case import CasePlan, MessageRef, StepView
from contracts.names import (
    CASE_PHASE,
    CHANGED,
    LIFE,
    LOOK,
    NOTICE_QUEUE,
    NOTICE_WORKFLOW,
    notice_workflow_id,
    process_activity,
)  # fmt: skip
from contracts.options import page as page_options
from contracts.options import step as step_options
from contracts.process import ProcessAnswer, ProcessLife, ProcessLook, ProcessOrder, ProcessPlan
from workflows.details import named, timer_summary, told
from workflows.pace import LONGEST_SLEEP, matured, rest

P = TypeVar("P", CasePlan, ProcessPlan)
PlanT_co = TypeVar("PlanT_co", covariant=True)


class Answer(Protocol[PlanT_co]):
    """What a step or a look answers (`contracts.case.StepAnswer`)."""

    @property
    def plan(self) -> PlanT_co | None:
        """The plan after it."""

    @property
    def stale(self) -> bool:
        """The epoch is over."""

    @property
    def wake_in(self) -> float | None:
        """Real seconds until a step that came too early."""

    @property
    def messages(self) -> tuple[MessageRef, ...]:
        """Messages to hand over."""


class Driven(ABC, Generic[P]):
    """One aggregate in one epoch; a subclass says what its steps are and how it shows itself."""

    _plan: P

    def _begin(self, plan: P) -> None:
        """Start from a plan; the signal that came with the start is handled before `run` begins."""
        self._plan, self._wakes = plan, 0
        self._renewal = workflow.info().start_time + LONGEST_SLEEP
        self._news = False  # a signal came since the sleep began
        self._unsure = False  # the plan may be out of date: look before sleeping
        self._stale = False  # the record has gone on to another epoch
        self._early: float | None = None  # the record's answer to a step before its instant
        self._failed: tuple[str, ...] = ()  # steps that gave up in this wake

    @abstractmethod
    def _step(self, step: StepView) -> Awaitable[Answer[P]]:
        """Carry out one step by its activity."""

    @abstractmethod
    def _look(self) -> Awaitable[Answer[P]]:
        """Read the plan afresh."""

    @abstractmethod
    def _show(self) -> None:
        """Show it in the engine's own screens."""

    async def _live(self) -> None:
        """Wake, carry out what is owed, show it, sleep; until it has ended and owes nothing."""
        while True:
            self._wakes += 1
            await self._carry_out_what_is_owed()
            self._show()
            if self._stale or (self._plan.closed and not self._plan.owed):
                return
            if workflow.info().is_continue_as_new_suggested() or workflow.now() >= self._renewal:
                workflow.continue_as_new(self._plan)
            await self._sleep()

    def _learn(self, plan: P) -> None:
        """Take what the record says: a newer plan counts, an older one does not, the same one again asks for a look."""
        if plan.version > self._plan.version:
            self._plan, self._news = plan, True
        elif plan.version == self._plan.version and self._wakes:
            self._unsure = self._news = True

    async def _carry_out_what_is_owed(self) -> None:
        """Take the owed steps in order of their instant; one that gives up does not hold up the others."""
        self._failed, self._early = (), None
        while not self._stale:
            owed = next((step for step in self._plan.owed if step.key not in self._failed), None)
            if self._unsure:
                self._unsure = False
                await self._take(LOOK, self._look())
            elif owed:
                await self._take(owed.key, self._step(owed))
            else:
                return

    async def _take(self, key: str, step: Awaitable[Answer[P]]) -> None:
        """Take the answer of a step; one that gives up, or is owed as before, is tried again at the next wake."""
        known = self._plan.version
        try:
            answer = await step
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            self._failed += (key,)
            self._unsure = key != LOOK  # its answer would have told of the other steps
            return
        self._stale, self._early = answer.stale, answer.wake_in
        if answer.plan is not None and answer.plan.version >= self._plan.version:
            self._plan = answer.plan
            if answer.plan.version == known and any(step.key == key for step in answer.plan.owed):
                self._failed += (key,)
        for message in answer.messages:
            await self._hand_over(message)

    async def _hand_over(self, message: MessageRef) -> None:
        """Give a message its own workflow, which outlives this one; the row's id makes it one."""
        with contextlib.suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                NOTICE_WORKFLOW, message, id=notice_workflow_id(message.message_id), task_queue=NOTICE_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                parent_close_policy=workflow.ParentClosePolicy.ABANDON, static_summary=message.channel,
            )  # fmt: skip

    def _show_phase(self, phase: str, details: str) -> None:
        workflow.set_current_details(details)
        if workflow.info().typed_search_attributes.get(CASE_PHASE) != phase:
            workflow.upsert_search_attributes([CASE_PHASE.value_set(phase)])

    async def _sleep(self) -> None:
        """Sleep until the next due instant or until something changed; a wake without cause looks."""
        self._news = False  # whatever came before is in the plan
        pause = rest(self._plan, workflow.now(), self._early, failed=bool(self._failed))
        try:
            await workflow.wait_condition(lambda: self._news, timeout=pause, timeout_summary=timer_summary(self._plan))
        except TimeoutError:
            plan = matured(self._plan, workflow.now())
            self._plan, self._unsure = plan or self._plan, plan is None


class DrivenProcess(Driven[ProcessPlan]):
    """A process of any kind: each step is the activity `<kind>.<code>`; a kind's own workflow names its steps."""

    @workflow.signal(name=CHANGED)
    def changed(self, plan: ProcessPlan) -> None:
        """Take what the record says."""
        self._learn(plan)

    @workflow.query(name=LIFE)
    def life(self) -> ProcessLife:
        """Tell an operator where the process stands."""
        return ProcessLife(plan=self._plan, failed=self._failed, wakes=self._wakes)

    async def _look(self) -> ProcessAnswer:
        plan = self._plan
        order = ProcessLook(kind=plan.kind, id=plan.id, epoch=plan.epoch)
        answer: ProcessAnswer = await workflow.execute_activity(
            process_activity(plan.kind, LOOK), order, result_type=ProcessAnswer, **step_options("look at the record")
        )
        return answer

    async def _do(self, step: StepView) -> ProcessAnswer:
        """Carry out a step by its activity: one short transaction."""
        name, order = self._order(step)
        answer: ProcessAnswer = await workflow.execute_activity(
            name, order, result_type=ProcessAnswer, **step_options(named(step))
        )
        return answer

    async def _work(self, step: StepView) -> ProcessAnswer:
        """Carry out a step that works through a page of many: minutes, with a heartbeat."""
        name, order = self._order(step)
        answer: ProcessAnswer = await workflow.execute_activity(
            name, order, result_type=ProcessAnswer, **page_options(named(step))
        )
        return answer

    def _order(self, step: StepView) -> tuple[str, ProcessOrder]:
        plan = self._plan
        order = ProcessOrder(kind=plan.kind, id=plan.id, epoch=plan.epoch, step=step)
        return process_activity(plan.kind, step.code), order

    def _show(self) -> None:
        self._show_phase(self._plan.status, told(self._plan, self._failed))
