"""Campaigns at the border: opened by an office, and their batches: foreseen row by row, raised row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from adapters.db.errors import ProcessNotFound, translated
from adapters.db.people import UnknownUserError
from adapters.db.process_tables import process_texts
from contracts.commands import RaiseRequest
from domain.batches import Batch, BatchRow, read_batch
from domain.errors import DomainError, Reason, Refusal
from domain.organisations import district_of
from domain.process import id_of
from domain.processes.campaign import CAMPAIGN, KIND, BatchState, CampaignState, OpenCampaign, RowOutcome, StartBatch
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncEngine

    from adapters.commands import Commands
    from adapters.db.record import ProcessOutcome
    from adapters.process_commands import ProcessCommands
    from adapters.registry import Registry
    from contracts.campaign_views import CampaignRequest
    from contracts.commands import Request
    from domain.actors import Actor
    from domain.case import Party

_LOST = frozenset({"record_unavailable", "outcome_unknown"})
"""Not a refusal: the same key tells later what happened."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would become of a row: whom it calls, or why it is refused."""

    row: BatchRow
    parties: tuple[Party, ...] = ()
    error: DomainError | None = None


async def open_campaign(
    commands: ProcessCommands, registry: Registry, actor: Actor, request: CampaignRequest, key: str
) -> ProcessOutcome:  # fmt: skip
    """Open a campaign that the actor's office owns.

    Raises:
        Refusal: `not_allowed`, `period_not_ahead`, `outside_own_area`, `unknown_org`, `unknown_class`.
        ProcessExists: a campaign had this code before.
    """
    city, rules = await registry.current()
    for area in request.areas:
        if city.orgs.find(area) is None:
            raise Refusal(Reason.UNKNOWN_ORG, org=area)
    for code in request.classes:
        city.catalogue.get(code)
    districts = {district_of(area) for area in request.areas}
    command = OpenCampaign(
        "", request.code, districts.pop() if len(districts) == 1 else None, rules, Text(request.title), actor.org,
        request.areas, request.classes, request.starts_at, request.ends_at,
    )  # fmt: skip
    return await commands.open(actor, id_of(KIND, request.code), command, request, key, "open_campaign")


async def foresee_batch(
    commands: Commands, actor: Actor, state: CampaignState, request: Request
) -> tuple[Foreseen, ...]:  # fmt: skip
    """Tell row by row what would be refused now, and why; by the rule that decides it, writing nothing.

    Raises:
        Refusal: the batch as a whole would be refused: `not_allowed`, `bad_batch`, `wrong_stage`.
    """
    refused = CAMPAIGN.refusal(state, StartBatch, actor)
    if refused is not None:
        raise Refusal(refused, status=state.status)
    said: Any = request
    batch = read_batch(said.rows)
    _check_whole(batch)
    shared = {name: getattr(said, name) for name in ("kind", "class_code", "title", "description")}
    return tuple([await _foreseen(commands, actor, state, shared, row) for row in batch.rows])


def _check_whole(batch: Batch) -> None:
    if not batch.is_sound:
        raise Refusal(Reason.BAD_BATCH, missing=list(batch.missing), unknown=list(batch.unknown), rows=len(batch.rows))


async def _foreseen(
    commands: Commands, actor: Actor, state: CampaignState, shared: Mapping[str, str], row: BatchRow
) -> Foreseen:  # fmt: skip
    try:
        return Foreseen(row, await commands.foresee(actor, request_of(state, shared, row)))
    except DomainError as error:
        if error.code in _LOST:
            raise
        return Foreseen(row, error=error)


class BatchRaiser:
    """Raises the rows of a batch by the ordinary rule; a row raised before answers with its case."""

    def __init__(self, engine: AsyncEngine, commands: Commands, registry: Registry) -> None:
        """Take a pool for the words of batches, the entry for commands, and the registry that knows people."""
        self._engine = engine
        self._commands = commands
        self._registry = registry

    async def raise_page(self, state: CampaignState, batch: BatchState) -> tuple[RowOutcome, ...]:
        """Raise the next page of a batch, and tell what became of each row.

        The key of a row follows from campaign, batch and row: after a crash the rows that were raised are found again.

        Raises:
            RecordUnavailable, OutcomeUnknown: try again.
            ProcessNotFound: the words of the batch are gone.
        """
        words = await self._words(UUID(state.facts.id), batch.seq)
        shared = {
            "kind": batch.case_kind, "class_code": batch.class_code, "title": words["title"],
            "description": words["description"],
        }  # fmt: skip
        first = batch.pages * batch.page
        rows = read_batch(words["rows"]).rows[first : first + batch.page]
        try:
            actor = await self._registry.actor(batch.by)
        except UnknownUserError as error:
            return tuple(RowOutcome(row.no, refused=error.code) for row in rows)
        return tuple([await self._raise(actor, state, batch, shared, row) for row in rows])

    async def _raise(
        self, actor: Actor, state: CampaignState, batch: BatchState, shared: Mapping[str, str], row: BatchRow
    ) -> RowOutcome:  # fmt: skip
        key = f"batch/{state.facts.id}/{batch.no}/{row.no}"
        try:
            outcome = await self._commands.raise_case(actor, request_of(state, shared, row), key)
        except DomainError as error:
            if error.code in _LOST:
                raise
            return RowOutcome(row.no, refused=reason_of(error))
        return RowOutcome(row.no, case=str(outcome.case_id))

    async def _words(self, campaign: UUID, seq: int) -> dict[str, str]:
        t = process_texts.c
        with translated():
            async with self._engine.connect() as connection:
                query = select(t.field, t.body).where(t.process_id == campaign, t.seq == seq, t.body.is_not(None))
                words = {row.field: row.body for row in await connection.execute(query)}
        if "rows" not in words:
            raise ProcessNotFound("The list of this batch was erased.", process=str(campaign))
        return words


def request_of(state: CampaignState, shared: Mapping[str, str], row: BatchRow) -> RaiseRequest:
    """Make the request of a row: its own cells stand before what is said for all.

    Raises:
        Refusal: `row_unreadable`, with the columns; `row_twice`.
    """
    if row.twice:
        raise Refusal(Reason.ROW_TWICE, row=row.twice)
    if not row.fits:
        raise Refusal(Reason.ROW_UNREADABLE, columns="")
    try:
        return RaiseRequest.model_validate({**shared, **row.cells, "campaign": state.facts.name})
    except ValidationError as error:
        columns = sorted({str(each["loc"][0]) for each in error.errors()})
        raise Refusal(Reason.ROW_UNREADABLE, columns=", ".join(columns)) from error


def reason_of(error: DomainError) -> str:
    """Return the code that tells why."""
    return error.reason.value if isinstance(error, Refusal) else error.code
