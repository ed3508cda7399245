"""Supervision rounds: plan, name groups, publish the salt, check, follow up; and recompute the draw."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import Query, Response

from adapters.db.queries.paging import Slice
from adapters.db.queries.processes import list_processes
from adapters.db.queries.rounds import read_bundle, read_round
from adapters.rounds import plan_round
from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ServicesOf, permit
from api.problems import ApiError, responses
from api.routes.processes import answer, command_routes
from contracts.process_views import ProcessAnswerView, ProcessRow
from contracts.round_views import BundleView, RoundDetail, RoundRequest
from contracts.views import Page
from domain.processes.round import ROUND
from domain.processes.round_state import KIND, RoundState

if TYPE_CHECKING:
    from adapters.services import Services
    from domain.actors import Actor

router = GuardedRouter(tags=["rounds"])

Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200)]


@router.post(
    "/rounds", status_code=HTTPStatus.CREATED, dependencies=permit(), responses=responses(400, 403, 409, 422),
    response_model=ProcessAnswerView,
)  # fmt: skip
async def plan(body: RoundRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Response:
    """Plan a supervision round (督查) of the actor's office; groups and salt follow before it begins."""
    city, _ = await services.registry.current()
    return answer(await plan_round(services.processes, city.orgs, actor, body, key), actor, HTTPStatus.CREATED)


@router.get("/rounds", dependencies=permit(), responses=responses(422))
async def rounds(
    services: ServicesOf, actor: ActorOf, status: str | None = None, cursor: Cursor = None, limit: Limit = 50,
) -> Page[ProcessRow]:  # fmt: skip
    """List supervision rounds, the newest first."""
    async with services.reading() as connection:
        return await list_processes(connection, actor, KIND, status=status, part=Slice(cursor, limit))


@router.get("/rounds/{process_id}", dependencies=permit(), responses=responses(404))
async def supervision_round(process_id: UUID, services: ServicesOf, actor: ActorOf) -> RoundDetail:
    """Return a round with its groups, checks and events."""
    state = await _readable(services, actor, process_id)
    async with services.reading() as connection:
        found = await read_round(connection, actor, state)
    if found is None:
        raise ApiError("process_not_found", "No such round.")
    return found


@router.get("/rounds/{process_id}/bundle", dependencies=permit(), responses=responses(404))
async def bundle(process_id: UUID, services: ServicesOf, actor: ActorOf) -> BundleView:
    """Return all that recomputes the draw offline: `whistle round draw --bundle FILE`."""
    state = await _readable(services, actor, process_id)
    async with services.reading() as connection:
        found = await read_bundle(connection, state)
    if found is None:
        raise ApiError("not_found", "The round has not drawn yet.")
    return found


async def _readable(services: Services, actor: Actor, process_id: UUID) -> RoundState:
    state = await services.record.process(process_id)
    if not isinstance(state, RoundState) or not ROUND.sees(actor, state):
        raise ApiError("process_not_found", "No such round.")
    return state


command_routes(router, KIND, "/rounds")
