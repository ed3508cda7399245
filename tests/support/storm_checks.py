"""What must hold after a storm (design 6): facts read in one snapshot, then judged by functions without a database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import text

from adapters.db import business_clock, rebuild
from adapters.temporal import is_running
from contracts.names import case_workflow_id
from domain.actors import SYSTEM
from tests.support.storm_client import Deed, History

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine
    from temporalio.client import Client

    from adapters.db.business_clock import BusinessClock

GRACE = timedelta(seconds=5)
"""Real time that a due rung may wait once the storm is over; a tenth of what the watchdog would wait."""

EFFECTS = {
    "raise": {"case_raised"}, "approve": {"case_approved"}, "claim": {"task_claimed"}, "unclaim": {"task_unclaimed"},
    "report-in": {"reported_in"}, "stage-report": {"stage_reported"}, "submit": {"result_submitted", "stage_done"},
    "check-pass": {"check_passed"}, "check-fail": {"check_failed"}, "add-department": {"task_added"},
    "urge": {"urged"}, "release": {"task_released"}, "withdraw": {"case_withdrawn"},
}  # fmt: skip
"""Verb → the event that is its one effect."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the log."""

    case_id: UUID
    seq: int
    at: datetime
    recorded_at: datetime
    actor: str
    kind: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung that was due, with the event that fired it, if any."""

    case_id: UUID
    clock: str
    code: str
    due: datetime
    fired: Entry | None


@dataclass(frozen=True, slots=True)
class Facts:
    """The record at one instant.

    Attributes:
        answers: (actor, key) → stored answer.
        marks: Mark of a command → the (case, seq) at which its words stand.
        drive: Rows of `case_notify` with real instants, and whether the epoch is the case's.
        now: Business instant.
    """

    entries: dict[UUID, list[Entry]]
    answers: dict[tuple[str, str], dict[str, Any]]
    marks: dict[str, set[tuple[UUID, int]]]
    drive: list[Any]
    now: datetime
    clock: BusinessClock
    differences: list[str]


_DRIVE = """
SELECT n.case_id, n.epoch, n.epoch = c.epoch AS current, c.closed_at IS NOT NULL AS ended, n.urgent > n.sent AS dirty,
       n.parked, n.armed_at, real_at(n.step_at) AS wake_at, clock_timestamp() AS now
