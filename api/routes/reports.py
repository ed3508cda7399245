"""The overdue report: one row per clock, sets never mixed, as of now or of a past instant."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import AwareDatetime

from adapters.db.queries.overdue import Question, overdue
from adapters.db.queries.paging import Slice
from api.deps import GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from api.routes.cases import Asked, Cursor, Size
from contracts.report_views import ClockSet, OverdueReport

router = GuardedRouter(tags=["reports"])


@router.get("/reports/overdue", dependencies=permit(), responses=responses(422))
async def overdue_report(
    services: ServicesOf,
    reach: ReachOf,
    asked: Asked,
    of: Annotated[ClockSet, Query(alias="set")] = ClockSet.OVERDUE_OPEN,
    as_of: Annotated[AwareDatetime | None, Query(description="A past instant with offset; now if not given.")] = None,
    include_counts: Annotated[bool, Query(description="Also buckets and cuts by area and by line.")] = False,
    cursor: Cursor = None,
    size: Size = None,
) -> OverdueReport:
    """Report clocks by area and by line; `over_by` is in the clock's own unit."""
    city, _ = await services.registry.current()
    question = Question(of, as_of, asked, Slice(cursor, size), counts=include_counts)
    async with services.reading() as connection:
        return await overdue(connection, reach, city, services.rules, question)
