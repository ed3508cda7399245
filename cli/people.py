"""Tokens of people, issued at the command line by whoever may reach the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from adapters.db.engine import create_engine
from adapters.registry import Registry

if TYPE_CHECKING:
    from rich.console import Console

    from settings import Settings


async def issue(console: Console, settings: Settings, login: str, label: str, days: int) -> None:
    """Issue a token and print it once; only its digest is kept.

    Raises:
        UnknownUserError: nobody has this login.
    """
    engine = create_engine(settings.dsn("app"), role="batch")
    try:
        made = await Registry(engine).issue_token(login, label, datetime.now(UTC) + timedelta(days=days))
    finally:
        await engine.dispose()
    console.print(made, highlight=False, soft_wrap=True)