FROM case_notify n JOIN cases c ON c.id = n.case_id
"""
_MARKS = """
SELECT case_id, seq, substring(body FROM '[[]storm-[0-9-]+[]]') AS mark FROM case_texts WHERE body ~ '[[]storm-'
"""


async def read(engine: AsyncEngine) -> Facts:
    """Read the whole record in one snapshot."""
    async with engine.connect() as plain:
        connection = await plain.execution_options(isolation_level="REPEATABLE READ")
        entries: dict[UUID, list[Entry]] = defaultdict(list)
        events = "SELECT case_id, seq, at, recorded_at, actor, kind, body FROM case_events ORDER BY case_id, seq"
        for row in await connection.execute(text(events)):
            entries[row.case_id].append(Entry(*row))
        stored = await connection.execute(text("SELECT actor, key, answer FROM idempotency"))
        answers = {(row.actor, row.key): row.answer for row in stored}
        marks: dict[str, set[tuple[UUID, int]]] = defaultdict(set)
        for row in await connection.execute(text(_MARKS)):
            marks[row.mark].add((row.case_id, row.seq))
        return Facts(
            dict(entries), answers, dict(marks), list(await connection.execute(text(_DRIVE))),
            await business_clock.now(connection), await business_clock.read(connection),
            [str(difference) for difference in await rebuild.check(connection)],
        )  # fmt: skip


async def unsettled(engine: AsyncEngine, client: Client) -> list[str]:
    """Say what has not converged yet (invariant 7); empty in a system at rest."""
    async with engine.connect() as connection:
        rows = list(await connection.execute(text(_DRIVE)))
    return [*drive_faults(rows), *[fault async for fault in _workflow_faults(rows, client)]]


def judge(facts: Facts, history: History) -> list[str]:
    """Return every broken invariant of the record, one line each."""
    return [
        *history.faults, *kept_once(facts, history), *(f"log is the state: {line}" for line in facts.differences),
        *gapless(facts), *rung_faults(facts), *one_holder(facts), *drive_faults(facts.drive),
    ]  # fmt: skip


def kept_once(facts: Facts, history: History) -> Iterator[str]:
    """Invariant 1: each acknowledged command in the record once, by key and by effect; nothing that nobody did."""
    acknowledged = {(deed.actor, deed.key): deed for deed in history.acknowledged}
    for who in acknowledged.keys() - facts.answers.keys():
        yield f"lost: {who} was acknowledged, the record knows no such key"
    for who in facts.answers.keys() - acknowledged.keys():
        yield f"lost: {who} took effect, no client was ever told"
    for deed in history.deeds:
        places = facts.marks.get(deed.mark, set())
        wanted = 1 if deed.done else 0
        if deed.mark and len(places) != wanted:
            yield f"doubled or lost: the words of {deed.verb} {deed.key} stand {len(places)} times, not {wanted}"
    for deed in history.acknowledged:
        yield from _effect_faults(deed, facts)
    covered = Counter((UUID(a["case_id"]), seq) for a in facts.answers.values() for seq in a["seqs"])
    for entry in (e for log in facts.entries.values() for e in log if e.actor != SYSTEM.id):
        if covered[entry.case_id, entry.seq] != 1:
            times = covered[entry.case_id, entry.seq]
            yield f"doubled: {entry.kind} {entry.case_id}/{entry.seq} of {entry.actor} belongs to {times} answers"


def _effect_faults(deed: Deed, facts: Facts) -> Iterator[str]:
    answer = facts.answers.get((deed.actor, deed.key))
    if answer is None:
        return
    if (answer["case_id"], answer["version"]) != (deed.case_id, deed.body["version"]):
        yield f"another answer: {deed.verb} {deed.key} got v{deed.body['version']}, stored is {answer}"
    log = {entry.seq: entry for entry in facts.entries.get(UUID(deed.case_id), ())}
    own = [log[seq] for seq in answer["seqs"] if seq in log]
    effects = [e for e in own if e.kind in EFFECTS[deed.verb] and e.actor == deed.actor]
    if len(own) != len(answer["seqs"]) or len(effects) != 1:
        yield f"effect: {deed.verb} {deed.key} caused {[e.kind for e in own]} of {answer['seqs']}"


def gapless(facts: Facts) -> Iterator[str]:
    """Invariant 2, and the time of a case never falls."""
    for case, log in facts.entries.items():
        if [e.seq for e in log] != list(range(1, len(log) + 1)):
            yield f"gap: {case} has seq {[e.seq for e in log]}"
        if any(later.at < earlier.at for earlier, later in pairwise(log)):
            yield f"time fell in {case}"


def rungs(facts: Facts, until: datetime) -> Iterator[Rung]:
    """List every rung whose instant passed while its clock ran, up to a business instant, from the log alone."""
    for case, log in facts.entries.items():
        ends, fired = _ends(log), _fired(log)
        for entry in log:
            if entry.kind != "clock_started":
                continue
            spec = entry.body["clock"]
            clock = (spec["key"], spec["generation"])
            for rung in spec["rungs"]:
                due = max(_instant(rung["at"]), _instant(spec["set_at"]))
                done = fired.get((*clock, rung["code"]), [])
                if done or due < min(ends.get(clock, until), until):
                    name = f"{spec['key']}/{spec['generation']}"
                    yield Rung(case, name, rung["code"], due, done[0] if done else None)


def rung_faults(facts: Facts) -> Iterator[str]:
    """Invariant 4: each rung once, never early, dated when it was due, none missing beyond the grace."""
    for case, log in facts.entries.items():
        ends = _ends(log)
        for (key, generation, code), events in _fired(log).items():
            if len(events) > 1:
                yield f"twice: {case} {key}/{generation}/{code} fired {len(events)} times"
            if events[0].at > ends.get((key, generation), events[0].at):
                yield f"after the end: {case} {key}/{generation}/{code}"
    horizon = facts.now - GRACE * facts.clock.rate
    for rung in rungs(facts, horizon):
        name = f"{rung.case_id} {rung.clock}/{rung.code} due {rung.due:%H:%M:%S}"
        if rung.fired is None:
            yield f"missing: {name}"
        elif rung.fired.at != rung.due:
            yield f"wrong date: {name} is dated {rung.fired.at:%H:%M:%S}"
        elif rung.fired.recorded_at < facts.clock.to_real(rung.due):
            early = (facts.clock.to_real(rung.due) - rung.fired.recorded_at).total_seconds()
            yield f"early: {name} fired {early:.1f} s too soon"


def lateness(facts: Facts) -> list[float]:
    """Return the real seconds from due to recorded of every rung that fired, ascending."""
    fired = (rung for rung in rungs(facts, facts.now) if rung.fired is not None)
    return sorted((r.fired.recorded_at - facts.clock.to_real(r.due)).total_seconds() for r in fired if r.fired)


def one_holder(facts: Facts) -> Iterator[str]:
    """Invariant 3: a task is held by one at a time, a case has one lead."""
    for case, log in facts.entries.items():
        holders: dict[int, str | None] = {}
        leads = 0
        for entry in log:
            body = entry.body
            leads += entry.kind == "task_added" and body["role"] == "lead"
            if entry.kind == "task_claimed":
                if holders.get(body["task"]) is not None:
                    yield f"two holders: {case} task {body['task']}: {holders[body['task']]}, {body['worker']}"
                holders[body["task"]] = body["worker"]
            elif entry.kind == "task_unclaimed":
                holders[body["task"]] = None
        if leads > 1:
            yield f"{leads} leads: {case}"


def drive_faults(rows: list[Any]) -> Iterator[str]:
    """Invariant 7, the record's side: nothing dirty, every coming step armed in time, none overdue."""
    for row in rows:
        name = f"{row.case_id}/{row.epoch}"
        if row.dirty or row.parked:
            yield f"dirty: {name}"
        if row.wake_at is None or not row.current:
            continue
        if not row.ended and (row.armed_at is None or row.armed_at > row.wake_at + GRACE):
            yield f"not armed: {name} wakes {row.wake_at}, the engine knows {row.armed_at}"
        if row.wake_at < row.now - GRACE:
            yield f"overdue: {name} since {row.wake_at}"
        if row.armed_at is not None and row.armed_at < row.now - GRACE:
            yield f"slept too long: {name} was armed for {row.armed_at}"


