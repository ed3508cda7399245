"""What requests have in common: a chapter in force, a request that waits, somebody else than the asker who rules."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from domain.errors import Reason, Refusal
from domain.relief import OPEN_REQUESTS, Request

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.relief import Extension, Suspension

P = TypeVar("P")


def in_force(part: P | None) -> P:
    """Return a part of the rule pack.

    Raises:
        Refusal: `chapter_not_in_force`, the rule pack of the case does not have it.
    """
    if part is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    return part


def waits(entry: Extension | Suspension) -> None:
    """Refuse with `request_settled` what was ruled on before."""
    if entry.state not in OPEN_REQUESTS:
        raise Refusal(Reason.REQUEST_SETTLED, state=entry.state)


def by_another(entry: Extension | Suspension, actor: Actor) -> None:
    """Refuse with `asker_may_not_rule` whoever asked."""
    if entry.by == actor.id:
        raise Refusal(Reason.ASKER_MAY_NOT_RULE)


def ruled_by_desk(entry: Extension | Suspension, actor: Actor) -> None:
    """Guard of a grant: the request waits for the desk, and another than the asker rules."""
    waits(entry)
    by_another(entry, actor)
    if entry.state is not Request.PENDING:
        raise Refusal(Reason.REVIEW_FIRST)
