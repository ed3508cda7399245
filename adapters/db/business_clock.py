"""The one clock: business instants against real ones, through a single row that production never moves.

Whoever moves it makes every wake that the engine holds wrong, so every case is signalled anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.errors import NotProduction
from adapters.db.names import FAMILIES
from adapters.db.notify_sql import REARM


@dataclass(frozen=True, slots=True)
class BusinessClock:
    """The row of the business clock: `business = anchor + (real - anchor) * rate + shift`.

    Attributes:
        anchor: Real instant at which the rate was set.
        shift: What is added, zero in production.
        rate: Business seconds per real second, one in production.
    """

    anchor: datetime
    shift: timedelta
    rate: float

    def to_real(self, business: datetime) -> datetime:
        """Return the real instant at which the business clock shows `business`."""
        if self.rate == 1:
            return business - self.shift
        return self.anchor + (business - self.shift - self.anchor) / self.rate

    def to_business(self, real: datetime) -> datetime:
        """Return what the business clock shows at a real instant."""
        if self.rate == 1:
            return real + self.shift
        return self.anchor + (real - self.anchor) * self.rate + self.shift


async def read(connection: AsyncConnection) -> BusinessClock:
    """Read the row."""
    row = (await connection.execute(text("SELECT anchor, shift, rate FROM business_clock"))).one()
    return BusinessClock(row.anchor, row.shift, row.rate)


async def now(connection: AsyncConnection) -> datetime:
    """Return the business instant by the database's clock."""
    instant: datetime = (await connection.execute(text("SELECT business_now()"))).scalar_one()
    return instant


async def set_rate(connection: AsyncConnection, rate: float) -> None:
    """Let business time run `rate` times as fast from now on, without a jump; needs the owner's role."""
    shift = "shift = business_now() - clock_timestamp(), anchor = clock_timestamp(), rate = :value"
    await _change(connection, shift, rate)


async def advance(connection: AsyncConnection, by: timedelta) -> None:
    """Put business time forward; a case's own time never falls, so going back only stops it. Needs the owner's role."""
    await _change(connection, "shift = shift + make_interval(secs => :value)", by.total_seconds())


async def set_now(connection: AsyncConnection, instant: datetime) -> None:
    """Let business time be `instant` now; needs the owner's role."""
    await advance(connection, instant - await now(connection))


async def last_event(connection: AsyncConnection) -> datetime | None:
    """Return the business instant of the newest event of all cases; None in an empty record."""
    instant: datetime | None = (await connection.execute(text("SELECT max(at) FROM cases"))).scalar_one()
    return instant


async def assert_production(connection: AsyncConnection) -> None:
    """Refuse any clock but the true one.

    Raises:
        NotProduction: code `not_production`.
    """
    try:
        await connection.execute(text("SELECT assert_production_clock()"))
    except DBAPIError as error:
        raise NotProduction("The business clock is shifted or scaled.") from error


async def _change(connection: AsyncConnection, assignments: str, value: float) -> None:
    values: dict[str, Any] = {"value": value}
    await connection.execute(text(f"UPDATE business_clock SET {assignments}"), values)  # noqa: S608 - fixed texts above
    for family in FAMILIES:
        await connection.exec_driver_sql(family.fill(REARM))
