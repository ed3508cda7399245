"""Importing historical cases in bulk, and comparing our judgement of them with their source's own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.calendar_files import bundled_calendar
from adapters.db.history import append_history
from adapters.db.queries.overdue import in_set
from adapters.db.rules_store import RulesStore, publish_calendar
from adapters.db.tables import cases, clocks
from adapters.history_files import SourceRow, Take, read_cases
from adapters.history_mapping import HistoryMapping, MappingInvalidError
from contracts.report_views import ClockSet
from domain.actors import Actor, Role
from domain.case import ClockCode
from domain.history import IMPORTER, HistoricalCase, events_of
from domain.import_diff import RowError

BATCH: Final = 500
_IMPORTER: Final = Actor(IMPORTER, "", frozenset({Role.SYSTEM}))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import has come: rows read, cases written, known before, refused, and the share of the file read."""

    rows: int
    imported: int
    skipped: int
    refused: int
    fraction: float


@dataclass(frozen=True, slots=True)
class HistoryResult:
    """What an import did; `refused` lists every bad row with its reason, and nothing of such a row was written."""

    rows: int
    imported: int
    skipped: int
    events: int
    refused: tuple[RowError, ...]


@dataclass(frozen=True, slots=True)
class FlagComparison:
    """Our overdue report beside the source's own flags.

    Attributes:
        compared: Rows with a due instant, a closing instant and a flag.
        equal: Of these, rows where both say the same.
        different: Per other row its `source_ref`, the source's flag and our set; at most 100.
        unflagged: Rows with a due and a closing instant that the source gave no flag.
        open_with_due: Open rows with a due instant.
        open_overdue: Of these, rows that our report has as overdue and open.
        absent: Rows that the record does not have.
    """

    compared: int
    equal: int
    different: tuple[tuple[str, str, str], ...]
    unflagged: int
    open_with_due: int
    open_overdue: int
    absent: int


async def import_history(
    engine: AsyncEngine, path: Path, mapping: HistoryMapping, *,
    progress: Callable[[Progress], None] | None = None, drive: bool = True, take: Take | None = None,
) -> HistoryResult:  # fmt: skip
    """Import a file of historical cases, a batch to a transaction; a broken-off import goes on where it stopped.

    Args:
        engine: Pool of the application's role, best of the sort `batch`.
        path: A CSV file, or a zip with one.
        mapping: How its rows become cases.
        progress: Called after every batch.
        drive: Open cases get a workflow; closed ones never do.
        take: Which rows; all if None.

    Raises:
        MappingInvalidError: code `mapping_invalid`, the file does not fit the mapping.
        UnknownRules: code `unknown_rules`, the rule pack of the mapping is not published.
    """
    await _prepare(engine, mapping)
    rows = read_cases(path, mapping, take)
    read = imported = skipped = events = 0
    refused: list[RowError] = []
    while batch := await asyncio.to_thread(_next, rows):
        good = [row.case for row in batch if isinstance(row.case, HistoricalCase)]
        refused += [row.case for row in batch if isinstance(row.case, RowError)]
        logs = [[(event, _IMPORTER) for event in events_of(case, mapping.setting)] for case in good]
        async with engine.begin() as conn:
            done = await append_history(conn, logs, drive=drive)
        read += len(batch)
        imported, skipped, events = imported + done.cases, skipped + done.skipped, events + done.events
        if progress is not None:
            progress(Progress(read, imported, skipped, len(refused), batch[-1].fraction))
    return HistoryResult(read, imported, skipped, events, tuple(refused))


async def _prepare(engine: AsyncEngine, mapping: HistoryMapping) -> None:
    """Publish the calendar of the mapping if it ships with the program, and make sure of its rule pack."""
    async with engine.begin() as conn:
        await RulesStore(engine).pack(mapping.setting.rules, conn)
        ref = mapping.setting.calendar
        calendar = bundled_calendar(ref.partition("/")[0])
        if f"{calendar.name}/{calendar.version}" != ref:
            raise MappingInvalidError(f"no calendar {ref} ships with the program", calendar=ref)
        await publish_calendar(conn, calendar)


def _next(rows: Iterator[SourceRow]) -> list[SourceRow]:
    return list(islice(rows, BATCH))


async def compare_flags(
    conn: AsyncConnection, path: Path, mapping: HistoryMapping, as_of: datetime,
    take: Take | None = None,
) -> FlagComparison:  # fmt: skip
    """Compare the overdue report with the flags of the file, row by row.

    Args:
        conn: A connection for reading.
        path: The file that was imported.
        mapping: The mapping it was imported with; it must name the flag.
        as_of: Business instant of the report.
        take: Which rows, as for `import_history`.

    Raises:
        MappingInvalidError: code `mapping_invalid`, the mapping names no flag.
    """
    if mapping.flag is None:
        raise MappingInvalidError("the mapping names no flag to compare with")
    ours = await _sets(conn, as_of)
    told = _Tally({mapping.flag.late: ClockSet.OVERDUE_DONE, mapping.flag.in_time: ClockSet.IN_TIME_DONE})
    for row in read_cases(path, mapping, take):
        if isinstance(row.case, HistoricalCase):
            told.add(row.case, row.values[mapping.flag.column].strip(), ours)
    return told.result()


async def _sets(conn: AsyncConnection, as_of: datetime) -> dict[str, str]:
    """Return the set of every handling clock by the `source_ref` of its case, by the report's own conditions."""
    found: dict[str, str] = {}
    for wanted in ClockSet:
        query = (
            select(cases.c.source_ref)
            .join_from(clocks, cases, cases.c.id == clocks.c.case_id)
            .where(clocks.c.code == ClockCode.HANDLE, cases.c.source_ref.is_not(None))
            .where(in_set(wanted, as_of, clocks, live=False))
        )
        found.update(dict.fromkeys((await conn.execute(query)).scalars(), wanted.value))
    return found


@dataclass(slots=True)
class _Tally:
    """Counts agreement while rows go by."""

    meaning: dict[str, ClockSet]
    compared: int = 0
    equal: int = 0
    unflagged: int = 0
    open_with_due: int = 0
    open_overdue: int = 0
    absent: int = 0
    different: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, case: HistoricalCase, flag: str, ours: dict[str, str]) -> None:
        if case.due is None:
            return
        said = ours.get(case.source_ref)
        self.absent += said is None
        if case.closed_at is None:
            self.open_with_due += 1
            self.open_overdue += said == ClockSet.OVERDUE_OPEN
        elif flag in self.meaning:
            self.compared += 1
            same = said == self.meaning[flag]
            self.equal += same
            if not same:
                self.different.append((case.source_ref, flag, said or "absent"))
        else:
            self.unflagged += 1

    def result(self) -> FlagComparison:
        return FlagComparison(
            self.compared, self.equal, tuple(self.different[:100]), self.unflagged, self.open_with_due,
            self.open_overdue, self.absent,
        )  # fmt: skip


