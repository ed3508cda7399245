"""Reports (关联诉求): several reports of one matter on one case; each reporter keeps a receipt and gets an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.addresses import Notice
from domain.annex import Report
from domain.case import TaskRole
from domain.folding import BrokenLog, change_annex
from domain.text import Personal, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class LinkReport:
    """Add a report of the same matter (关联诉求); its reporter gets a receipt `<case number>/R<no>` and an answer."""

    channel: str
    words: Text
    ref: str = ""
    reporter_name: Personal | None = None
    reporter_phone: Personal | None = None


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """Tell a reporter how it stands (答复诉求人); otherwise they get the result when the case closes."""

    report: int
    answer: Text


@dataclass(frozen=True, slots=True)
class UnlinkReport:
    """Take a report off the case (解除关联): it was another matter. Its receipt number is never used again."""

    report: int
    reason: Text


@dataclass(frozen=True, slots=True)
class AnswerReports:
    """The case has closed: every reporter who still waits gets its result."""


@dataclass(frozen=True, slots=True)
class ReportLinked:
    """A further report of the matter was added."""

    at: datetime
    report: int
    channel: str
    ref: str
    by: str
    org: str
    words: Text
    reporter_name: Personal | None = None
    reporter_phone: Personal | None = None


@dataclass(frozen=True, slots=True)
class ReportAnswered:
    """A reporter was told how it stands."""

    at: datetime
    report: int
    answer: Text


@dataclass(frozen=True, slots=True)
class ReportUnlinked:
    """A report turned out to be another matter."""

    at: datetime
    report: int
    reason: Text


@dataclass(frozen=True, slots=True)
class ReportsAnswered:
    """The reporters who still waited were given the result of the case."""

    at: datetime
    reports: tuple[int, ...]
    result: str


Command = LinkReport | AnswerReport | UnlinkReport
DriveCommand = AnswerReports
Event = ReportLinked | ReportAnswered | ReportUnlinked | ReportsAnswered


def waiting(state: CaseState) -> tuple[Report, ...]:
    """Return the reports whose reporters wait for an answer, in order of number."""
    return tuple([r for r in state.annex.reports if r.waits])


def receipt(number: str, report: int) -> str:
    """Write the receipt number of a report."""
    return f"{number}/R{report}"


def report_of(state: CaseState, no: int) -> Report:
    """Return a report that an event names; raises `BrokenLog` if it is not there."""
    for report in state.annex.reports:
        if report.no == no:
            return report
    msg = f"an event names report {no}, which is not there"
    raise BrokenLog(msg)


def _change(state: CaseState, nos: tuple[int, ...], **changes: Any) -> None:
    for no in nos:
        report_of(state, no)
    reports = tuple([replace(r, **changes) if r.no in nos else r for r in state.annex.reports])
    change_annex(state, reports=reports)


def _linked(state: CaseState, e: ReportLinked) -> None:
    report = Report(e.report, e.channel, e.ref, e.at, e.by, e.org)
    change_annex(state, reports=(*state.annex.reports, report))


def _answered(state: CaseState, e: ReportAnswered) -> None:
    _change(state, (e.report,), answered_at=e.at)


def _unlinked(state: CaseState, e: ReportUnlinked) -> None:
    _change(state, (e.report,), unlinked_at=e.at)


def _all_answered(state: CaseState, e: ReportsAnswered) -> None:
    _change(state, e.reports, answered_at=e.at)


FOLDS: dict[type, Fold] = {
    ReportLinked: _linked,
    ReportAnswered: _answered,
    ReportUnlinked: _unlinked,
    ReportsAnswered: _all_answered,
}


def _say_linked(_e: ReportLinked, state: CaseState) -> Iterator[Notice]:
    for task in state.tasks:
        if task.role is TaskRole.LEAD:
            yield Notice("report_linked", task.org, task=task.no)


def _say_answered(e: ReportAnswered, state: CaseState) -> Iterator[Notice]:
    yield Notice("answer_reporter", report_of(state, e.report).org)


def _say_unlinked(e: ReportUnlinked, state: CaseState) -> Iterator[Notice]:
    yield Notice("report_unlinked", report_of(state, e.report).org)


def _say_all_answered(e: ReportsAnswered, state: CaseState) -> Iterator[Notice]:
    for no in e.reports:
        yield Notice("answer_reporter", report_of(state, no).org)


NOTICES: dict[type, Says] = {
    ReportLinked: _say_linked,
    ReportAnswered: _say_answered,
    ReportUnlinked: _say_unlinked,
    ReportsAnswered: _say_all_answered,
}
