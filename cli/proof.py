"""Proofs over the record: the read model equals the fold of the events, and every chain holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db import rebuild as derive
from adapters.db.engine import create_engine

if TYPE_CHECKING:
    from rich.console import Console

    from settings import Settings


async def rebuild(console: Console, settings: Settings, *, check: bool, number: str | None) -> bool:
    """Compare, or derive anew and then compare; True when nothing differs."""
    engine = create_engine(settings.dsn("owner"), role="batch")
    try:
        async with engine.begin() as connection:
            case_id = await derive.case_id(connection, number) if number else None
            if not check:
                count = await derive.rebuild(connection, case_id)
                console.print(f"rebuilt {count} cases", highlight=False)
            differences = await derive.check(connection, case_id)
    finally:
        await engine.dispose()
    for difference in differences[:50]:
        console.print(f"[red]✘[/red] {difference}", highlight=False)
    if not differences:
        console.print("[green]✔[/green] read model equals the events; every chain holds", highlight=False)
    return not differences
