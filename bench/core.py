"""Speed of the pure core: whole lives of cases through catch-up, decision and fold, commands a second on one core.

    python -m bench.core

The mix is ten lives under the shipped rule pack: six plain requests with one department, three with two departments, an
urging and a rework, and one emergency in three stages where a department is late and rungs fire. The drive's part is in
it: calling, winding up, and the lazy wake of every life (design 3a), which finds that people were quicker.
"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.calendar_files import bundled_calendar
from adapters.policy_files import bundled_document, load_pack
from domain import commands as c
from domain.actors import SYSTEM, Actor, Role
from domain.case import CaseState, Party, TaskRole
from domain.decide import advance, catch_up, decide
from domain.events import Text
from domain.evolve import fold
from domain.rulepack import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.commands import Command

BUDGET = 50_000
"""Commands a second on one core (design 7)."""

_START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
_STAFF = Actor("staff", "110101001", frozenset({Role.STREET_STAFF}))
_LEADER = Actor("leader", "110101001", frozenset({Role.STREET_LEADER}))
_WATER = Actor("water", "110101-WATER", frozenset({Role.UTILITY_WORKER}))
_LAMPS = Actor("lamps", "110101-CG", frozenset({Role.DEPT_WORKER}))
_LEAD, _ASSIST = Party("110101-WATER", TaskRole.LEAD), Party("110101-CG", TaskRole.ASSIST)
_NOTE = Text("note")

_Script = list[tuple[int, "Command", Actor]]
_Life = list[tuple[datetime, "Command", Actor]]


def _raise(kind: str, limit_class: str, *parties: Party) -> Command:
    return c.Raise(
        "case", "BJ-110101-20261123-0001", kind, "street", "110101001", "W01", limit_class, "beijing/1", parties,
        "beijing/1", Text("title"), Text("description"), Text("place"),
    )  # fmt: skip


_PLAIN: _Script = [
    (0, _raise("public_request", "street_lamp_out", _LEAD), _STAFF), (12, c.Approve(), _LEADER),
    (0, c.MarkCalled((1,)), SYSTEM), (25, c.Claim(1), _WATER), (40, c.ReportIn(1), _WATER),
    (30, c.StageReport(1, _NOTE), _WATER), (1, c.Tick(), SYSTEM),
    (45, c.Submit(1, _NOTE), _WATER), (50, c.CheckPass(), _STAFF),
    (0, c.WindUp(), SYSTEM),
]  # fmt: skip
_TWO: _Script = [
    (0, _raise("public_request", "street_lamp_out", _LEAD, _ASSIST), _STAFF), (12, c.Approve(), _LEADER),
    (0, c.MarkCalled((1, 2)), SYSTEM), (25, c.Claim(1), _WATER), (5, c.Urge(2), _STAFF), (30, c.Claim(2), _LAMPS),
    (30, c.ReportIn(1), _WATER), (9, c.ReportIn(2), _LAMPS), (30, c.StageReport(1, _NOTE), _WATER),
    (1, c.Tick(), SYSTEM), (45, c.Submit(1, _NOTE), _WATER),
    (10, c.Submit(2, _NOTE), _LAMPS), (50, c.CheckFail(_NOTE, (2,)), _STAFF),
    (45, c.Submit(2, _NOTE), _LAMPS), (30, c.CheckPass(), _STAFF), (0, c.WindUp(), SYSTEM),
]  # fmt: skip
_STAGED: _Script = [
    (0, _raise("emergency", "burst_pipe_staged", _LEAD, _ASSIST), _STAFF), (0, c.MarkCalled((1, 2)), SYSTEM),
    (3, c.Claim(1), _WATER), (3, c.Tick(), SYSTEM), (10, c.Tick(), SYSTEM), (5, c.ReportIn(1), _WATER),
    (5, c.Claim(2), _LAMPS), (5, c.Tick(), SYSTEM), (5, c.ReportIn(2), _LAMPS), (10, c.Approve(), _LEADER),
    (60, c.Submit(1, _NOTE), _WATER), (5, c.Submit(2, _NOTE), _LAMPS), (60, c.StageReport(1, _NOTE), _WATER),
    (60, c.Submit(1, _NOTE), _WATER), (5, c.Submit(2, _NOTE), _LAMPS), (200, c.Submit(1, _NOTE), _WATER),
    (5, c.Submit(2, _NOTE), _LAMPS), (60, c.CheckPass(), _STAFF), (0, c.WindUp(), SYSTEM),
]  # fmt: skip
_MIX = [_PLAIN] * 6 + [_TWO] * 3 + [_STAGED]


def lives(days: int) -> list[_Life]:
    """Return the mix on as many days, every life at a start of its own; ten lives a day."""
    found = []
    for n in range(days * len(_MIX)):
        at = _START + timedelta(days=n // len(_MIX), seconds=n * 7, microseconds=n)
        life = []
        for minutes, command, actor in _MIX[n % len(_MIX)]:
            at += timedelta(minutes=minutes)
            life.append((at, command, actor))
        found.append(life)
    return found


def _by_advance(life: _Life, rules: Rules) -> None:
    state: CaseState | None = None
    for at, command, actor in life:
        state, _, _ = advance(state, command, actor, at, rules)


def _by_steps(life: _Life, rules: Rules) -> None:
    state: CaseState | None = None
    for at, command, actor in life:
        if state is not None:
            state = fold(catch_up(state, at, rules), state)
        state = fold(decide(state, command, actor, at, rules), state)


def _rate(run: Callable[[_Life, Rules], None], work: list[_Life], rules: Rules, rounds: int) -> int:
    """Commands a second of processor time, best of many short rounds: other programs only slow it down."""
    best = 0.0
    for _ in range(rounds):
        begun = time.process_time()
        for life in work:
            run(life, rules)
        best = max(best, sum(map(len, work)) / (time.process_time() - begun))
    return round(best)


def measure(days: int = 1, rounds: int = 300) -> dict[str, object]:
    """Measure the core.

    Returns:
        `commands_per_second` (catch-up, decision and fold in one draft), `stepwise_per_second` (the three functions one
        after the other, as the record does), `budget`, `ok`, and what was run: `lives`, `commands`, `events`.
    """
    rules = Rules(load_pack(bundled_document("beijing", 1)), bundled_calendar("beijing"))
    work = lives(days)
    events = 0
    for life in work[: len(_MIX)]:
        state: CaseState | None = None
        for at, command, actor in life:
            state, _, _ = advance(state, command, actor, at, rules)
        if state is None or not state.is_ended:
            raise RuntimeError("a life of the mix does not reach its end")
        events += state.version
    rate = _rate(_by_advance, work, rules, rounds)
    return {
        "commands_per_second": rate, "stepwise_per_second": _rate(_by_steps, work, rules, rounds), "budget": BUDGET,
        "ok": rate >= BUDGET, "lives": len(work), "commands": sum(map(len, work)), "events": events * days,
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
