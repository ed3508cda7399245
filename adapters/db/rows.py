"""The read model as a projection: which rows of cases, tasks and clocks a run of events makes or changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from adapters.db.tables import SUPERSEDED
from domain.case import CaseState, Clock, ClockCode, Facts, Outcome, Task, TaskRole
from domain.chapters.coordination import LeadPassed
from domain.codec import instant, to_plain
from domain.events import (
    ClockEnded,
    ClockPaused,
    ClockStarted,
    Event,
    ReportedIn,
    ResultSubmitted,
    RungFired,
    TaskAdded,
    TaskClaimed,
)
from domain.evolve import evolve
from domain.notices import Notice, notices
from domain.organisations import city_of, district_of, split_code

Row = dict[str, Any]
_ENDS = ClockCode.SUSPENSION
"""The clock that ends a suspension: no duty of anybody, and the sign that what it stopped is suspended."""


@dataclass(slots=True)
class Changes:
    """What a run of events does, as plain rows.

    Attributes:
        state: The state after the last event.
        tasks: Changed rows by task number; the four `*_at` columns only if an event of this run set them.
        clocks: Changed rows by key and generation; `fired` holds the firings of this run only.
        notices: Per notice the number of its event (1, 2, ... within the run), its instant and the notice.
    """

    state: CaseState
    tasks: dict[int, Row] = field(default_factory=dict)
    clocks: dict[tuple[str, int], Row] = field(default_factory=dict)
    notices: list[tuple[int, datetime, Notice]] = field(default_factory=list)


def project(before: CaseState | None, events: Iterable[Event]) -> Changes:
    """Fold events over a state and collect every row that changes.

    Raises:
        domain.evolve.BrokenLog: the events cannot follow the state.
    """
    state = before
    touched: dict[int, dict[str, str]] = {}
    clocks: dict[tuple[str, int], Row] = {}
    said: list[tuple[int, datetime, Notice]] = []
    for number, event in enumerate(events, start=1):
        previous, state = state, evolve(state, event)
        _follow_clock(previous, state, event, clocks)
        stamp = _STAMPS.get(type(event))
        if stamp is not None:
            touched.setdefault(event.task, {})[stamp] = instant(event.at)  # type: ignore[union-attr, arg-type]
        said += [(number, event.at, notice) for notice in notices(event, state)]
    if state is None:
        msg = "no event and no state"
        raise ValueError(msg)
    return Changes(state, _changed_tasks(before, state, touched), clocks, said)


_STAMPS: dict[type, str] = {
    TaskAdded: "added_at", TaskClaimed: "claimed_at", ReportedIn: "reported_at", ResultSubmitted: "submitted_at",
}  # fmt: skip


def case_row(state: CaseState) -> Row:
    """Return the columns of `cases` that follow from the state; without epoch and chain head."""
    facts, nearest = state.facts, nearest_clock(state.clocks)
    return {
        "number": facts.number, "kind": facts.kind, "channel": facts.channel, "status": state.status.value,
        "phase": state.phase.value, "district": facts.district, "area": facts.area, "class_code": facts.class_code,
        "limit_class": facts.limit_class, "duty": facts.duty, "version": state.version, "at": instant(state.at),
        "raised_by": facts.raised_by, "raised_at": instant(facts.raised_at), "closed_at": to_plain(state.closed_at),
        "result": state.result, "escalation": state.escalation, "supervision": state.supervision,
        "rework": state.rework, "awaiting_approval": state.awaiting_approval, "rules": state.rules_ref,
        "lat": facts.lat, "lng": facts.lng, "source_ref": facts.source_ref, **_light(nearest), "state": to_plain(state),
        "raiser": facts.raiser or None, "joint": joint_places(facts), "sensitive": facts.sensitive,
        "campaign": facts.campaign,
    }  # fmt: skip


def nearest_clock(clocks: Iterable[Clock]) -> Clock | None:
    """Return the running clock that is due first, None if none runs; a suspension's end only where nothing else is."""
    running = [clock for clock in clocks if clock.is_open]
    return min(running, key=lambda c: (c.spec.code is _ENDS, c.spec.due, c.spec.key)) if running else None


def task_row(state: CaseState, task: Task) -> Row:
    """Return the columns of one task, without its stamps."""
    area, line, district = place_of(task.org)
    nearest = nearest_clock(_clocks_of(state, task))
    return {
        "no": task.no, "org": task.org, "line": line, "org_area": area, "org_district": district,
        "district": state.facts.district, "area": state.facts.area, "role": task.role.value, "state": task.state.value,
        "holder": task.holder, "late": task.late, "no_show": task.no_show, "rework": task.rework, "urged": task.urged,
        "stage": task.stages[task.stage] if task.stage < len(task.stages) else None, **_light(nearest),
        "tie": task.tie.value, "sensitive": state.facts.sensitive, "marks": [m.action.value for m in task.marks],
    }  # fmt: skip


