"""The overdue report on synthetic cases: one page for readers of each sort, small against big, in milliseconds.

`python -m bench.overdue --small 10000 --big 1000000`. Three of ten cases are open, a fifth of their clocks is overdue;
16 districts of 20 sub-districts, 20 lines; every case has a lead and an assistant, one of fifty assistants comes from
another district. The server is our own, without flushes (the pages are read, not written).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shutil
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.db import directory, migrate
from adapters.db.directory import Directory
from adapters.db.engine import create_engine
from adapters.db.queries.filters import Filter
from adapters.db.queries.overdue import Question, overdue
from adapters.db.queries.paging import Slice
from adapters.db.rules_store import RulesStore
from adapters.db.seeding import seed_city
from adapters.embedded import PostgresServer
from adapters.embedded.postgres import OWNER, READ_ONLY
from adapters.shutdown import run
from contracts.report_views import ClockSet
from domain.authority import Reach

EVERYTHING: Final = Filter()
READERS: Final = {
    "city supervisor": (Reach(everything=True), EVERYTHING, False),
    "district supervisor": (Reach(area="110105"), EVERYTHING, False),
    "district supervisor, one line": (Reach(area="110105"), Filter(line="L03"), False),
    "sub-district": (Reach(area="110105003"), EVERYTHING, False),
    "department of a district": (Reach(org="110105-L03"), EVERYTHING, False),
    "branch in a sub-district": (Reach(org="110105003-L12"), EVERYTHING, False),
    "district supervisor, with counts": (Reach(area="110105"), EVERYTHING, True),
    "city supervisor, with counts": (Reach(everything=True), EVERYTHING, True),
}
"""Reach, filter and whether the figures are asked too, by name of the reader."""

PAGES: Final = 10
WARM_UP: Final = 10
OPEN_OF_TEN: Final = 3

_CASES = """
INSERT INTO cases (id, number, kind, channel, status, phase, district, area, class_code, limit_class, duty, epoch,
    version, at, raised_by, raised_at, closed_at, escalation, supervision, rework, awaiting_approval, rules, state,
    head)
SELECT lpad(to_hex(n), 32, '0')::uuid, 'B-' || n, 'public_request', 'street',
    CASE WHEN open THEN 'in_action' ELSE 'closed' END, CASE WHEN open THEN 'act' ELSE 'wind_up' END, d, d || a, 'W01',
    'default', 'named', 1, 1, raised, 'dhm.staff', raised,
    CASE WHEN open THEN NULL ELSE raised + '5 days'::interval END, 0, 0, 0, false, 'beijing/1', '{}', ''
FROM made
"""
_TASKS = """
INSERT INTO tasks (case_id, no, org, line, org_area, org_district, district, area, role, state, late, no_show, rework)
SELECT lpad(to_hex(n), 32, '0')::uuid, no, at || '-' || line, line, at, left(at, 6), d, d || a,
    CASE no WHEN 1 THEN 'lead' ELSE 'assist' END, CASE WHEN open THEN 'on_scene' ELSE 'accepted' END, false, false, 0
FROM made CROSS JOIN LATERAL (VALUES (1, l1, CASE WHEN l1 >= 'L10' THEN d || a ELSE d END), (2, l2, d2))
    AS t (no, line, at)
"""
_CLOCKS = """
INSERT INTO clocks (case_id, key, generation, code, task_no, party, line, party_area, party_district, district, area,
    kind, class_code, role, started_at, set_at, due, near_at, ended_at, outcome, limit_text, calendar, provisional,
    fired, rungs)
SELECT t.case_id, 'handle:' || t.no || ':handle', 1, 'handle', t.no, t.org, t.line, t.org_area, t.org_district,
    t.district, t.area, 'public_request', 'W01', t.role, raised, raised, due, due - interval '12 hours',
    CASE WHEN open THEN NULL ELSE due + (n % 9 - 6) * interval '1 hour' END, CASE WHEN open THEN 'open' ELSE 'met' END,
    '2 days work_days_8h', $1, false, '{}', '[]'
FROM made JOIN tasks t ON t.case_id = lpad(to_hex(n), 32, '0')::uuid
CROSS JOIN LATERAL (SELECT CASE WHEN open THEN now() + (abs(hashint4(-n)) % 1000 - 200) * interval '7 minutes'
    ELSE raised + interval '2 days' END AS due) AS k
"""
_EVENTS = """
INSERT INTO case_events (case_id, seq, at, recorded_at, actor, kind, body, hash)
SELECT lpad(to_hex(n), 32, '0')::uuid, 1, raised, raised, 'dhm.staff', 'case_raised', '{}', '' FROM made
"""
_TITLES = """
INSERT INTO case_texts (case_id, seq, field, body, salt, personal)
SELECT lpad(to_hex(n), 32, '0')::uuid, 1, 'title', '路灯不亮' || n % 97, '', false FROM made WHERE open
"""
_MADE = """
CREATE TABLE made AS
SELECT n, abs(hashint4(n)) % 10 < $1 AS open, now() - (n % 300) * interval '1 day' - interval '1 hour' AS raised,
    (ARRAY['110101','110102','110105','110106','110107','110108','110109','110111','110112','110113','110114','110115',
           '110116','110117','110118','110119'])[1 + n * 31 % 16] AS d,
    lpad((1 + n / 16 % 20)::text, 3, '0') AS a, 'L' || lpad((n / 7 % 20)::text, 2, '0') AS l1,
    'L' || lpad((n / 3 % 20)::text, 2, '0') AS l2,
    (ARRAY['110101','110102','110105','110106','110107','110108','110109','110111','110112','110113','110114','110115',
           '110116','110117','110118','110119'])[1 + CASE WHEN n % 50 = 0 THEN n / 50 ELSE n * 31 END % 16] AS d2
