"""Repeat problems among the cases that a reader may see."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.queries.scope import visible
from adapters.db.tables import case_texts, cases
from adapters.insight_files import Insight
from contracts.insight_views import RepeatCase, RepeatProblem, RepeatProblems
from domain.authority import Reach
from domain.case import Status
from domain.repeats import Candidate, Sighting, bursts, candidates


async def repeat_problems(
    conn: AsyncConnection, reach: Reach, directory: Directory, insight: Insight, area: str | None
) -> RepeatProblems:
    """Return what keeps coming back and what comes many times at once, within an area if one is given."""
    now = await business_clock.now(conn)
    seen = await _sightings(conn, reach, insight, area, now)
    return RepeatProblems(
        items=tuple(_view(each, directory) for each in candidates(seen, insight.repeats)),
        bursts=tuple(_view(each, directory) for each in bursts(seen, insight.repeats, now)),
        rules=insight.ref,
    )


async def _sightings(
    conn: AsyncConnection, reach: Reach, insight: Insight, area: str | None, now: datetime
) -> list[Sighting]:
    c, t = cases.c, case_texts.c
    since = now - timedelta(days=insight.repeats.window_days)
    place = and_(t.case_id == c.id, t.seq == 1, t.field == "place")
    query = (
        select(c.id, c.number, c.area, c.class_code, t.body.label("place"), c.raised_at, c.lat, c.lng)
        .select_from(cases.join(case_texts, place))
        .where(c.raised_at >= since, c.status != Status.WITHDRAWN, t.body.is_not(None), visible(reach, cases))
        .order_by(c.raised_at.desc(), c.id.desc())
        .limit(insight.most_repeats)
    )
    if area is not None:
        query = query.where(within(c.area, area))
    return [
        Sighting(str(r.id), r.number, r.area, r.class_code, r.place, r.raised_at, r.lat, r.lng)
        for r in await conn.execute(query)
    ]  # fmt: skip


def _view(found: Candidate, directory: Directory) -> RepeatProblem:
    return RepeatProblem(
        area=found.area, area_name=directory.org_name(found.area), class_code=found.class_code,
        class_name=directory.class_name(found.class_code), place=found.place, occurrences=found.occurrences,
        cases=tuple(RepeatCase(id=s.id, number=s.number, raised_at=s.raised_at) for s in found.cases),
    )  # fmt: skip
