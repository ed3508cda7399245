"""Delivery of outbound messages through their channels."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import structlog
from temporalio import activity

from adapters.db.outbound import Outbound, OutboundStore
from adapters.notify.base import Channel, ChannelRefusedError, ChannelUnavailableError, Message
from contracts.activities import Notices
from contracts.case import MessageRef
from contracts.failures import failure
from contracts.notice import Settlement

log = structlog.get_logger(__name__)


class RecordNotices(Notices):
    """Messages are rows of the record; what is sent is read at the moment of sending."""

    def __init__(self, store: OutboundStore, channels: Mapping[str, Channel]) -> None:
        """Take the rows and the channels by kind."""
        self._store = store
        self._channels = channels

    @activity.defn(name="notice.deliver")
    async def deliver(self, message: MessageRef) -> None:
        """Send a message that has not ended yet.

        Raises:
            ApplicationError: Type is the channel's code; `unknown_channel` for a kind without a channel here.
        """
        row = await self._store.begin(UUID(message.message_id))
        if row is None:
            return
        channel = self._channels.get(row.kind)
        if channel is None:
            raise failure("unknown_channel", retry=False)
        try:
            await channel.send(_message(row))
        except ChannelRefusedError as error:
            log.warning("notice.refused", message_id=message.message_id, channel=row.kind, code=error.code)
            raise failure(error.code, retry=False) from error
        except ChannelUnavailableError as error:
            raise failure(error.code, retry=True) from error

    @activity.defn(name="notice.settle")
    async def settle(self, settlement: Settlement) -> None:
        """Write down how it ended."""
        await self._store.settle(UUID(settlement.message_id), settlement.verdict.value, settlement.reason)


def _message(row: Outbound) -> Message:
    data: dict[str, str | int] = {
        "case_id": str(row.case_id), "number": row.number, "seq": row.seq, "recipient": row.recipient,
    }  # fmt: skip
    return Message(
        id=str(row.id), url=row.url, secret=row.secret, code=row.code, created_at=row.created_at, data=data
    )  # fmt: skip
