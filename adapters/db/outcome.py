"""What a command did, as the record answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from contracts.case import CasePlan, MessageRef
from domain.case import CaseState

if TYPE_CHECKING:
    from contracts.process import ProcessPlan
    from domain.process import ProcessState


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did.

    Attributes:
        version: Version of the case after it.
        state: State at that version.
        seqs: Numbers of the events it caused, catch-up included; empty if it changed nothing.
        replayed: The key was used before: this is the first answer again.
        dirty: The engine has to be told at once; `plan` is what it has to know.
        messages: Outbound messages that now wait for their workflows.
        plan: Payload of the nudge; None when nothing has to be told.
    """

    case_id: UUID
    number: str
    version: int
    state: CaseState
    seqs: tuple[int, ...]
    replayed: bool
    dirty: bool
    messages: tuple[MessageRef, ...]
    epoch: int = 0
    plan: CasePlan | None = None


@dataclass(frozen=True, slots=True)
class ProcessOutcome:
    """What a command on a process did; the fields mean what they mean in `Outcome`."""

    kind: str
    id: UUID
    name: str
    version: int
    state: ProcessState
    seqs: tuple[int, ...]
    replayed: bool
    dirty: bool
    epoch: int = 0
    plan: ProcessPlan | None = None
