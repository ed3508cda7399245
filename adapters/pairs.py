"""Commands that change two cases: which case is the other one, and what it is told in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from adapters.db.errors import CaseNotFound
from domain.chapters.linking import DropLink, LinkCase, TakeLink, UnlinkCase
from domain.errors import Reason, Refusal

if TYPE_CHECKING:
    from adapters.db.record import Record
    from domain.commands import Command


@dataclass(frozen=True, slots=True)
class Pair:
    """A command with its counterpart for the other case."""

    command: Command
    other: UUID
    counterpart: Command


async def paired(record: Record, case_id: UUID, command: Command) -> Pair | None:
    """Return the pair that a command makes; None for a command on one case, and for a link that is not there.

    Raises:
        CaseNotFound: no case has the number that was named.
        Refusal: `same_case`.
    """
    if isinstance(command, LinkCase):
        other = await record.find(command.other)
        state = await record.state(case_id)
        if other is None or state is None:
            raise CaseNotFound("No such case.", case=command.other)
        if other == case_id:
            raise Refusal(Reason.SAME_CASE)
        taken = TakeLink(state.facts.number, str(case_id))
        return Pair(replace(command, other_id=str(other)), other, taken)
    if isinstance(command, UnlinkCase):
        state = await record.state(case_id)
        link = state.annex.main if state is not None else None
        if link is None:
            return None
        return Pair(replace(command, other_id=link.case_id), UUID(link.case_id), DropLink(str(case_id)))
    return None
