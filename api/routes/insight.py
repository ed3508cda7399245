"""Help from the past: problems that keep coming back, limits that will probably be missed."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Query, Response

from adapters.db.queries.foresight import likely_late
from adapters.db.queries.repeats import repeat_problems
from adapters.insight_files import bundled_insight
from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ReachOf, ServicesOf, permit
from api.problems import responses
from api.schemas import CommandAnswer, command_response
from contracts.commands import AreaPrefix, OrgCode
from contracts.insight_views import LikelyLateList, RepeatProblems, TopicRequest

router = GuardedRouter(tags=["reports"])


@router.get("/reports/repeats", dependencies=permit(), responses=responses(422))
async def repeats(
    services: ServicesOf, actor: ActorOf, reach: ReachOf, area: AreaPrefix | None = None
) -> RepeatProblems:
    """List problems that keep coming back at one place: candidates for a monthly topic (每月一题)."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await repeat_problems(connection, reach, city, bundled_insight(), area, actor)


@router.post(
    "/reports/repeats/choose-topic", status_code=HTTPStatus.CREATED, dependencies=permit(),
    responses=responses(400, 403, 409, 422), response_model=CommandAnswer,
)  # fmt: skip
async def choose_topic(body: TopicRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Response:
    """Choose a repeat problem as a monthly topic: a case under supervision, with milestones, from the start."""
    outcome = await services.proactive.choose_topic(actor, body, key)
    return command_response(outcome, actor, HTTPStatus.CREATED, Location=f"/api/v1/cases/{outcome.case_id}")


@router.get("/reports/likely-late", dependencies=permit(), responses=responses(422))
async def late(
    services: ServicesOf,
    reach: ReachOf,
    scope: Annotated[OrgCode | None, Query(description="An organisation with its branches, or an area.")] = None,
) -> LikelyLateList:
    """List running limits that will probably be missed, from real handling times of class and department."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await likely_late(connection, reach, city, bundled_insight(), scope)
