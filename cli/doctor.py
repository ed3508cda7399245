"""The doctor: everything an installation needs, one line each; each failing line says how to mend it."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from adapters.db import migrate, readiness
from adapters.db.engine import create_engine
from adapters.engine_health import EngineHealth, probe
from domain.errors import DomainError
from settings import MissingSettingError

if TYPE_CHECKING:
    from rich.console import Console

    from adapters.db.readiness import Findings
    from settings import Settings

_SKEW_LIMIT_S = 2.0
_POSTGRES_FLOOR = 18
_DOCS = "README.md#doctor"


@dataclass(frozen=True, slots=True)
class Line:
    """One finding; `fix` is empty when all is well."""

    what: str
    ok: bool
    found: str
    fix: str = ""
    doc: str = _DOCS


async def examine(console: Console, settings: Settings, *, as_json: bool, production: bool) -> bool:
    """Print the table and tell whether every line is well."""
    strict = production or settings.env == "production"
    lines = [_python(), _zone(), _storage(settings), _secret(settings, strict=strict)]
    lines += await _database_lines(settings, strict=strict)
    lines += _engine_lines(await probe(settings.temporal_address, settings.temporal_namespace))
    if as_json:
        console.print_json(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
    else:
        for line in lines:
            mark = "[green]✔[/green]" if line.ok else "[red]✘[/red]"
            console.print(f"{mark} {line.what:<24} {line.found}", highlight=False)
            if not line.ok:
                console.print(f"    → {line.fix}  ({line.doc})", highlight=False)
    return all(line.ok for line in lines)


def _python() -> Line:
    found = ".".join(map(str, sys.version_info[:3]))
    return Line("Python", sys.version_info >= (3, 11), found, "install Python 3.11 or newer")


def _zone() -> Line:
    try:
        ZoneInfo("Asia/Shanghai")
    except LookupError:
        return Line("time zone data", False, "Asia/Shanghai is missing", "apt-get install tzdata")
    return Line("time zone data", True, "Asia/Shanghai")


def _storage(settings: Settings) -> Line:
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        fix = "point WHISTLE_DATA_DIR to a writable folder"
        return Line("writable storage", False, f"{folder}: {error.strerror}", fix)
    return Line("writable storage", True, str(folder))


def _secret(settings: Settings, *, strict: bool) -> Line:
    if settings.uses_demo_secret and strict:
        return Line("secrets", False, "the demo's", "set WHISTLE_SECRET_KEY to 32 or more random characters")
    return Line("secrets", True, "the demo's" if settings.uses_demo_secret else "own")


async def _database_lines(settings: Settings, *, strict: bool) -> list[Line]:
    try:
        dsn = settings.dsn("app")
    except MissingSettingError as error:
        return [Line("database", False, str(error), "set it, or run `whistle demo`")]
    engine = create_engine(dsn, role="batch")
    try:
        found = await readiness.findings(engine)
        hosts = await readiness.webhook_hosts(engine)
    except DomainError as error:
        return [Line("database", False, error.message, "start PostgreSQL and check WHISTLE_DATABASE_URL")]
    finally:
        await engine.dispose()
    return [*_database(found, strict=strict), await _outbound(hosts)]


def _database(found: Findings, *, strict: bool) -> list[Line]:
    head = migrate.head()
    skew = abs((datetime.now(UTC) - found.real_now).total_seconds())
    year = found.business_now.year
    missing = [y for y in (year, year + 1) if y not in found.calendar_years]
    clock_fix = "update business_clock set shift = '0', rate = 1 (and find out who changed it)"
    return [
        Line("database", found.version >= _POSTGRES_FLOOR, f"PostgreSQL {found.version}", "use PostgreSQL 18"),
        Line("no embedded server", not (strict and found.embedded), "embedded" if found.embedded else "real",
             "production runs on a real PostgreSQL server, see docker-compose.yml"),
        Line("locale", found.similarity > 0, f"similarity('东城区','东城区街道') = {found.similarity:.2f}",
             "create the database with LOCALE 'C.UTF-8': under C no Chinese text is found"),
        Line("extensions", not found.missing_extensions, ", ".join(found.missing_extensions) or "all there",
             "CREATE EXTENSION as the database's owner, or run `whistle migrate`"),
        Line("migrations", found.revision == head, f"{found.revision} of {head}", "run `whistle migrate`"),
        Line("role", not found.superuser, "superuser" if found.superuser else "no superuser",
             "connect as whistle_app: a superuser ignores every protection of rows"),
        Line("clock skew", skew < _SKEW_LIMIT_S, f"{skew:.2f} s against the database", "synchronise both hosts by NTP"),
        Line("business clock", found.true_clock or not strict, "true" if found.true_clock else "shifted or scaled",
             clock_fix),
        Line("holidays", not missing, f"published to {max(found.calendar_years, default=0)}",
             f"{missing} not published or imported: due instants in it are provisional; import the notice when out"),
    ]  # fmt: skip


async def _outbound(hosts: list[str]) -> Line:
    """Try every host that a channel sends to."""
    closed = [url for url in hosts if not await _reaches(url)]
    said = f"{len(hosts)} hosts" if not closed else f"no connection to {', '.join(closed)}"
    return Line("outbound hosts", not closed, said, "open the firewall for these hosts, or disable their channels")


async def _reaches(url: str) -> bool:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(3):
            _, writer = await asyncio.open_connection(parts.hostname, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def _engine_lines(health: EngineHealth) -> list[Line]:
    sdk = version("temporalio")
    start = "start Temporal and check WHISTLE_TEMPORAL_ADDRESS; without it reminders are paused"
    idle = [queue for queue, pollers in health.pollers.items() if not pollers]
    return [
        Line("Temporal", health.reachable, f"server {health.server or '-'}, SDK {sdk}", start),
        Line("task queues", health.reachable and not idle, f"nobody polls {', '.join(idle)}" if idle else "polled",
             "start `whistle worker`"),
    ]  # fmt: skip
