"""Published rule packs and calendars: rows that never change, read once and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from adapters.db.errors import RulesFixed, UnknownRules
from adapters.db.reference_tables import calendars, rule_packs
from adapters.policy_files import load_pack
from domain.calendar import WorkCalendar
from domain.rulepack import RulePack, Rules


class _Ref(NamedTuple):
    name: str
    version: int


class RulesStore:
    """Rules by reference (`name/version`), kept after the first read, for a published version never changes."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Keep the engine for reads outside a transaction of the record."""
        self._engine = engine
        self._packs: dict[str, RulePack] = {}
        self._calendars: dict[str, WorkCalendar] = {}
        self._rules: dict[tuple[str, str, datetime | None], Rules] = {}

    async def rules(
        self, rules_ref: str, calendar_ref: str, connection: AsyncConnection | None = None,
        since: datetime | None = None,
    ) -> Rules:  # fmt: skip
        """Return a rule pack with a calendar.

        Args:
            rules_ref: `name/version` of the rule pack, as cases keep it.
            calendar_ref: `name/version` of the calendar; the SQL function `calendar_of(rules, district)` names the
                one in force: the newest of the district's own (`name:district`), else the newest of the pack's name.
            connection: Reads on it, or on one of its own if None.
            since: Business instant from which the two are in force, if a publication put them there.

        Raises:
            UnknownRules: code `unknown_rules`.
        """
        kept = self._rules.get((rules_ref, calendar_ref, since))
        if kept is None:
            pack, calendar = await self.pack(rules_ref, connection), await self.calendar(calendar_ref, connection)
            kept = self._rules[rules_ref, calendar_ref, since] = Rules(pack, calendar, since)
        return kept

    async def in_force(self, rules_ref: str, district: str) -> Rules:
        """Return a rule pack with the calendar that a new clock in the district uses now; raises `UnknownRules`."""
        async with self._engine.connect() as connection:
            query = text("SELECT calendar_of(:rules, :district)")
            ref = (await connection.execute(query, {"rules": rules_ref, "district": district})).scalar_one()
            if ref is None:
                raise UnknownRules(f"no calendar for {rules_ref}", ref=rules_ref)
            return await self.rules(rules_ref, ref, connection)

    async def pack(self, ref: str, connection: AsyncConnection | None = None) -> RulePack:
        """Return a rule pack; raises `UnknownRules`."""
        if ref not in self._packs:
            self._packs[ref] = load_pack(await self._body(rule_packs, ref, connection))
        return self._packs[ref]

    async def calendar(self, ref: str, connection: AsyncConnection | None = None) -> WorkCalendar:
        """Return a calendar; raises `UnknownRules`."""
        if ref not in self._calendars:
            self._calendars[ref] = WorkCalendar.from_dict(await self._body(calendars, ref, connection))
        return self._calendars[ref]

    async def _body(self, table: Any, ref: str, connection: AsyncConnection | None) -> Mapping[str, Any]:
        parsed = _parse(ref)
        query = select(table.c.body).where(table.c.name == parsed.name, table.c.version == parsed.version)
        if connection is None:
            async with self._engine.connect() as own:
                body = (await own.execute(query)).scalar_one_or_none()
        else:
            body = (await connection.execute(query)).scalar_one_or_none()
        if body is None:
            raise UnknownRules(f"the record has no {table.name} {ref}", ref=ref)
        found: Mapping[str, Any] = body
        return found


async def publish_pack(connection: AsyncConnection, document: Mapping[str, Any]) -> bool:
    """Publish a version of a rule pack from its document (`adapters.policy_files.read_document`).

    Returns:
        False if exactly this was published before.

    Raises:
        RulePackInvalid: the document is no rule pack.
        RulesFixed: code `rules_fixed`, the version was published with another content.
    """
    pack = load_pack(document)
    row = {"name": pack.name, "version": pack.version, "body": dict(document), "digest": _digest(document)}
    return await _publish(connection, rule_packs, row)


async def publish_calendar(connection: AsyncConnection, calendar: WorkCalendar) -> bool:
    """Publish a version of a calendar; returns and raises as `publish_pack`."""
    row = {
        "name": calendar.name, "version": calendar.version, "zone": calendar.zone.key, "body": calendar.to_dict(),
        "digest": calendar.digest(),
    }  # fmt: skip
    return await _publish(connection, calendars, row)


async def newest(connection: AsyncConnection, name: str) -> str | None:
    """Return `name/version` of the newest published rule pack of a name, None if there is none."""
    query = select(rule_packs.c.version).where(rule_packs.c.name == name).order_by(rule_packs.c.version.desc()).limit(1)
    version = (await connection.execute(query)).scalar_one_or_none()
    return None if version is None else f"{name}/{version}"


async def _publish(connection: AsyncConnection, table: Any, row: dict[str, Any]) -> bool:
    written = await connection.execute(insert(table).values(row).on_conflict_do_nothing().returning(table.c.version))
    if written.first() is not None:
        return True
    query = select(table.c.digest).where(table.c.name == row["name"], table.c.version == row["version"])
    if (await connection.execute(query)).scalar_one() != row["digest"]:
        ref = f"{row['name']}/{row['version']}"
        raise RulesFixed(f"{table.name} {ref} is published with another content; publish a new version", ref=ref)
    return False


def _digest(document: Mapping[str, Any]) -> str:
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _parse(ref: str) -> _Ref:
    name, _, version = ref.rpartition("/")
    if not name or not version.isdigit():
        raise UnknownRules(f"{ref!r} is no reference", ref=ref)
    return _Ref(name, int(version))
