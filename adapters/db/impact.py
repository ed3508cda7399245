"""The list of what a publication would move, a page of running cases at a time; and who goes over next."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.process_tables import publication_impact
from adapters.db.publishing import read_draft
from adapters.db.rules_store import RulesStore
from adapters.drafts import Draft, calendar_of
from adapters.policy_files import load_pack
from domain.calendar import CalendarGap, WorkCalendar
from domain.case import CaseState, MoveKind
from domain.codec import from_plain
from domain.impact import Moved, impact
from domain.processes.publication import Counts, PublicationState, Subject
from domain.rulepack import RulePack, Rules

LIST_PAGE: Final = 250
ADOPT_PAGE: Final = 100

_CONCERNED = """
FROM cases c CROSS JOIN LATERAL in_force(c.rules, c.district, 'infinity') AS f
WHERE c.closed_at IS NULL AND c.id > :cursor AND split_part(c.rules, '/', 1) = :policy
  AND (NOT :by_calendar OR c.district = :district OR (:district = '' AND split_part(f.calendar, '/', 1) = :policy))
ORDER BY c.id LIMIT :limit
"""
"""Running cases that a version of `policy` concerns: of a calendar those without a nearer one of their own district."""
_PAGE = text("SELECT c.id, c.state, c.rules, f.pack, f.calendar, f.since, business_now() AS now" + _CONCERNED)
_IDS = text("SELECT c.id" + _CONCERNED)
_START: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list: `cursor` is the id of its last case, `last` that no page follows."""

    counts: Counts
    cursor: str
    last: bool


async def list_page(
    connection: AsyncConnection, store: RulesStore, process: UUID, state: PublicationState
) -> Page:  # fmt: skip
    """Write the next page of a publication's list; writing it again writes the same.

    A case that could not go over, for the draft does not reach as far as one of its clocks, is counted as failed.
    """
    draft = await read_draft(connection, state.digest)
    if draft.subject is Subject.DUTY_LIST:
        return Page(Counts(), "", last=True)
    read = _read(draft.subject, json.dumps(draft.body, sort_keys=True))
    rows = (await connection.execute(_PAGE, {**_concerned(state), "limit": LIST_PAGE})).all()
    counts, moved = Counts(), []
    for row in rows:
        found = await _impact_of(connection, store, row, read)
        counts = counts.plus(_counted(found))
        moved += [_row(process, row.id, m) for m in found or ()]
    if moved:
        query = insert(publication_impact)
        named = ("generation", "old_due", "new_due", "newly_overdue", "no_longer_overdue")
        again = {name: query.excluded[name] for name in named}
        key = ["process_id", "case_id", "key"]
        await connection.execute(query.on_conflict_do_update(index_elements=key, set_=again), moved)
    return Page(counts, str(rows[-1].id) if rows else state.cursor, last=len(rows) < LIST_PAGE)


async def adoption_page(connection: AsyncConnection, state: PublicationState) -> list[UUID]:
    """Return the next cases that go over to a published version, by id; fewer than `ADOPT_PAGE` on the last page."""
    if state.subject is Subject.DUTY_LIST:
        return []
    return list((await connection.execute(_IDS, {**_concerned(state), "limit": ADOPT_PAGE})).scalars())


def adopted(case: CaseState, ref: str) -> Counts:
    """Count what going over to `ref` did to a case, whoever touched it first."""
    clocks = newly = no_longer = 0
    for clock in case.clocks:
        moves = clock.spec.moves
        afterwards = [*(move.due for move in moves[1:]), clock.spec.due]
        for move, due in zip(moves, afterwards, strict=False):
            if move.kind is MoveKind.ADOPTION and move.ref == ref:
                clocks += due != move.due
                newly += due < move.at <= move.due
                no_longer += move.due < move.at <= due
    return Counts(1, clocks, newly, no_longer)


def _concerned(state: PublicationState) -> dict[str, Any]:
    policy, _, district = state.ref.rpartition("/")[0].partition(":")
    return {
        "cursor": UUID(state.cursor) if state.cursor else _START, "policy": policy, "district": district,
        "by_calendar": state.subject is Subject.CALENDAR,
    }  # fmt: skip


async def _impact_of(
    connection: AsyncConnection, store: RulesStore, row: Row[Any], draft: WorkCalendar | RulePack
) -> tuple[Moved, ...] | None:  # fmt: skip
    case = from_plain(CaseState, row.state)
    rules = await store.rules(row.pack, row.calendar, connection, row.since)
    try:
        return impact(case, max(row.now, case.at), rules, _drafted(rules, draft))
    except CalendarGap:
        return None


@lru_cache(maxsize=4)
def _read(subject: Subject, body: str) -> WorkCalendar | RulePack:
    """Read a draft once for all pages of its list: a calendar makes its tables only once."""
    draft = Draft(subject, "", json.loads(body))
    return calendar_of(draft) if subject is Subject.CALENDAR else load_pack(draft.body)


def _drafted(rules: Rules, draft: WorkCalendar | RulePack) -> Rules:
    """Return the rules as they would be."""
    return Rules(rules.pack, draft) if isinstance(draft, WorkCalendar) else Rules(draft, rules.calendar)


def _counted(found: tuple[Moved, ...] | None) -> Counts:
    if found is None:
        return Counts(1, failed=1)
    newly, no_longer = (sum(getattr(m, name) for m in found) for name in ("newly_overdue", "no_longer_overdue"))
    return Counts(1, len(found), newly, no_longer)


def _row(process: UUID, case: UUID, moved: Moved) -> dict[str, Any]:
    return {
        "process_id": process, "case_id": case, "key": moved.key, "generation": moved.generation,
        "old_due": moved.old_due, "new_due": moved.new_due, "newly_overdue": moved.newly_overdue,
        "no_longer_overdue": moved.no_longer_overdue,
    }  # fmt: skip
