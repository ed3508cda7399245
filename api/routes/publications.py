"""Publications: propose a draft, read what it would move, decide as a second person, follow the adoption."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Query, Response

from adapters.db.queries.paging import Slice
from adapters.db.queries.processes import list_processes, read_process
from adapters.db.queries.publications import list_precedents, read_discrepancies, read_impact
from adapters.publications import DutyRuleRequest, ProposalRequest
from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ReachOf, ServicesOf, permit
from api.problems import ApiError, responses
from api.routes.processes import answer, command_routes
from contracts.process_views import (
    DiscrepancyRow,
    ImpactList,
    PrecedentRow,
    ProcessAnswerView,
    ProcessDetail,
    ProcessRow,
)  # fmt: skip
from contracts.views import Page
from domain.processes.publication import KIND, PUBLICATION, PublicationState

if TYPE_CHECKING:
    from adapters.services import Services
    from domain.actors import Actor

router = GuardedRouter(tags=["publications"])

Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.post(
    "/publications", status_code=HTTPStatus.CREATED, dependencies=permit(), responses=responses(400, 403, 409, 422),
    response_model=ProcessAnswerView,
)  # fmt: skip
async def propose(body: ProposalRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Response:
    """Propose a new version of a calendar, rule pack or duty list; a second person decides on its impact."""
    return answer(await services.publications.propose(actor, body, key), actor, HTTPStatus.CREATED)


@router.post(
    "/publications/duty-rules", status_code=HTTPStatus.CREATED, dependencies=permit(),
    responses=responses(400, 403, 409, 422), response_model=ProcessAnswerView,
)  # fmt: skip
async def propose_rule(body: DutyRuleRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Response:
    """Propose that a ruling becomes a rule of the duty list: its next version, decided by a second person."""
    return answer(await services.publications.propose_rule(actor, body, key), actor, HTTPStatus.CREATED)


@router.get("/publications", dependencies=permit(), responses=responses(422))
async def publications(
    services: ServicesOf, actor: ActorOf, status: str | None = None, cursor: Cursor = None, limit: Limit = 50,
) -> Page[ProcessRow]:  # fmt: skip
    """List publications, the newest first."""
    async with services.reading() as connection:
        return await list_processes(connection, actor, KIND, status=status, part=Slice(cursor, limit))


@router.get("/publications/precedents", dependencies=permit(), responses=responses(422))
async def precedents(
    services: ServicesOf, reach: ReachOf, cursor: Cursor = None, limit: Limit = 50
) -> Page[PrecedentRow]:  # fmt: skip
    """List rulings on objections that ask for a rule of the duty list, of the cases you may see, the newest first."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await list_precedents(connection, reach, city, Slice(cursor, limit))


@router.get("/publications/{process_id}", dependencies=permit(), responses=responses(404))
async def publication(process_id: UUID, services: ServicesOf, actor: ActorOf) -> ProcessDetail:
    """Return a publication with its events."""
    async with services.reading() as connection:
        found = await read_process(connection, actor, KIND, process_id)
    if found is None:
        raise ApiError("process_not_found", "No such publication.")
    return found


@router.get("/publications/{process_id}/impact", dependencies=permit(), responses=responses(404, 422))
async def impact(
    process_id: UUID, services: ServicesOf, actor: ActorOf, reach: ReachOf, cursor: Cursor = None, limit: Limit = 50,
) -> ImpactList:  # fmt: skip
    """List the running clocks that it moves: old and new due instant, newly overdue, no longer overdue."""
    state = await _readable(services, actor, process_id)
    async with services.reading() as connection:
        return await read_impact(connection, reach, process_id, state, Slice(cursor, limit))


@router.get("/publications/{process_id}/differences", dependencies=permit(), responses=responses(404))
async def differences(
    process_id: UUID, services: ServicesOf, actor: ActorOf, reach: ReachOf
) -> tuple[DiscrepancyRow, ...]:  # fmt: skip
    """Tell where the adoption did otherwise than the list said, and why; empty if nothing came in between."""
    state = await _readable(services, actor, process_id)
    async with services.reading() as connection:
        return await read_discrepancies(connection, reach, process_id, state)


async def _readable(services: Services, actor: Actor, process_id: UUID) -> PublicationState:
    state = await services.record.process(process_id)
    if not isinstance(state, PublicationState) or not PUBLICATION.sees(actor, state):
        raise ApiError("process_not_found", "No such publication.")
    return state


command_routes(router, KIND, "/publications")