def _clocks_of(state: CaseState, task: Task) -> list[Clock]:
    """Return the clocks of a task; where it stands still with the whole case, also the one that ends that."""
    own = [clock for clock in state.clocks if clock.spec.task == task.no]
    whole = state.clock(_ENDS) if any(clock.outcome is Outcome.PAUSED for clock in own) else None
    return own if whole is None else [*own, whole]


def clock_row(state: CaseState, clock: Clock) -> Row:
    """Return the columns of one generation of a clock, with no firing yet."""
    spec, facts = clock.spec, state.facts
    area, line, district = place_of(spec.party)
    task = state.task(spec.task) if spec.task is not None else None
    return {
        "key": spec.key, "generation": spec.generation, "code": spec.code.value, "task_no": spec.task,
        "stage": spec.stage, "party": spec.party, "line": line, "party_area": area, "party_district": district,
        **_of_case(facts), "role": task.role.value if task else None, "started_at": instant(spec.started_at),
        "set_at": instant(spec.set_at), "due": instant(spec.due), "near_at": instant(spec.near_at),
        "ended_at": to_plain(clock.ended_at), "paused_at": to_plain(clock.paused_at), "outcome": clock.outcome.value,
        "limit_text": spec.limit, "calendar": spec.calendar, "provisional": spec.provisional, "fired": {},
        "rungs": to_plain(spec.rungs), "voided": [], "sensitive": facts.sensitive,
    }  # fmt: skip


def joint_places(facts: Facts) -> list[str]:
    """Return the joint sub-districts with their districts and city: whoever sees one of these sees the case."""
    places = [(area, district_of(area) or area, city_of(area)) for area in facts.joint_areas]
    return sorted({code for each in places for code in each})


@lru_cache(maxsize=16_384)
def place_of(org: str) -> tuple[str, str | None, str | None]:
    """Return area, line and district of an organisation code."""
    area, line = split_code(org)
    return area, line, district_of(area)


def _of_case(facts: Facts) -> Row:
    return {"district": facts.district, "area": facts.area, "kind": facts.kind, "class_code": facts.class_code}


def _light(clock: Clock | None) -> Row:
    if clock is None:
        return {"next_due": None, "next_near": None, "next_clock": None}
    return {"next_due": instant(clock.spec.due), "next_near": instant(clock.spec.near_at), "next_clock": clock.spec.key}


def _changed_tasks(before: CaseState | None, state: CaseState, touched: dict[int, dict[str, str]]) -> dict[int, Row]:
    """Compare task by task: a row also changes when a clock of its task does."""
    blank = dict.fromkeys(_STAMPS.values())
    if before is not None and before.tasks is state.tasks and before.clocks is state.clocks and not touched:
        return {}
    old = {t.no: task_row(before, t) for t in before.tasks} if before is not None else {}
    rows = {t.no: task_row(state, t) for t in state.tasks}
    changed = {no: row for no, row in rows.items() if row != old.get(no) or no in touched}
    return {no: {**row, **blank, **touched.get(no, {})} for no, row in changed.items()}


def _follow_clock(
    before: CaseState | None, state: CaseState, event: Event, rows: dict[tuple[str, int], Row]
) -> None:  # fmt: skip
    for clock in _concerned(before, state, event):
        key = (clock.spec.key, clock.spec.generation)
        fired = rows[key]["fired"] if key in rows else {}
        row = clock_row(state, clock)
        if isinstance(event, RungFired):
            fired = {**fired, event.rung: instant(event.at)}
        newer = state.clock(clock.spec.key)
        if clock.is_live and newer is not None and newer != clock:
            row |= {"outcome": SUPERSEDED, "ended_at": instant(event.at), "voided": list(newer.spec.voids)}
        rows[key] = {**row, "fired": fired}


def _concerned(before: CaseState | None, state: CaseState, event: Event) -> Iterator[Clock]:
    """Yield the clocks that an event changes; for a new generation first the old one, if it was still live."""
    if isinstance(event, LeadPassed):
        yield from (clock for clock in state.clocks if clock.spec.task == event.task)
        return
    if isinstance(event, ClockStarted):
        old = before.clock(event.clock.key) if before is not None else None
        if old is not None and old.is_live:
            yield old
        key = event.clock.key
    elif isinstance(event, ClockEnded | ClockPaused | RungFired):
        key = event.key
    else:
        return
    now = state.clock(key)
    if now is not None:
        yield now


__all__ = [
    "Changes", "Row", "TaskRole", "case_row", "clock_row", "nearest_clock", "place_of", "project", "task_row",
]  # fmt: skip
