"""Delivery in memory for tests of the notice workflow alone."""

from collections import Counter

from temporalio import activity

from contracts.activities import Notices
from contracts.case import MessageRef
from contracts.failures import failure
from contracts.notice import Settlement


class MemoryNotices(Notices):
    """Delivers everything but what is refused, or unavailable for the given number of tries."""

    def __init__(self, *, refused: set[str] | None = None, unavailable: dict[str, int] | None = None) -> None:
        self.refused = refused or set()
        self.unavailable = Counter(unavailable or {})
        self.delivered: list[str] = []
        self.settled: list[Settlement] = []

    @activity.defn(name="notice.deliver")
    async def deliver(self, message: MessageRef) -> None:
        if message.message_id in self.refused:
            raise failure("http_410", retry=False)
        if self.unavailable[message.message_id] > 0:
            self.unavailable[message.message_id] -= 1
            raise failure("http_503", retry=True)
        self.delivered.append(message.message_id)

    @activity.defn(name="notice.settle")
    async def settle(self, settlement: Settlement) -> None:
        self.settled.append(settlement)
