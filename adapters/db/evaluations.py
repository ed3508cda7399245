"""What an evaluation keeps beside its events: counted cases with versions, sums, boards, schemes, granted flags."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.evaluation_facts import PART, district_ids, facts_by_id
from adapters.db.evaluation_tables import (
    evaluation_boards,
    evaluation_cases,
    evaluation_flags,
    evaluation_schemes,
    evaluation_sums,
)  # fmt: skip
from adapters.evaluation_files import load_scheme
from domain.chain import canonical
from domain.evaluation.board import Figure, Question, Row, Sums, standing, summary, tally, together
from domain.evaluation.facts import CaseFacts
from domain.evaluation.flags import FlagKind, Flags, View, seen
from domain.evaluation.scheme import Scheme, UnitKind
from domain.organisations import SUB_DISTRICT_KINDS, OrgKind, OrgTree
from domain.processes.evaluation import EvaluationState
from domain.processes.flag import FlagGranted, FlagState

PAGE: Final = 2_000
"""Cases of one page: some seconds of work."""

AllSums = dict[tuple[UnitKind, View], Sums]
Bodies = dict[tuple[UnitKind, View], dict[str, Any]]

KINDS: Final = (UnitKind.AREA, UnitKind.DEPARTMENT, UnitKind.BRANCH)
"""Kinds of unit that are published; figures of persons are for their own office."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page of a count needs; `last` if no case is left after it."""

    facts: tuple[CaseFacts, ...]
    scheme: Scheme
    flags: Flags
    cursor: str
    last: bool


async def keep_scheme(conn: AsyncConnection, ref: str, body: str) -> str:
    """Keep the text of a scheme under its digest (SHA-256, hexadecimal), which is returned."""
    digest = hashlib.sha256(body.encode()).hexdigest()
    row = {"digest": digest, "ref": ref, "body": body}
    await conn.execute(insert(evaluation_schemes).values(row).on_conflict_do_nothing())
    return digest


async def read_scheme(conn: AsyncConnection, digest: str) -> Scheme:
    """Return a scheme as it was when the period was opened."""
    s = evaluation_schemes.c
    return load_scheme((await conn.execute(select(s.body).where(s.digest == digest))).scalar_one())


async def note_flag(conn: AsyncConnection, event: FlagGranted, state: FlagState) -> None:
    """Write the row that figures read; an effect of the grant, in its transaction."""
    row = {
        "process_id": UUID(state.facts.id), "case_id": UUID(state.case_id), "kind": state.flag.value,
        "clock": state.clock, "granted_at": event.at,
    }  # fmt: skip
    await conn.execute(insert(evaluation_flags).values(row))


async def flags_of(conn: AsyncConnection, ids: Iterable[str], until: datetime) -> Flags:
    """Return what was granted about some cases by an instant."""
    f = evaluation_flags.c
    query = select(f.case_id, f.kind, f.clock).where(f.case_id.in_([UUID(i) for i in ids]), f.granted_at <= until)
    rows = (await conn.execute(query)).all()
    excluded = frozenset(str(r.case_id) for r in rows if r.kind == FlagKind.EXCLUSION)
    return Flags(excluded, frozenset((str(r.case_id), r.clock) for r in rows if r.kind == FlagKind.APPEAL))


async def read_page(conn: AsyncConnection, state: EvaluationState) -> Page:
    """Read all that the next page of a count needs; changes nothing."""
    ids = await district_ids(conn, state.facts.district, state.window, state.cursor or None, PAGE)
    facts: list[CaseFacts] = []
    for start in range(0, len(ids), PART):
        facts += await facts_by_id(conn, ids[start : start + PART])
    scheme = await read_scheme(conn, state.scheme_digest)
    flags = await flags_of(conn, (f.id for f in facts), state.run_at)
    return Page(tuple(facts), scheme, flags, str(ids[-1]) if ids else state.cursor, last=len(ids) < PAGE)


async def keep_page(
    conn: AsyncConnection, process: UUID, state: EvaluationState, page: Page, sums: AllSums
) -> None:  # fmt: skip
    """Write the versions and the sums of a page; writing a page again replaces it."""
    run = {"process_id": process, "run": state.run}
    if page.facts:
        rows = [{**run, "case_id": UUID(f.id), "version": f.version} for f in page.facts]
        again = insert(evaluation_cases).values(rows)
        versions = {"version": again.excluded.version}
        await conn.execute(again.on_conflict_do_update(constraint="pk_evaluation_cases", set_=versions))
    here = {**run, "page": state.page + 1}
    await conn.execute(delete(evaluation_sums).filter_by(**here))
    await conn.execute(insert(evaluation_sums).values([
        {**here, "kind": kind.value, "view": view.value, "sums": plain_sums(held)}
        for (kind, view), held in sums.items()
    ]))  # fmt: skip


