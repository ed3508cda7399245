"""Repeat problems among the cases that a reader may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.annex_tables import case_matters
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.queries.scope import visible
from adapters.db.tables import case_texts, cases
from adapters.insight_files import Insight
from contracts.insight_views import RepeatCase, RepeatProblem, RepeatProblems
from domain.actors import Actor
from domain.authority import PlaceOf, Reach, granted
from domain.case import Status
from domain.commands import RaiseTopic
from domain.matters import Matter
from domain.repeats import Candidate, Habit, Sighting, bursts, candidates, same_place


async def repeat_problems(
    conn: AsyncConnection,
    reach: Reach,
    directory: Directory,
    insight: Insight,
    area: str | None,
    actor: Actor | None = None,
) -> RepeatProblems:
    """Return what keeps coming back and what comes many times at once, within an area if one is given.

    Each says which topic stands for it; choosing one is offered for what keeps coming back.

    Args:
        actor: To whom choosing a topic is offered; None for nobody.
    """
    now, habit = await business_clock.now(conn), insight.repeats
    seen, topics = await _sightings(conn, reach, insight, area, now), await _topics(conn, area)
    return RepeatProblems(
        items=tuple(_view(each, directory, _standing(topics, each, habit), actor) for each in candidates(seen, habit)),
        bursts=tuple(_view(each, directory, _standing(topics, each, habit)) for each in bursts(seen, habit, now)),
        rules=insight.ref,
    )  # fmt: skip


async def candidate_of(
    conn: AsyncConnection, reach: Reach, insight: Insight, case_id: str
) -> Candidate | None:  # fmt: skip
    """Return the repeat problem that a case belongs to, among the cases that a reader sees; None for none."""
    query = select(cases.c.area).where(cases.c.id == UUID(case_id), visible(reach, cases))
    area = (await conn.execute(query)).scalar_one_or_none()
    if area is None:
        return None
    seen = await _sightings(conn, reach, insight, area, await business_clock.now(conn))
    found = candidates(seen, insight.repeats)
    return next((each for each in found if any(case.id == case_id for case in each.cases)), None)


async def standing_topic(conn: AsyncConnection, insight: Insight, found: Candidate) -> str | None:
    """Return the number of the topic that stands for the place and class of a candidate; None for none."""
    topic = _standing(await _topics(conn, found.area), found, insight.repeats)
    return topic.number if topic is not None else None


def _standing(topics: Sequence[Sighting], found: Candidate, habit: Habit) -> Sighting | None:
    """Return the topic of a candidate: of its area and class, at the place of one of its cases."""
    return next(
        (
            topic for topic in topics
            if (topic.area, topic.class_code) == (found.area, found.class_code)
            and any(same_place(topic, case, habit) for case in found.cases)
        ),
        None,
    )  # fmt: skip


async def _topics(conn: AsyncConnection, area: str | None) -> list[Sighting]:
    """Return the open topics of an area, whoever sees them: what stands is standing."""
    c, t, m = cases.c, case_texts.c, case_matters.c
    place = and_(t.case_id == c.id, t.seq == 1, t.field == "place")
    query = (
        select(c.id, c.number, c.area, c.class_code, t.body.label("place"), c.raised_at, c.lat, c.lng)
        .select_from(cases.join(case_texts, place))
        .where(exists(select(1).where(m.case_id == c.id, m.sort == Matter.REPEAT, m.open)))
        .order_by(c.raised_at, c.id)
    )
    if area is not None:
        query = query.where(within(c.area, area))
    return [_sighting(row) for row in await conn.execute(query)]


def _sighting(row: Any) -> Sighting:
    return Sighting(
        str(row.id), row.number, row.area, row.class_code, row.place or "", row.raised_at, row.lat, row.lng
    )  # fmt: skip


async def _sightings(
    conn: AsyncConnection, reach: Reach, insight: Insight, area: str | None, now: datetime
) -> list[Sighting]:
    c, t, m = cases.c, case_texts.c, case_matters.c
    since = now - timedelta(days=insight.repeats.window_days)
    place = and_(t.case_id == c.id, t.seq == 1, t.field == "place")
    query = (
        select(c.id, c.number, c.area, c.class_code, t.body.label("place"), c.raised_at, c.lat, c.lng)
        .select_from(cases.join(case_texts, place))
        .where(c.raised_at >= since, c.status != Status.WITHDRAWN, t.body.is_not(None), visible(reach, cases))
        .where(~exists(select(1).where(m.case_id == c.id, m.sort == Matter.REPEAT)))  # a topic is no sighting
        .order_by(c.raised_at.desc(), c.id.desc())
        .limit(insight.most_repeats)
    )
    if area is not None:
        query = query.where(within(c.area, area))
    return [_sighting(row) for row in await conn.execute(query)]


def _view(
    found: Candidate, directory: Directory, topic: Sighting | None, actor: Actor | None = None
) -> RepeatProblem:  # fmt: skip
    may = topic is None and actor is not None and granted(actor, RaiseTopic, PlaceOf(found.area), None)
    return RepeatProblem(
        area=found.area, area_name=directory.org_name(found.area), class_code=found.class_code,
        class_name=directory.class_name(found.class_code), place=found.place, occurrences=found.occurrences,
        cases=tuple(RepeatCase(id=s.id, number=s.number, raised_at=s.raised_at) for s in found.cases),
        topic=RepeatCase(id=topic.id, number=topic.number, raised_at=topic.raised_at) if topic else None,
        allowed_actions=("choose_topic",) if may else (),
    )  # fmt: skip
