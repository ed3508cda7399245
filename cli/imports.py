"""Imports at the command line: letters through the API, history in bulk, reference data as versions."""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters import history as past
from adapters.db import seeding
from adapters.db.engine import Pool, create_engine
from adapters.history_files import read_cases
from adapters.history_mapping import bundled_mapping, load_mapping
from adapters.letters import place_by_hash, plan_letters, read_letters
from adapters.proactive import take_survey
from adapters.registry import Registry
from cli.migrate import told_of
from domain.import_diff import RowError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from rich.console import Console

    from adapters.letters import LetterPlan, RoutedLetter
    from settings import Settings

_DISTRICT = "110101"
_AGENT = "hotline.agent"
_SHOWN = 20
_PATIENCE_S = 8.0


@asynccontextmanager
async def _engine(settings: Settings, role: str = "app") -> AsyncIterator[Pool]:
    engine = create_engine(settings.dsn("owner" if role == "owner" else "app"), role="batch")
    try:
        yield engine
    finally:
        await engine.dispose()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console
    )


def _tell_errors(console: Console, errors: Sequence[RowError]) -> None:
    for error in errors[:_SHOWN]:
        console.print(f"[red]✘[/red] row {error.row} {error.column}: {error.message} ({error.code})", highlight=False)
    if len(errors) > _SHOWN:
        console.print(f"  … and {len(errors) - _SHOWN} more", highlight=False)


async def letters(
    console: Console, settings: Settings, path: Path, url: str, token: str | None, *, dry_run: bool
) -> None:
    """Raise every letter of a workbook through the API, routed by class through the duty list.

    A letter raised before is not raised again: its number is the idempotency key. Without a token one is issued for the
    hotline agent of the demo district, which needs the database's address.
    """
    async with _engine(settings) as engine:
        registry = Registry(engine)
        city, _ = await registry.current()
        place = place_by_hash(city.orgs, _DISTRICT)
        plan = plan_letters(read_letters(path), city.catalogue, city.orgs, city.duty_list, place)
        if token is None and not dry_run:
            token = await registry.issue_token(_AGENT, "import letters", datetime.now(UTC) + timedelta(hours=1))
    counts = plan.counts
    console.print("   ".join(f"{name} {counts[name]}" for name in counts), highlight=False)
    by_lead = Counter(letter.lead for letter in plan.routed)
    console.print("   ".join(f"{lead} {count}" for lead, count in by_lead.most_common(12)), highlight=False)
    _tell_errors(console, plan.refused)
    if not dry_run:
        await _raise_all(console, plan, url, token or "")


async def _raise_all(console: Console, plan: LetterPlan, url: str, token: str) -> None:
    done: Counter[str] = Counter()
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=_PATIENCE_S, trust_env=False) as client:
        with _progress(console) as progress:
            bar = progress.add_task("raising", total=len(plan.routed))
            for letter in plan.routed:
                done[await _raise_one(client, letter)] += 1
                progress.advance(bar)
    console.print("   ".join(f"{name} {count}" for name, count in sorted(done.items())), highlight=False)


async def _raise_one(client: httpx.AsyncClient, routed: RoutedLetter) -> str:
    body = routed.request.model_dump(mode="json", exclude_none=True)
    answer = await client.post("/api/v1/cases", json=body, headers={"Idempotency-Key": routed.letter.source_ref})
    if answer.status_code == HTTPStatus.CREATED:
        return "already there" if answer.json()["replayed"] else "raised"
    code: str = answer.json().get("code", str(answer.status_code))
    return "already there" if code == "case_exists" else f"refused: {code}"


async def history(
    console: Console, settings: Settings, path: Path, mapping: str, *, as_of: str | None, dry_run: bool
) -> bool:
    """Append historical cases; with `as_of`, compare the overdue report with the file's own flags.

    Returns:
        False when a compared row differs or is absent.
    """
    told = load_mapping(Path(mapping)) if mapping.endswith(".toml") else bundled_mapping(mapping)
    if dry_run:
        rows = [row.case for row in read_cases(path, told)]
        refused = [row for row in rows if isinstance(row, RowError)]
        console.print(f"{len(rows)} rows, {len(refused)} would be refused", highlight=False)
        _tell_errors(console, refused)
        return True
    async with _engine(settings) as engine:
        with _progress(console) as progress:
            bar = progress.add_task("importing", total=1000)
            result = await past.import_history(
                engine, path, told, progress=lambda p: progress.update(bar, completed=round(p.fraction * 1000))
            )
        console.print(
            f"{result.rows} rows: {result.imported} imported ({result.events} events), {result.skipped} known before, "
            f"{len(result.refused)} refused",
            highlight=False,
        )
        _tell_errors(console, result.refused)
        if as_of is None:
            return True
        instant = datetime.fromisoformat(as_of)
        async with engine.connect() as connection:
            found = await past.compare_flags(connection, path, told, instant.astimezone(UTC))
    console.print(
        f"as of {as_of}: {found.equal} of {found.compared} rows with target, closing time and flag equal; "
        f"{found.open_overdue} of {found.open_with_due} open rows with a target overdue; {found.absent} absent",
        highlight=False,
    )
    for reference_, flag, ours in found.different[:_SHOWN]:
        console.print(f"[red]✘[/red] {reference_}: file {flag}, we {ours}", highlight=False)
    return found.equal == found.compared and found.open_overdue == found.open_with_due and not found.absent


async def reference(console: Console, settings: Settings, what: str, path: Path, *, dry_run: bool) -> bool:
    """Import organisations, users or a duty list as a new version, or show what would change.

    Raises:
        ImportRefusedError: a row is wrong; nothing is taken (a dry run lists the rows instead).
    """
    take = {
        "organisations": seeding.import_organisations, "users": seeding.import_users,
        "dutylist": seeding.import_duty_list,
    }[what]  # fmt: skip
    async with _engine(settings) as engine, engine.begin() as connection:
        result = await take(connection, path, dry_run=dry_run)
    console.print(told_of(result), highlight=False)
    if result.diff is None:
        return True
    for name in ("added", "changed", "removed"):
        for key in list(getattr(result.diff, name))[:_SHOWN]:
            console.print(f"  {name}: {key}", highlight=False)
    _tell_errors(console, result.diff.errors)
    return not result.diff.errors


async def circle(console: Console, settings: Settings, path: Path, login: str, *, dry_run: bool) -> bool:
    """Import a survey of the circle of community services in somebody's name; every bad cell is told.

    Returns:
        False if a cell is wrong; nothing is taken then.
    """
    text = await asyncio.to_thread(path.read_text, "utf-8")
    async with _engine(settings) as engine:
        registry = Registry(engine)
        actor = await registry.actor(login)
        found = await take_survey(engine, registry, actor, text, dry_run=dry_run)
    console.print(f"{len(found.parsed.records)} rows, {found.new} new", highlight=False)
    _tell_errors(console, found.parsed.errors)
    return not found.parsed.errors
