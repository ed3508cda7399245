"""Publications at the border: a draft is read, linted and compared with what is in force before it is proposed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

import uuid_utils.compat as uuid
from pydantic import Field

from adapters.db import publishing, rules_store
from adapters.db.errors import CaseNotFound, translated
from adapters.drafts import Draft, calendar_of, duty_body, duty_list_of, read_draft
from adapters.policy_files import load_pack
from contracts.commands import Request, Slug, Words
from domain.authority import sees, visible
from domain.dutylist import DutyRule
from domain.errors import Reason, Refusal
from domain.organisations import district_of
from domain.processes.publication import PUBLICATION, ProposePublication, Subject
from domain.rulelint import Finding, lint_duty_list, lint_pack
from domain.text import Text

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from adapters.db.directory import Directory
    from adapters.db.record import ProcessOutcome, Record
    from adapters.process_commands import ProcessCommands
    from adapters.registry import Registry
    from domain.actors import Actor


class ProposalRequest(Request):
    """A draft to be published: a calendar or a rule pack as its own document."""

    subject: Literal["calendar", "rule_pack", "duty_list"]
    body: dict[str, Any] = Field(description="The document: as stored in a row, with name and version.")
    reason: Words


class DutyRuleRequest(Request):
    """A rule of the duty list that a ruling (裁定) asks for: who handles a class from now on."""

    class_code: Slug
    lead: Slug = Field(description="Line (条), for example WATER.")
    assist: tuple[Slug, ...] = Field((), max_length=10)
    limit_class: Slug
    source: Words = Field(description="The ruling or document that says so.")
    case_id: UUID | None = Field(None, description="The case that was ruled on.")
    reason: Words


class Publications:
    """Proposals of persons; what follows is the publication's own life."""

    def __init__(
        self, engine: AsyncEngine, record: Record, registry: Registry, commands: ProcessCommands
    ) -> None:  # fmt: skip
        """Keep a pool for drafts, the record for cases, the registry of what is in force, the entry for commands."""
        self._engine = engine
        self._record = record
        self._registry = registry
        self._commands = commands

    async def propose(self, actor: Actor, request: ProposalRequest, key: str) -> ProcessOutcome:
        """Propose a draft.

        Raises:
            Refusal: `draft_has_faults` with the findings, `version_not_newer`, `not_allowed`.
            BadDraft, RulePackInvalid, CalendarInvalid: the body cannot be read.
        """
        draft = read_draft(Subject(request.subject), request.body)
        return await self._propose(actor, draft, request, key, "propose", None)

    async def propose_rule(self, actor: Actor, request: DutyRuleRequest, key: str) -> ProcessOutcome:
        """Propose the next version of the duty list, in which one class has this rule.

        Raises:
            CaseNotFound: no such case, or none that the actor may see.
            Refusal: as `propose`.
        """
        if request.case_id is not None:
            case = await self._record.state(request.case_id)
            if case is None or not sees(visible(actor), case):
                raise CaseNotFound("No such case.", case=str(request.case_id))
        city, _ = await self._registry.current()
        held = city.duty_list
        rule = DutyRule(request.class_code, request.lead, request.assist, request.limit_class, request.source)
        rules = [r for r in held.rules if r.class_code != rule.class_code]
        newer = replace(held, version=next_version(held.version), rules=(*rules, rule))
        draft = Draft(Subject.DUTY_LIST, f"{newer.name}/{newer.version}", duty_body(newer))
        return await self._propose(actor, draft, request, key, "propose_rule", request.case_id)

    async def _propose(
        self, actor: Actor, draft: Draft, request: ProposalRequest | DutyRuleRequest, key: str, name: str,
        case_id: UUID | None,
    ) -> ProcessOutcome:  # fmt: skip
        district = district_of(actor.org) if actor.org else None
        _check_scope(actor, draft, district)
        city, ref = await self._registry.current()
        process = uuid.uuid7()
        with translated():
            async with self._engine.begin() as connection:
                await _check_newer(connection, draft, city)
                faults = await findings(connection, draft, city, ref)
                if faults:
                    raise Refusal(Reason.DRAFT_HAS_FAULTS, faults=[str(f) for f in faults])
                digest = await publishing.keep_draft(connection, draft)
        command = ProposePublication(
            str(process), f"{draft.subject}/{draft.ref}/{process.hex[-8:]}", district, draft.subject, draft.ref, digest,
            Text(request.reason), None if case_id is None else str(case_id),
        )  # fmt: skip
        return await self._commands.open(actor, process, command, request, key, name)


def next_version(version: str) -> str:
    """Count the last number of a version up: `2026.1` becomes `2026.2`, `7` becomes `8`."""
    head, dot, last = version.rpartition(".")
    return f"{head}{dot}{int(last) + 1}" if last.isdigit() else f"{version}.1"


async def findings(connection: AsyncConnection, draft: Draft, city: Directory, rules: str) -> tuple[Finding, ...]:
    """Lint a draft against what it has to fit: the city, and the rule pack in force (`name/version`).

    Raises:
        RulePackInvalid: the body is no rule pack.
    """
    if draft.subject is Subject.RULE_PACK:
        pack = load_pack(draft.body)
        return (*lint_pack(pack), *lint_duty_list(city.duty_list, city.catalogue, city.orgs, pack))
    if draft.subject is Subject.DUTY_LIST:
        body = await rules_store.document(connection, rules)
        return lint_duty_list(duty_list_of(draft), city.catalogue, city.orgs, load_pack(body))
    calendar = calendar_of(draft)
    held = await rules_store.newest_calendar(connection, calendar.name)
    known = held.years | held.provisional_years if held is not None else frozenset()
    return tuple(
        Finding("year_missing", calendar.label, f"{year} is in force and would be gone")
        for year in sorted(known - calendar.years - calendar.provisional_years)
    )


def _check_scope(actor: Actor, draft: Draft, district: str | None) -> None:
    """A district proposes its own calendar, and the duty list; what holds for the city is proposed by the city."""
    if not PUBLICATION.granted(actor, ProposePublication, district):
        raise Refusal(Reason.NOT_ALLOWED, command="ProposePublication")
    if district is None or draft.subject is Subject.DUTY_LIST:
        return
    named = draft.ref.rpartition("/")[0].partition(":")[2]
    if draft.subject is not Subject.CALENDAR or named != district:
        raise Refusal(Reason.NOT_ALLOWED, command="ProposePublication", ref=draft.ref)


async def _check_newer(connection: AsyncConnection, draft: Draft, city: Directory) -> None:
    if draft.subject is Subject.DUTY_LIST:
        if draft.ref == city.duty_ref or await publishing.is_published(connection, draft):
            raise Refusal(Reason.VERSION_NOT_NEWER, ref=draft.ref, newest=city.duty_ref)
        return
    newest = await publishing.newest_in_force(connection, draft)
    name, _, version = draft.ref.rpartition("/")
    if newest is not None and int(version) <= newest:
        raise Refusal(Reason.VERSION_NOT_NEWER, ref=draft.ref, newest=f"{name}/{newest}")

