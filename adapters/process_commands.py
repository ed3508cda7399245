"""The one entry for commands on processes: transact, then nudge; used by API, command line and jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from adapters.db.people import UnknownUserError
from contracts.commands import CommandForm, Request, fingerprint
from domain.actors import NOBODY
from domain.processes.round import PARTICIPANTS
from domain.processes.round_commands import NameGroup

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from adapters.db.record import ProcessOutcome, Record
    from adapters.registry import Registry
    from domain.actors import Actor
    from domain.process import Opening, ProcessCommand


class ProcessCommands:
    """Commands of persons on processes; every method answers after the commit."""

    def __init__(
        self, record: Record, nudge: Callable[[ProcessOutcome], None], registry: Registry | None = None
    ) -> None:
        """Keep the record, what tells the drive after a commit, and who knows people (none: nobody is known)."""
        self._record = record
        self._nudge = nudge
        self._registry = registry

    async def open(
        self, actor: Actor, process_id: UUID, command: Opening, request: Request, key: str, name: str
    ) -> ProcessOutcome:  # fmt: skip
        """Open a process.

        Args:
            process_id: Its id; a repeat under the same key answers with the first one's.
            request: What was asked, for the fingerprint; `name` tells one sort of request from another.

        Raises:
            Refusal, ProcessExists, KeyReused, RecordUnavailable, OutcomeUnknown: as `Record.transact`.
        """
        asked = fingerprint(name, "", request)
        outcome = await self._record.transact(process_id, command, actor, key, fingerprint=asked)
        self._nudge(outcome)
        return outcome

    async def give(
        self, actor: Actor, process_id: UUID, form: CommandForm, request: Request, key: str,
        expected_version: int | None = None,
    ) -> ProcessOutcome:  # fmt: skip
        """Give a command on an existing process.

        Raises:
            ProcessNotFound: no such process, or none that the actor may read; the two are not told apart.
            Refusal: as its kind decides.
        """
        command = await self._completed(cast("ProcessCommand", form.build(request)))
        asked = fingerprint(form.name, str(process_id), request)
        outcome = await self._record.transact(
            process_id, command, actor, key, fingerprint=asked, expected_version=expected_version
        )
        self._nudge(outcome)
        return outcome

    async def _completed(self, command: ProcessCommand) -> ProcessCommand:
        """Say of each member of a group for whom they speak; nothing of somebody who cannot take part."""
        if not isinstance(command, NameGroup):
            return command
        return replace(command, member_orgs=tuple([await self._org_of(member) for member in command.members]))

    async def _org_of(self, login: str) -> str:
        try:
            person = await self._registry.actor(login) if self._registry is not None else NOBODY
        except UnknownUserError:
            return ""
        return person.org if person.has(*PARTICIPANTS) else ""
