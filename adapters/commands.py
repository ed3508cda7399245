"""The one entry for whoever acts: route, authorise, transact, nudge; used by API, pages, command line and importers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import uuid_utils.compat as uuid

from adapters.db.people import UnknownUserError
from contracts.commands import MICRO, CommandForm, RaiseRequest, Request, fingerprint
from domain import authority
from domain.actors import Role
from domain.case import Party, TaskRole
from domain.chapters.meetings import CallMeeting
from domain.chapters.volunteers import CallHelper
from domain.commands import AddDepartment, Assign, Raise
from domain.errors import Reason, Refusal
from domain.events import Personal, Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from adapters.db.record import Outcome, Record
    from adapters.registry import Registry
    from domain.actors import Actor
    from domain.commands import Command


class Commands:
    """Commands of persons. Every method answers after the commit, so a reader sees their own write at once."""

    def __init__(self, record: Record, registry: Registry, nudge: Callable[[Outcome], None]) -> None:
        """Keep the record, the registry that routes, and what tells the drive after a commit."""
        self._record = record
        self._registry = registry
        self._nudge = nudge

    async def raise_case(self, actor: Actor, request: RaiseRequest, key: str) -> Outcome:
        """Blow the whistle: route by the duty list, decide and dispatch in one transaction.

        Args:
            key: Idempotency key of this actor; a repeat answers with the first case.

        Raises:
            Refusal: as `domain.decide` says; `unknown_class`, `unroutable`, `unknown_org` from routing.
            KeyReused, RecordUnavailable, OutcomeUnknown: from the record.
        """
        city, rules = await self._registry.current()
        city.catalogue.get(request.class_code)
        routing = city.route(request.class_code, request.area)
        lead = request.lead or routing.lead
        assist = routing.assist if request.assist is None else request.assist
        parties = [Party(lead, TaskRole.LEAD)]
        parties += [Party(org, TaskRole.ASSIST) for org in assist if org != lead]
        parties += [Party(org, TaskRole.INFORM) for org in request.inform]
        for org in (request.area, *(p.org for p in parties)):
            if city.orgs.find(org) is None:
                raise Refusal(Reason.UNKNOWN_ORG, org=org)
        command = Raise(
            id=str(uuid.uuid7()), number="", kind=request.kind, channel=request.channel, area=request.area,
            class_code=request.class_code, limit_class=routing.limit_class, rules=rules, parties=tuple(parties),
            duty=f"{city.duty_ref}:{'named' if request.lead else routing.how}", title=Text(request.title),
            description=Text(request.description), place=Text(request.place),
            reporter_name=Personal(request.reporter_name) if request.reporter_name else None,
            reporter_phone=Personal(request.reporter_phone) if request.reporter_phone else None,
            appointment=request.appointment, lat=_micro(request.lat), lng=_micro(request.lng),
            source_ref=request.source_ref,
        )  # fmt: skip
        outcome = await self._record.transact(
            uuid.UUID(command.id), command, actor, key, fingerprint=fingerprint("raise", "", request)
        )
        self._nudge(outcome)
        return outcome

    async def give(
        self, actor: Actor, case_id: UUID, form: CommandForm, request: Request, key: str,
        expected_version: int | None = None,
    ) -> Outcome:  # fmt: skip
        """Give a command on an existing case.

        Args:
            expected_version: Refuse with `stale_version` unless the case still has this version; None for any.

        Raises:
            CaseNotFound: no such case, or none that the actor may see; the two are not told apart.
            Refusal: as `domain.decide` says, and `unknown_worker` or `unknown_org` when a name does not exist.
        """
        command = await self._resolve(form.build(request))
        reach = authority.acting(actor, command)
        outcome = await self._record.transact(
            case_id, command, actor, key, fingerprint=fingerprint(form.name, str(case_id), request),
            expected_version=expected_version, reach=reach,
        )  # fmt: skip
        self._nudge(outcome)
        return outcome

    async def _resolve(self, command: Command) -> Command:
        """Check and complete what the pure core cannot know: that an organisation or a worker exists, and where."""
        if isinstance(command, AddDepartment):
            city, _ = await self._registry.current()
            if city.orgs.find(command.org) is None:
                raise Refusal(Reason.UNKNOWN_ORG, org=command.org)
        if isinstance(command, CallMeeting):
            city, _ = await self._registry.current()
            unknown = [org for org in command.orgs if city.orgs.find(org) is None]
            if unknown:
                raise Refusal(Reason.UNKNOWN_ORG, org=unknown[0])
        if isinstance(command, Assign | CallHelper):
            return await self._found(command)
        return command

    async def _found(self, command: Assign | CallHelper) -> Assign | CallHelper:
        """Find the office of whoever is named: an auxiliary enforces nothing, and only helpers are called to help."""
        try:
            worker = await self._registry.actor(command.worker)
        except UnknownUserError as error:
            raise Refusal(Reason.UNKNOWN_WORKER, worker=command.worker) from error
        helps = worker.has(Role.VOLUNTEER, Role.AUXILIARY)
        fits = helps if isinstance(command, CallHelper) else not worker.roles <= {Role.VOLUNTEER, Role.AUXILIARY}
        if not fits:
            raise Refusal(Reason.UNKNOWN_WORKER, worker=command.worker)
        return replace(command, worker_org=worker.org)


def _micro(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * MICRO)
