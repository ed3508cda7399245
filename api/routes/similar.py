"""Cases that may be about the same matter: suggested before raising, and beside a case."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query
from pydantic import StringConstraints

from adapters.db.queries.similar import Sought, similar, similar_to
from adapters.insight_files import bundled_insight
from api.deps import GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from contracts.commands import MICRO, AreaPrefix, Latitude, Longitude, Slug
from contracts.insight_views import SimilarCases
from domain.duplicates import Report

router = GuardedRouter(tags=["cases"])

_Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]
_Place = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
_Details = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


async def sought_of(
    title: Annotated[_Title, Query(description="Title of the draft.")],
    details: Annotated[_Details, Query(description="The first 1,000 characters of what happened.")] = "",
    place: _Place = "",
    area: AreaPrefix | None = None,
    class_code: Slug | None = None,
    lat: Annotated[Latitude | None, Query()] = None,
    lng: Annotated[Longitude | None, Query()] = None,
) -> Sought:
    """Read the draft."""
    where = (None if lat is None else round(lat * MICRO), None if lng is None else round(lng * MICRO))
    return Sought(Report(title, details, place, class_code, *where), area)


@router.get("/cases/similar", dependencies=permit(), responses=responses(422))
async def similar_cases(
    services: ServicesOf, reach: ReachOf, sought: Annotated[Sought, Depends(sought_of)]
) -> SimilarCases:
    """Suggest cases that may be about the same matter as a draft, from every channel; ask before raising."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await similar(connection, reach, city, bundled_insight(), sought)


@router.get("/cases/{case_id}/similar", dependencies=permit(), responses=responses(404, 422))
async def similar_to_case(services: ServicesOf, reach: ReachOf, case_id: UUID) -> SimilarCases:
    """Suggest cases of the district that may be about the same matter as this one, to be linked."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await similar_to(connection, reach, city, bundled_insight(), case_id)
