"""Bring a database to the newest schema and the bundled city into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db.seeding import seed_city

from adapters.db import migrate as schema
from adapters.db.engine import create_engine

if TYPE_CHECKING:
    from rich.console import Console

    from settings import Settings


async def migrate(console: Console, settings: Settings, *, seed: bool) -> None:
    """Migrate as the owner's role; seeding twice writes nothing the second time."""
    await schema.upgrade(settings.dsn("owner"))
    console.print(f"[green]✔[/green] schema at {schema.head()}", highlight=False)
    if not seed:
        return
    engine = create_engine(settings.dsn("owner"), role="batch")
    try:
        async with engine.begin() as connection:
            report = await seed_city(connection)
    finally:
        await engine.dispose()
    for line in report.lines():
        console.print(f"[green]✔[/green] {line}", highlight=False)
