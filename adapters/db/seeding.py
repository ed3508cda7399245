"""Reference data from files into the record: a dry run, a diff with an error for every bad row, or a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.calendar_files import bundled_calendar
from adapters.city_files import load_city
from adapters.db import directory, rules_store, versions
from adapters.db.errors import UnknownRules
from adapters.db.reference_tables import rule_packs
from adapters.duty_files import parse_catalogue, parse_duty_list
from adapters.org_files import parse_communities, parse_organisations, parse_users
from adapters.policy_files import bundled_document, load_pack
from adapters.row_files import parse_file
from domain.catalogue import Catalogue
from domain.dutylist import DutyList
from domain.import_diff import ImportDiff, Parsed, accept, diff
from domain.organisations import Org, OrgKind, OrgTree

CITY: Final = "beijing"
DUTY_VERSION: Final = "2026.1"
RULES_VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class PartResult:
    """What an import did to one part of the reference data, or would do in a dry run.

    Attributes:
        part: `calendar`, `rules`, `organisations`, `catalogue`, `dutylist` or `users`.
        version: Version that holds afterwards (`3`, `beijing/2026.1`); empty for users and in a dry run.
        published: Something was written.
        diff: Records added, changed, removed; None for calendar and rules, which are taken whole.
    """

    part: str
    diff: ImportDiff[Any] | None = None
    version: str = ""
    published: bool = False


async def seed_city(
    conn: AsyncConnection, name: str = CITY, *, duty_version: str = DUTY_VERSION, rules_version: int = RULES_VERSION
) -> tuple[PartResult, ...]:
    """Write all reference data that ships with the program for a city; doing it again changes nothing.

    Args:
        conn: A connection of the application's role, in a transaction that the caller commits.
        name: A folder below `policies/` and a calendar of the same name.
        duty_version: Version of its duty list.
        rules_version: Version of its rule pack.

    Raises:
        ImportRefusedError: code `import_refused`, a file has an error; nothing is taken.
        RulesFixed: code `rules_fixed`, a version was published before with another content.
    """
    await versions.lock(conn)
    files = load_city(_bundled(name), duty_version)
    calendar = bundled_calendar(name)
    new_calendar = await rules_store.publish_calendar(conn, calendar)
    new_pack = await rules_store.publish_pack(conn, bundled_document(name, rules_version))
    held = await directory.current_versions(conn)
    units = diff(_by_code(await directory.load_orgs(conn, held[0])), Parsed(files.orgs.orgs))
    classes = diff(_by_code(await directory.load_classes(conn, held[1])), Parsed(files.catalogue.classes))
    rules = diff((await directory.load_duty_list(conn, *held[2:])).by_class, Parsed(files.duty_list.by_class))
    people = diff(await versions.current_users(conn), Parsed({user.login: user for user in files.users}))
    return (
        PartResult("calendar", None, f"{calendar.name}/{calendar.version}", new_calendar),
        PartResult("rules", None, f"{name}/{rules_version}", new_pack),
        await _publish_orgs(conn, units, f"policies/{name}"),
        await _publish_catalogue(conn, classes, f"policies/{name}"),
        await _publish_duty_list(conn, rules, files.duty_list),
        await _publish_users(conn, people),
    )


async def import_organisations(conn: AsyncConnection, path: Path, *, dry_run: bool = False) -> PartResult:
    """Take a list of organisations.

    Communities come from `communities.csv` beside the file; without one, those of the current version stay under every
    sub-district that is still in the list.

    Args:
        conn: As `seed_city`.
        path: The CSV file, or the folder with `organisations.csv`.
        dry_run: Only compare; errors of rows stand in the diff then.

    Raises:
        ImportRefusedError: code `import_refused`, unless it is a dry run.
    """
    await versions.lock(conn)
    current = _by_code(await directory.load_orgs(conn, (await directory.current_versions(conn))[0]))
    plan = diff(current, _read_units(path, current))
    return PartResult("organisations", plan) if dry_run else await _publish_orgs(conn, plan, str(path))


async def import_catalogue(conn: AsyncConnection, path: Path, *, dry_run: bool = False) -> PartResult:
    """Take a case catalogue; arguments and errors as `import_organisations`."""
    await versions.lock(conn)
    current = _by_code(await directory.load_classes(conn, (await directory.current_versions(conn))[1]))
    plan = diff(current, parse_file(path, parse_catalogue))
    return PartResult("catalogue", plan) if dry_run else await _publish_catalogue(conn, plan, str(path))


async def import_users(conn: AsyncConnection, path: Path, *, dry_run: bool = False) -> PartResult:
    """Take the list of users of the current organisations; arguments and errors as `import_organisations`.

    A user who is no longer in the list may not sign in any more; nobody is deleted.
    """
    await versions.lock(conn)
    units = OrgTree.of(await directory.load_orgs(conn, (await directory.current_versions(conn))[0]))
    plan = diff(await versions.current_users(conn), parse_file(path, lambda text: parse_users(text, units)))
    return PartResult("users", plan) if dry_run else await _publish_users(conn, plan)


async def import_duty_list(
    conn: AsyncConnection, path: Path, *, name: str = CITY, version: str | None = None, dry_run: bool = False
) -> PartResult:
    """Take a duty list, checked against the current organisations, catalogue and the newest rule pack of its name.

    Args:
        conn: As `seed_city`.
        path: The CSV file.
        name: Name of the duty list and of the rule pack whose limit classes it uses.
        version: Version to publish; the file's name without `.csv` if None.
        dry_run: Only compare.

    Raises:
        ImportRefusedError: code `import_refused`, unless it is a dry run.
        RulesFixed: code `rules_fixed`, the version was published with another content.
        UnknownRules: code `unknown_rules`, no rule pack of that name.
    """
    await versions.lock(conn)
    held = await directory.load(conn)
    known = Catalogue.of(held.catalogue.classes.values())
    limits = await _limit_classes(conn, name)
    parsed = parse_file(path, lambda text: parse_duty_list(text, known, held.orgs.lines(), limits))
    plan = diff(held.duty_list.by_class, parsed)
    if dry_run:
        return PartResult("dutylist", plan)
    rules = tuple(accept(plan).values())
    return await _publish_duty_list(conn, plan, DutyList(name, version or path.name.removesuffix(".csv"), rules))


async def _limit_classes(conn: AsyncConnection, name: str) -> frozenset[str]:
    r = rule_packs.c
    query = select(r.body).where(r.name == name).order_by(r.version.desc()).limit(1)
    body = (await conn.execute(query)).scalar_one_or_none()
    if body is None:
        raise UnknownRules(f"no rule pack {name!r} is published", ref=name)
    return frozenset(load_pack(body).limit_classes)


async def _publish_orgs(conn: AsyncConnection, plan: ImportDiff[Any], source: str) -> PartResult:
    version, new = await versions.publish_orgs(conn, accept(plan), source)
    return PartResult("organisations", plan, str(version), new)


async def _publish_catalogue(conn: AsyncConnection, plan: ImportDiff[Any], source: str) -> PartResult:
    version, new = await versions.publish_catalogue(conn, accept(plan), source)
    return PartResult("catalogue", plan, str(version), new)


async def _publish_duty_list(conn: AsyncConnection, plan: ImportDiff[Any], duty_list: DutyList) -> PartResult:
    new = await versions.publish_duty_list(conn, duty_list)
    return PartResult("dutylist", plan, f"{duty_list.name}/{duty_list.version}", new)


async def _publish_users(conn: AsyncConnection, plan: ImportDiff[Any]) -> PartResult:
    accept(plan)
    await versions.write_users(
        conn, [*plan.added, *(change.after for change in plan.changed)], [user.login for user in plan.removed]
    )
    return PartResult("users", plan, published=not plan.empty)


def _read_units(path: Path, current: Mapping[str, Org]) -> Parsed[Org]:
    """Read units with their communities: those of the file beside, else those held now under the same sub-districts."""
    file = path / "organisations.csv" if path.is_dir() else path
    units = parse_file(file, parse_organisations)
    beside = file.with_name("communities.csv")
    if beside.exists():
        below = parse_file(beside, lambda text: parse_communities(text, units.records))
    else:
        below = Parsed({c: o for c, o in current.items() if o.kind is OrgKind.COMMUNITY and o.parent in units.records})
    records = {**units.records, **below.records}
    return Parsed(records, units.errors + below.errors, units.rejected | below.rejected)


def _by_code(records: tuple[Any, ...]) -> Mapping[str, Any]:
    return {record.code: record for record in records}


def _bundled(name: str) -> Path:
    return Path(str(resources.files("policies").joinpath(name)))
