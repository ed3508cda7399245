"""How a case came in, as its readers see it: filing, call-backs, further reports with their answers, linked cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.db.directory import Directory
from adapters.db.log import LogRow
from adapters.db.queries.timeline import Texts
from contracts.channel_views import CallBackView, CallView, GridView, IntakeView, LinkView, ReportView
from domain.annex import CallBacks, Link, Report
from domain.case import CaseState
from domain.chapters.channel import checker_of
from domain.chapters.reports import ReportAnswered, ReportLinked, receipt
from domain.codec import event_name
from domain.decide.grid import post_check_of
from domain.masking import mask_name, mask_phone

_LINKED, _ANSWERED = event_name(ReportLinked), event_name(ReportAnswered)


def people_of(state: CaseState) -> set[str]:
    """Return the ids of everybody whose name the view shows."""
    grid, calls = state.annex.grid, state.annex.call_back
    found = {call.by for call in calls.calls} if calls is not None else set()
    return found | {grid.owner} if grid is not None and grid.owner is not None else found


def intake_view(
    state: CaseState, log: Sequence[LogRow], texts: Texts, names: Mapping[str, str], directory: Directory
) -> IntakeView:  # fmt: skip
    """Show how a case came in."""
    annex, facts = state.annex, state.facts
    words = _words_of_reports(log, texts)
    return IntakeView(
        nature=facts.nature, urgency=facts.urgency, checker=checker_of(state), grid=_grid(state, names),
        call_back=_call_back(annex.call_back, names) if annex.call_back is not None else None,
        reports=tuple(_report(report, facts.number, words, directory) for report in annex.reports),
        main=_link(annex.main) if annex.main is not None else None, linked=tuple(_link(link) for link in annex.linked),
    )  # fmt: skip


def _grid(state: CaseState, names: Mapping[str, str]) -> GridView | None:
    grid = state.annex.grid
    if grid is None:
        return None
    return GridView(
        step=grid.step, found=grid.found, owner=grid.owner, owner_name=names.get(grid.owner or ""),
        post_check=post_check_of(state, grid),
    )  # fmt: skip


def _call_back(calls: CallBacks, names: Mapping[str, str]) -> CallBackView:
    return CallBackView(
        round=calls.round, tries=calls.tries, asked=calls.asked, checked=calls.checked, settled=calls.settled,
        solved_at=calls.solved or None,
        calls=tuple(
            CallView(
                at=call.at, by_name=names.get(call.by, call.by), round=call.round, valid=call.valid,
                contacted=call.contacted, solved=call.solved, satisfied=call.satisfied,
            )
            for call in calls.calls
        ),
    )  # fmt: skip


def _words_of_reports(log: Sequence[LogRow], texts: Texts) -> dict[int, dict[str, str | None]]:
    """Gather the words around each report, those of its reporter and those of its answer, by its number."""
    found: dict[int, dict[str, str | None]] = {}
    for row in log:
        if row.kind in (_LINKED, _ANSWERED):
            found.setdefault(int(row.body["report"]), {}).update(texts.get(row.seq, {}))
    return found


def _report(
    report: Report, number: str, words: Mapping[int, Mapping[str, str | None]], directory: Directory
) -> ReportView:  # fmt: skip
    said = words.get(report.no, {})
    name, phone = said.get("reporter_name"), said.get("reporter_phone")
    return ReportView(
        no=report.no, receipt=receipt(number, report.no), channel=report.channel, ref=report.ref, at=report.at,
        org=report.org, org_name=directory.org_name(report.org), reporter_name=mask_name(name) if name else None,
        reporter_phone=mask_phone(phone) if phone else None, words=said.get("words"), answer=said.get("answer"),
        answered_at=report.answered_at, unlinked_at=report.unlinked_at,
    )  # fmt: skip


def _link(link: Link) -> LinkView:
    return LinkView(id=link.case_id, number=link.number, at=link.at, followed=link.followed)
