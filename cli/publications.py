"""Publications at the command line: preview, propose and approve as a person of the installation."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import uuid_utils.compat as uuid

from adapters.calendar_files import bundled_calendar, load_calendar
from adapters.db import impact as lists
from adapters.db.engine import Pool, create_engine
from adapters.db.record import Record
from adapters.db.rules_store import RulesStore, newest_calendar
from adapters.db.seeding import CITY
from adapters.drafts import Draft, duty_body, read_draft
from adapters.duty_files import parse_duty_list
from adapters.policy_files import load_pack, read_document
from adapters.process_commands import ProcessCommands
from adapters.publications import ProposalRequest, Publications
from adapters.registry import Registry
from adapters.row_files import accepted, parse_file
from cli.policy import read_calendars
from contracts.process_commands import PROCESS_FORMS
from domain.dutylist import DutyList
from domain.processes.publication import KIND, Counts, Subject

if TYPE_CHECKING:
    from rich.console import Console

    from settings import Settings


async def impact(console: Console, settings: Settings, path: Path, show: int) -> bool:
    """Print what a draft would move; False if a case could not go over to it."""
    async with _engine(settings) as engine:
        draft, store = await _draft(engine, path), RulesStore(engine)
        counts, shown, cursor, last = Counts(), show, "", False
        while not last:
            page, moved = await lists.preview(engine, store, draft, cursor)
            counts, cursor, last = counts.plus(page.counts), page.cursor, page.last
            for case, clock in moved[: max(shown, 0)]:
                line = f"{case} {clock.key}: {clock.old_due.isoformat()} → {clock.new_due.isoformat()}"
                console.print(line, highlight=False, soft_wrap=True)
            shown -= len(moved)
    said = f"{draft.ref}: {counts.cases} running cases, {counts.clocks} clocks move"
    late = f"{counts.newly_overdue} newly overdue, {counts.no_longer_overdue} no longer overdue"
    console.print(f"{said}, {late}, {counts.failed} cases could not go over", highlight=False, soft_wrap=True)
    return not counts.failed


async def propose(console: Console, settings: Settings, path: Path, login: str, reason: str) -> None:
    """Propose the draft in a file.

    Raises:
        DomainError: as `Publications.propose`.
    """
    async with _engine(settings) as engine:
        await _propose(console, engine, await _draft(engine, path), login, reason)


async def propose_calendar(
    console: Console, settings: Settings, paths: Sequence[Path], login: str, reason: str
) -> None:  # fmt: skip
    """Propose a calendar, or the one in force with yearly notices in it."""
    async with _engine(settings) as engine:
        async with engine.connect() as connection:
            held = await newest_calendar(connection, CITY) or bundled_calendar(CITY)
        newer = read_calendars(paths, held)
        if newer is held:
            console.print(f"{held.label} says so already", highlight=False)
            return
        await _propose(console, engine, read_draft(Subject.CALENDAR, newer.to_dict()), login, reason)


async def approve(console: Console, settings: Settings, publication: str, login: str) -> None:
    """Approve a publication.

    Raises:
        DomainError: `wrong_stage` while its list is being written, `proposer_may_not_approve`, `not_allowed`.
    """
    async with _engine(settings) as engine:
        commands, registry = _entry(engine)
        form = PROCESS_FORMS[KIND]["approve"]
        actor = await registry.actor(login)
        done = await commands.give(actor, UUID(publication), form, form.model(), f"cli-{uuid.uuid4()}")
    console.print(f"{done.name}: {done.state.status}", highlight=False)


async def _propose(console: Console, engine: Pool, draft: Draft, login: str, reason: str) -> None:
    commands, registry = _entry(engine)
    publications = Publications(engine, Record(engine, RulesStore(engine)), registry, commands)
    request = ProposalRequest(subject=draft.subject.value, body=dict(draft.body), reason=reason)
    made = await publications.propose(await registry.actor(login), request, f"cli-{uuid.uuid4()}")
    console.print(f"{made.id} {made.name}: {made.state.status}", highlight=False, soft_wrap=True)


def _entry(engine: Pool) -> tuple[ProcessCommands, Registry]:
    """Return the entry for commands; the relay of the installation tells the engine."""
    return ProcessCommands(Record(engine, RulesStore(engine)), lambda _outcome: None), Registry(engine)


async def _draft(engine: Pool, path: Path) -> Draft:
    """Read a draft: a duty list by `.csv`, a calendar or a rule pack by what the TOML file holds.

    Raises:
        RulePackInvalid, CalendarFileInvalid, ImportRefusedError: it cannot be read.
    """
    if path.suffix == ".csv":
        registry = Registry(engine)
        city, rules = await registry.current()
        pack = await RulesStore(engine).pack(rules)
        lines = city.orgs.lines()
        parsed = parse_file(path, lambda text: parse_duty_list(text, city.catalogue, lines, pack.limit_classes.keys()))
        held = DutyList(city.duty_list.name, path.name.removesuffix(".csv"), tuple(accepted(parsed, path).values()))
        return read_draft(Subject.DUTY_LIST, duty_body(held))
    return await asyncio.to_thread(_toml_draft, path)


def _toml_draft(path: Path) -> Draft:
    if "sessions" in path.read_text("utf-8"):
        return read_draft(Subject.CALENDAR, load_calendar(path).to_dict())
    document = read_document(path)
    return Draft(Subject.RULE_PACK, load_pack(document).ref, document)


@asynccontextmanager
async def _engine(settings: Settings) -> AsyncIterator[Pool]:
    engine = create_engine(settings.dsn("app"), role="batch")
    try:
        yield engine
    finally:
        await engine.dispose()
