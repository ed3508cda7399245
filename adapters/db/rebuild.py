"""Proof that the log is the state: compare the read model with the fold of the events, or derive it anew."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.errors import CaseNotFound
from adapters.db.log import LogRow, text_digest
from adapters.db.rows import Changes, case_row, project
from adapters.db.statements import UPDATE_CASE, insert_rows
from adapters.db.tables import case_events, case_notify, case_texts, cases, clocks, tasks
from domain.case import CaseState
from domain.chain import GENESIS, first_break
from domain.codec import from_plain, instant, to_plain
from domain.evolve import BrokenLog

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """Something recorded that the events do not say.

    Attributes:
        table: Table at fault; `case_events` for a broken log or chain.
        key: Row within the case, empty for the case itself.
        column: Column at fault; `chain`, `seq` or `fold` for a broken log, `row` for a missing or an extra row.
    """

    case_id: UUID
    table: str
    key: str
    column: str
    recorded: Any
    derived: Any

    def __str__(self) -> str:
        """Return one line for an operator, without words of people."""
        where = f"{self.table} {self.key}".strip()
        return f"case {self.case_id}: {where}.{self.column}: recorded {self.recorded!r}, events say {self.derived!r}"


async def case_id(connection: AsyncConnection, number: str) -> UUID:
    """Return the id of the case with a number.

    Raises:
        CaseNotFound: code `case_not_found`.
    """
    found = (await connection.execute(select(cases.c.id).where(cases.c.number == number))).scalar_one_or_none()
    if found is None:
        raise CaseNotFound(f"no case {number}", number=number)
    return UUID(str(found))


async def check(
    connection: AsyncConnection, case_id: UUID | None = None, since: datetime | None = None
) -> list[Difference]:  # fmt: skip
    """Compare the record with what its events say; empty when all is well. Changes nothing.

    Checked: numbers without gap, the hash chain with the head, dates, digests of texts that are not erased, every
    column of cases, tasks and clocks, and the version that the drive wants sent.

    Args:
        case_id: One case, or all.
        since: Only cases touched since this business instant.
    """
    found: list[Difference] = []
    async for page in _pages(connection, case_id, since):
        ids = list(page)
        logs = await _logs(connection, ids)
        recorded = await _recorded(connection, ids)
        for each in ids:
            found += _differences(each, page[each], logs.get(each, []), recorded)
    return found


async def rebuild(connection: AsyncConnection, case_id: UUID | None = None) -> int:
    """Write cases, tasks and clocks anew from the events; needs the owner's role. The log itself stays as it is.

    Returns:
        How many cases were written.

    Raises:
        domain.evolve.BrokenLog: a log that does not fold; nothing of it is written.
    """
    count = 0
    async for page in _pages(connection, case_id, None):
        ids = list(page)
        for table in (tasks, clocks):
            await connection.execute(table.delete().where(table.c.case_id.in_(ids)))
        for each, log in (await _logs(connection, ids)).items():
            changes = project(None, (row.event for row in log))
            case = {**case_row(changes.state), "head": f"\\x{log[-1].hash.hex()}"}
            await connection.exec_driver_sql(UPDATE_CASE, (each, _json(case)))
            for table, rows in ((tasks, changes.tasks), (clocks, changes.clocks)):
                await connection.exec_driver_sql(insert_rows(table, "$2"), (each, _json(list(rows.values()))))
            count += 1
    return count


async def _pages(
    connection: AsyncConnection, case_id: UUID | None, since: datetime | None
) -> AsyncIterator[dict[UUID, Row[Any]]]:  # fmt: skip
    """Yield cases by id, a page at a time."""
    last: UUID | None = None
    while True:
        query = select(cases).order_by(cases.c.id).limit(_PAGE)
        if case_id is not None:
            query = query.where(cases.c.id == case_id)
        if since is not None:
            query = query.where(cases.c.at >= since)
        if last is not None:
            query = query.where(cases.c.id > last)
        page = {row.id: row for row in await connection.execute(query)}
        if page:
            yield page
        if len(page) < _PAGE:
            return
        last = max(page)


async def _logs(connection: AsyncConnection, ids: list[UUID]) -> dict[UUID, list[LogRow]]:
    c = case_events.c
    query = select(c.case_id, c.seq, c.at, c.recorded_at, c.actor, c.kind, c.body, c.hash).where(c.case_id.in_(ids))
    rows = (await connection.execute(query.order_by(c.case_id, c.seq))).all()
    return {each: [LogRow(*row[1:]) for row in group] for each, group in groupby(rows, key=lambda r: r[0])}


async def _recorded(connection: AsyncConnection, ids: list[UUID]) -> dict[str, dict[UUID, list[Row[Any]]]]:
    """Read every other row of the cases, by table and case."""
    drive = select(case_notify).join(
        cases, tuple_(cases.c.id, cases.c.epoch) == tuple_(case_notify.c.case_id, case_notify.c.epoch)
    )
    queries = {"tasks": select(tasks), "clocks": select(clocks), "case_texts": select(case_texts), "case_notify": drive}
    found: dict[str, dict[UUID, list[Row[Any]]]] = {}
    for name, query in queries.items():
        table = {"tasks": tasks, "clocks": clocks, "case_texts": case_texts, "case_notify": case_notify}[name]
        by_case = found.setdefault(name, {})
        for row in await connection.execute(query.where(table.c.case_id.in_(ids))):
            by_case.setdefault(row.case_id, []).append(row)
    return found


def _differences(
    case: UUID, row: Row[Any], log: list[LogRow], recorded: Mapping[str, Mapping[UUID, list[Row[Any]]]]
) -> Iterator[Difference]:  # fmt: skip
    yield from _broken(case, row, log, recorded["case_texts"].get(case, []))
    try:
        changes = project(None, (each.event for each in log))
    except (BrokenLog, KeyError, ValueError, TypeError, AttributeError) as error:
        yield Difference(case, "case_events", "", "fold", type(error).__name__, "a whole log")
        return
    yield from _columns(case, "cases", "", row, case_row(changes.state))
    yield from _tables(case, changes, recorded)
    for drive in recorded["case_notify"].get(case, []):
        if drive.wanted != changes.state.version:
            yield Difference(case, "case_notify", str(drive.epoch), "wanted", drive.wanted, changes.state.version)


def _broken(case: UUID, row: Row[Any], log: list[LogRow], texts: Iterable[Row[Any]]) -> Iterator[Difference]:
    """Check the log by itself: numbers, dates, links, head, and the digests of its texts."""
    seqs = [each.seq for each in log]
    if seqs != list(range(1, len(seqs) + 1)):
        yield Difference(case, "case_events", "", "seq", seqs, f"1..{len(seqs)}")
    broken = first_break((each.chained(case), each.hash) for each in log)
    if broken is not None:
        yield Difference(case, "case_events", str(log[broken - 1].seq), "chain", "link", "another link")
    head = log[-1].hash if log else GENESIS
    if row.head != head:
        yield Difference(case, "cases", "", "head", row.head.hex(), head.hex())
    bodies = {each.seq: each.body for each in log}
    for each in log:
        if instant(each.at) != each.body.get("at"):
            yield Difference(case, "case_events", str(each.seq), "at", instant(each.at), each.body.get("at"))
    for words in texts:
        digest = bodies.get(words.seq, {}).get(words.field)
        if words.body is not None and words.salt is not None and text_digest(words.salt, words.body) != digest:
            yield Difference(case, "case_texts", f"{words.seq}/{words.field}", "body", "words", "other words")


def _tables(
    case: UUID, changes: Changes, recorded: Mapping[str, Mapping[UUID, list[Row[Any]]]]
) -> Iterator[Difference]:  # fmt: skip
    held_tasks = {row.no: row for row in recorded["tasks"].get(case, [])}
    held_clocks = {(row.key, row.generation): row for row in recorded["clocks"].get(case, [])}
    yield from _rows(case, "tasks", held_tasks, changes.tasks)
    yield from _rows(case, "clocks", held_clocks, changes.clocks)


def _rows(case: UUID, table: str, held: Mapping[Any, Row[Any]], derived: Mapping[Any, Any]) -> Iterator[Difference]:
    for key in [*derived, *(k for k in held if k not in derived)]:
        name = "/".join(map(str, key)) if isinstance(key, tuple) else str(key)
        if key not in held or key not in derived:
            yield Difference(case, table, name, "row", key in held, key in derived)
        else:
            yield from _columns(case, table, name, held[key], derived[key])


def _columns(case: UUID, table: str, key: str, held: Row[Any], derived: Mapping[str, Any]) -> Iterator[Difference]:
    for column, value in derived.items():
        found = getattr(held, column)
        if (table, column) == ("cases", "state"):
            found = _as_today(found)
        if (instant(found) if isinstance(found, datetime) else found) != value:
            yield Difference(case, table, key, column, found, value)


def _as_today(state: Any) -> Any:
    """Fill in what has a default today: a state that an earlier release wrote lacks it."""
    try:
        return to_plain(from_plain(CaseState, state))
    except (ValueError, KeyError, TypeError, AttributeError):
        return state


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
