"""Early warning from the read model: handling times of the past, and the running limits they warn of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.queries.scope import clock_party, covered, visible
from adapters.db.tables import case_texts, cases, clocks
from adapters.insight_files import Insight
from contracts.insight_views import LikelyLate, LikelyLateList
from domain.authority import Reach
from domain.case import ClockCode, Outcome
from domain.forecast import Forecast, History, Past

_SHOWN: Final = 200
_HOUR: Final = timedelta(hours=1)


async def likely_late(
    conn: AsyncConnection, reach: Reach, directory: Directory, insight: Insight, scope: str | None
) -> LikelyLateList:
    """Return running handling limits that will probably be missed, by falling chance.

    The past and the running limits are both those that the reader may see.

    Args:
        scope: Only limits of an organisation with its branches, or of cases raised in an area; None for all.
    """
    now, numbers = await business_clock.now(conn), insight.forecast
    since = now - timedelta(days=numbers.past_days)
    history = History(await _past(conn, reach, since, now, numbers.most_past), numbers.least)
    found, unknown, asked = [], 0, 0
    for row in await _running(conn, reach, scope, now, numbers.most_open):
        asked += 1
        forecast = history.ask(row["class_code"], row["party"], now - row["started_at"], row["due"] - now)
        if forecast is None:
            unknown += 1
        elif forecast.late >= numbers.warn:
            found.append((forecast, row))
    found.sort(key=lambda f: (-f[0].late, f[1]["due"], str(f[1]["case_id"])))
    items = tuple(_view(forecast, row, directory) for forecast, row in found[:_SHOWN])
    return LikelyLateList(items=items, warn=numbers.warn, asked=asked, unknown=unknown, rules=insight.ref)


async def _past(conn: AsyncConnection, reach: Reach, since: datetime, now: datetime, most: int) -> list[Past]:
    """Read the newest handlings: met ones by how long they took, running ones by how long they have run."""
    k = clocks.c
    query = (
        select(k.class_code, k.party, k.started_at, k.due, k.ended_at)
        .where(
            k.code == ClockCode.HANDLE, k.started_at >= since, k.outcome.in_((Outcome.MET, Outcome.OPEN)),
            visible(reach, clocks),
        )
        .order_by(k.set_at.desc())
        .limit(most)
    )  # fmt: skip
    return [
        Past(r.class_code, r.party, r.due - r.started_at, (r.ended_at or now) - r.started_at, r.ended_at is not None)
        for r in await conn.execute(query)
    ]


async def _running(
    conn: AsyncConnection, reach: Reach, scope: str | None, now: datetime, most: int
) -> Iterable[Any]:  # fmt: skip
    k, t = clocks.c, case_texts.c
    title = and_(t.case_id == k.case_id, t.seq == 1, t.field == "title")
    query = (
        select(
            k.case_id, k.task_no, k.party, k.class_code, k.area, k.started_at, k.due, cases.c.number,
            t.body.label("title"),
        )
        .select_from(clocks.join(cases, cases.c.id == k.case_id).join(case_texts, title, isouter=True))
        .where(k.code == ClockCode.HANDLE, k.ended_at.is_(None), k.outcome == Outcome.OPEN, k.due > now)
        .where(visible(reach, clocks), *_scoped(scope))
        .order_by(k.due, k.case_id)
        .limit(most)
    )  # fmt: skip
    return (await conn.execute(query)).mappings().all()


def _scoped(scope: str | None) -> list[ColumnElement[bool]]:
    if scope is None:
        return []
    if "-" in scope:
        return [covered(scope, clock_party(clocks))]
    return [or_(clocks.c.district == scope, within(clocks.c.area, scope))]


def _view(forecast: Forecast, row: Any, directory: Directory) -> LikelyLate:
    return LikelyLate(
        case_id=str(row["case_id"]), number=row["number"], title=row["title"], task=row["task_no"], org=row["party"],
        org_name=directory.org_name(row["party"]), class_code=row["class_code"],
        class_name=directory.class_name(row["class_code"]), area=row["area"], area_name=directory.org_name(row["area"]),
        due=row["due"], chance=round(forecast.late, 2), size=forecast.size, basis=forecast.basis,
        hours={f"{int(q * 100)}": round(time / _HOUR, 1) for q, time in forecast.quantiles.items()},
    )  # fmt: skip
