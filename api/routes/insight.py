"""Help from the past: problems that keep coming back, limits that will probably be missed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from adapters.db.queries.foresight import likely_late
from adapters.db.queries.repeats import repeat_problems
from adapters.insight_files import bundled_insight
from api.deps import GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from contracts.commands import AreaPrefix, OrgCode
from contracts.insight_views import LikelyLateList, RepeatProblems

router = GuardedRouter(tags=["reports"])


@router.get("/reports/repeats", dependencies=permit(), responses=responses(422))
async def repeats(services: ServicesOf, reach: ReachOf, area: AreaPrefix | None = None) -> RepeatProblems:
    """List problems that keep coming back at one place: candidates for a monthly topic (每月一题)."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await repeat_problems(connection, reach, city, bundled_insight(), area)


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
