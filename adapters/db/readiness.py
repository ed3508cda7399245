"""What the doctor and the readiness probe ask of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters.db.errors import RecordUnavailable, is_away, translated
from adapters.db.migrate import head

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

_EXTENSIONS = ("pg_trgm",)


@dataclass(frozen=True, slots=True)
class Findings:
    """Facts of one database.

    Attributes:
        version: Major version of PostgreSQL.
        embedded: The server listens on a socket only, as the demo's does.
        similarity: Of two Chinese words that share a part; 0 under locale C.
        true_clock: The business clock is neither shifted nor scaled.
        calendar_years: Published years of the newest calendar.
    """

    version: int
    embedded: bool
    similarity: float
    missing_extensions: tuple[str, ...]
    revision: str | None
    superuser: bool
    real_now: datetime
    business_now: datetime
    true_clock: bool
    calendar_years: frozenset[int]


async def schema(engine: AsyncEngine) -> str | None:
    """Return the schema's revision, or None when the database does not answer or was never migrated."""
    try:
        async with engine.connect() as connection:
            found = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one_or_none()
    except (DBAPIError, OSError, TimeoutError) as error:
        if is_away(error) or isinstance(error, DBAPIError):
            return None
        raise
    return str(found) if found is not None else None


async def findings(engine: AsyncEngine) -> Findings:
    """Ask everything at once.

    Raises:
        RecordUnavailable: nobody answers.
    """
    with translated():
        revision = await schema(engine)
        if revision is None:
            async with engine.connect():
                pass
            raise RecordUnavailable("The database answers but holds no schema: run `whistle migrate`.")
        async with engine.connect() as connection:
            row = (await connection.execute(text(
                "SELECT current_setting('server_version_num')::int / 10000 AS version,"
                " current_setting('listen_addresses') = '' AS embedded,"
                " similarity('东城区', '东城区街道') AS similarity,"
                " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,"
                " clock_timestamp() AS real_now, business_now() AS business_now,"
                " (SELECT rate = 1 AND shift = interval '0' FROM business_clock) AS true_clock"
            ))).one()  # fmt: skip
            there = set((await connection.execute(text("SELECT extname FROM pg_extension"))).scalars())
            years = (await connection.execute(text(
                "SELECT body -> 'years' FROM calendars WHERE name = 'beijing' ORDER BY version DESC LIMIT 1"
            ))).scalar_one_or_none()  # fmt: skip
    return Findings(
        row.version, row.embedded, row.similarity, tuple(e for e in _EXTENSIONS if e not in there), revision,
        row.superuser, row.real_now, row.business_now, row.true_clock, frozenset(map(int, years or ())),
    )  # fmt: skip


async def webhook_hosts(engine: AsyncEngine) -> list[str]:
    """Return the addresses (scheme and host) that active channels send to, without their paths, which may be secret."""
    with translated():
        async with engine.connect() as connection:
            urls = (await connection.execute(text("SELECT DISTINCT url FROM channels WHERE active"))).scalars().all()
    return sorted({f"{urlsplit(u).scheme}://{urlsplit(u).netloc}" for u in urls})


__all__ = ["Findings", "findings", "head", "schema", "webhook_hosts"]
