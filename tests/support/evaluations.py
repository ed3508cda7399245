"""Evaluations for tests on a real record: what the workflow does at a wake."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.testing import ActivityEnvironment

from activities.evaluation import EvaluationSteps
from adapters.db.record import Record
from contracts.process import ProcessAnswer, ProcessOrder


async def drive_evaluation(record: Record, engine: AsyncEngine, process: UUID, steps: int = 1_000) -> ProcessAnswer:
    """Carry out owed steps, at most so many."""
    own = EvaluationSteps(record, engine)
    answer = await record.step_process(process, 1, None)
    while answer.plan is not None and answer.plan.owed and steps:
        step, steps = answer.plan.owed[0], steps - 1
        work = {"count": own.count, "compose": own.compose}.get(step.code)
        if work is None:
            answer = await record.step_process(process, 1, step)
        else:
            order = ProcessOrder(kind="evaluation", id=str(process), epoch=1, step=step)
            answer = await ActivityEnvironment().run(work, order)
    return answer
