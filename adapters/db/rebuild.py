"""Proof that the log is the state: compare the read model with the fold of the events, or derive it anew."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.errors import CaseNotFound
from adapters.db.log import LogRow, events_of, text_digest
from adapters.db.names import CASES, FAMILIES, PROCESSES, Names
from adapters.db.process_family import process_row, vocabulary
from adapters.db.rows import Changes, case_row, project
from adapters.db.statements import UPDATE_CASE, UPDATE_PROCESS, insert_rows
from adapters.db.tables import cases, clocks, tasks
from adapters.db.writing import as_json
from domain.case import CaseState
from domain.chain import GENESIS, first_break
from domain.codec import from_plain, instant, to_plain
from domain.evolve import BrokenLog
from domain.processes import PROCESSES as KINDS

_PAGE = 200
_STATES = frozenset(family.rows.name for family in FAMILIES)
"""Tables whose column `state` holds a whole state; a task has one that is a word."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something recorded that the events do not say.

    Attributes:
        id: The case or process.
        table: Table at fault; `case_events` or `process_events` for a broken log or chain.
        key: Row within the case, empty for the case or process itself.
        column: Column at fault; `chain`, `seq` or `fold` for a broken log, `row` for a missing or an extra row.
    """

    id: UUID
    table: str
    key: str
    column: str
    recorded: Any
    derived: Any

    def __str__(self) -> str:
        """Return one line for an operator, without words of people."""
        where = f"{self.table} {self.key}".strip()
        return f"{self.id}: {where}.{self.column}: recorded {self.recorded!r}, events say {self.derived!r}"


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
    connection: AsyncConnection, owner: UUID | None = None, since: datetime | None = None
) -> list[Difference]:  # fmt: skip
    """Compare the record with what its events say; empty when all is well. Changes nothing.

    Checked: numbers without gap, the hash chain with the head, dates, digests of texts that are not erased, every
    column of cases, tasks, clocks and processes, and the version that the drive wants sent.

    Args:
        owner: One case or process, or all.
        since: Only those touched since this business instant.
    """
    found: list[Difference] = []
    for family in FAMILIES:
        async for page in _pages(connection, family, owner, since):
            ids = list(page)
            logs = await _logs(connection, family, ids)
            recorded = await _recorded(connection, family, ids)
            for each in ids:
                found += _differences(family, page[each], logs.get(each, []), recorded)
    return found


async def rebuild(connection: AsyncConnection, owner: UUID | None = None) -> int:
    """Write the read model anew from the events; needs the owner's role. The log itself stays as it is.

    Returns:
        How many cases and processes were written.

    Raises:
        domain.evolve.BrokenLog: a log that does not fold; nothing of it is written.
    """
    count = 0
    async for page in _pages(connection, CASES, owner, None):
        ids = list(page)
        for table in (tasks, clocks):
            await connection.execute(table.delete().where(table.c.case_id.in_(ids)))
        for each, log in (await _logs(connection, CASES, ids)).items():
            changes = project(None, events_of(log))
            case = {**case_row(changes.state), "head": f"\\x{log[-1].hash.hex()}"}
            await connection.exec_driver_sql(UPDATE_CASE, (each, as_json(case)))
            for table, rows in ((tasks, changes.tasks), (clocks, changes.clocks)):
                await connection.exec_driver_sql(insert_rows(table, "$2"), (each, as_json(list(rows.values()))))
            count += 1
    async for page in _pages(connection, PROCESSES, owner, None):
        for each, log in (await _logs(connection, PROCESSES, list(page))).items():
            row = {**_process(page[each].kind, log), "head": f"\\x{log[-1].hash.hex()}"}
            await connection.exec_driver_sql(UPDATE_PROCESS, (each, as_json(row)))
            count += 1
    return count


def _process(kind: str, log: list[LogRow]) -> dict[str, Any]:
    state = KINDS[kind].fold(events_of(log, vocabulary(kind)))
    if state is None:
        raise BrokenLog("a process without an event")
    return process_row(state)


async def _pages(
    connection: AsyncConnection, family: Names, owner: UUID | None, since: datetime | None
) -> AsyncIterator[dict[UUID, Row[Any]]]:  # fmt: skip
    """Yield cases or processes by id, a page at a time."""
    last: UUID | None = None
    c = family.rows.c
    while True:
        query = select(family.rows).order_by(c.id).limit(_PAGE)
        if owner is not None:
            query = query.where(c.id == owner)
        if since is not None:
            query = query.where(c.at >= since)
        if last is not None:
            query = query.where(c.id > last)
        page = {row.id: row for row in await connection.execute(query)}
        if page:
            yield page
        if len(page) < _PAGE:
            return
        last = max(page)


async def _logs(connection: AsyncConnection, family: Names, ids: list[UUID]) -> dict[UUID, list[LogRow]]:
    c, key = family.events.c, family.key(family.events)
    query = select(key, c.seq, c.at, c.recorded_at, c.actor, c.kind, c.body, c.hash).where(key.in_(ids))
    rows = (await connection.execute(query.order_by(key, c.seq))).all()
    return {each: [LogRow(*row[1:]) for row in group] for each, group in groupby(rows, key=lambda r: r[0])}


async def _recorded(
    connection: AsyncConnection, family: Names, ids: list[UUID]
) -> dict[str, dict[UUID, list[Row[Any]]]]:  # fmt: skip
    """Read every other row of cases or processes, by table and owner."""
    rows, notify = family.rows.c, family.notify
    current = tuple_(rows.id, rows.epoch) == tuple_(family.key(notify), notify.c.epoch)
    tables = [family.texts, *((tasks, clocks) if family is CASES else ())]
    queries = {table: select(table) for table in tables} | {notify: select(notify).join(family.rows, current)}
    found: dict[str, dict[UUID, list[Row[Any]]]] = {}
    for table, query in queries.items():
        by_owner = found.setdefault(table.name, {})
        for row in await connection.execute(query.where(family.key(table).in_(ids))):
            by_owner.setdefault(getattr(row, family.id), []).append(row)
    return found


def _differences(
    family: Names, row: Row[Any], log: list[LogRow], recorded: Mapping[str, Mapping[UUID, list[Row[Any]]]]
) -> Iterator[Difference]:  # fmt: skip
    owner = row.id
    yield from _broken(family, row, log, recorded[family.texts.name].get(owner, []))
    try:
        if family is PROCESSES:
            derived, version = _process(row.kind, log), len(log)
        else:
            changes = project(None, events_of(log))
            derived, version = case_row(changes.state), changes.state.version
    except (BrokenLog, LookupError, ValueError, TypeError, AttributeError) as error:
        yield Difference(owner, family.events.name, "", "fold", type(error).__name__, "a whole log")
        return
    yield from _columns(owner, family.rows.name, "", row, derived)
    if family is CASES:
        yield from _tables(owner, changes, recorded)
    for drive in recorded[family.notify.name].get(owner, []):
        if drive.wanted != version:
            yield Difference(owner, family.notify.name, str(drive.epoch), "wanted", drive.wanted, version)


def _broken(family: Names, row: Row[Any], log: list[LogRow], texts: Iterable[Row[Any]]) -> Iterator[Difference]:
    """Check the log by itself: numbers, dates, links, head, and the digests of its texts."""
    owner, events = row.id, family.events.name
    seqs = [each.seq for each in log]
    if seqs != list(range(1, len(seqs) + 1)):
        yield Difference(owner, events, "", "seq", seqs, f"1..{len(seqs)}")
    broken = first_break((each.chained(owner, family.subject), each.hash) for each in log)
    if broken is not None:
        yield Difference(owner, events, str(log[broken - 1].seq), "chain", "link", "another link")
    head = log[-1].hash if log else GENESIS
    if row.head != head:
        yield Difference(owner, family.rows.name, "", "head", row.head.hex(), head.hex())
    bodies = {each.seq: each.body for each in log}
    for each in log:
        if instant(each.at) != each.body.get("at"):
            yield Difference(owner, events, str(each.seq), "at", instant(each.at), each.body.get("at"))
    for words in texts:
        digest = bodies.get(words.seq, {}).get(words.field)
        if words.body is not None and words.salt is not None and text_digest(words.salt, words.body) != digest:
            yield Difference(owner, family.texts.name, f"{words.seq}/{words.field}", "body", "words", "other words")


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
        if column == "state" and table in _STATES:
            found = _as_today(table, held)
        if (instant(found) if isinstance(found, datetime) else found) != value:
            yield Difference(case, table, key, column, found, value)


def _as_today(table: str, row: Row[Any]) -> Any:
    """Fill in what has a default today: a state that an earlier release wrote lacks it."""
    known: type = CaseState if table == CASES.rows.name else KINDS[row.kind].state
    try:
        return to_plain(from_plain(known, row.state))
    except (ValueError, KeyError, TypeError, AttributeError):
        return row.state
