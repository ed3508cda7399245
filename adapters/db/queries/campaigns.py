"""A campaign with its batches, its report over the cases a reader sees, and the list behind each number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import ClassVar
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.directory import Directory
from adapters.db.evaluation_facts import PART, facts_by_id
from adapters.db.queries.cases import case_row, joined, shown_columns
from adapters.db.queries.evaluation import figure_view
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.processes import read_process
from adapters.db.queries.scope import visible
from adapters.db.tables import cases
from contracts.campaign_views import (
    BatchView,
    CampaignDetail,
    CampaignReport,
    CountView,
    IndicatorFigure,
    ReportedCase,
    ReportedCases,
    ReportRow,
    RowView,
)  # fmt: skip
from contracts.views import CaseRow
from domain.actors import Actor
from domain.authority import Reach
from domain.campaign_report import (
    COUNTS,
    INDICATORS,
    Cell,
    cells,
    contributions,
    counts,
    figure_of,
    finished_share,
    period,
)  # fmt: skip
from domain.errors import WORDINGS, DomainError, Reason
from domain.evaluation.board import percent
from domain.evaluation.facts import CaseFacts
from domain.evaluation.scheme import Scheme
from domain.processes.campaign import KIND, BatchState, CampaignState


class UnknownNumberError(DomainError):
    """Code `unknown_number`: the report has no such number; fact `known`."""

    code: ClassVar[str] = "unknown_number"


@dataclass(frozen=True, slots=True)
class Place:
    """Which page of which number of which cell is meant; None for all areas, or all departments."""

    number: str
    area: str | None = None
    department: str | None = None
    part: Slice = FIRST


async def read_campaign(
    conn: AsyncConnection, actor: Actor, state: CampaignState, city: Directory
) -> CampaignDetail | None:  # fmt: skip
    """Return a campaign with its batches and events, None if the actor may not read it."""
    found = await read_process(conn, actor, KIND, UUID(state.facts.id))
    if found is None:
        return None
    return CampaignDetail(
        **{name: getattr(found, name) for name in type(found).model_fields},
        title=found.timeline[0].texts.get("title"), owner=state.owner, owner_name=city.org_name(state.owner),
        areas=state.areas, classes=state.classes, starts_at=state.starts_at, ends_at=state.ends_at,
        batches=tuple(_batch(batch) for batch in state.batches),
    )  # fmt: skip


def _batch(batch: BatchState) -> BatchView:
    raised = sum(bool(o.case) for o in batch.outcomes)
    return BatchView(
        no=batch.no, by=batch.by, at=batch.at, kind=batch.case_kind, class_code=batch.class_code, rows=batch.rows,
        raised=raised, refused=len(batch.outcomes) - raised, done=batch.is_done,
        outcomes=tuple(_row(o.row, o.case, o.refused) for o in batch.outcomes),
    )  # fmt: skip


def _row(no: int, case: str, refused: str) -> RowView:
    words = WORDINGS[Reason(refused)] if refused in set(Reason) else None
    return RowView(
        row=no, case_id=case or None, refused=refused or None, detail=words.en if words else None,
        detail_zh=words.zh if words else None,
    )  # fmt: skip


async def campaign_report(
    conn: AsyncConnection, reach: Reach, city: Directory, scheme: Scheme, state: CampaignState
) -> CampaignReport:  # fmt: skip
    """Compute the report over the cases of a campaign that the reader may see, as of now."""
    now = await business_clock.now(conn)
    held = await _facts(conn, reach, state.facts.name)
    return CampaignReport(
        campaign=state.facts.name, as_of=now, scheme=scheme.ref,
        rows=tuple(_report_row(cell, city, scheme, state, now) for cell in cells(held)),
        total=_report_row(Cell("", "", held), city, scheme, state, now, whole=True),
    )  # fmt: skip


async def reported_cases(
    conn: AsyncConnection, reach: Reach, city: Directory, scheme: Scheme, state: CampaignState, place: Place
) -> ReportedCases:  # fmt: skip
    """Return the list behind a number of the report; its sums are the number.

    Raises:
        UnknownNumberError: code `unknown_number`.
        BadCursorError: code `bad_cursor`.
    """
    number = place.number
    if number not in (*COUNTS, *INDICATORS):
        raise UnknownNumberError("The report has no such number.", known=[*COUNTS, *INDICATORS])
    now = await business_clock.now(conn)
    held = [
        case for cell in cells(await _facts(conn, reach, state.facts.name)) for case in cell.cases
        if place.area in (None, cell.area) and place.department in (None, cell.department)
    ]  # fmt: skip
    listed = _listed(scheme, state, now, number, held)
    order = f"campaign:{state.facts.name}:{number}:{place.area}:{place.department}"
    after = place.part.after(order, "s")
    rest = [each for each in listed if after is None or each[0] > after[0]]
    page = rest[: place.part.size]
    rows = await _rows(conn, [case for case, _, _ in page], city, now)
    return ReportedCases(
        number=number, area=place.area or "", department=place.department, base=sum(b for _, b, _ in listed),
        score=str(sum((s for _, _, s in listed), Fraction(0))),
        items=tuple(ReportedCase(case=rows[case], base=base, score=str(score)) for case, base, score in page),
        next_cursor=encode(order, (page[-1][0],)) if len(rest) > len(page) else None,
    )  # fmt: skip


def _listed(
    scheme: Scheme, state: CampaignState, now: datetime, number: str, held: Sequence[CaseFacts]
) -> list[tuple[str, int, Fraction]]:  # fmt: skip
    """Return case, base and score behind a number, by case id; a number of the evaluation goes before a count."""
    if number in INDICATORS:
        window = period(state.facts.name, state.starts_at, state.ends_at, now)
        return sorted((c.case, c.base, c.score) for c in contributions(scheme, number, window, now, held))
    return sorted((case, 1, Fraction(1)) for case in counts(held, now)[number])


async def _facts(conn: AsyncConnection, reach: Reach, code: str) -> tuple[CaseFacts, ...]:
    query = select(cases.c.id).where(cases.c.campaign == code, visible(reach, cases)).order_by(cases.c.id)
    ids = list((await conn.execute(query)).scalars())
    found: list[CaseFacts] = []
    for start in range(0, len(ids), PART):
        found += await facts_by_id(conn, ids[start : start + PART])
    return tuple(found)


async def _rows(
    conn: AsyncConnection, ids: Iterable[str], city: Directory, now: datetime
) -> dict[str, CaseRow]:  # fmt: skip
    page = select(cases.c.id).where(cases.c.id.in_([UUID(i) for i in ids])).subquery("page")
    query = select(*shown_columns()).select_from(joined(page, page.c.id))
    return {str(row["id"]): case_row(row, city, now) for row in (await conn.execute(query)).mappings()}


def _report_row(
    cell: Cell, city: Directory, scheme: Scheme, state: CampaignState, now: datetime, *, whole: bool = False
) -> ReportRow:  # fmt: skip
    counted, window = counts(cell.cases, now), period(state.facts.name, state.starts_at, state.ends_at, now)
    share, base = finished_share(counted), f"/api/v1/campaigns/{state.facts.id}/report"
    held = {"department": cell.department} if cell.department else {"uncalled": "true"}
    asked = "" if whole else "?" + urlencode({"area": cell.area, **held})
    figures = {}
    for code in INDICATORS:
        rule = scheme.indicator(code)
        if rule is not None:
            found = figure_of(scheme, code, contributions(scheme, code, window, now, cell.cases))
            figures[code] = IndicatorFigure(figure=figure_view(rule, found), href=f"{base}/{code}{asked}")
    return ReportRow(
        area=cell.area, area_name=city.org_name(cell.area) if cell.area else "", department=cell.department,
        department_name=city.org_name(cell.department) if cell.department else "",
        counts={name: CountView(count=len(ids), href=f"{base}/{name}{asked}") for name, ids in counted.items()},
        finished=None if share is None else str(percent(share)), indicators=figures,
    )  # fmt: skip
