"""History in bulk: whole logs of cases that were lived elsewhere, appended with their own times."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from itertools import pairwise
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, Table, bindparam, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.errors import RecordError
from adapters.db.family import FIRST_EPOCH
from adapters.db.log import log_rows
from adapters.db.opening import case_number
from adapters.db.plans import agenda
from adapters.db.rows import case_row, project
from adapters.db.statements import names
from adapters.db.tables import case_events, case_notify, case_texts, cases, clocks, tasks
from domain.actors import Actor
from domain.case import CaseState, Facts
from domain.chain import GENESIS
from domain.events import CaseRaised, Event

Log = Sequence[tuple[Event, Actor]]
"""The whole life of one case, in order; the first event is its raise."""


class HistoryInvalid(RecordError):
    """A log that cannot be a case: no raise at its head, or a time that falls; facts: `source_ref`, `event`."""

    code: ClassVar[str] = "history_invalid"


@dataclass(frozen=True, slots=True)
class Appended:
    """What a batch did: cases and events written, cases left out because their `source_ref` was there before."""

    cases: int
    events: int
    skipped: int


async def append_history(
    connection: AsyncConnection, batch: Sequence[Log], *, prefix: str = "", zone: tzinfo = UTC, drive: bool = True
) -> Appended:  # fmt: skip
    """Append whole logs: events, chain, texts, cases, tasks and clocks. All or nothing with the caller's transaction.

    Nobody is notified of what is long past. Repeating a batch writes nothing.

    Args:
        batch: Some hundreds of logs; a blank case number is drawn here, of the local day of the raise.
        prefix: Number prefix of the rule pack, for blank numbers.
        zone: Zone of that local day.
        drive: Open cases get a workflow; with False nobody drives them until somebody acts.

    Raises:
        HistoryInvalid: code `history_invalid`; nothing of the batch is written then.
    """
    for log in batch:
        _must_be_a_life(log)
    fresh = await _unknown(connection, batch)
    if not fresh:
        return Appended(0, 0, len(batch))
    numbered = await _numbered(connection, fresh, prefix, zone)
    recorded_at = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    now = (await connection.execute(text("SELECT business_now()"))).scalar_one()
    rows: dict[str, list[tuple[Any, ...]]] = {}
    events = 0
    for log in numbered:
        state = _project(log, recorded_at, rows)
        events += len(log)
        if not state.is_ended:
            _add(rows, case_notify, [_driven(state, now, recorded_at) if drive else _at_rest(state)])
    for table in (cases, case_events, case_texts, tasks, clocks, case_notify):
        if rows.get(table.name):
            await _copy(connection, table, rows[table.name])
    return Appended(len(numbered), events, len(batch) - len(numbered))


def _must_be_a_life(log: Log) -> None:
    if not log or not isinstance(log[0][0], CaseRaised):
        raise HistoryInvalid("A history begins with a raise.")
    for (earlier, _), (event, _) in pairwise(log):
        if event.at < earlier.at:
            ref = _facts(log).source_ref
            raise HistoryInvalid("Time falls within a case.", source_ref=ref, event=type(event).__name__)


def _facts(log: Log) -> Facts:
    event = log[0][0]
    if not isinstance(event, CaseRaised):
        raise HistoryInvalid("A history begins with a raise.")
    return event.facts


async def _unknown(connection: AsyncConnection, batch: Sequence[Log]) -> list[Log]:
    """Leave out what was imported before, and repeats within the batch."""
    refs = [ref for log in batch if (ref := _facts(log).source_ref) is not None]
    query = select(cases.c.source_ref).where(cases.c.source_ref.in_(refs))
    known: set[str | None] = set((await connection.execute(query)).scalars()) if refs else set()
    fresh: list[Log] = []
    for log in batch:
        ref = _facts(log).source_ref
        if ref is None or ref not in known:
            fresh.append(log)
            known.add(ref)
    return fresh


async def _numbered(connection: AsyncConnection, logs: list[Log], prefix: str, zone: tzinfo) -> list[Log]:
    """Draw the blank numbers, one stretch per district and day."""
    places = [(f.district, f.raised_at.astimezone(zone).date()) for f in map(_facts, logs)]
    wanted = Counter(place for place, log in zip(places, logs, strict=True) if not _facts(log).number)
    next_of = await _draw(connection, wanted) if wanted else {}
    numbered: list[Log] = []
    for place, log in zip(places, logs, strict=True):
        first, actor = log[0]
        if isinstance(first, CaseRaised) and not first.facts.number:
            number = case_number(prefix, *place, next_of[place])
            next_of[place] += 1
            named = replace(first, facts=replace(first.facts, number=number))
            numbered.append([(named, actor), *log[1:]])
        else:
            numbered.append(log)
    return numbered


async def _draw(connection: AsyncConnection, wanted: Mapping[tuple[str, date], int]) -> dict[tuple[str, date], int]:
    query = text(
        "INSERT INTO case_numbers AS n (district, day, next) SELECT x.district, x.day, x.many + 1"
        " FROM jsonb_to_recordset(:places) AS x (district text, day date, many integer) ORDER BY 1, 2"
        " ON CONFLICT (district, day) DO UPDATE SET next = n.next + excluded.next - 1 RETURNING district, day, next"
    ).bindparams(bindparam("places", type_=JSONB))
    places = [{"district": d, "day": day.isoformat(), "many": many} for (d, day), many in wanted.items()]
    rows = await connection.execute(query, {"places": places})
    return {(row.district, row.day): row.next - wanted[row.district, row.day] for row in rows}


def _project(log: Log, recorded_at: datetime, rows: dict[str, list[tuple[Any, ...]]]) -> CaseState:
    """Turn one log into rows of every table."""
    changes = project(None, (event for event, _ in log))
    case = UUID(changes.state.facts.id)
    made = log_rows(case, [(event, actor.id) for event, actor in log], recorded_at, GENESIS, 0)
    row = {**case_row(changes.state), "id": case, "epoch": FIRST_EPOCH, "head": made.head}
    _add(rows, cases, [row])
    by_case = {"case_id": case}
    _add(rows, case_events, ({**each, **by_case} for each in made.events))
    _add(rows, case_texts, ({**each, **by_case} for each in made.texts))
    _add(rows, tasks, ({**each, **by_case} for each in changes.tasks.values()))
    _add(rows, clocks, ({**each, **by_case} for each in changes.clocks.values()))
    return changes.state


def _driven(state: CaseState, now: datetime, real: datetime) -> dict[str, Any]:
    """Have the relay start the workflow of an open case."""
    return {**_at_rest(state), "sent": 0, "step_at": agenda(state, now).first_at, "dirty_at": real}


def _at_rest(state: CaseState) -> dict[str, Any]:
    """Leave an open case without a workflow until a command changes it."""
    version = state.version
    known = {"case_id": UUID(state.facts.id), "epoch": FIRST_EPOCH, "wanted": version, "urgent": version}
    blank = dict.fromkeys(names(case_notify))
    return {**blank, **known, "sent": version, "attempts": 0, "closed": False, "parked": False}


def _add(rows: dict[str, list[tuple[Any, ...]]], table: Table, found: Iterable[Mapping[str, Any]]) -> None:
    columns = _columns(table)
    rows.setdefault(table.name, []).extend(tuple(_value(each[name], kind) for name, kind in columns) for each in found)


@cache
def _columns(table: Table) -> tuple[tuple[str, str], ...]:
    """Name each column with how its plain value becomes one of the driver."""
    types = {name: table.c[name].type for name in names(table)}
    kinds = {name: "json" if isinstance(kind, JSONB) else "" for name, kind in types.items()}
    return tuple((name, "when" if isinstance(types[name], DateTime) else kind) for name, kind in kinds.items())


def _value(value: Any, kind: str) -> Any:
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if kind == "when" and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value


async def _copy(connection: AsyncConnection, table: Table, rows: list[tuple[Any, ...]]) -> None:
    """Stream rows into a table in the caller's transaction; the driver's own binary COPY is the fastest way in."""
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if driver is None:
        raise RecordError("no connection")
    await driver.copy_records_to_table(table.name, records=rows, columns=names(table))
