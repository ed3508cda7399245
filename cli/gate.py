"""The gate before a release: running workflows must replay strictly on the code that is about to run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters import temporal
from workers.replay import check_running

if TYPE_CHECKING:
    from rich.console import Console

    from settings import Settings


async def replay_running(console: Console, settings: Settings) -> bool:
    """Replay every open run and tell which would break; True when none does."""
    client = await temporal.connect(settings.temporal_address, settings.temporal_namespace)
    count, faults = await check_running(client)
    for fault in faults:
        console.print(f"[red]✘[/red] {fault}", highlight=False)
    console.print(f"{count} running workflows replayed, {len(faults)} would break", highlight=False)
    return not faults
