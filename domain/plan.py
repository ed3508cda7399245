"""The plan: what the drive owes a case and when, as a function of its state alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.case import Action
from domain.chapters.linking import followers
from domain.chapters.reports import AnswerReports, waiting
from domain.commands import MarkCalled, Tick, WindUp
from domain.decide.escalation import due_rungs

if TYPE_CHECKING:
    from domain.case import CaseState
    from domain.commands import DriveCommand


class StepCode(StrEnum):
    """Kinds of steps; the workflow has one method for each family."""

    DISPATCH = "dispatch"
    REMIND = "remind"
    ESCALATE = "escalate"
    SUPERVISE = "supervise"
    RETURN = "return"
    RESUME = "resume"
    WIND_UP = "wind_up"
    CALL_BACK = "call_back"
    CLOSE = "close"
    ANSWER = "answer"
    FOLLOW = "follow"


STEP_OF: dict[Action, StepCode] = {
    Action.REMIND: StepCode.REMIND,
    Action.NO_SHOW: StepCode.ESCALATE,
    Action.ESCALATE: StepCode.ESCALATE,
    Action.SUPERVISE: StepCode.SUPERVISE,
    Action.RETURN_TASK: StepCode.RETURN,
    Action.RESUME: StepCode.RESUME,
    Action.CALL_BACK: StepCode.CALL_BACK,
    Action.CLOSE: StepCode.CLOSE,
    Action.UPHOLD: StepCode.RETURN,
    Action.RAISE_GRADE: StepCode.SUPERVISE,
    Action.CRITICISE: StepCode.SUPERVISE,
}


AT_ONCE = frozenset({StepCode.DISPATCH, StepCode.WIND_UP, StepCode.ANSWER, StepCode.FOLLOW})
"""Steps without a clock of their own: owed as soon as they stand in the plan."""


def command_of(code: str, state: CaseState) -> DriveCommand:
    """Return the command that carries out a step: rungs fire by themselves, whatever has no clock has a command."""
    match code:
        case StepCode.DISPATCH:
            return MarkCalled(state.uncalled)
        case StepCode.WIND_UP:
            return WindUp()
        case StepCode.ANSWER:
            return AnswerReports()
        case _:
            return Tick()


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
    steps = list(_afterwards(state)) if state.is_ended else []
    if state.uncalled and not state.is_ended and state.annex.main is None:
        steps.append(Step("dispatch", StepCode.DISPATCH, state.facts.raised_at, state.facts.raising_org))
    for at, spec, rung in due_rungs(state):
        steps.append(Step(f"{spec.key}/{spec.generation}/{rung.code}", STEP_OF[rung.action], at, spec.party))
    return tuple(steps)


def _afterwards(state: CaseState) -> tuple[Step, ...]:
    """Return what is owed once a case has ended: the all-clear, answers to reporters, the end of the linked cases."""
    at, raiser = state.closed_at or state.at, state.facts.raising_org
    owed = (
        ("wind_up", StepCode.WIND_UP, state.owes_all_clear), ("answer", StepCode.ANSWER, bool(waiting(state))),
        ("follow", StepCode.FOLLOW, bool(followers(state))),
    )  # fmt: skip
    return tuple([Step(key, code, at, raiser) for key, code, is_owed in owed if is_owed])
