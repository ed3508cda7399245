"""The record's SQL: one statement that opens a case under its lock, one that writes everything a decision changed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from adapters.db.names import CASES, PROCESSES, Names
from adapters.db.process_tables import process_notices
from adapters.db.tables import case_events, case_texts, cases, clocks, notices, tasks

_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

STATE_COLUMNS = (
    "status", "phase", "version", "at", "closed_at", "result", "escalation", "supervision", "rework",
    "awaiting_approval", "rules", "class_code", "limit_class", "next_due", "next_near", "next_clock", "state", "head",
)  # fmt: skip
"""Columns of `cases` that events change; all others are fixed by the raise, but for the epoch."""

PROCESS_COLUMNS = ("status", "version", "at", "closed_at", "state", "head")
"""Columns of `processes` that events change."""

TASK_STAMPS = ("added_at", "claimed_at", "reported_at", "submitted_at")
TASK_KEY = ("no",)
CLOCK_KEY = ("key", "generation")


def shape(table: Table, columns: Iterable[str]) -> str:
    """Write the column list with which `jsonb_to_recordset` reads rows of a table."""
    return ", ".join(f'"{name}" {table.c[name].type.compile(dialect=_DIALECT)}' for name in columns)


def names(table: Table, *but: str) -> list[str]:
    """Return the columns that a writer fills in."""
    return [c.name for c in table.columns if c.name not in but and c.computed is None and c.identity is None]


def _listed(columns: Iterable[str], prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in columns)


def insert_rows(table: Table, parameter: str, *but: str) -> str:
    """Write an insert of rows of one case or process, given as a JSON array; its id is the parameter `$1`.

    Args:
        but: Columns that have their default.
    """
    owner = PROCESSES.id if PROCESSES.id in table.c else CASES.id
    columns = names(table, owner, *but)
    return (
        f"INSERT INTO {table.name} ({owner}, {_listed(columns)}) SELECT $1, {_listed(columns, 'x.')} "  # noqa: S608
        f"FROM jsonb_to_recordset({parameter}::jsonb) AS x ({shape(table, columns)})"
    )


_TASK_CHANGES = [c for c in names(tasks, "case_id", "no") if c not in TASK_STAMPS]

UPSERT_TASKS = (
    insert_rows(tasks, "$5")
    + " ON CONFLICT (case_id, no) DO UPDATE SET "
    + ", ".join(f'"{c}" = excluded."{c}"' for c in _TASK_CHANGES)
    + ", "
    + ", ".join(f"{c} = coalesce(excluded.{c}, tasks.{c})" for c in TASK_STAMPS)
)
UPSERT_CLOCKS = (
    insert_rows(clocks, "$6") + " ON CONFLICT (case_id, key, generation) DO UPDATE SET ended_at = excluded.ended_at,"
    " outcome = excluded.outcome, role = excluded.role, class_code = excluded.class_code, voided = excluded.voided,"
    " paused_at = excluded.paused_at,"
    " fired = clocks.fired || excluded.fired"
)


def _insert_row(table: Table) -> str:
    columns = names(table, "id")
    return (
        f"INSERT INTO {table.name} (id, {_listed(columns)}) SELECT $1, {_listed(columns, 'x.')} "  # noqa: S608
        f"FROM jsonb_to_record($2::jsonb) AS x ({shape(table, columns)})"
    )


def _update_row(table: Table, columns: Iterable[str]) -> str:
    changed = tuple(columns)
    return (
        f"UPDATE {table.name} AS c SET "  # noqa: S608 - made of our own column names
        + ", ".join(f"{c} = x.{c}" for c in changed)
        + f" FROM jsonb_to_record($2::jsonb) AS x ({shape(table, changed)}) WHERE c.id = $1"
    )


UPDATE_CASE = _update_row(cases, STATE_COLUMNS)
UPDATE_PROCESS = _update_row(PROCESSES.rows, PROCESS_COLUMNS)

_ORDER = (
    "jsonb_to_record({0}::jsonb) AS x (epoch bigint, wanted integer, step_at timestamptz, wake_at timestamptz, "
    "closed boolean, owed boolean, earlier boolean, delivered boolean)"
)
_DIRTY = (
    "(NOT x.delivered AND (x.owed OR coalesce(x.wake_at < coalesce(n.armed_at, 'infinity'), false)"
    " AND (x.earlier OR n.urgent <= n.sent)))"
)
"""Something is owed that was not owed before, or the engine would wake too late (design 3a.1).

