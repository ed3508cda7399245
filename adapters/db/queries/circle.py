"""Gaps in the circle of community services, and how far its communities are covered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from sqlalchemy import select

from adapters.db import circle as store
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import visible
from adapters.db.tables import cases
from contracts.circle_views import CoverageReport, CoverageRow, GapCaseRef, GapView
from contracts.views import Page
from domain.authority import visible as reach_of
from domain.circle import Circle, Coverage, GapCase, GapState, Survey, coverage, gap_key, may_raise, state_of
from domain.circle import sub_district as street_of
from domain.evaluation.board import percent
from domain.organisations import OrgKind

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.db.directory import Directory
    from domain.actors import Actor


class By(StrEnum):
    """What coverage is shown by."""

    COMMUNITY = "community"
    STREET = "street"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class GapFilter:
    """What a list of gaps is narrowed to.

    Attributes:
        area: District to community.
        states: How items stand; empty for all that are not present.
    """

    area: str
    service_class: str | None = None
    item: str | None = None
    states: tuple[GapState, ...] = ()


_GAPS = (GapState.MISSING, GapState.RAISED, GapState.SOLVED)


async def list_gaps(
    conn: AsyncConnection, actor: Actor, city: Directory, circle: Circle, asked: GapFilter, part: Slice = FIRST
) -> Page[GapView]:  # fmt: skip
    """Return a page of gaps by community and item, each with the case about it.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    order = f"gaps:{asked.area}"
    after = part.after(order, "ss")
    found = [
        each for each in await _standing(conn, asked.area, asked.item)
        if each[1] in (asked.states or _GAPS) and _is_of(circle, each[0].item, asked.service_class)
        and (after is None or (each[0].community, each[0].item) > after)
    ]  # fmt: skip
    page = found[: part.size]
    seen = await _seen(conn, actor, [case for _, _, case in page if case is not None])
    last = page[-1][0] if len(found) > len(page) else None
    return Page(
        items=tuple(_gap(survey, state, case, seen, actor, city, circle) for survey, state, case in page),
        next_cursor=encode(order, (last.community, last.item)) if last else None,
    )  # fmt: skip


async def coverage_report(
    conn: AsyncConnection, city: Directory, circle: Circle, area: str, by: By
) -> CoverageReport:  # fmt: skip
    """Return how far the communities of an area are covered."""
    communities = [org.code for org in city.orgs.of_kind((OrgKind.COMMUNITY,), area)]
    states = ((s.community, s.item, state) for s, state, _ in await _standing(conn, area) if s.item in circle.items)
    expected = dict(_expected(communities, circle, by))
    rows = coverage(states, expected, lambda community, item: _unit(circle, by, community, item))
    return CoverageReport(
        by=by.value, area=area, communities=len(communities), circle=circle.ref,
        surveyed=await store.surveyed_communities(conn, area),
        rows=tuple(_coverage(row, city, circle, area, by) for row in rows),
    )  # fmt: skip


async def _standing(
    conn: AsyncConnection, area: str, item: str | None = None
) -> list[tuple[Survey, GapState, GapCase | None]]:  # fmt: skip
    held = await store.gap_cases(conn, street_of(area) if len(area) > len("110101001") else area)
    found = []
    for survey in await store.latest(conn, area, item=item):
        state, case = state_of(survey, held.get(gap_key(survey.community, survey.item), ()))
        found.append((survey, state, case))
    return found


async def _seen(conn: AsyncConnection, actor: Actor, held: list[GapCase]) -> frozenset[str]:
    """Return the ids of the cases that the reader may see."""
    ids = [UUID(case.id) for case in held]
    query = select(cases.c.id).where(cases.c.id.in_(ids), visible(reach_of(actor), cases))
    return frozenset(str(i) for i in (await conn.execute(query)).scalars()) if ids else frozenset()


def _gap(  # noqa: PLR0913, PLR0917 - a row and what it is shown with
    survey: Survey, state: GapState, case: GapCase | None, seen: frozenset[str], actor: Actor, city: Directory,
    circle: Circle,
) -> GapView:  # fmt: skip
    item, of = circle.items.get(survey.item), circle.class_of(survey.item)
    may = state is GapState.MISSING and item is not None and may_raise(actor, survey.community)
    shown = case if case is not None and case.id in seen else None
    return GapView(
        community=survey.community, community_name=city.org_name(survey.community), item=survey.item,
        item_name=item.name if item else survey.item, service_class=of.code if of else "", state=state,
        surveyed_on=survey.surveyed_on, note=survey.note, allowed_actions=("raise",) if may else (),
        case=GapCaseRef(id=shown.id, number=shown.number, href=f"/api/v1/cases/{shown.id}") if shown else None,
    )  # fmt: skip


def _is_of(circle: Circle, item: str, wanted: str | None) -> bool:
    found = circle.class_of(item)
    return wanted is None or (found is not None and found.code == wanted)


def _unit(circle: Circle, by: By, community: str, item: str) -> str:
    if by is By.CLASS:
        found = circle.class_of(item)
        return found.code if found else ""
    return community if by is By.COMMUNITY else street_of(community)


def _expected(communities: list[str], circle: Circle, by: By) -> Iterator[tuple[str, int]]:
    if by is By.CLASS:
        yield from ((each.code, len(each.items) * len(communities)) for each in circle.classes)
        return
    counted: dict[str, int] = {}
    for community in communities:
        unit = community if by is By.COMMUNITY else street_of(community)
        counted[unit] = counted.get(unit, 0) + len(circle.items)
    yield from counted.items()


def _coverage(row: Coverage, city: Directory, circle: Circle, area: str, by: By) -> CoverageRow:
    names: Mapping[str, str] = {each.code: each.name for each in circle.classes}
    asked = {"area": area, "service_class": row.unit} if by is By.CLASS else {"area": row.unit}
    return CoverageRow(
        unit=row.unit, name=names.get(row.unit) or city.org_name(row.unit), expected=row.expected,
        present=row.present, solved=row.solved, raised=row.raised, missing=row.missing, unknown=row.unknown,
        covered=None if row.share is None else str(percent(row.share)),
        href=f"/api/v1/circle/gaps?{urlencode(asked)}",
    )  # fmt: skip
