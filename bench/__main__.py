"""`python -m bench`: measure against the budgets of design 7 in one run and print a table; figures as seen."""

from __future__ import annotations

import argparse
import os
import platform
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from adapters.shutdown import run
from bench import core, due, life

if TYPE_CHECKING:
    from collections.abc import Iterator

Row = tuple[str, str, str, bool]


def rows(figures: dict[str, Any], pure: dict[str, Any], dues: dict[str, Any]) -> Iterator[Row]:
    """Yield (what, seen, budget, kept) for each budget."""
    f = figures
    yield (
        "life over HTTP against the bare engine",
        f"{f['lives_per_s']:.1f} / {f['bare_lives_per_s']:.1f} a s = {f['lives_ratio']:.2f} ×, {f['lives']} lives",
        "≥ 1.0 ×", f["lives_ratio"] >= 1.0,
    )  # fmt: skip
    yield (
        "an action over HTTP, one client, p50",
        f"{f['action_p50_ms']:.1f} / {f['bare_update_p50_ms']:.1f} ms = {f['action_ratio']:.2f} ×",
        "≤ 0.7 × a bare update", f["action_ratio"] <= 0.7,
    )  # fmt: skip
    yield (
        "the same with Temporal stopped",
        f"{f['without_engine_p50_ms']:.1f} ms = {f['without_engine_ratio']:.2f} ×, all succeeded",
        "≤ 1.2 ×", f["without_engine_ratio"] <= 1.2,
    )  # fmt: skip
    yield ("engine wakes of a plain life", str(f["wakes"]), "≤ 3", f["wakes"] <= 3)
    yield (
        "history of a plain life (one owed step)", f"{f['history_events']} events, {f['signals']} signals",
        "≤ 30 events", f["history_events"] <= 30,
    )  # fmt: skip
    yield (
        "decide + evolve, one core", f"{pure['commands_per_second']:,.0f} commands a second",
        "≥ 50,000", pure["commands_per_second"] >= 50_000,
    )  # fmt: skip
    yield (
        "due instants, one core", f"{dues['per_second']:,.0f} a second, {dues['ratio']:.0f} × businesstimedelta",
        "≥ 200,000 and ≥ 20 ×", dues["per_second"] >= 200_000 and dues["ratio"] >= 20,
    )  # fmt: skip


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=20, help="of sustained load for each side")
    options.add_argument("--at-once", type=int, default=12, help="lives at once")
    chosen = options.parse_args()
    pure, dues = core.measure(), due.measure()
    figures = run(lambda: life.measure(chosen.seconds, chosen.at_once))
    machine = f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores"
    table = Table("what", "seen", "budget", "", title=machine)
    for what, seen, budget, kept in rows(figures, pure, dues):
        table.add_row(what, seen, budget, "✔" if kept else "✘")
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
