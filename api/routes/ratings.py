"""Averages of ratings: of departments for whoever sees their cases, of sub-districts for the district's assessment."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from adapters.db.queries.ratings import rated_units
from adapters.evaluation_files import bundled_scheme
from api.deps import GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from contracts.rating_views import RatedUnits
from domain.evaluation.access import ASSESSORS
from domain.evaluation.windows import month_named
from domain.rating import Side

router = GuardedRouter(tags=["ratings"])

Since = Annotated[AwareDatetime | None, Query(description="Only ratings from this instant on.")]
Until = Annotated[AwareDatetime | None, Query(description="Only ratings before this instant.")]

Month = Annotated[
    str, Query(pattern=r"^20[0-9]{2}-(?:0[1-9]|1[0-2])$", description="Assessment month, named after its end: 2026-11.")
]


@router.get("/ratings/departments", dependencies=permit(), responses=responses(422))
async def departments(
    services: ServicesOf, reach: ReachOf, side: Side = Side.OF_DEPARTMENT, since: Since = None, until: Until = None
) -> RatedUnits:  # fmt: skip
    """Average how departments were rated by those who raised, or (`voice`) by residents, units and deputies."""
    city, _ = await services.registry.current()
    asked = Side.VOICE if side is Side.VOICE else Side.OF_DEPARTMENT
    async with services.reading() as connection:
        return await rated_units(connection, reach, city, asked, least=1, since=since, until=until)


@router.get("/ratings/raisers", dependencies=permit(*ASSESSORS), responses=responses(422))
async def raisers(services: ServicesOf, reach: ReachOf, month: Month) -> RatedUnits:
    """Average what departments say of sub-districts, for the one assessment; too few of them show nothing.

    Whole assessment months only: two spans that differ by one rating would tell that rating.
    """
    city, rules = await services.registry.current()
    part = (await services.rules.pack(rules)).parts.rating
    window = month_named(month, bundled_scheme().first_day)
    async with services.reading() as connection:
        least = part.least if part is not None else 1
        span = {"since": window.start, "until": window.end}
        return await rated_units(connection, reach, city, Side.OF_RAISER, least=least, **span)
