"""Payloads of one outbound message on its way: ids and codes; text and addresses stay in the record."""

from __future__ import annotations

from enum import StrEnum

from contracts.case import Payload


class Verdict(StrEnum):
    """How the delivery of an outbound message ended."""

    DELIVERED = "delivered"
    DEAD = "dead"


class Settlement(Payload):
    """The end of one outbound message.

    Attributes:
        reason: Code of the last failure of a dead letter (`http_410`, `timed_out` ...); empty when delivered.
    """

    message_id: str
    verdict: Verdict
    reason: str = ""
