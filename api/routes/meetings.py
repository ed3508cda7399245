"""The list of meetings across cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from adapters.db.queries.meetings import MeetingFilter, list_meetings
from adapters.db.queries.paging import Slice
from api.deps import GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from api.routes.cases import Cursor, Size
from contracts.commands import AreaPrefix, OrgCode, Slug
from contracts.meeting_views import MeetingRow
from contracts.views import Page
from domain.meetings import MeetingLevel, MeetingState

router = GuardedRouter(tags=["meetings"])


async def asked_of(
    area: AreaPrefix | None = None,
    org: Annotated[OrgCode | None, Query(description="An invited organisation.")] = None,
    form: Slug | None = None,
    level: MeetingLevel | None = None,
    state: MeetingState | None = None,
    published: bool | None = None,
) -> MeetingFilter:
    """Read what the list is narrowed to."""
    return MeetingFilter(area, org, form, level, state, published)


@router.get("/meetings", dependencies=permit(), responses=responses(422))
async def meetings(
    services: ServicesOf, reach: ReachOf, asked: Annotated[MeetingFilter, Depends(asked_of)], cursor: Cursor = None,
    size: Size = None,
) -> Page[MeetingRow]:  # fmt: skip
    """List committees and consultations of the cases that you may see, and every published decision."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await list_meetings(connection, reach, city, asked, Slice(cursor, size))
