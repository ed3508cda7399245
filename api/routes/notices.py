"""A person's notices: what the events of cases tell them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.db.queries.notices import list_notices, mark_read, unread_count
from adapters.db.queries.paging import Slice
from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ServicesOf, permit
from api.problems import responses
from api.routes.cases import Cursor, Size
from contracts.commands import Request
from contracts.views import NoticeRow, Page

router = GuardedRouter(tags=["notices"])

_MOST_ID = 2**62


class Unread(BaseModel):
    """How many notices were not read, at most 100."""

    model_config = ConfigDict(frozen=True)

    unread: int


class ReadRequest(Request):
    """Ids of notices that were read."""

    ids: Annotated[tuple[Annotated[int, Field(ge=1, le=_MOST_ID)], ...], Field(min_length=1, max_length=200)]


@router.get("/notices", dependencies=permit(), responses=responses(422))
async def notices(
    services: ServicesOf, actor: ActorOf, unread: bool = False, cursor: Cursor = None, size: Size = None,
) -> Page[NoticeRow]:  # fmt: skip
    """List your notices, newest first; of cases that you may no longer see, none."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await list_notices(connection, actor, city, unread=unread, part=Slice(cursor, size))


@router.get("/notices/unread", dependencies=permit(), responses=responses())
async def unread(services: ServicesOf, actor: ActorOf) -> Unread:
    """Count what you have not read."""
    async with services.reading() as connection:
        return Unread(unread=await unread_count(connection, actor))


@router.post("/notices/read", dependencies=permit(), responses=responses(400, 422))
async def read(body: ReadRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Unread:  # noqa: ARG001 - reading twice is reading once
    """Mark notices as read; others' notices and repeats change nothing."""
    async with services.writing() as connection:
        await mark_read(connection, actor, body.ids)
        return Unread(unread=await unread_count(connection, actor))
