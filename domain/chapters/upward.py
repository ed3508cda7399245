"""Upward (提级、请示): a case is raised a level by hand or by a rule, and those above are asked for help."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import addresses
from domain.folding import change_annex, set_
from domain.relief import Above, Help
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Notice, Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class ReportUpward:
    """Raise the case a level by hand (提级): to the desk, the district government or the city."""

    above: Above
    reason: Text


@dataclass(frozen=True, slots=True)
class AskHelp:
    """Ask an industry department, the district government or the city to study the matter (请示); they must answer."""

    org: str
    question: Text
    task: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerHelp:
    """Answer a call for help with an opinion (答复)."""

    help: int
    opinion: Text


@dataclass(frozen=True, slots=True)
class CaseEscalated:
    """The case was raised a level by a person, or by the rule `cause`; `to` are the symbols of those who were told."""

    at: datetime
    level: int
    cause: str
    to: tuple[str, ...]
    task: int | None = None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class HelpAsked:
    """Help was asked of those above.

    Attributes:
        task: The task that lets them see the case.
        by: Who asked.
        on_behalf: Task whose department asked; None for the raiser, the lead and the desk.
    """

    at: datetime
    help: int
    task: int
    org: str
    by: str
    question: Text
    on_behalf: int | None = None


@dataclass(frozen=True, slots=True)
class HelpAnswered:
    """Those above gave their opinion."""

    at: datetime
    help: int
    task: int
    opinion: Text


Command = ReportUpward | AskHelp | AnswerHelp
Event = CaseEscalated | HelpAsked | HelpAnswered


def _escalated(state: CaseState, e: CaseEscalated) -> None:
    set_(state, "escalation", max(state.escalation, e.level))


def _asked(state: CaseState, e: HelpAsked) -> None:
    change_annex(state, helps=(*state.annex.helps, Help(e.help, e.task, e.org, e.by, e.at, e.on_behalf)))


def _answered(state: CaseState, e: HelpAnswered) -> None:
    helps = (replace(h, answered_at=e.at) if h.no == e.help else h for h in state.annex.helps)
    change_annex(state, helps=tuple(helps))


FOLDS: dict[type, Fold] = {CaseEscalated: _escalated, HelpAsked: _asked, HelpAnswered: _answered}


def _say_escalated(e: CaseEscalated, state: CaseState) -> Iterator[Notice]:
    task = state.task(e.task) if e.task is not None else None
    yield from addresses(state, task, "escalated", e.to)


def _say_asked(e: HelpAsked, state: CaseState) -> Iterator[Notice]:
    yield from addresses(state, state.task(e.task), "help_wanted", ("party",), e.org)


def _say_answered(e: HelpAnswered, state: CaseState) -> Iterator[Notice]:
    asked = next(h.on_behalf for h in state.annex.helps if h.no == e.help)
    asker = state.lead() if asked is None else state.task(asked)
    yield from addresses(state, asker, "help_answered", ("raiser", "holder", "dispatcher"))


NOTICES: dict[type, Says] = {CaseEscalated: _say_escalated, HelpAsked: _say_asked, HelpAnswered: _say_answered}
