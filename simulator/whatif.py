"""Judge recorded clocks under another rule pack: which would have been late, had the limits been others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.case import ClockCode, Outcome
from domain.clocks import resolve_due
from domain.events import CaseRaised, ClockEnded, ClockStarted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from domain.case import ClockSpec, Facts
    from domain.clocks import Limit
    from domain.events import Event
    from domain.rulepack import Rules


@dataclass(frozen=True, slots=True)
class Tally:
    """How many finished clocks were late, as recorded and under the other rules; `unchanged` verdicts are in both."""

    clocks: int = 0
    late_before: int = 0
    late_after: int = 0
    newly_late: int = 0
    no_longer_late: int = 0

    def plus(self, *, before: bool, after: bool) -> Tally:
        """Count one clock more."""
        return Tally(
            self.clocks + 1, self.late_before + before, self.late_after + after,
            self.newly_late + (after and not before), self.no_longer_late + (before and not after),
        )  # fmt: skip


def judge(logs: Iterable[Iterable[Event]], rules: Rules) -> dict[ClockCode, Tally]:
    """Replay whole logs, in order of `seq`, and compare each met clock with its due instant under `rules`.

    Clocks whose due instant was given, or whose kind or stage the other rules do not have, are left out: the rules say
    nothing about them. What people would have done under other limits is not guessed; only the verdict changes.
    """
    tallies: dict[ClockCode, Tally] = {}
    for log in logs:
        for spec, ended, facts in _met(log):
            limit = _limit(spec, facts, rules)
            if limit is None:
                continue
            due = resolve_due(spec.started_at, limit, rules.calendar).at
            tally = tallies.get(spec.code, Tally())
            tallies[spec.code] = tally.plus(before=ended > spec.due, after=ended > due)
    return tallies


def _met(log: Iterable[Event]) -> Iterable[tuple[ClockSpec, datetime, Facts]]:
    """Yield every met clock of a case with the instant it was met."""
    running: dict[tuple[str, int], ClockSpec] = {}
    facts: Facts | None = None
    for event in log:
        if isinstance(event, CaseRaised):
            facts = event.facts
        elif isinstance(event, ClockStarted):
            running[event.clock.key, event.clock.generation] = event.clock
        elif isinstance(event, ClockEnded) and event.outcome is Outcome.MET and facts is not None:
            yield running[event.key, event.generation], event.at, facts


def _limit(spec: ClockSpec, facts: Facts, rules: Rules) -> Limit | None:
    """Find the limit that the other rules give to a clock."""
    if spec.limit == "given":
        return None
    if spec.code is ClockCode.HANDLE:
        stages = rules.pack.limit_classes.get(facts.limit_class, ())
        return next((s.limit for s in stages if s.code == spec.stage), None)
    kind = rules.pack.kinds.get(facts.kind)
    rule = kind.clocks.get(spec.code) if kind else None
    return rule.limit if rule else None
