"""What a channel is: it sends one message, or says whether trying again may help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One outbound message, ready to send.

    Attributes:
        id: Row id: the same on every try, so that the receiver can tell a repeat.
        url: Where to; may hold a secret, so it never reaches a log.
        secret: What the channel signs with.
        code: What happened, as a stable code.
        created_at: When the row was written; the same on every try.
        data: Ids and codes of the case; no text and no personal data.
    """

    id: str
    url: str
    secret: str
    code: str
    created_at: datetime
    data: Mapping[str, str | int]


class ChannelError(Exception):
    """A message was not accepted; `code` says why in a word that may be stored and logged."""

    def __init__(self, code: str) -> None:
        """Keep the code."""
        super().__init__(code)
        self.code = code


class ChannelUnavailableError(ChannelError):
    """Trying again may help; the message may have arrived."""


class ChannelRefusedError(ChannelError):
    """Trying again will not help."""


class Channel(Protocol):
    """A way to send; safe for concurrent use."""

    async def send(self, message: Message) -> None:
        """Send one message within 15 s; at least once, the receiver knows a repeat by the message's id.

        Raises:
            ChannelUnavailableError: worth another try.
            ChannelRefusedError: not worth one.
        """
        ...
