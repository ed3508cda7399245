"""The list of meetings across cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from adapters.db.queries.meeting_list import MeetingFilter, list_meetings
from adapters.db.queries.paging import Slice
from api.deps import GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from api.routes.cases import Cursor, Size
from contracts.commands import AreaPrefix, Slug
from contracts.meeting_views import MeetingRow
from contracts.views import Page
from domain.meetings import Level, MeetingForm

router = GuardedRouter(tags=["meetings"])


async def asked_of(
    area: AreaPrefix | None = None,
    member: Annotated[Slug | None, Query(description="An invited organisation, or a seat.")] = None,
    form: MeetingForm | None = None,
    level: Level | None = None,
    is_open: Annotated[bool | None, Query(alias="open", description="Still to be held.")] = None,
    published: bool | None = None,
) -> MeetingFilter:
    """Read what the list is narrowed to."""
    return MeetingFilter(area, member, form, level, is_open, published)


@router.get("/meetings", dependencies=permit(), responses=responses(422))
async def meetings(
    services: ServicesOf, reach: ReachOf, asked: Annotated[MeetingFilter, Depends(asked_of)], cursor: Cursor = None,
    size: Size = None,
) -> Page[MeetingRow]:  # fmt: skip
    """List committees and consultations of the cases that you may see, and every published result."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await list_meetings(connection, reach, city, asked, Slice(cursor, size))
