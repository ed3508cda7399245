"""Payloads between the record and the workflows of processes: ids, codes, counts, instants; no text, no persons."""

from __future__ import annotations

from datetime import datetime

from contracts.case import CasePlan, MessageRef, Payload, StepView


class ProcessPlan(Payload):
    """What the drive has to know of a process; the whole of it travels in every signal and every step's answer.

    Attributes:
        kind: Word of the kind, `publication` for example; first part of ids and of activities' names.
        id: The process.
        version: Version of the process; a lower one than known is ignored.
        epoch: Fence; a workflow with another epoch changes nothing.
        name: Number or period, unique within the kind.
        wake_at: Real instant of the next step that is not yet owed; None when nothing is coming.
        owed: Steps owed at the time the plan was made, in order of their instant.
        next: The step that `wake_at` belongs to.
        closed: The process has ended; with nothing owed the workflow ends too.
        facts: Codes and counts for the operator's screen, as (word, value).
    """

    kind: str
    id: str
    epoch: int
    version: int
    name: str
    status: str
    district: str = ""
    closed: bool = False
    wake_at: datetime | None = None
    owed: tuple[StepView, ...] = ()
    next: StepView | None = None
    facts: tuple[tuple[str, str], ...] = ()


Plan = CasePlan | ProcessPlan
"""What the drive hands to the engine, of either family."""


def owner_of(plan: Plan) -> str:
    """Return the id of the case or process that a plan is of."""
    return plan.id if isinstance(plan, ProcessPlan) else plan.case_id


class ProcessOrder(Payload):
    """Order to an activity: carry out the owed step for this epoch of the process."""

    kind: str
    id: str
    epoch: int
    step: StepView


class ProcessLook(Payload):
    """Order to read the plan afresh under the row lock."""

    kind: str
    id: str
    epoch: int


class ProcessAnswer(Payload):
    """What a step or a look answers; the fields mean what they mean in `contracts.case.StepAnswer`."""

    plan: ProcessPlan | None = None
    stale: bool = False
    wake_in: float | None = None
    messages: tuple[MessageRef, ...] = ()


class ProcessLife(Payload):
    """What a running workflow tells an operator who asks; as `contracts.case.LifeView`."""

    plan: ProcessPlan
    failed: tuple[str, ...] = ()
    wakes: int = 0
