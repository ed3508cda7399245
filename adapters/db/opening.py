"""Opening a case for a decision: its lock, state, instant and rules, and whether the request was seen before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.business_clock import BusinessClock
from adapters.db.errors import CaseNotFound, UnknownRules
from adapters.db.family import FIRST_EPOCH, Opened, Seen
from adapters.db.rules_store import RulesStore
from adapters.db.statements import IN_FORCE_BETWEEN, OPEN, OPEN_RAISE, SEEN
from domain.actors import Actor
from domain.case import CaseState
from domain.chain import GENESIS
from domain.codec import from_plain
from domain.commands import Raise
from domain.decide.adoption import is_due
from domain.organisations import district_of
from domain.rulepack import Rules


async def open_case(
    connection: AsyncConnection, rules: RulesStore, case_id: UUID, actor: Actor, key: str
) -> Opened[CaseState]:  # fmt: skip
    """Lock a case and read it.

    Raises:
        CaseNotFound: code `case_not_found`.
        UnknownRules: code `unknown_rules`.
    """
    row = (await connection.exec_driver_sql(OPEN, (case_id, actor.id, key))).one_or_none()
    if row is None:
        raise CaseNotFound("No such case.", case=str(case_id))
    state = from_plain(CaseState, row.state)
    found = await _rules(rules, row.pack or row.rules, row.calendar, connection, row.since)
    earlier: tuple[Rules, ...] = ()
    if row.since is not None and is_due(state, found):
        earlier = await _between(rules, row.rules, state, row.since, connection)
    clock = BusinessClock(row.anchor, row.shift, row.rate)
    return Opened(
        row.epoch, state, row.head, row.now, row.recorded_at, clock, found, seen_in(row), earlier
    )  # fmt: skip


async def open_raise(
    connection: AsyncConnection, rules: RulesStore, command: Raise, actor: Actor, key: str
) -> tuple[Opened[CaseState], Raise]:  # fmt: skip
    """Draw a number for a new case and read what its raise needs; the command comes back with its number.

    The day in the number is the local day of the case's calendar. A number is drawn in the raise's own transaction:
    a refused raise leaves no gap, and raises of one district wait for each other.

    Raises:
        UnknownRules: code `unknown_rules`.
        domain.organisations.BadOrgCodeError: the area is no code.
    """
    district = district_of(command.area) or command.area
    row = (await connection.exec_driver_sql(OPEN_RAISE, (actor.id, key, command.rules, district))).one()
    found = await _rules(rules, command.rules, row.calendar, connection)
    clock = BusinessClock(row.anchor, row.shift, row.rate)
    opened: Opened[CaseState] = Opened(
        FIRST_EPOCH, None, GENESIS, row.now, row.recorded_at, clock, found, seen_in(row)
    )  # fmt: skip
    if row.serial is not None and not command.number:
        number = case_number(found.pack.number_prefix, district, row.day, row.serial)
        command = replace(command, number=number)
    return opened, command


def case_number(prefix: str, district: str, day: Any, serial: int) -> str:
    """Write a case number, for example `BJ-110101-20261123-0042`."""
    return f"{prefix}-{district}-{day:%Y%m%d}-{serial:04d}"


async def seen(connection: AsyncConnection, actor: Actor, key: str) -> Seen | None:
    """Look a key up once more: a refusal may only mean that the same request got through meanwhile."""
    if not key:
        return None
    return seen_in((await connection.exec_driver_sql(SEEN, (actor.id, key))).one_or_none())


def seen_in(row: Any) -> Seen | None:
    """Return the stored answer that a row carries in `fingerprint` and `answer`, None if the key is new."""
    return None if row is None or row.answer is None else Seen(row.fingerprint, row.answer)


async def _between(
    store: RulesStore, rules: str, state: CaseState, before: datetime, connection: AsyncConnection
) -> tuple[Rules, ...]:  # fmt: skip
    """Return the rules that were in force since the case was touched last, and are no longer."""
    parameters = (rules, state.facts.district, state.at, before)
    rows = (await connection.exec_driver_sql(IN_FORCE_BETWEEN, parameters)).all()
    return tuple([await _rules(store, row.pack, row.calendar, connection, row.since) for row in rows])


async def _rules(
    store: RulesStore, rules: str, calendar: str | None, connection: AsyncConnection, since: datetime | None = None
) -> Rules:  # fmt: skip
    if calendar is None:
        raise UnknownRules(f"no calendar for {rules}", ref=rules)
    return await store.rules(rules, calendar, connection, since)