def sums_of(state: EvaluationState, scheme: Scheme, flags: Flags, facts: Iterable[CaseFacts]) -> AllSums:
    """Add up what cases contribute, for each kind of unit and each view."""
    held = tuple(facts)
    return {
        (kind, view): tally(question_of(state, scheme, kind), seen(view, flags, held))
        for kind in KINDS for view in View
    }  # fmt: skip


async def compose(conn: AsyncConnection, orgs: OrgTree, process: UUID, state: EvaluationState) -> str:
    """Write the boards of a run from the sums of its pages; return their digest."""
    s = evaluation_sums.c
    query = select(s.kind, s.view, s.sums).where(s.process_id == process, s.run == state.run).order_by(s.page)
    parts: dict[tuple[UnitKind, View], list[Sums]] = {}
    for row in await conn.execute(query):
        parts.setdefault((UnitKind(row.kind), View(row.view)), []).append(read_sums(row.sums))
    scheme = await read_scheme(conn, state.scheme_digest)
    bodies = bodies_of(state, scheme, orgs, {key: together(held) for key, held in parts.items()})
    here = {"process_id": process, "run": state.run}
    await conn.execute(delete(evaluation_boards).filter_by(**here))
    await conn.execute(insert(evaluation_boards).values([
        {**here, "kind": kind.value, "view": view.value, "body": body} for (kind, view), body in bodies.items()
    ]))  # fmt: skip
    return digest_of(bodies)


def bodies_of(state: EvaluationState, scheme: Scheme, orgs: OrgTree, sums: AllSums) -> Bodies:
    """Make every board of a run."""
    return {
        (kind, view): board_body(state, scheme, orgs, kind, sums.get((kind, view), {}))
        for kind in KINDS for view in View
    }  # fmt: skip


def board_body(
    state: EvaluationState, scheme: Scheme, orgs: OrgTree, kind: UnitKind, sums: Sums
) -> dict[str, Any]:  # fmt: skip
    """Return a board as it is kept: exact figures, ranks and grades of the units of the district, and their summary."""
    question = question_of(state, scheme, kind)
    units = units_of_district(orgs, kind, state.facts.district)
    rows = standing(question, {unit: held for unit, held in sums.items() if unit in units}, units)
    return {"rows": [_plain_row(row) for row in rows], "summary": _plain_row(summary(question, rows))}


def read_row(plain: Mapping[str, Any]) -> Row:
    """Read a row of a kept board back."""
    figures = {
        code: Figure(code, base, Fraction(score), None if value is None else Fraction(value))
        for code, (base, score, value) in plain["figures"].items()
    }  # fmt: skip
    total = None if plain["total"] is None else Decimal(plain["total"])
    return Row(plain["unit"], plain["received"], figures, total, plain["rank"], plain["grade"], plain["marks"])


def digest_of(bodies: Bodies) -> str:
    """Return the digest of all boards of a run (SHA-256 of their canonical form, hexadecimal)."""
    return hashlib.sha256(canonical({f"{kind}/{view}": body for (kind, view), body in bodies.items()})).hexdigest()


def question_of(state: EvaluationState, scheme: Scheme, kind: UnitKind) -> Question:
    """Return what a period asks: as of its end."""
    return Question(kind, state.window, state.end, scheme)


def units_of_district(orgs: OrgTree, kind: UnitKind, district: str | None) -> frozenset[str]:
    """Return the units that a district compares."""
    kinds = {
        UnitKind.AREA: SUB_DISTRICT_KINDS, UnitKind.BRANCH: frozenset({OrgKind.BRANCH}),
        UnitKind.DEPARTMENT: frozenset({OrgKind.DEPARTMENT, OrgKind.UTILITY}),
    }[kind]  # fmt: skip
    found = orgs.of_kind(kinds, district)
    return frozenset(o.code for o in found if kind is not UnitKind.DEPARTMENT or o.district == o.area_code)


def plain_sums(sums: Sums) -> dict[str, dict[str, list[Any]]]:
    """Write sums for a row."""
    return {unit: {code: [base, str(score)] for code, (base, score) in held.items()} for unit, held in sums.items()}


def read_sums(plain: Mapping[str, Mapping[str, list[Any]]]) -> Sums:
    """Read the sums of a row."""
    return {u: {code: (base, Fraction(score)) for code, (base, score) in held.items()} for u, held in plain.items()}


def _plain_row(row: Row) -> dict[str, Any]:
    return {
        "unit": row.unit, "received": row.received, "rank": row.rank, "grade": row.grade, "marks": dict(row.marks),
        "total": None if row.total is None else str(row.total),
        "figures": {code: [f.base, str(f.score), _plain_value(f.value)] for code, f in row.figures.items()},
    }  # fmt: skip


def _plain_value(value: Fraction | None) -> str | None:
    return None if value is None else str(value)
