"""Surveys of the circle of community services in the record, and the cases raised from its gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from sqlalchemy import distinct, func, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from adapters.db.annex_tables import case_matters
from adapters.db.areas import within
from adapters.db.reference_tables import circle_surveys
from adapters.db.tables import cases
from domain.case import ENDED
from domain.circle import GapCase, Survey
from domain.matters import Matter

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_ENDED: Final = frozenset(str(status) for status in ENDED)


async def latest(
    conn: AsyncConnection, area: str, *, community: str | None = None, item: str | None = None
) -> tuple[Survey, ...]:  # fmt: skip
    """Return the latest answer of each community and item in an area, in order of both."""
    s = circle_surveys.c
    query = (
        select(s.community, s.item, s.present, s.surveyed_on, s.note)
        .ext(distinct_on(s.community, s.item))
        .where(within(s.community, area))
        .order_by(s.community, s.item, s.surveyed_on.desc(), s.id.desc())
    )
    if community is not None:
        query = query.where(s.community == community)
    if item is not None:
        query = query.where(s.item == item)
    return tuple([Survey(*row) for row in await conn.execute(query)])


async def gap_cases(conn: AsyncConnection, area: str) -> Mapping[str, tuple[GapCase, ...]]:
    """Return the cases raised from gaps in an area, by key of the gap."""
    m, c = case_matters.c, cases.c
    query = (
        select(m.key, c.id, c.number, c.status, c.result, c.closed_at)
        .select_from(case_matters.join(cases, m.case_id == c.id))
        .where(m.sort == Matter.GAP, within(c.area, area))
    )
    found: dict[str, list[GapCase]] = defaultdict(list)
    for row in await conn.execute(query):
        found[row.key].append(GapCase(str(row.id), row.number, row.status in _ENDED, row.result, row.closed_at))
    return {key: tuple(held) for key, held in found.items()}


async def new_answers(conn: AsyncConnection, surveys: Iterable[Survey]) -> tuple[Survey, ...]:
    """Return the answers that the record does not have yet; of a file that was taken before none.

    An answer about a day that was answered otherwise before is new, and counts from then on; the older one stays.
    """
    wanted = {(s.community, s.item, s.surveyed_on): s for s in surveys}
    known = await _known(conn, {community for community, _, _ in wanted})
    return tuple([survey for key, survey in wanted.items() if known.get(key) != survey])


async def keep_survey(conn: AsyncConnection, fresh: Iterable[Survey], by: str) -> None:
    """Write new answers, in the transaction in which they were found to be new."""
    rows = [
        {
            "community": s.community, "item": s.item, "present": s.present, "surveyed_on": s.surveyed_on,
            "note": s.note, "recorded_by": by,
        }
        for s in fresh
    ]  # fmt: skip
    await conn.execute(insert(circle_surveys), rows)


async def _known(conn: AsyncConnection, communities: Iterable[str]) -> dict[tuple[str, str, object], Survey]:
    """Return the answer that counts of each day, under a lock that lets one import of a community wait for another."""
    s = circle_surveys.c
    places = sorted(communities)
    for place in places:
        await conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"circle:{place}"))))
    query = (
        select(s.community, s.item, s.present, s.surveyed_on, s.note)
        .ext(distinct_on(s.community, s.item, s.surveyed_on))
        .where(s.community.in_(places))
        .order_by(s.community, s.item, s.surveyed_on, s.id.desc())
    )
    return {(row[0], row[1], row[3]): Survey(*row) for row in await conn.execute(query)}


async def standing_number(conn: AsyncConnection, sort: Matter, keys: Iterable[str]) -> str | None:
    """Return the number of the open case about one of some matters; None if none stands."""
    m, c = case_matters.c, cases.c
    query = (
        select(c.number)
        .select_from(case_matters.join(cases, m.case_id == c.id))
        .where(m.sort == sort, m.open, m.key.in_(list(keys)))
        .order_by(c.number)
        .limit(1)
    )
    found: str | None = (await conn.execute(query)).scalar_one_or_none()
    return found


async def surveyed_communities(conn: AsyncConnection, area: str) -> int:
    """Return how many communities of an area were surveyed at all."""
    s = circle_surveys.c
    query = select(func.count(distinct(s.community))).where(within(s.community, area))
    return int((await conn.execute(query)).scalar_one())
