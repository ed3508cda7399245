"""Campaigns (专项行动): open, close, raise cases in batches with a dry run before, and the report."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from adapters.campaigns import Foreseen, foresee_batch, open_campaign, reason_of
from adapters.db.queries.campaigns import Place, campaign_report, read_campaign, reported_cases
from adapters.db.queries.paging import Slice
from adapters.db.queries.processes import list_processes
from adapters.evaluation_files import bundled_scheme
from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ReachOf, ServicesOf, permit
from api.problems import ApiError, describe, responses
from api.routes.cases import Cursor, Size
from api.routes.processes import answer, command_routes
from contracts.campaign_views import (
    CampaignDetail,
    CampaignReport,
    CampaignRequest,
    ForeseenBatch,
    ForeseenRow,
    ReportedCases,
)  # fmt: skip
from contracts.commands import AreaPrefix, OrgCode, Slug
from contracts.process_commands import PROCESS_FORMS
from contracts.process_views import ProcessAnswerView, ProcessRow
from contracts.views import Page
from domain.case import TaskRole
from domain.processes.campaign import CAMPAIGN, KIND, CampaignState

if TYPE_CHECKING:
    from adapters.db.directory import Directory
    from adapters.services import Services
    from domain.actors import Actor

router = GuardedRouter(tags=["campaigns"])


@router.post(
    "/campaigns", status_code=HTTPStatus.CREATED, dependencies=permit(), responses=responses(400, 403, 409, 422),
    response_model=ProcessAnswerView,
)  # fmt: skip
async def open_one(body: CampaignRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Response:
    """Open a campaign (专项行动) of your office: a code, a period, areas and classes."""
    outcome = await open_campaign(services.processes, services.registry, actor, body, key)
    return answer(outcome, actor, HTTPStatus.CREATED)


@router.get("/campaigns", dependencies=permit(), responses=responses(422))
async def campaigns(
    services: ServicesOf, actor: ActorOf, status: str | None = None, cursor: Cursor = None, size: Size = None
) -> Page[ProcessRow]:  # fmt: skip
    """List campaigns, the newest first; `name` is the code."""
    async with services.reading() as connection:
        return await list_processes(connection, actor, KIND, status=status, part=Slice(cursor, size))


@router.get("/campaigns/{process_id}", dependencies=permit(), responses=responses(404))
async def campaign(process_id: UUID, services: ServicesOf, actor: ActorOf) -> CampaignDetail:
    """Return a campaign with its batches, row by row, and its events."""
    state = await _readable(services, actor, process_id)
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        found = await read_campaign(connection, actor, state, city)
    if found is None:
        raise ApiError("process_not_found", "No such campaign.")
    return found


@router.get("/campaigns/{process_id}/report", dependencies=permit(), responses=responses(404))
async def report(process_id: UUID, services: ServicesOf, actor: ActorOf, reach: ReachOf) -> CampaignReport:
    """Count the campaign's cases that you may see, by area, department and status; every number opens its list."""
    state = await _readable(services, actor, process_id)
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await campaign_report(connection, reach, city, bundled_scheme(), state)


@router.get("/campaigns/{process_id}/report/{number}", dependencies=permit(), responses=responses(404, 422))
async def reported(
    process_id: UUID, number: Slug, services: ServicesOf, actor: ActorOf, reach: ReachOf,
    area: AreaPrefix | None = None,
    department: Annotated[OrgCode | None, Query(description="Of the lead.")] = None,
    uncalled: Annotated[bool, Query(description="Cases in which no department is called yet.")] = False,
    cursor: Cursor = None, size: Size = None,
) -> ReportedCases:  # fmt: skip
    """Open the list behind a number of the report; its sums are the number."""
    state = await _readable(services, actor, process_id)
    city, _ = await services.registry.current()
    place = Place(number, area, "" if uncalled else department, Slice(cursor, size))
    async with services.reading() as connection:
        return await reported_cases(connection, reach, city, bundled_scheme(), state, place)


async def dry_run(process_id: UUID, body: Any, services: ServicesOf, actor: ActorOf) -> ForeseenBatch:
    """Tell row by row what a batch would be refused, and why; nothing is written."""
    state = await _readable(services, actor, process_id)
    city, _ = await services.registry.current()
    rows = tuple(_foreseen(each, city) for each in await foresee_batch(services.commands, actor, state, body))
    refused = sum(row.refused is not None for row in rows)
    return ForeseenBatch(rows=rows, would_raise=len(rows) - refused, would_refuse=refused)


def _foreseen(found: Foreseen, city: Directory) -> ForeseenRow:
    lead = next((p.org for p in found.parties if p.role is TaskRole.LEAD), None)
    error = found.error
    return ForeseenRow(
        row=found.row.no, area=found.row.cells.get("area"), place=found.row.cells.get("place"), lead=lead,
        lead_name=city.org_name(lead) if lead else None, refused=reason_of(error) if error else None,
        detail=error.message if error else None, detail_zh=describe(error)[2] if error else None,
        facts={name: str(value) for name, value in error.facts.items()} if error else {},
    )  # fmt: skip


async def _readable(services: Services, actor: Actor, process_id: UUID) -> CampaignState:
    state = await services.record.process(process_id)
    if not isinstance(state, CampaignState) or not CAMPAIGN.sees(actor, state):
        raise ApiError("process_not_found", "No such campaign.")
    return state


dry_run.__annotations__["body"] = PROCESS_FORMS[KIND]["start_batch"].model
router.add_api_route(
    "/campaigns/{process_id}/dry-run", dry_run, methods=["POST"], dependencies=permit(),
    responses=responses(403, 404, 409, 422), response_model=ForeseenBatch,
)  # fmt: skip
command_routes(router, KIND, "/campaigns")