FROM generate_series(1, $2) AS n
"""
_CHILDREN: Final = ("tasks", "clocks", "case_events", "case_texts")


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one page, and how many rows it had."""

    p50: float
    p95: float
    rows: int


@dataclass(slots=True)
class Size:
    """A loaded database with a reader's pool of connections to it, and what was measured there."""

    reader: AsyncEngine
    units: Directory
    rules: RulesStore
    times: list[float] = field(default_factory=list)
    rows: int = 0
    cursor: str | None = None
    page: int = 0

    async def read(self, reach: Reach, asked: Filter, *, counts: bool) -> None:
        """Time the next page, taking a connection as a request does; after the tenth page the first one again."""
        began = time.perf_counter()
        question = Question(ClockSet.OVERDUE_OPEN, asked=asked, part=Slice(self.cursor), counts=counts)
        async with self.reader.connect() as conn:
            report = await overdue(conn, reach, self.units, self.rules, question)
        self.times.append((time.perf_counter() - began) * 1000)
        self.rows = max(self.rows, report.counts.total if report.counts else len(report.items))
        self.page = (self.page + 1) % PAGES
        self.cursor = report.next_cursor if self.page else None

    def taken(self) -> Timing:
        """Return what was measured since the last time."""
        seen = sorted(self.times[WARM_UP:])
        timing = Timing(statistics.median(seen), seen[int(len(seen) * 0.95)], self.rows)
        self.times, self.rows, self.cursor, self.page = [], 0, None, 0
        return timing


async def load(owner: AsyncEngine, cases: int, calendar: str) -> None:
    """Fill an empty, seeded database; foreign keys are dropped first, for the rows are made to fit."""
    async with owner.begin() as conn:
        for table in _CHILDREN:
            await conn.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT fk_{table}_case_id")
        await conn.exec_driver_sql(_MADE, (OPEN_OF_TEN, cases))
        for statement in (_CASES, _TASKS, _EVENTS, _TITLES):
            await conn.exec_driver_sql(statement)
        await conn.exec_driver_sql(_CLOCKS, (calendar,))
    async with owner.connect() as conn:
        await conn.execution_options(isolation_level="AUTOCOMMIT")
        await conn.exec_driver_sql("VACUUM ANALYZE")


async def prepare(server: PostgresServer, cases: int) -> str:
    """Load `cases` cases into a database of their own; return its name."""
    name = f"bench_{cases}"
    await server.create_database(name)
    await migrate.upgrade(server.dsn(OWNER, name))
    owner = create_engine(server.dsn(OWNER, name), "batch")
    async with owner.begin() as conn:
        calendar = (await seed_city(conn))[0].version
    began = time.perf_counter()
    await load(owner, cases, calendar)
    print(f"{cases:,} cases loaded in {time.perf_counter() - began:.0f} s")
    await owner.dispose()
    return name


async def opened(server: PostgresServer, name: str, stack: AsyncExitStack) -> Size:
    """Connect to a loaded database as the role that only reads."""
    reader = create_engine(server.dsn(READ_ONLY, name), "report")
    stack.push_async_callback(reader.dispose)
    async with reader.connect() as conn:
        return Size(reader, await directory.load(conn), RulesStore(reader))


async def measure(small: int, big: int, tries: int) -> dict[str, tuple[Timing, Timing]]:
    """Time pages of both sizes in turn, so that whatever else the machine does falls on both alike."""
    folder = Path(tempfile.mkdtemp(prefix="whistle-bench-"))
    await asyncio.to_thread(folder.chmod, 0o711)
    found = {}
    try:
        async with PostgresServer(folder / "pg", durable=False) as server, AsyncExitStack() as stack:
            names = await prepare(server, small), await prepare(server, big)
            few, many = [await opened(server, name, stack) for name in names]
            for who, (reach, asked, counts) in READERS.items():
                for _ in range(tries + WARM_UP):
                    await few.read(reach, asked, counts=counts)
                    await many.read(reach, asked, counts=counts)
                found[who] = few.taken(), many.taken()
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return found


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--small", type=int, default=10_000)
    options.add_argument("--big", type=int, default=1_000_000)
    options.add_argument("--tries", type=int, default=100)
    chosen = options.parse_args()
    found = run(lambda: measure(chosen.small, chosen.big, chosen.tries))
    title = f"overdue report, one page; {platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    heads = ("reader", f"at {chosen.small:,}: p50", "p95", f"at {chosen.big:,}: p50", "p95", "p95 / p95", "rows")
    table = Table(*heads, title=title)
    for who, (few, many) in found.items():
        cells = (f"{few.p50:.1f} ms", f"{few.p95:.1f} ms", f"{many.p50:.1f} ms", f"{many.p95:.1f} ms")
        table.add_row(who, *cells, f"{many.p95 / few.p95:.2f} ×", f"{many.rows:,}")
    Console(width=130).print(table)


if __name__ == "__main__":
    main()
