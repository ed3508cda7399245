"""What a command did, as the record answers it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from adapters.db.opening import Opened
from adapters.db.plans import plan_payload
from adapters.db.writing import Written
from contracts.case import CasePlan, MessageRef
from domain.case import CaseState


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


def unchanged(case_id: UUID, opened: Opened, state: CaseState) -> Outcome:
    """Answer a command that caused nothing."""
    return Outcome(
        case_id, state.facts.number, state.version, state, (), replayed=False, dirty=False, messages=(),
        epoch=opened.epoch,
    )  # fmt: skip


def changed(case_id: UUID, opened: Opened, written: Written) -> Outcome:
    """Answer a command whose events were written."""
    state = written.state
    plan = plan_payload(state, opened.epoch, opened.now, opened.clock.to_real) if written.dirty else None
    return Outcome(
        case_id, state.facts.number, state.version, state, written.seqs, replayed=False, dirty=written.dirty,
        messages=written.messages, epoch=opened.epoch, plan=plan,
    )  # fmt: skip
