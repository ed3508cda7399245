"""The directory: units, classes and duty list of the current versions, held in memory and renewed when they change."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.reference_tables import catalogue, duty_rules, orgs
from contracts.views import OrgRow
from domain.catalogue import CaseClass, Catalogue, Family
from domain.dutylist import DutyList, DutyRule, Routing, route
from domain.organisations import Org, OrgKind, OrgTree

_VERSIONS: Final = text(
    "SELECT (SELECT max(version) FROM org_versions), (SELECT max(version) FROM catalogue_versions), d.name, d.version"
    " FROM (VALUES (1)) AS one LEFT JOIN LATERAL"
    " (SELECT name, version FROM duty_lists ORDER BY published_at DESC, version DESC LIMIT 1) AS d ON true"
)


@dataclass(frozen=True, slots=True)
class Directory:
    """One consistent set of versions.

    Attributes:
        versions: Versions of organisations and catalogue, name and version of the duty list; None where none is there.
        lines: Short names of the lines (条), as their first unit above the branches is called.
    """

    versions: tuple[int | None, int | None, str | None, str | None]
    orgs: OrgTree
    catalogue: Catalogue
    duty_list: DutyList
    lines: Mapping[str, str]

    @property
    def duty_ref(self) -> str:
        """`name/version` of the duty list, as kept in cases."""
        return f"{self.duty_list.name}/{self.duty_list.version}"

    def org_name(self, code: str) -> str:
        """Return the short name of a unit; its code if the directory does not have it (imported cases).

        Of a branch it is the full name: `派出所` says nothing outside its sub-district.
        """
        org = self.orgs.find(code)
        if org is None:
            return code
        return org.name if org.kind is OrgKind.BRANCH else org.short

    def line_name(self, line: str) -> str:
        """Return what a line is called, the line itself if no unit has it."""
        return self.lines.get(line, line)

    def class_name(self, code: str) -> str:
        """Return the name of a class, or its code if the catalogue does not have it."""
        return self.catalogue.get(code).name if code in self.catalogue else code

    def route(self, class_code: str, area: str) -> Routing:
        """Name lead, assistants and limit class; same errors as `domain.dutylist.route`."""
        return route(class_code, area, self.orgs, self.duty_list)


class Directories:
    """The current directory of this process."""

    def __init__(self, fresh_s: float = 5.0) -> None:
        """Start empty.

        Args:
            fresh_s: How long versions are trusted before they are asked for again; their rows are read only on change.
        """
        self._fresh_s = fresh_s
        self._held: Directory | None = None
        self._asked = float("-inf")

    async def current(self, conn: AsyncConnection) -> Directory:
        """Return the directory, read anew if a newer version was published; empty before the first seeding."""
        now = time.monotonic()
        if self._held is not None and now - self._asked < self._fresh_s:
            return self._held
        versions = await current_versions(conn)
        if self._held is None or self._held.versions != versions:
            self._held = await load(conn, versions)
        self._asked = now
        return self._held


async def current_versions(conn: AsyncConnection) -> tuple[int | None, int | None, str | None, str | None]:
    """Return the newest versions of organisations and catalogue, and name and version of the newest duty list."""
    row = (await conn.execute(_VERSIONS)).one()
    return row[0], row[1], row[2], row[3]


async def load(
    conn: AsyncConnection, versions: tuple[int | None, int | None, str | None, str | None] | None = None
) -> Directory:
    """Read a directory whole, the current one if no versions are given."""
    versions = versions or await current_versions(conn)
    units = await load_orgs(conn, versions[0])
    classes = await load_classes(conn, versions[1])
    duty_list = await load_duty_list(conn, *versions[2:])
    above = [org for org in units if org.line is not None and org.kind is not OrgKind.BRANCH]
    lines = {str(org.line): org.short for org in reversed(above)}
    return Directory(versions, OrgTree.of(units), Catalogue.of(classes), duty_list, lines)


async def load_orgs(conn: AsyncConnection, version: int | None) -> tuple[Org, ...]:
    """Read the units of a version, by code; none for None."""
    t = orgs.c
    query = select(t.code, t.name, t.short, t.kind, t.parent, t.command_org).where(t.version == version)
    rows = (await conn.execute(query.order_by(t.code))).all()
    return tuple(Org(r[0], r[1], r[2], OrgKind(r[3]), r[4], r[5]) for r in rows)


async def load_classes(conn: AsyncConnection, version: int | None) -> tuple[CaseClass, ...]:
    """Read the classes of a version, by code; none for None."""
    t = catalogue.c
    query = select(t.code, t.name, t.family, t.category, t.keywords, t.source).where(t.version == version)
    rows = (await conn.execute(query.order_by(t.code))).all()
    return tuple(CaseClass(r[0], r[1], Family(r[2]), r[3], tuple(r[4]), r[5]) for r in rows)


async def load_duty_list(conn: AsyncConnection, name: str | None, version: str | None) -> DutyList:
    """Read a duty list, its rules by class; an empty one for None."""
    if name is None or version is None:
        return DutyList("", "", ())
    t = duty_rules.c
    query = select(t.class_code, t.lead, t.assist, t.limit_class, t.source).where(t.name == name, t.version == version)
    rows = (await conn.execute(query.order_by(t.class_code))).all()
    return DutyList(name, version, tuple(DutyRule(r[0], r[1], tuple(r[2]), r[3], r[4]) for r in rows))


def org_row(org: Org) -> OrgRow:
    """Show a unit."""
    return OrgRow(
        code=org.code, name=org.name, short=org.short, kind=org.kind, parent=org.parent, command_org=org.command_org,
        line=org.line, district=org.district,
    )  # fmt: skip


def org_rows(units: Iterable[Org]) -> tuple[OrgRow, ...]:
    """Show units, in the order given."""
    return tuple(org_row(org) for org in units)


async def find_orgs(
    conn: AsyncConnection, words: str, *, kinds: Sequence[OrgKind] = (), limit: int = 20
) -> tuple[OrgRow, ...]:
    """Find units of the current version by code, name, pinyin or initials (建国门, jianguomen, jgm).

    Args:
        conn: Any connection.
        words: What somebody typed; blank finds nothing.
        kinds: Only units of these kinds, all if empty.
        limit: At most so many, best first: exact initials, then shorter names.
    """
    typed = words.replace("\0", "").strip().lower()
    if not typed:
        return ()
    t = orgs.c
    starts = _like(typed) + "%"
    by_name = t.name.like(f"%{_like(typed)}%")
    query = (
        select(t.code, t.name, t.short, t.kind, t.parent, t.command_org)
        .where(t.version == text("(SELECT max(version) FROM org_versions)"))
        .where(t.code.like(starts.upper()) | by_name | t.pinyin.like(starts) | t.initials.like(starts))
        .order_by((t.initials == typed).desc(), text("length(name)"), t.code)
        .limit(limit)
    )
    if kinds:
        query = query.where(t.kind.in_([str(kind) for kind in kinds]))
    rows: Sequence[Any] = (await conn.execute(query)).all()
    return org_rows(Org(r[0], r[1], r[2], OrgKind(r[3]), r[4], r[5]) for r in rows)


def _like(words: str) -> str:
    """Take the special meaning from the characters of a pattern."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
