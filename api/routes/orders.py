"""The list of supervision orders across cases."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query

from adapters.db.queries.orders import OrderFilter, OrderSort, list_orders
from adapters.db.queries.paging import Slice
from api.deps import GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from api.routes.cases import Cursor, Size
from contracts.commands import AreaPrefix, OrgCode
from contracts.order_views import OrderRow
from contracts.views import Page
from domain.supervision import Grade, OrderState, PointsState

router = GuardedRouter(tags=["orders"])


async def asked_of(
    district: Annotated[str | None, Query(pattern=r"^[0-9]{6}$")] = None,
    area: AreaPrefix | None = None,
    org: Annotated[OrgCode | None, Query(description="Who was ordered, with its branches.")] = None,
    issuer: OrgCode | None = None,
    grade: Annotated[tuple[Grade, ...], Query()] = (),
    state: Annotated[tuple[OrderState, ...], Query()] = (),
    points_state: Annotated[tuple[PointsState, ...], Query()] = (),
    appealed: Annotated[bool | None, Query(description="An appeal waits for its ruling.")] = None,
    overdue: Annotated[bool | None, Query(description="Unanswered past the due instant.")] = None,
) -> OrderFilter:
    """Read what the list is narrowed to."""
    return OrderFilter(district, area, org, issuer, grade, state, points_state, appealed, overdue)


@router.get("/orders", dependencies=permit(), responses=responses(422))
async def orders(
    services: ServicesOf, reach: ReachOf, asked: Annotated[OrderFilter, Depends(asked_of)],
    order: OrderSort = OrderSort.NEWEST, cursor: Cursor = None, size: Size = None,
) -> Page[OrderRow]:  # fmt: skip
    """List the supervision orders of the cases that you may see, newest first or by nearest due instant."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await list_orders(connection, reach, city, asked, sort=order, part=Slice(cursor, size))
