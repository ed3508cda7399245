"""The one entry for whoever acts: route, authorise, transact, nudge; used by API, pages, command line and importers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import uuid_utils.compat as uuid

from adapters.db.people import UnknownUserError
from adapters.pairs import paired
from contracts.commands import MICRO, CommandForm, RaiseRequest, Request, fingerprint
from domain import authority
from domain.actors import Role
from domain.case import Direction, Party, TaskRole
from domain.chapters.coordination import HandOver, ReplaceDepartment
from domain.chapters.grid import Dispatch
from domain.chapters.meeting import CallMeeting, DecideTask
from domain.chapters.objection import Object, RuleObjection
from domain.chapters.upward import AskHelp
from domain.chapters.volunteers import CallHelper
from domain.commands import AddDepartment, Assign, Raise
from domain.errors import Reason, Refusal
from domain.events import Personal, Text
from domain.organisations import OrgKind
from domain.process import id_of
from domain.processes import campaign
from domain.subjects import tie_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from adapters.db.directory import Directory
    from adapters.db.record import Outcome, Record
    from adapters.registry import Registry
    from domain.actors import Actor
    from domain.case import Tie
    from domain.commands import Command
    from domain.dutylist import Routing


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
            Refusal: as `domain.decide` says; `unknown_class`, `unroutable`, `unknown_org` from routing; of a campaign
                `unknown_campaign`, and as `domain.processes.campaign` says.
            KeyReused, RecordUnavailable, OutcomeUnknown: from the record.
        """
        return await self.whistle(actor, await self._checked(actor, request, key), key, ("raise", "", request))

    async def raise_for_gap(self, actor: Actor, request: RaiseRequest, gap: str, key: str) -> Outcome:
        """Raise a case from a gap in the circle of services; as `raise_case`, and `matter_stands`."""
        command = replace(await self._checked(actor, request, key), gap=gap)
        return await self.whistle(actor, command, key, ("raise_for_gap", gap, request))

    async def whistle(self, actor: Actor, command: Raise, key: str, said: tuple[str, str, Request]) -> Outcome:
        """Raise what was routed already; `said` names what was asked, and tells a repeat from another request."""
        outcome = await self._record.transact(
            uuid.UUID(command.id), command, actor, key, fingerprint=fingerprint(*said)
        )
        self._nudge(outcome)
        return outcome

    async def route(self, actor: Actor, request: RaiseRequest) -> Raise:
        """Make the raise of a request: whom it calls by the duty list, or by name."""
        city, rules = await self._registry.current()
        return _whistle(city, rules, actor, request)

    async def _checked(self, actor: Actor, request: RaiseRequest, key: str) -> Raise:
        """Route a request that fits its campaign; a repeat is answered as before, whatever the campaign is now."""
        if request.campaign is not None:
            try:
                await self._fits_campaign(actor, request.campaign, request)
            except Refusal:
                if not await self._record.knows(actor, key):
                    raise
        return await self.route(actor, request)

    async def foresee(self, actor: Actor, request: RaiseRequest) -> tuple[Party, ...]:
        """Tell whom a raise would call; changes nothing.

        Raises:
            Refusal: what `raise_case` would be refused with now.
        """
        if request.campaign is not None:
            await self._fits_campaign(actor, request.campaign, request)
        command = await self.route(actor, request)
        await self._record.foresee(command, actor)
        return command.parties

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
        command = await self._resolve(case_id, form.build(request))
        pair = await paired(self._record, case_id, command)
        said = fingerprint(form.name, str(case_id), request)
        reach = authority.acting(actor, command)
        if pair is None:
            outcome = await self._record.transact(
                case_id, command, actor, key, fingerprint=said, expected_version=expected_version, reach=reach
            )  # fmt: skip
        else:
            outcome, also = await self._record.transact_pair(
                (case_id, pair.command), (pair.other, pair.counterpart), actor, key, fingerprint=said,
                expected_version=expected_version, reach=reach,
            )  # fmt: skip
            self._nudge(also)
        self._nudge(outcome)
        return outcome

    async def _fits_campaign(self, actor: Actor, code: str, request: RaiseRequest) -> None:
        """Refuse a case that does not belong into the campaign it names; what it is stands in another row."""
        state = await self._record.process(id_of(campaign.KIND, code))
        if not isinstance(state, campaign.CampaignState) or not campaign.CAMPAIGN.sees(actor, state):
            raise Refusal(Reason.UNKNOWN_CAMPAIGN, campaign=code)
        campaign.refuse_unfit(state, request.area, request.class_code, await self._registry.now())

    async def _known(self, orgs: tuple[str, ...]) -> None:
        city, _ = await self._registry.current()
        for org in orgs:
            if city.orgs.find(org) is None:
                raise Refusal(Reason.UNKNOWN_ORG, org=org)

    async def _resolve(self, case_id: UUID, command: Command) -> Command:
        """Check and complete what the pure core cannot know: that an organisation or a worker exists, and where."""
        if isinstance(command, Dispatch | AskHelp) and command.org is not None:
            await self._tie(command.org)
        if isinstance(command, RuleObjection) and command.class_code is not None:
            command = replace(command, limit_class=await self._limit_class(case_id, command.class_code))
        if isinstance(command, AddDepartment | ReplaceDepartment | RuleObjection) and command.org is not None:
            return replace(command, tie=await self._tie(command.org))
        if isinstance(command, Object) and command.suggests is not None:
            return replace(command, tie=await self._tie(command.suggests))
        if isinstance(command, HandOver):
            return replace(command, service=await self._service(case_id))
        if isinstance(command, DecideTask):
            return replace(command, tie=await self._tie(command.org))
        if isinstance(command, CallMeeting):
            await self._known(command.invited)
        if isinstance(command, Assign | CallHelper):
            return await self._found(command)
        return command

    async def _found(self, command: Assign | CallHelper) -> Assign | CallHelper:
        """Find the office of whoever is named: a helper enforces nothing, and only helpers are called to help."""
        try:
            worker = await self._registry.actor(command.worker)
        except UnknownUserError as error:
            raise Refusal(Reason.UNKNOWN_WORKER, worker=command.worker) from error
        if isinstance(command, Assign) and worker.roles <= {Role.VOLUNTEER, Role.AUXILIARY}:
            raise Refusal(Reason.AUXILIARY_MAY_NOT_ENFORCE, worker=command.worker)
        if isinstance(command, CallHelper) and not worker.has(Role.VOLUNTEER, Role.AUXILIARY):
            raise Refusal(Reason.UNKNOWN_WORKER, worker=command.worker)
        return replace(command, worker_org=worker.org)

    async def _limit_class(self, case_id: UUID, class_code: str) -> str | None:
        """Return the limit class that the duty list gives a class at the place of the case."""
        city, _ = await self._registry.current()
        city.catalogue.get(class_code)
        state = await self._record.state(case_id)
        return city.route(class_code, state.facts.area).limit_class if state is not None else None

    async def _tie(self, org: str) -> Tie:
        city, _ = await self._registry.current()
        return _tie(city, org)

    async def _service(self, case_id: UUID) -> str:
        """Return the psychology service of the case's district."""
        city, _ = await self._registry.current()
        state = await self._record.state(case_id)
        found = city.orgs.of_kind((OrgKind.PSYCHOLOGY,), state.facts.district) if state is not None else ()
        if not found:
            raise Refusal(Reason.UNKNOWN_ORG, kind=OrgKind.PSYCHOLOGY)
        return found[0].code