What was owed or coming before this change is on its way already: the row was made dirty for it, and stays dirty until
the engine accepts such a plan. So while it is dirty, only a wake that got earlier asks for more.
"""
LEASE = "interval '2 seconds'"
"""How long the nudge after a response has before the relay takes over (design 3a.6)."""


def insert_notify(family: Names, parameter: str) -> str:
    """Write the row of a new epoch, which the engine has to be told."""
    return family.fill(
        "INSERT INTO {notify} AS n ({id}, epoch, wanted, urgent, step_at, lease_until, closed, dirty_at) "  # noqa: S608
        f"SELECT $1, x.epoch, x.wanted, x.wanted, x.step_at, clock_timestamp() + {LEASE}, x.closed, clock_timestamp() "
        "FROM " + _ORDER.format(parameter)
    )


def update_notify(family: Names, parameter: str) -> str:
    """Write the update of what the drive has to know; a step delivers its own answer (design 3a.1, 3a.5)."""
    return family.fill(
        "UPDATE {notify} AS n SET wanted = x.wanted, step_at = x.step_at, closed = x.closed,"  # noqa: S608
        " sent = CASE WHEN x.delivered THEN x.wanted ELSE n.sent END,"
        f" urgent = CASE WHEN {_DIRTY} THEN x.wanted ELSE n.urgent END,"
        " armed_at = CASE WHEN x.delivered THEN x.wake_at ELSE n.armed_at END,"
        f" lease_until = CASE WHEN x.delivered THEN NULL WHEN {_DIRTY} THEN clock_timestamp() + {LEASE}"
        " ELSE n.lease_until END,"
        f" attempts = CASE WHEN x.delivered OR {_DIRTY} THEN 0 ELSE n.attempts END,"
        f" parked = n.parked AND NOT (x.delivered OR {_DIRTY}),"
        f" dirty_at = CASE WHEN x.delivered THEN NULL WHEN {_DIRTY} THEN coalesce(n.dirty_at, clock_timestamp())"
        " ELSE n.dirty_at END,"
        " sent_at = CASE WHEN x.delivered THEN clock_timestamp() ELSE n.sent_at END,"
        " stepped_at = CASE WHEN x.delivered THEN clock_timestamp() ELSE n.stepped_at END"
        f" FROM {_ORDER.format(parameter)} WHERE n.{{id}} = $1 AND n.epoch = x.epoch"
    )


def _close_notify(family: Names) -> str:
    """Write the end of the epochs before: each row stays until its farewell is delivered (design 3a.9)."""
    return family.fill(
        "UPDATE {notify} AS n SET closed = true, step_at = NULL, parked = false"
        " WHERE n.{id} = $1 AND n.step_at IS NOT NULL RETURNING n.epoch"
    )


_SAID = (
    insert_rows(notices, "$7") + " RETURNING seq, code, org, role, user_id"
)
_TOLD = (
    "INSERT INTO outbound (case_id, seq, channel_id, recipient, code, state)"
    " SELECT $1, s.seq, ch.id, coalesce('user:' || s.user_id, s.org || ':' || s.role, s.org), s.code, 'queued'"
    " FROM said s JOIN channels ch ON ch.active AND (ch.org IS NULL OR ch.org = s.org)"
    " ON CONFLICT DO NOTHING RETURNING id, channel_id"
)


def _answered(parameter: str) -> str:
    return (
        "INSERT INTO idempotency (actor, key, fingerprint, answer) SELECT x.actor, x.key, x.fingerprint, x.answer"  # noqa: S608
        f" FROM jsonb_to_record({parameter}::jsonb) AS x (actor text, key text, fingerprint text, answer jsonb)"
        " WHERE x.actor IS NOT NULL"
    )


_NOTIFIED = " RETURNING n.urgent > n.sent AND n.urgent = n.wanted AS dirty"


def _with(parts: dict[str, str]) -> str:
    named = ", ".join(f"{name} AS ({sql})" for name, sql in parts.items())
    return f"WITH {named} SELECT (SELECT dirty FROM notified) AS dirty"  # noqa: S608 - texts of this module


def _write_case(case: str, notify: str, **more: str) -> str:
    parts = {
        "written": case, "logged": insert_rows(case_events, "$3"), "worded": insert_rows(case_texts, "$4"),
        "tasked": UPSERT_TASKS, "clocked": UPSERT_CLOCKS, "said": _SAID, "told": _TOLD, "answered": _answered("$8"),
        "notified": notify + _NOTIFIED, **more,
    }  # fmt: skip
    return (
        _with(parts) + ","  # noqa: S608 - texts of this module
        " (SELECT jsonb_agg(jsonb_build_array(t.id, ch.kind)) FROM told t JOIN channels ch ON ch.id = t.channel_id)"
        " AS messages"
    )


def _write_process(row: str, notify: str) -> str:
    return _with({
        "written": row, "logged": insert_rows(PROCESSES.events, "$3"), "worded": insert_rows(PROCESSES.texts, "$4"),
        "said": insert_rows(process_notices, "$7", "id"), "answered": _answered("$5"), "notified": notify + _NOTIFIED,
    })  # fmt: skip


WRITE_RAISE = _write_case(_insert_row(cases), insert_notify(CASES, "$9"))
"""Writes a new case; parameters: id, case, events, texts, tasks, clocks, notices, idempotency row, notify order."""

WRITE_CHANGE = _write_case(UPDATE_CASE, update_notify(CASES, "$9"))
"""Writes a decision on an existing case; parameters as `WRITE_RAISE`."""

WRITE_REOPENED = _write_case(
    _update_row(cases, (*STATE_COLUMNS, "epoch")), insert_notify(CASES, "$9"), fenced=_close_notify(CASES)
)
"""Writes a decision that begins a new epoch of a case; parameters as `WRITE_RAISE`."""

WRITE_OPENING = _write_process(_insert_row(PROCESSES.rows), insert_notify(PROCESSES, "$6"))
"""Writes a new process; parameters: id, process, events, texts, idempotency row, notify order, notices."""

WRITE_PROCESS = _write_process(UPDATE_PROCESS, update_notify(PROCESSES, "$6"))
"""Writes a decision on an existing process; parameters as `WRITE_OPENING`."""

DELIVER = update_notify(CASES, "$2")
"""Notes that the engine got the plan in the answer of a step; parameters: id, notify order."""

DELIVER_PROCESS = update_notify(PROCESSES, "$2")
"""The same for a process."""

ANSWER = _answered("$1")
"""Stores the answer of a request that wrote nothing to the aggregate it is answered for; parameter: the row."""

OPEN = """
SELECT c.epoch, c.state, c.head, c.rules, greatest(business_now(), c.at) AS now, clock_timestamp() AS recorded_at,
       f.pack, f.calendar, f.since, k.anchor, k.shift, k.rate, i.fingerprint, i.answer
