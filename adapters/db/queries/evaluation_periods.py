"""Evaluation periods as people read them: their list, the boards of a run, the list behind a figure from the events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import evaluations
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.evaluation_tables import evaluation_boards, evaluation_cases
from adapters.db.log import LogRow
from adapters.db.process_tables import processes
from adapters.db.queries.evaluation import UnknownIndicatorError, UnknownUnitError, board_row, shown_list
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import covered, task_office
from adapters.db.tables import case_events, cases, tasks
from contracts.evaluation_views import Board, FigureList, PeriodRow
from contracts.views import Page
from domain.actors import Actor
from domain.authority import visible
from domain.codec import from_plain
from domain.errors import DomainError
from domain.evaluation.access import NO_EAR, Ear, fits, may_judge
from domain.evaluation.facts import CaseFacts, facts_from
from domain.evaluation.flags import View, seen
from domain.evaluation.scheme import UnitKind
from domain.organisations import district_of
from domain.process import process_reach
from domain.processes.evaluation import EVALUATION, KIND, EvaluationState, EvaluationStatus


class PeriodNotFound(DomainError):
    """Code `period_not_found`: no such period, or none that the reader may see yet."""

    code: ClassVar[str] = "period_not_found"


async def list_periods(
    conn: AsyncConnection, actor: Actor, district: str | None, part: Slice = FIRST
) -> Page[PeriodRow]:  # fmt: skip
    """List the published periods of the reader's district, the newest first; reviewers see those in work too.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    p, most, after = processes.c, part.size, part.after("periods", "tu")
    query = select(p.id, p.state, p.opened_at).where(p.kind == KIND, _readable(actor))
    if district is not None:
        query = query.where(p.district == district)
    if after is not None:
        query = query.where(tuple_(p.opened_at, p.id) < after)
    rows = (await conn.execute(query.order_by(p.opened_at.desc(), p.id.desc()).limit(most + 1))).all()
    last = encode("periods", (rows[most - 1].opened_at, rows[most - 1].id)) if len(rows) > most else None
    items = tuple(period_row(from_plain(EvaluationState, row.state)) for row in rows[:most])
    return Page(items=items, next_cursor=last)


async def read_period(conn: AsyncConnection, actor: Actor, process: UUID) -> EvaluationState:
    """Return a period that the reader may see.

    Raises:
        PeriodNotFound: code `period_not_found`.
    """
    p = processes.c
    query = select(p.state).where(p.id == process, p.kind == KIND, _readable(actor))
    found = (await conn.execute(query)).scalar_one_or_none()
    if found is None:
        raise PeriodNotFound("No such period.", period=str(process))
    return from_plain(EvaluationState, found)


async def read_board(
    conn: AsyncConnection, city: Directory, actor: Actor, state: EvaluationState, kind: UnitKind, view: View
) -> Board:
    """Return a board as it was composed; figures that are only told to those who assess are left out for others.

    Raises:
        PeriodNotFound: code `period_not_found`, it is not composed yet, or no board of this kind is made.
    """
    b = evaluation_boards.c
    held = (b.process_id == UUID(state.facts.id), b.run == state.run, b.kind == kind.value, b.view == view.value)
    body = (await conn.execute(select(b.body).where(*held))).scalar_one_or_none()
    if body is None or state.digest is None:
        raise PeriodNotFound("The board of this period is not composed.", period=state.period)
    scheme = await evaluations.read_scheme(conn, state.scheme_digest)
    ear = Ear.of(actor, state.window, state.end)
    rows = tuple(
        board_row(scheme, evaluations.read_row(row), city.org_name(row["unit"]), ear) for row in body["rows"]
    )  # fmt: skip
    return Board(
        kind=kind, period=state.period, start=state.start, end=state.end, as_of=state.end, view=view,
        scheme=state.scheme, rows=rows, summary=board_row(scheme, evaluations.read_row(body["summary"]), "", NO_EAR),
    )  # fmt: skip


async def read_list(  # noqa: PLR0913 - one figure is named by all of these
    conn: AsyncConnection, actor: Actor, process: UUID, state: EvaluationState, *, kind: UnitKind, view: View,
    unit: str, indicator: str, part: Slice = FIRST,
) -> FigureList:  # fmt: skip
    """Return the list behind a figure of a period, derived from the events that were counted.

    Raises:
        UnknownIndicatorError: code `unknown_indicator`.
        UnknownUnitError: code `unknown_unit`, no such unit or one whose cases the reader may not see.
    """
    scheme = await evaluations.read_scheme(conn, state.scheme_digest)
    rule = scheme.indicator(indicator)
    if rule is None:
        raise UnknownIndicatorError("The scheme has no such indicator.", indicator=indicator)
    if kind not in evaluations.KINDS or not fits(kind, unit) or not may_judge(visible(actor), kind, unit):
        raise UnknownUnitError("No such unit.", unit=unit)
    facts = await counted_facts(conn, process, state.run, _of_unit(kind, unit))
    flags = await evaluations.flags_of(conn, (f.id for f in facts), state.run_at)
    question = evaluations.question_of(state, scheme, kind)
    ear = Ear.of(actor, state.window, state.end)
    return shown_list(question, rule, unit, seen(view, flags, facts), part, ear)


async def counted_facts(
    conn: AsyncConnection, process: UUID, run: int, only: ColumnElement[bool] | None = None
) -> Sequence[CaseFacts]:
    """Derive the facts of a run from the events of its cases, each up to the version that was counted."""
    n, e = evaluation_cases.c, case_events.c
    chosen = [n.process_id == process, n.run == run]
    if only is not None:
        chosen.append(only)
    query = (
        select(e.case_id, e.seq, e.at, e.recorded_at, e.actor, e.kind, e.body, e.hash)
        .select_from(
            evaluation_cases.join(cases, cases.c.id == n.case_id).join(
                case_events, and_(e.case_id == n.case_id, e.seq <= n.version)
            )
        )
        .where(*chosen)
        .order_by(e.case_id, e.seq)
    )
    logs: dict[UUID, list[Any]] = {}
    for row in await conn.execute(query):
        logs.setdefault(row.case_id, []).append(LogRow(*row[1:]).event())
    return [facts_from(log) for log in logs.values()]


def _of_unit(kind: UnitKind, unit: str) -> ColumnElement[bool]:
    if kind is UnitKind.AREA:
        return within(cases.c.area, unit)
    called = covered(unit, task_office(tasks)) if kind is UnitKind.DEPARTMENT else tasks.c.org == unit
    return cases.c.id.in_(select(tasks.c.case_id).where(called))


def _readable(actor: Actor) -> ColumnElement[bool]:
    """Keep published periods of the reader's district; reviewers see every one of their district, the city all."""
    p, reach = processes.c, process_reach(actor, EVALUATION)
    if reach is not None and reach.everything:
        return p.id.is_not(None)
    own = p.district == (district_of(actor.org) if actor.org else None)
    published = and_(own, p.status == EvaluationStatus.PUBLISHED.value)
    return published if reach is None else or_(own, published)


def period_row(state: EvaluationState) -> PeriodRow:
    """Show one period."""
    return PeriodRow(
        id=UUID(state.facts.id), district=state.facts.district, period=state.period, start=state.start, end=state.end,
        status=state.status, scheme=state.scheme, run=state.run, cases=state.cases, digest=state.digest,
        publish_at=state.publish_at, published_at=state.closed_at,
    )  # fmt: skip
