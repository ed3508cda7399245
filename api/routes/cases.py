"""Lists of cases and tasks, and one case in full."""

from __future__ import annotations

import contextlib
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import Field

from adapters.db.queries.cases import CaseOrder, list_cases
from adapters.db.queries.detail import case_detail
from adapters.db.queries.filters import Filter
from adapters.db.queries.paging import Slice
from adapters.db.queries.tasks import TaskOrder, list_tasks
from api.deps import ActorOf, GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from contracts.commands import AreaPrefix, Line, OrgCode, SearchWords, Slug
from contracts.views import CaseDetail, CaseRow, Page, TaskRow
from domain.case import ClockCode, Status, TaskRole, TaskState
from domain.light import Light

router = GuardedRouter(tags=["cases"])

Cursor = Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before.")]
Size = Annotated[int | None, Query(ge=1, le=200, description="Rows of a page; 50 if not given.")]
Many = Field(default=(), max_length=20)


async def asked_of(
    district: Annotated[str | None, Query(pattern=r"^[0-9]{6}$")] = None,
    area: AreaPrefix | None = None,
    line: Line | None = None,
    org: OrgCode | None = None,
    status: Annotated[tuple[Status, ...], Query()] = (),
    kind: Annotated[tuple[Slug, ...], Query(max_length=20)] = (),
    class_code: Annotated[tuple[Slug, ...], Query(max_length=20)] = (),
    state: Annotated[tuple[TaskState, ...], Query(description="Of a task.")] = (),
    role: Annotated[tuple[TaskRole, ...], Query(description="Of a task.")] = (),
    clock: Annotated[tuple[ClockCode, ...], Query(description="In the overdue report.")] = (),
    awaiting_approval: Annotated[bool | None, Query(description="Before or after the issue.")] = None,
    light: Light | None = None,
    overdue: bool | None = None,
    escalated: bool | None = None,
    is_open: Annotated[bool | None, Query(alias="open")] = None,
    holder: Slug | None = None,
    campaign: Annotated[Slug | None, Query(description="Code of a campaign (专项行动).")] = None,
    topic: Annotated[bool | None, Query(description="Monthly topics (每月一题).")] = None,
    q: Annotated[SearchWords, Query(description="Words in title, description and place; or the number.")] = "",
) -> Filter:
    """Read the filter that all lists share; the same names mean the same everywhere."""
    return Filter(
        district=district, area=area, line=line, org=org, status=status, kind=kind, class_code=class_code, state=state,
        role=role, clock=clock, light=light, overdue=overdue, escalated=escalated,
        awaiting_approval=awaiting_approval, open=is_open, holder=holder,
        campaign=campaign, topic=topic, words=q,
    )  # fmt: skip


Asked = Annotated[Filter, Depends(asked_of)]


@router.get("/cases", dependencies=permit(), responses=responses(422))
async def cases(
    services: ServicesOf, reach: ReachOf, asked: Asked, order: CaseOrder = CaseOrder.NEWEST, cursor: Cursor = None,
    size: Size = None,
) -> Page[CaseRow]:  # fmt: skip
    """List the cases that you may see, newest first or by nearest due instant."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await list_cases(connection, reach, city, asked, order=order, part=Slice(cursor, size))


@router.get("/tasks", dependencies=permit(), responses=responses(422))
async def tasks(
    services: ServicesOf, reach: ReachOf, asked: Asked, order: TaskOrder = TaskOrder.DUE, cursor: Cursor = None,
    size: Size = None,
) -> Page[TaskRow]:  # fmt: skip
    """List the tasks of cases that you may see, by nearest due instant or newest first."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await list_tasks(connection, reach, city, asked, order=order, part=Slice(cursor, size))


@router.get("/cases/{case}", dependencies=permit(), responses=responses(404, 422))
async def case(
    case: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$", description="Number or id.")],
    services: ServicesOf, actor: ActorOf, response: Response,
) -> CaseDetail:  # fmt: skip
    """Show one case: tasks, clocks with how each due instant was computed, timeline, and what you may do now."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        found = await case_detail(connection, actor, _id_or_number(case), city, services.rules)
    response.headers["ETag"] = found.etag
    return found


def _id_or_number(text: str) -> UUID | str:
    with contextlib.suppress(ValueError):
        return UUID(text)
    return text
