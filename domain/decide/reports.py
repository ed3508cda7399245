"""Linking reports to a case, answering their reporters, taking a report off again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.case import ENDED, Status
from domain.chapters.reports import (
    AnswerReport,
    AnswerReports,
    LinkReport,
    ReportAnswered,
    ReportLinked,
    ReportsAnswered,
    ReportUnlinked,
    UnlinkReport,
    waiting,
)  # fmt: skip
from domain.decide.channel import rule_of
from domain.decide.rule import RULES, Rule, Topic
from domain.errors import Reason, Refusal

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.annex import Report
    from domain.case import CaseState
    from domain.draft import Draft


def _link(draft: Draft, command: LinkReport) -> None:
    rule_of(draft.rules.pack, command.channel)
    number = max([r.no for r in draft.state.annex.reports], default=1) + 1
    draft.emit(ReportLinked(
        draft.at, number, command.channel, command.ref, draft.actor.id, draft.actor.org, command.words,
        command.reporter_name, command.reporter_phone,
    ))  # fmt: skip


def _waits(_state: CaseState, report: Report, _actor: Actor) -> None:
    if not report.waits:
        raise Refusal(Reason.REPORT_ANSWERED, report=report.no)


def _is_linked(_state: CaseState, report: Report, _actor: Actor) -> None:
    if report.unlinked_at is not None:
        raise Refusal(Reason.REPORT_ANSWERED, report=report.no)


def _answer(draft: Draft, command: AnswerReport) -> None:
    draft.emit(ReportAnswered(draft.at, command.report, command.answer))


def _unlink(draft: Draft, command: UnlinkReport) -> None:
    draft.emit(ReportUnlinked(draft.at, command.report, command.reason))


def _answer_all(draft: Draft, _command: AnswerReports) -> None:
    left = tuple(r.no for r in waiting(draft.state))
    if draft.state.is_ended and left:
        draft.emit(ReportsAnswered(draft.at, left, draft.state.result or ""))


_OPEN = frozenset(Status) - ENDED
_REPORTS = Topic("report", lambda state: state.annex.reports)

RULES[LinkReport] = Rule(_link, _OPEN)
RULES[AnswerReport] = Rule(_answer, topic=_REPORTS, entry_guard=_waits)
RULES[UnlinkReport] = Rule(_unlink, _OPEN, topic=_REPORTS, entry_guard=_is_linked)
RULES[AnswerReports] = Rule(_answer_all)
