"""Relief in the detail of a case: requests, suspensions, calls for help, milestones, reopenings, closing standards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from adapters.db.errors import UnknownRules
from adapters.db.queries.annex import entries
from contracts.relief_views import (
    ExtensionDetail,
    HelpDetail,
    MilestoneDetail,
    ReopeningDetail,
    Standard,
    SuspensionDetail,
)  # fmt: skip
from domain.case import ClockCode, MoveKind
from domain.clocks import Limit, explain, legs
from domain.draft import clock_key
from domain.errors import DomainError
from domain.history import CHANNEL as IMPORTED
from domain.schedule import GIVEN, changes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.db.directory import Directory
    from adapters.db.log import LogRow
    from adapters.db.queries.timeline import Texts
    from adapters.db.rules_store import RulesStore
    from domain.calendar import WorkCalendar
    from domain.case import CaseState, Clock, ClockSpec
    from domain.clocks import Leg


def relief_details(
    state: CaseState, log: Sequence[LogRow], texts: Texts, names: Mapping[str, str], directory: Directory, now: datetime
) -> dict[str, Any]:  # fmt: skip
    """Return the fields of `CaseDetail` that the chapters of relief fill."""
    annex = state.annex
    return {
        "extensions": tuple(
            ExtensionDetail(
                no=e.no, task=e.task, stage=e.stage, state=e.state, by=e.by, by_name=names.get(e.by, e.by),
                asked_at=e.asked_at, due=e.due, citizen_told=e.citizen_told, settled_at=e.settled_at,
                seqs=entries(log, "extension", e.no),
            )
            for e in annex.extensions
        ),
        "suspensions": tuple(
            SuspensionDetail(
                no=s.no, task=s.task, reason=s.reason, state=s.state, by=s.by, by_name=names.get(s.by, s.by), org=s.org,
                org_name=directory.org_name(s.org), asked_at=s.asked_at, until=s.until, running=s.is_running,
                begun_at=s.begun_at, ended_at=s.ended_at, clocks=s.clocks, seqs=entries(log, "suspension", s.no),
            )
            for s in annex.suspensions
        ),
        "helps": tuple(
            HelpDetail(
                no=h.no, task=h.task, org=h.org, org_name=directory.org_name(h.org), by=h.by,
                by_name=names.get(h.by, h.by), asked_at=h.asked_at, answered_at=h.answered_at,
                seqs=entries(log, "help", h.no),
            )
            for h in annex.helps
        ),
        "milestones": _milestones(state, log, texts, now),
        "reopenings": tuple(
            ReopeningDetail(handling=n, at=r.at, cause=r.cause, closed_at=r.closed_at, result=r.result)
            for n, r in enumerate(annex.reopenings, start=2)
        ),
    }  # fmt: skip


def _milestones(
    state: CaseState, log: Sequence[LogRow], texts: Texts, now: datetime
) -> tuple[MilestoneDetail, ...]:  # fmt: skip
    found = []
    for entry in state.annex.milestones:
        clock = state.clock(clock_key(ClockCode.MILESTONE, entry.task, str(entry.no)))
        due = clock.spec.due if clock is not None else entry.due
        seqs = entries(log, "milestone", entry.no)
        overdue = entry.reached_at is None and clock is not None and clock.is_open and due < now
        name = texts.get(seqs[0], {}).get("name") if seqs else None
        found.append(MilestoneDetail(
            no=entry.no, task=entry.task, name=name, due=due, reached_at=entry.reached_at, late=entry.late or overdue,
            seqs=seqs,
        ))  # fmt: skip
    return tuple(found)


async def standards(conn: AsyncConnection, rules: RulesStore, state: CaseState) -> tuple[Standard, ...]:
    """Return the closing tests of the case's limit class by stage; none where the record lacks its rule pack."""
    try:
        pack = await rules.pack(state.rules_ref, conn)
    except UnknownRules:
        return ()
    stages = pack.limit_classes.get(state.facts.limit_class, ())
    return tuple(Standard(code=s.code, name=s.name, closing=s.closing) for s in stages)


def explanation(clock: Clock, state: CaseState, calendar: WorkCalendar | None) -> dict[str, Any]:
    """Say how the due instant was counted, or who gave it, and what moved it since, every span of it.

    `moves` are the extensions, pauses and adoptions in order; the spans of the first two are counted by the calendar of
    the clock's present generation. `error` stands where the calendar does not reach so far.
    """
    spec = clock.spec
    first = spec.moves[0].due if spec.moves else spec.due
    plain = {"start": spec.started_at.isoformat(), "due": spec.due.isoformat(), "limit": spec.limit}
    told: dict[str, Any] = {**plain, "moves": _moves(spec, ())}
    try:
        if spec.limit == GIVEN:
            origin = "imported" if state.facts.channel == IMPORTED else _GIVERS.get(spec.code, "agreed")
            told |= {"method": GIVEN, "origin": origin, "first_due": first.isoformat()}
        elif calendar is None:
            return {**told, "error": "unknown_rules"}
        else:
            base = explain(spec.started_at, Limit.parse(spec.limit), calendar).to_dict()
            told |= {**base, "due": spec.due.isoformat(), "first_due": base["due"]}
        if calendar is not None:
            limit = first if spec.limit == GIVEN else Limit.parse(spec.limit)
            told["moves"] = _moves(spec, legs(spec.started_at, limit, changes_of(spec.moves), calendar))
    except DomainError as error:
        return {**told, "error": error.code}
    return told


_COUNTED = frozenset({MoveKind.EXTENSION, MoveKind.PAUSE})
_GIVERS = {ClockCode.SUSPENSION: "granted", ClockCode.MILESTONE: "set"}
"""Who gave a due instant that nobody counted."""


def _moves(spec: ClockSpec, counted: Sequence[Leg]) -> list[dict[str, Any]]:
    """Tell the moves of a clock, each with what was recorded and, where it was counted, with its spans."""
    if not spec.moves:
        return []
    after = [*(move.due for move in spec.moves[1:]), spec.due]
    waiting = list(counted)
    found = []
    for move, due in zip(spec.moves, after, strict=True):
        told: dict[str, Any] = {
            "kind": move.kind.value, "at": move.at.isoformat(), "until": move.until.isoformat() if move.until else None,
            "limit": move.limit, "ref": move.ref, "before": move.due.isoformat(), "due": due.isoformat(), "spans": [],
        }  # fmt: skip
        if move.kind in _COUNTED and waiting:
            told |= waiting.pop(0).to_dict()
        found.append(told)
    return found