FROM cases c CROSS JOIN business_clock k LEFT JOIN LATERAL in_force(c.rules, c.district, 'infinity') AS f ON true
LEFT JOIN idempotency i ON i.actor = $2 AND i.key = $3
WHERE c.id = $1
FOR UPDATE OF c
"""
"""Locks a case and reads all that a decision needs, the rules in force included; parameters: id, actor, key."""

IN_FORCE_BETWEEN = """
SELECT f.pack, f.calendar, f.since
FROM (
    SELECT DISTINCT since FROM rule_adoptions
    WHERE name IN (split_part($1, '/', 1), split_part($1, '/', 1) || ':' || $2) AND since > $3 AND since < $4
) AS v CROSS JOIN LATERAL in_force($1, $2, v.since) AS f
ORDER BY v.since
"""
"""Which rules came into force after one instant and before another; parameters: rules, district, after, before."""

OPEN_RAISE = """
WITH clock AS MATERIALIZED (
    SELECT business_now() AS now, clock_timestamp() AS recorded_at, calendar_of($3, $4) AS calendar
), number AS (
    INSERT INTO case_numbers AS n (district, day, next)
    SELECT $4, (clock.now AT TIME ZONE k.zone)::date, 2
    FROM clock JOIN calendars k ON k.name || '/' || k.version = clock.calendar
    WHERE NOT EXISTS (SELECT FROM idempotency WHERE actor = $1 AND key = $2)
    ON CONFLICT (district, day) DO UPDATE SET next = n.next + 1
    RETURNING n.next - 1 AS serial, n.day
)
SELECT clock.now, clock.recorded_at, clock.calendar, number.serial, number.day, k.anchor, k.shift, k.rate,
       i.fingerprint, i.answer
FROM clock CROSS JOIN business_clock k LEFT JOIN number ON true
LEFT JOIN idempotency i ON i.actor = $1 AND i.key = $2
"""
"""Draws a case number and reads all that a raise needs; parameters: actor, key, rules, district."""

OPEN_PROCESS = """
SELECT c.kind, c.epoch, c.state, c.head, c.rules, greatest(business_now(), c.at) AS now,
       clock_timestamp() AS recorded_at, calendar_of(c.rules, coalesce(c.district, '')) AS calendar,
       k.anchor, k.shift, k.rate, i.fingerprint, i.answer
FROM processes c CROSS JOIN business_clock k LEFT JOIN idempotency i ON i.actor = $2 AND i.key = $3
WHERE c.id = $1
FOR UPDATE OF c
"""
"""Locks a process and reads all that a decision needs; parameters: id, actor, key."""

OPEN_OPENING = """
SELECT business_now() AS now, clock_timestamp() AS recorded_at, calendar_of($3, coalesce($4, '')) AS calendar,
       k.anchor, k.shift, k.rate, i.fingerprint, i.answer
FROM business_clock k LEFT JOIN idempotency i ON i.actor = $1 AND i.key = $2
"""
"""Reads all that the opening of a process needs; parameters: actor, key, rules, district."""

SEEN = "SELECT fingerprint, answer FROM idempotency WHERE actor = $1 AND key = $2"

HAND_OVER = """
UPDATE outbound AS o SET state = 'handed', handed_at = clock_timestamp()
FROM channels ch
WHERE o.case_id = $1 AND ch.id = o.channel_id AND o.done_at IS NULL
  AND (o.state = 'queued' OR (o.attempts = 0 AND o.handed_at < clock_timestamp() - interval '30 seconds'))
RETURNING o.id, ch.kind
"""
"""Takes the waiting messages of a case, and those whose workflow seems never to have begun."""
