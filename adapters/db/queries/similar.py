"""Cases that may be about the same matter as a draft or another case, among those that the reader may see.

The newest cases of the area are ranked in the database by how many pairs of characters their title and place share with
the words given; only the best of them are compared in full. Personal texts have no pairs and are never read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Select, column, func, or_, select, true, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.errors import CaseNotFound
from adapters.db.queries.cases import case_row, joined, shown_columns
from adapters.db.queries.scope import branches, visible
from adapters.db.tables import case_texts, cases
from adapters.insight_files import Insight, Lookout
from contracts.insight_views import SimilarCase, SimilarCases
from domain.authority import Reach
from domain.case import ENDED, Status
from domain.duplicates import Likeness, Rarity, Report, likeness

_WORDS: Final = ("title", "description", "place")
_ENDED: Final = [str(status) for status in ENDED]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is compared with the cases.

    Attributes:
        report: The draft, or the words of a case.
        area: Only cases raised within this area; None for everything that the reader sees.
        but: The case itself, which is no suggestion.
    """

    report: Report
    area: str | None = None
    but: UUID | None = None


async def similar(
    conn: AsyncConnection, reach: Reach, directory: Directory, insight: Insight, sought: Sought
) -> SimilarCases:
    """Return the likeliest cases, at most as many as the numbers say; the reader's reach holds for all that is read."""
    now, looks = await business_clock.now(conn), insight.duplicates
    recent = _recent(reach, sought, now, looks)
    if recent is None:
        return SimilarCases(items=(), rules=insight.ref)
    ids = [row.case_id for row in await conn.execute(_ranked(recent, sought.report, looks))]
    newest = select(recent.c.id).order_by(recent.c.raised_at.desc(), recent.c.id.desc()).limit(looks.sample)
    sample = list((await conn.execute(newest)).scalars())
    reports = await _reports(conn, {*ids, *sample})
    rarity = Rarity.of(reports[each] for each in sample if each in reports)
    scored = [(likeness(sought.report, reports[each], rarity, looks.tuning), each) for each in ids if each in reports]
    best = sorted((s for s in scored if s[0].score >= looks.tuning.suggest), key=lambda s: (-s[0].score, str(s[1])))
    return SimilarCases(items=await _shown(conn, best[: looks.shown], directory, now, looks), rules=insight.ref)


async def similar_to(
    conn: AsyncConnection, reach: Reach, directory: Directory, insight: Insight, case_id: UUID
) -> SimilarCases:  # fmt: skip
    """Return the cases that are most like one; in the same district.

    Raises:
        CaseNotFound: no such case, or none that the reader may see.
    """
    query = select(cases.c.district).where(cases.c.id == case_id, visible(reach, cases))
    district = (await conn.execute(query)).scalar_one_or_none()
    if district is None:
        raise CaseNotFound("No such case.", case=str(case_id))
    report = (await _reports(conn, {case_id})).get(case_id, Report(""))
    return await similar(conn, reach, directory, insight, Sought(report, district, case_id))


def _recent(reach: Reach, sought: Sought, now: datetime, looks: Lookout) -> FromClause | None:
    """Return ids of the newest cases that are looked through; each branch of the reach walks its own index."""
    c = cases.c
    held: list[ColumnElement[bool]] = [
        c.status != Status.WITHDRAWN,
        or_(c.status.not_in(_ENDED), c.raised_at >= now - timedelta(days=looks.window_days)),
    ]
    if sought.area is not None:
        held.append(within(c.area, sought.area))
    if sought.but is not None:
        held.append(c.id != sought.but)
    order = (c.raised_at.desc(), c.id.desc())
    parts = [
        select(c.id, c.raised_at).where(branch, *held).order_by(*order).limit(looks.most_recent)
        for branch in branches(reach, cases)
    ]
    if not parts:
        return None
    both = union_all(*(select(part.subquery()) for part in parts)).subquery("both")
    newest = (both.c.raised_at.desc(), both.c.id.desc())
    return select(both.c.id, both.c.raised_at).order_by(*newest).limit(looks.most_recent).cte("recent")


def _ranked(recent: FromClause, report: Report, looks: Lookout) -> Select[Any]:
    """Rank cases by the pairs of characters of their title and place that stand in the words given."""
    t = case_texts.c
    given = func.unnest(func.grams(report.whole)).table_valued(column("pair")).render_derived("given")
    held = func.unnest(t.grams).table_valued(column("pair")).render_derived("held")
    shared = func.count().label("shared")
    return (
        select(t.case_id, shared)
        .select_from(recent)
        .join(case_texts, t.case_id == recent.c.id)
        .join(held, true())
        .join(given, given.c.pair == held.c.pair)
        .where(t.seq == 1, t.field.in_(("title", "place")))
        .group_by(t.case_id)
        .order_by(shared.desc(), t.case_id.desc())
        .limit(looks.candidates)
    )


async def _reports(conn: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, Report]:
    """Read what is compared of cases: their words but no personal ones, class and place."""
    t, c = case_texts.c, cases.c
    text = func.coalesce(t.body, "")
    query = (
        select(c.id, c.class_code, c.lat, c.lng, func.jsonb_object_agg(t.field, text).label("words"))
        .join(case_texts, t.case_id == c.id)
        .where(c.id.in_(list(ids)), t.seq == 1, t.field.in_(_WORDS), t.personal.is_(False))
        .group_by(c.id)
    )
    return {
        row.id: Report(
            row.words.get("title", ""), row.words.get("description", ""), row.words.get("place", ""), row.class_code,
            row.lat, row.lng,
        )
        for row in await conn.execute(query)
    }  # fmt: skip


async def _shown(
    conn: AsyncConnection, best: Sequence[tuple[Likeness, UUID]], directory: Directory, now: datetime, looks: Lookout
) -> tuple[SimilarCase, ...]:
    page = select(cases.c.id).where(cases.c.id.in_([each for _, each in best])).subquery("page")
    x = case_texts.alias("places").c
    place = select(x.body).where(x.case_id == cases.c.id, x.seq == 1, x.field == "place").scalar_subquery()
    query = select(*shown_columns(), cases.c.channel, place.label("place")).select_from(joined(page, page.c.id))
    rows = {row["id"]: row for row in (await conn.execute(query)).mappings()}
    return tuple(
        SimilarCase(
            case=case_row(rows[each], directory, now), place=rows[each]["place"], channel=rows[each]["channel"],
            score=round(like.score, 2), sure=like.score >= looks.tuning.sure, shared=like.shared, metres=like.metres,
            same_class=like.same_class,
        )
        for like, each in best
        if each in rows
    )  # fmt: skip
