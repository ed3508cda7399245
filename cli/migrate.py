"""Bring a database to the newest schema and the bundled city into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db import migrate as schema
from adapters.db.engine import create_engine
from adapters.db.seeding import PartResult, seed_city

if TYPE_CHECKING:
    from rich.console import Console

    from settings import Settings


async def migrate(console: Console, settings: Settings, *, seed: bool) -> None:
    """Migrate as the owner's role; seeding twice writes nothing the second time."""
    await schema.upgrade(settings.dsn("owner"))
    console.print(f"[green]✔[/green] schema at {schema.head()}", highlight=False)
    if not seed:
        return
    engine = create_engine(settings.dsn("app"), role="batch")
    try:
        async with engine.begin() as connection:
            results = await seed_city(connection)
    finally:
        await engine.dispose()
    for result in results:
        console.print(f"[green]✔[/green] {told_of(result)}", highlight=False)


def told_of(result: PartResult) -> str:
    """Tell in one line what an import did to a part of the reference data."""
    change = ""
    if result.diff is not None:
        d = result.diff
        change = f"  +{len(d.added)} ~{len(d.changed)} -{len(d.removed)}, {len(d.errors)} faults"
    done = f"published {result.version}" if result.published else "nothing written"
    return f"{result.part}: {done}{change}"
