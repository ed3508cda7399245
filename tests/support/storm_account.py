"""What a storm is to be, and what became of it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field

from tests.support.storm_client import History
from tests.support.storm_parts import Tally

KILLS = {"api": 10, "worker": 11, "relay": 10, "temporal": 11, "postgres": 18}
"""SIGKILLs by family, 60 in all; relay and watchdog are one family, server and sessions of PostgreSQL another."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How hard the storm is.

    Attributes:
        commands: Commands that must have been given before it may end.
        clients: People's cases at a time.
        alone: Cases left to the workflow alone.
        kills: SIGKILLs by family.
        freezes: SIGSTOPs of a second, over all our programs.
        rate: Business seconds per real second.
        pause: Mean real seconds that a person thinks.
        ask_twice: Share of commands that are sent again, half of them at the same time (a double click).
        settle_s: Real seconds within which everything must have converged.
        patience_s: Real seconds within which the nemesis must have got through its list.
        cold: Start our programs by `python -m cli.main` (three seconds of a core each), not from the nursery.
        saboteur: Removes a guard from the programs of `sabotaged`; none if empty.
    """

    seed: int = 20261123
    commands: int = 500
    clients: int = 14
    alone: int = 8
    kills: dict[str, int] = field(default_factory=lambda: dict(KILLS))
    freezes: int = 4
    rate: float = 120
    pause: float = 0.15
    ask_twice: float = 0.06
    settle_s: float = 45
    cold: bool = False
    saboteur: str = ""
    sabotaged: tuple[str, ...] = ()
    patience_s: float = 180

    @classmethod
    def asked(cls) -> Weather:
        """Read `WHISTLE_STORM_SEED`, `WHISTLE_STORM_SCALE` (1 is the small storm) and `WHISTLE_STORM_COLD`."""
        cold = bool(os.environ.get("WHISTLE_STORM_COLD"))
        scale = float(os.environ.get("WHISTLE_STORM_SCALE", "1"))
        return cls(
            seed=int(os.environ.get("WHISTLE_STORM_SEED", "20261123")), commands=round(500 * scale),
            kills={family: round(count * scale) for family, count in KILLS.items()}, freezes=round(4 * scale),
            patience_s=(600 if cold else 180) * scale, cold=cold,
        )  # fmt: skip


@dataclass(slots=True)
class Account:
    """What happened; `faults` are broken invariants, empty after a good storm."""

    history: History
    tally: Tally
    stories: Counter[str]
    faults: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    watchdog: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    events: int = 0
    rungs: int = 0
    rungs_alone: int = 0
    late: list[float] = field(default_factory=list)
    converged_s: float | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Tell the figures, one line each."""
        deeds, tally = self.history.deeds, self.tally
        refusals = Counter(deed.code for deed in deeds if not deed.done)
        late = self.late or [0.0]
        return [
            f"commands {len(deeds)}, acknowledged {len(self.history.acknowledged)}, refused {dict(refusals)}",
            f"sent {self.history.sent}, unknown outcomes {dict(self.history.unknown)}, repeats {self.history.repeats}",
            f"kills in effect {tally.kills.total()} {dict(tally.kills)}, {tally.sessions} of them on sessions",
            f"freezes in effect {dict(tally.freezes)}",
            f"missed {tally.missed}" if tally.missed else "missed none",
            f"restarts {tally.restarts.total()}, starts refused {dict(tally.refused_starts)}",
            f"exits of their own {dict(tally.own_exits)}",
            f"cases {self.cases}, events {self.events}, stories {dict(self.stories)}",
            f"healed by the watchdog {dict(self.watchdog)}",
            f"rungs fired {self.rungs}, of them {self.rungs_alone} in cases left alone",
            f"late by p50 {late[len(late) // 2]:.2f} s, p99 {late[int(len(late) * 0.99)]:.2f} s, most {late[-1]:.2f} s",
            "converged never" if self.converged_s is None else f"converged in {self.converged_s:.1f} s",
            "seconds " + ", ".join(f"{name} {spent:.1f}" for name, spent in self.seconds.items()),
            *(f"FAULT {fault}" for fault in self.faults[:20]), *(f"UNSETTLED {line}" for line in self.unsettled[:10]),
        ]  # fmt: skip
