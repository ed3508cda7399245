"""Intake (受理): what a channel asks of a case; requests that end at once; praise; conferring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import Notice, to
from domain.annex import Intake
from domain.channels import Checker, Disposal
from domain.folding import change_annex, change_task, handlers_with, nothing, task_of
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class Confer:
    """Note that the lead met with the assisting units (双派单会商); ends the limit for it."""

    task: int
    note: Text


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Take note of praise (签领表扬) and hand it on to whom it is for; the case closes."""

    task: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class IntakeRuled:
    """The channel asks more of this case than the raiser's check."""

    at: datetime
    checker: Checker


@dataclass(frozen=True, slots=True)
class RequestDisposed:
    """The request ended at intake, without a department; `target` is the emergency line or the case it was told of."""

    at: datetime
    disposal: Disposal
    target: str = ""
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Conferred:
    """The lead met with the assisting units."""

    at: datetime
    task: int
    worker: str
    note: Text


@dataclass(frozen=True, slots=True)
class PraiseAcknowledged:
    """The praised unit took note."""

    at: datetime
    task: int
    worker: str
    note: Text | None = None


Command = Confer | Acknowledge
Event = IntakeRuled | RequestDisposed | Conferred | PraiseAcknowledged


def checker_of(state: CaseState) -> Checker:
    """Return who says that it is done."""
    return state.annex.intake.checker if state.annex.intake is not None else Checker.RAISER


def _ruled(state: CaseState, e: IntakeRuled) -> None:
    change_annex(state, intake=Intake(e.checker))


def _acknowledged(state: CaseState, e: PraiseAcknowledged) -> None:
    change_task(state, e.task, handlers=handlers_with(task_of(state, e.task), e.worker))


FOLDS: dict[type, Fold] = {
    IntakeRuled: _ruled,
    RequestDisposed: nothing,
    Conferred: nothing,
    PraiseAcknowledged: _acknowledged,
}


def _conferred(_e: Conferred, state: CaseState) -> Iterator[Notice]:
    for task in state.duties():
        yield from to(state, task.no, "conferred", "holder")


def _praised(_e: PraiseAcknowledged, state: CaseState) -> Iterator[Notice]:
    yield Notice("praise_acknowledged", state.facts.raising_org)


NOTICES: dict[type, Says] = {Conferred: _conferred, PraiseAcknowledged: _praised}
