"""Outside channels: who is reached where, under which secret; kept by operators."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import insert, select, update

from adapters.db.errors import translated
from adapters.db.tables import ChannelKind, channels
from domain.errors import DomainError

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

_SECRET_BYTES = 24


class ChannelInvalid(DomainError):
    """Code `channel_invalid`: no http(s) address, or no such channel."""

    code: ClassVar[str] = "channel_invalid"


@dataclass(frozen=True, slots=True)
class Added:
    """A new channel; its secret is never shown again."""

    id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel without its secret; of the address only the host, for paths may be secret too."""

    id: UUID
    host: str
    org: str | None
    active: bool


async def add_webhook(engine: AsyncEngine, url: str, org: str | None) -> Added:
    """Add a webhook (Standard Webhooks signature) for one organisation, or for all.

    Raises:
        ChannelInvalid: code `channel_invalid`.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ChannelInvalid("A webhook needs an http or https address.")
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    values = {"kind": ChannelKind.WEBHOOK, "org": org, "url": url, "secret": secret}
    with translated():
        async with engine.begin() as connection:
            made = (await connection.execute(insert(channels).values(values).returning(channels.c.id))).scalar_one()
    return Added(made, secret)


async def listed(engine: AsyncEngine) -> tuple[Channel, ...]:
    """List all channels, active ones first."""
    c = channels.c
    with translated():
        async with engine.connect() as connection:
            query = select(c.id, c.url, c.org, c.active).order_by(c.active.desc(), c.id)
            rows = (await connection.execute(query)).all()
    return tuple(Channel(row.id, urlsplit(row.url).netloc, row.org, row.active) for row in rows)


async def switch_off(engine: AsyncEngine, channel_id: str) -> None:
    """Switch a channel off.

    Raises:
        ChannelInvalid: code `channel_invalid`, no such channel.
    """
    try:
        wanted = UUID(channel_id)
    except ValueError as error:
        raise ChannelInvalid("That is no channel id.") from error
    with translated():
        async with engine.begin() as connection:
            done = await connection.execute(update(channels).where(channels.c.id == wanted).values(active=False))
    if done.rowcount == 0:
        raise ChannelInvalid("No such channel.", channel=channel_id)
