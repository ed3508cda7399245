"""Evaluation periods and flags: opened by schedule or by hand, reviewed, published; exclusions and appeals decided."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from adapters.db.queries.evaluation_flags import list_flags
from adapters.db.queries.evaluation_periods import list_periods, period_row, read_board, read_list, read_period
from adapters.db.queries.paging import Slice
from adapters.evaluations import FlagRequest, PeriodRequest
from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ServicesOf, permit
from api.problems import responses
from api.routes.cases import Cursor, Size
from api.routes.processes import answer, command_routes
from contracts.commands import Slug
from contracts.evaluation_views import Board, FigureList, FlagRow, PeriodRow
from contracts.process_views import ProcessAnswerView
from contracts.views import Page
from domain.evaluation.flags import View
from domain.evaluation.scheme import UnitKind
from domain.processes import evaluation, flag
from domain.processes.flag import FlagStatus

router = GuardedRouter(tags=["evaluation"])


@router.post(
    "/evaluation/periods", status_code=HTTPStatus.CREATED, dependencies=permit(),
    responses=responses(400, 403, 409, 422), response_model=ProcessAnswerView,
)  # fmt: skip
async def open_period(body: PeriodRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Response:
    """Evaluate a period that is over, by hand; the schedule does it by itself."""
    return answer(await services.evaluations.open_period(actor, body, key), actor, HTTPStatus.CREATED)


@router.get("/evaluation/periods", dependencies=permit(), responses=responses(422))
async def periods(
    services: ServicesOf, actor: ActorOf,
    district: Annotated[str | None, Query(pattern=r"^[0-9]{6}$")] = None, cursor: Cursor = None, size: Size = None,
) -> Page[PeriodRow]:  # fmt: skip
    """List published periods of your district, the newest first; reviewers see those in work too."""
    async with services.reading() as connection:
        return await list_periods(connection, actor, district, Slice(cursor, size))


@router.get("/evaluation/periods/{process_id}", dependencies=permit(), responses=responses(404))
async def period(process_id: UUID, services: ServicesOf, actor: ActorOf) -> PeriodRow:
    """Show one period."""
    async with services.reading() as connection:
        return period_row(await read_period(connection, actor, process_id))


@router.get("/evaluation/periods/{process_id}/board", dependencies=permit(), responses=responses(404, 422))
async def period_board(
    process_id: UUID, services: ServicesOf, actor: ActorOf, kind: UnitKind = UnitKind.AREA, view: View = View.ASSESSED
) -> Board:  # fmt: skip
    """Show a board of a period as it was composed; once published it never changes."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        state = await read_period(connection, actor, process_id)
        return await read_board(connection, city, actor, state, kind, view)


@router.get(
    "/evaluation/periods/{process_id}/figures/{indicator}", dependencies=permit(), responses=responses(404, 422)
)
async def period_figure(
    process_id: UUID, indicator: Slug, services: ServicesOf, actor: ActorOf,
    unit: Annotated[Slug, Query(description="Unit as on the board.")], kind: UnitKind = UnitKind.AREA,
    view: View = View.ASSESSED, cursor: Cursor = None, size: Size = None,
) -> FigureList:  # fmt: skip
    """Open the list behind a figure of a period, derived from the events that were counted."""
    async with services.reading() as connection:
        state = await read_period(connection, actor, process_id)
        return await read_list(
            connection, actor, process_id, state, kind=kind, view=view, unit=unit, indicator=indicator,
            part=Slice(cursor, size),
        )  # fmt: skip


@router.post(
    "/evaluation/flags", status_code=HTTPStatus.CREATED, dependencies=permit(),
    responses=responses(400, 403, 404, 409, 422), response_model=ProcessAnswerView,
)  # fmt: skip
async def propose_flag(body: FlagRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Response:
    """Ask that a case is not counted (剔除), or appeal against a lateness (申诉); a second person decides."""
    return answer(await services.evaluations.propose_flag(actor, body, key), actor, HTTPStatus.CREATED)


@router.get("/evaluation/flags", dependencies=permit(), responses=responses(422))
async def flags(
    services: ServicesOf, actor: ActorOf, status: FlagStatus | None = None, case_id: UUID | None = None,
    cursor: Cursor = None, size: Size = None,
) -> Page[FlagRow]:  # fmt: skip
    """List exclusions and appeals on cases that you may see, the newest first."""
    async with services.reading() as connection:
        return await list_flags(connection, actor, status=status, case_id=case_id, part=Slice(cursor, size))


command_routes(router, evaluation.KIND, "/evaluation/periods")
command_routes(router, flag.KIND, "/evaluation/flags")
