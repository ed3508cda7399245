"""The one entry for commands on processes: transact, then nudge; used by API, command line and jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from contracts.commands import CommandForm, Request, fingerprint

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from adapters.db.record import ProcessOutcome, Record
    from domain.actors import Actor
    from domain.process import Opening, ProcessCommand


class ProcessCommands:
    """Commands of persons on processes; every method answers after the commit."""

    def __init__(self, record: Record, nudge: Callable[[ProcessOutcome], None]) -> None:
        """Keep the record, and what tells the drive after a commit."""
        self._record = record
        self._nudge = nudge

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
        command = cast("ProcessCommand", form.build(request))
        asked = fingerprint(form.name, str(process_id), request)
        outcome = await self._record.transact(
            process_id, command, actor, key, fingerprint=asked, expected_version=expected_version
        )
        self._nudge(outcome)
        return outcome