def _whistle(city: Directory, rules: str, actor: Actor, request: RaiseRequest) -> Raise:
    """Make the raise: whom it calls by the duty list, or by name; a department raises in its own name."""
    city.catalogue.get(request.class_code)
    routing = city.route(request.class_code, request.area)
    raiser = "" if request.direction is Direction.STREET_TO_DEPT else actor.org
    for org in (request.area, *request.joint_areas):
        _tie(city, org)
    return Raise(
        id=str(uuid.uuid7()), number="", kind=request.kind, channel=request.channel, area=request.area,
        class_code=request.class_code, limit_class=routing.limit_class, rules=rules,
        parties=_parties(city, routing, raiser, request),
        duty=f"{city.duty_ref}:{'named' if request.lead or raiser else routing.how}", title=Text(request.title),
        description=Text(request.description), place=Text(request.place),
        reporter_name=Personal(request.reporter_name) if request.reporter_name else None,
        reporter_phone=Personal(request.reporter_phone) if request.reporter_phone else None,
        appointment=request.appointment, lat=_micro(request.lat), lng=_micro(request.lng),
        source_ref=request.source_ref, raiser=raiser, direction=request.direction, joint_areas=request.joint_areas,
        sensitive=request.sensitive, support=Text(request.support) if request.support else None,
        urgency=request.urgency, nature=request.nature, disposal=request.disposal, target=request.target,
        told=Text(request.told) if request.told else None, campaign=request.campaign,
    )  # fmt: skip


def _parties(city: Directory, routing: Routing, raiser: str, request: RaiseRequest) -> tuple[Party, ...]:
    """Name the parties, the lead first; a department gives work to the sub-district of the place."""
    to_street = request.direction is Direction.DEPT_TO_STREET
    lead = request.lead or (request.area if to_street else routing.lead)
    assist = request.assist
    if assist is None:
        assist = () if to_street else tuple(org for org in routing.assist if org not in (lead, raiser))
    named = [(lead, TaskRole.LEAD), *((org, TaskRole.ASSIST) for org in assist if org != lead)]
    named += [(org, TaskRole.INFORM) for org in request.inform]
    return tuple(Party(org, role, _tie(city, org)) for org, role in named)


def _tie(city: Directory, org: str) -> Tie:
    """Return what binds a unit; raises `unknown_org`."""
    found = city.orgs.find(org)
    if found is None:
        raise Refusal(Reason.UNKNOWN_ORG, org=org)
    return tie_of(found.kind)


def _micro(degrees: float | None) -> int | None:
    return None if degrees is None else round(degrees * MICRO)
