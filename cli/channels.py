"""Outside channels at the command line: where the notices of an organisation are sent besides the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db import channels
from adapters.db.engine import create_engine

if TYPE_CHECKING:
    from rich.console import Console

    from settings import Settings


async def add(console: Console, settings: Settings, url: str, org: str | None) -> None:
    """Add a webhook and print its secret once.

    Raises:
        ChannelInvalid: the address is no http(s) address.
    """
    engine = create_engine(settings.dsn("owner"), role="batch")
    try:
        made = await channels.add_webhook(engine, url, org)
    finally:
        await engine.dispose()
    console.print(f"{made.id}  {url}  {org or 'all organisations'}", highlight=False, soft_wrap=True)
    console.print(f"secret (shown once): {made.secret}", highlight=False, soft_wrap=True)


async def show(console: Console, settings: Settings) -> None:
    """List the channels, without their secrets."""
    engine = create_engine(settings.dsn("owner"), role="batch")
    try:
        found = await channels.listed(engine)
    finally:
        await engine.dispose()
    for each in found:
        state = "active" if each.active else "off"
        console.print(f"{each.id}  {state:<6}  {each.host}  {each.org or 'all organisations'}", highlight=False)


async def switch_off(console: Console, settings: Settings, channel_id: str) -> None:
    """Switch a channel off: nothing new is sent through it.

    Raises:
        ChannelInvalid: no such channel.
    """
    engine = create_engine(settings.dsn("owner"), role="batch")
    try:
        await channels.switch_off(engine, channel_id)
    finally:
        await engine.dispose()
    console.print("off", highlight=False)
