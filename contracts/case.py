"""Payloads between the record and the workflow of a case: ids, codes and instants, never text or persons.

Every model ignores unknown fields, so that old and new workers can stand side by side; new fields get defaults.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """Frozen, tolerant of unknown fields."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StepView(Payload):
    """One owed or coming step of the plan, as the operator's screen shows it.

    Attributes:
        key: `clock/generation/rung`, `dispatch` or `wind_up`.
        code: `dispatch`, `remind`, `escalate`, `supervise`, `return` or `wind_up`.
        due: Business instant.
        party: Organisation code.
    """

    key: str
    code: str
    due: datetime
    party: str


class TaskView(Payload):
    """A task as the plan carries it."""

    no: int
    org: str
    role: str
    state: str


class ClockView(Payload):
    """A running clock as the plan carries it; `fired` holds rung codes."""

    key: str
    code: str
    party: str
    due: datetime
    fired: tuple[str, ...] = ()


class CasePlan(Payload):
    """What the drive has to know of a case; the whole of it travels in every signal and every step's answer.

    Attributes:
        version: Version of the case; a lower one than known is ignored.
        epoch: Fence; a workflow with another epoch changes nothing.
        wake_at: Real instant (computed by the database from the business clock) of the next step that is not yet
            owed; None when nothing is coming.
        owed: Steps owed at the time the plan was made, in order of their instant.
        next: The step that `wake_at` belongs to.
        closed: The case has ended; with nothing owed the workflow ends too.
    """

    case_id: str
    epoch: int
    version: int
    number: str
    district: str
    area: str
    kind: str
    status: str
    phase: str
    closed: bool = False
    wake_at: datetime | None = None
    owed: tuple[StepView, ...] = ()
    next: StepView | None = None
    tasks: tuple[TaskView, ...] = ()
    clocks: tuple[ClockView, ...] = ()


class StepInput(Payload):
    """Order to an activity: carry out the owed step for this epoch of the case."""

    case_id: str
    epoch: int
    step: StepView


class LookInput(Payload):
    """Order to read the plan afresh under the row lock."""

    case_id: str
    epoch: int


class MessageRef(Payload):
    """An outbound message row to hand over to its own workflow."""

    message_id: str
    channel: str


class StepAnswer(Payload):
    """What a step or a look answers.

    Attributes:
        plan: The plan after it; None when `stale`.
        stale: The epoch is not the current one or the case is unknown: the workflow ends and changes nothing.
        wake_in: Real seconds to wait when the step came too early; the workflow sleeps at least one second.
        messages: Outbound messages that this step created and that wait to be handed over.
    """

    plan: CasePlan | None = None
    stale: bool = False
    wake_in: float | None = None
    messages: tuple[MessageRef, ...] = ()


class LifeView(Payload):
    """What a running workflow tells an operator who asks.

    Attributes:
        phase: Phase of the model: approve, muster, act, check, wind_up.
        plan: The plan it holds.
        failed: Keys of the steps that gave up in the last wake and are tried again at the next.
        wakes: How often this run was woken by its start, a signal or a timer.
    """

    phase: str
    plan: CasePlan
    failed: tuple[str, ...] = ()
    wakes: int = 0
