"""What the workflow of a message may ask of the outside; steps of cases and processes are named by their codes."""

from __future__ import annotations

from abc import ABC, abstractmethod

from temporalio import activity

from contracts.case import MessageRef
from contracts.notice import Settlement


class Notices(ABC):
    """Delivery of one outbound message."""

    @abstractmethod
    @activity.defn(name="notice.deliver")
    async def deliver(self, message: MessageRef) -> None:
        """Send the message through its channel; at least once, under the message's id as the receiver's key.

        Raises:
            ApplicationError: Type is the code of the failure; not retryable if the channel refused for good.
        """

    @abstractmethod
    @activity.defn(name="notice.settle")
    async def settle(self, settlement: Settlement) -> None:
        """Write down that the message was delivered or is a dead letter."""
