"""What workflows may ask of the outside: abstract classes with the names and payloads of every activity."""

from __future__ import annotations

from abc import ABC, abstractmethod

from temporalio import activity

from contracts.case import LookInput, MessageRef, StepAnswer, StepInput
from contracts.notice import Settlement


class CaseSteps(ABC):
    """Steps of a case; each is one transaction of the record, may be repeated, and answers with the plan after it."""

    @abstractmethod
    @activity.defn(name="case.dispatch")
    async def dispatch(self, order: StepInput) -> StepAnswer:
        """Call the departments that were not called yet and hand over their messages."""

    @abstractmethod
    @activity.defn(name="case.remind")
    async def remind(self, order: StepInput) -> StepAnswer:
        """Remind the parties of a clock."""

    @abstractmethod
    @activity.defn(name="case.return")
    async def return_task(self, order: StepInput) -> StepAnswer:
        """Take a task back from a holder whose lease has run out."""

    @abstractmethod
    @activity.defn(name="case.escalate")
    async def escalate(self, order: StepInput) -> StepAnswer:
        """Fire a rung that marks a no-show or raises the level."""

    @abstractmethod
    @activity.defn(name="case.supervise")
    async def supervise(self, order: StepInput) -> StepAnswer:
        """Fire a rung that sets the grade of supervision."""

    @abstractmethod
    @activity.defn(name="case.wind_up")
    async def wind_up(self, order: StepInput) -> StepAnswer:
        """Do the last step of an ended case."""

    @abstractmethod
    @activity.defn(name="case.look")
    async def look(self, order: LookInput) -> StepAnswer:
        """Read the plan afresh under the row lock; changes nothing in the case."""


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
