"""How long a clock is over its due instant: in its own unit for people, in real time for buckets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, literal
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.errors import UnknownRules
from adapters.db.rules_store import RulesStore
from contracts.report_views import Bucket
from contracts.views import Amount
from domain.calendar import CalendarGap, WorkCalendar
from domain.clocks import Limit, overrun
from domain.schedule import GIVEN

REAL: Final = "real"
"""Method of an amount in real time: the due instant was given, or its calendar cannot count so far."""

BUCKETS: Final = (
    (Bucket.H1, timedelta(hours=1)), (Bucket.H4, timedelta(hours=4)), (Bucket.D1, timedelta(days=1)),
    (Bucket.D3, timedelta(days=3)), (Bucket.D7, timedelta(days=7)),
)  # fmt: skip
"""Upper ends, each included; what is longer is `more` (domain.md 4.6)."""


def bucket_of(length: timedelta) -> Bucket:
    """Return the bucket of a length of real time."""
    return next((bucket for bucket, most in BUCKETS if length <= most), Bucket.MORE)


def bucket_sql(length: ColumnElement[Any]) -> ColumnElement[str]:
    """Write `bucket_of`."""
    return case(*((length <= literal(most), literal(str(b))) for b, most in BUCKETS), else_=literal(str(Bucket.MORE)))


async def calendars(conn: AsyncConnection, rules: RulesStore, refs: Iterable[str]) -> dict[str, WorkCalendar | None]:
    """Return the calendars that clocks were counted with, None for one that the record does not have (imports)."""
    found: dict[str, WorkCalendar | None] = {}
    for ref in set(refs):
        try:
            found[ref] = await rules.calendar(ref, conn)
        except UnknownRules:
            found[ref] = None
    return found


def over_by(due: datetime, end: datetime, limit: str, calendar: WorkCalendar | None) -> Amount | None:
    """Return by how much `end` lies past `due` in the unit of the limit; None if it does not."""
    if end <= due:
        return None
    if limit == GIVEN or calendar is None:
        return _real(end - due)
    try:
        used = overrun(due, end, Limit.parse(limit), calendar)
    except CalendarGap:
        return _real(end - due)
    days = used.days is not None
    return Amount(
        method=used.method, value=used.days if used.days is not None else used.minutes,
        unit="days" if days else "minutes", working=used.is_working_time, seconds=int(used.counted.total_seconds()),
    )  # fmt: skip


def _real(length: timedelta) -> Amount:
    seconds = int(length.total_seconds())
    return Amount(method=REAL, value=seconds // 60, unit="minutes", working=False, seconds=seconds)