async def _workflow_faults(rows: list[Any], client: Client):  # type: ignore[no-untyped-def]
    """Invariant 7, the engine's side: exactly the open cases have a running workflow, by describe."""
    for row in rows:
        runs = await is_running(client, case_workflow_id(row.case_id, row.epoch))
        if runs and (row.ended or not row.current):
            yield f"still running: {row.case_id}/{row.epoch}"
        if not runs and row.current and not row.ended:
            yield f"not running: {row.case_id}/{row.epoch}"


def _ends(log: list[Entry]) -> dict[tuple[str, int], datetime]:
    """Return when each generation of a clock ended: by its end, or by the start of the next one."""
    ends: dict[tuple[str, int], datetime] = {}
    for entry in log:
        if entry.kind == "clock_ended":
            ends.setdefault((entry.body["key"], entry.body["generation"]), entry.at)
        elif entry.kind == "clock_started":
            spec = entry.body["clock"]
            ends.setdefault((spec["key"], spec["generation"] - 1), entry.at)
    return ends


def _fired(log: list[Entry]) -> dict[tuple[str, int, str], list[Entry]]:
    fired: dict[tuple[str, int, str], list[Entry]] = defaultdict(list)
    for entry in log:
        if entry.kind == "rung_fired":
            fired[entry.body["key"], entry.body["generation"], entry.body["rung"]].append(entry)
    return fired


def _instant(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)
