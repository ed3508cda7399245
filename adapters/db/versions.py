"""Publishing reference data: organisations, catalogue and duty list as versions that never change, people as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Table, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.errors import RulesFixed
from adapters.db.reference_tables import (
    catalogue,
    catalogue_versions,
    duty_lists,
    duty_rules,
    org_versions,
    orgs,
    users,
)  # fmt: skip
from adapters.pinyin import spell
from domain.actors import Role
from domain.catalogue import CaseClass
from domain.chain import canonical
from domain.codec import to_plain
from domain.dutylist import DutyList
from domain.organisations import Org, User

_LOCK: Final = 5_640_011
"""Key of the advisory lock under which reference data is published, so that two importers do not cross."""


async def lock(conn: AsyncConnection) -> None:
    """Let one importer publish at a time, until the end of the transaction."""
    await conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def digest(records: Mapping[str, Any]) -> str:
    """Return the SHA-256 of records in the order of their keys (hexadecimal): equal content, equal digest."""
    lines = (canonical(to_plain(records[key])) for key in sorted(records))
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


async def publish_orgs(conn: AsyncConnection, units: Mapping[str, Org], source: str) -> tuple[int, bool]:
    """Publish units as the next version, unless the newest one is the same.

    Args:
        conn: A connection of the application's role, in a transaction, under `lock`.
        units: All units by code, checked.
        source: Where they come from, for people.

    Returns:
        The version that holds now, and whether it is new.
    """
    rows = []
    for org in units.values():
        pinyin, initials = spell(org.name)
        rows.append((
            org.code, org.name, org.short, org.kind.value, org.parent, org.area_code, org.command_org, org.line,
            org.district, pinyin, initials,
        ))  # fmt: skip
    columns = (
        "code", "name", "short", "kind", "parent", "area_code", "command_org", "line", "district", "pinyin", "initials",
    )  # fmt: skip
    return await _publish(conn, org_versions, orgs, columns, rows, digest(units), source)


async def publish_catalogue(conn: AsyncConnection, classes: Mapping[str, CaseClass], source: str) -> tuple[int, bool]:
    """Publish classes as the next version, unless the newest one is the same; as `publish_orgs`."""
    rows = [
        (c.code, c.name, c.family.value, c.category, list(c.keywords), c.source, *spell(c.name))
        for c in classes.values()
    ]
    columns = ("code", "name", "family", "category", "keywords", "source", "pinyin", "initials")
    return await _publish(conn, catalogue_versions, catalogue, columns, rows, digest(classes), source)


async def publish_duty_list(conn: AsyncConnection, duty_list: DutyList) -> bool:
    """Publish a duty list under its own name and version.

    Returns:
        False if exactly this was published before.

    Raises:
        RulesFixed: code `rules_fixed`, the version was published with another content.
    """
    named = {"name": duty_list.name, "version": duty_list.version}
    ref = f"{duty_list.name}/{duty_list.version}"
    new = digest(duty_list.by_class)
    written = insert(duty_lists).values(**named, digest=new).on_conflict_do_nothing().returning(duty_lists.c.name)
    if (await conn.execute(written)).first() is None:
        query = select(duty_lists.c.digest).filter_by(**named)
        if (await conn.execute(query)).scalar_one() != new:
            raise RulesFixed(f"duty list {ref} is published with another content; publish a new version", ref=ref)
        return False
    rows = [
        {**named, "class_code": r.class_code, "lead": r.lead, "assist": list(r.assist), "limit_class": r.limit_class,
         "source": r.source}
        for r in duty_list.rules
    ]  # fmt: skip
    if rows:
        await conn.execute(insert(duty_rules), rows)
    return True


async def current_users(conn: AsyncConnection) -> dict[str, User]:
    """Return the active users by login."""
    u = users.c
    rows = await conn.execute(select(u.login, u.name, u.org, u.roles).where(u.active).order_by(u.login))
    return {r.login: User(r.login, r.name, r.org, tuple(Role(role) for role in r.roles)) for r in rows}


async def write_users(conn: AsyncConnection, changed: Iterable[User], removed: Iterable[str]) -> None:
    """Add or change users, whose id is their first login, and let removed logins sign in no more; rows are kept."""
    rows = [{"id": u.login, "login": u.login, "name": u.name, "org": u.org, "roles": list(u.roles)} for u in changed]
    if rows:
        query = insert(users)
        fresh = query.excluded
        update_to = {"name": fresh.name, "org": fresh.org, "roles": fresh.roles, "active": True}
        await conn.execute(query.on_conflict_do_update(index_elements=["login"], set_=update_to), rows)
    gone = list(removed)
    if gone:
        await conn.execute(update(users).where(users.c.login.in_(gone)).values(active=False))


async def _publish(  # noqa: PLR0913, PLR0917 - two tables, their rows and what names the version
    conn: AsyncConnection, versions: Table, table: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]],
    new: str, source: str,
) -> tuple[int, bool]:  # fmt: skip
    v = versions.c
    last = (await conn.execute(select(v.version, v.digest).order_by(v.version.desc()).limit(1))).one_or_none()
    if last is not None and last.digest == new:
        return int(last.version), False
    version = (last.version if last is not None else 0) + 1
    await conn.execute(insert(versions).values(version=version, digest=new, source=source))
    await copy_rows(conn, table, ("version", *columns), ((version, *row) for row in rows))
    return version, True


async def copy_rows(
    conn: AsyncConnection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write many rows by COPY, in the connection's transaction."""
    await conn.execute(select(func.now()))  # the driver begins the transaction with its first statement
    driver = (await conn.get_raw_connection()).driver_connection
    if driver is None:
        msg = "the connection is closed"
        raise RuntimeError(msg)
    await driver.copy_records_to_table(table.name, columns=list(columns), records=rows)
