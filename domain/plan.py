"""The plan: what the drive owes a case and when, as a function of its state alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.case import Action
from domain.decide.escalation import due_rungs

if TYPE_CHECKING:
    from domain.case import CaseState


class StepCode(StrEnum):
    """Kinds of steps; the workflow has one method for each family."""

    DISPATCH = "dispatch"
    REMIND = "remind"
    ESCALATE = "escalate"
    SUPERVISE = "supervise"
    RETURN = "return"
    WIND_UP = "wind_up"


STEP_OF: dict[Action, StepCode] = {
    Action.REMIND: StepCode.REMIND,
    Action.NO_SHOW: StepCode.ESCALATE,
    Action.ESCALATE: StepCode.ESCALATE,
    Action.SUPERVISE: StepCode.SUPERVISE,
    Action.RETURN_TASK: StepCode.RETURN,
    Action.RAISE_GRADE: StepCode.SUPERVISE,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One owed or coming step.

    Attributes:
        key: Identity within the case, for example `claim:1/1/at` (clock, generation, rung) or `dispatch`.
        at: Instant from which it is owed.
        party: Organisation it is about, for the operator's screen.
    """

    key: str
    code: StepCode
    at: datetime
    party: str


def plan(state: CaseState) -> tuple[Step, ...]:
    """Return the steps of a case in order of their instant; empty when the drive owes nothing any more."""
    steps: list[Step] = []
    if state.owes_all_clear and state.closed_at is not None:
        steps.append(Step("wind_up", StepCode.WIND_UP, state.closed_at, state.facts.area))
    if state.uncalled and not state.is_ended:
        steps.append(Step("dispatch", StepCode.DISPATCH, state.facts.raised_at, state.facts.area))
    for at, spec, rung in due_rungs(state):
        steps.append(Step(f"{spec.key}/{spec.generation}/{rung.code}", STEP_OF[rung.action], at, spec.party))
    return tuple(steps)
