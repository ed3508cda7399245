"""The work list: what waits for the person first, then the cases they may see; each sort of work in full."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response

from adapters.db.queries.cases import CaseOrder, list_cases
from adapters.db.queries.filters import Filter
from adapters.db.queries.paging import Slice
from adapters.db.queries.tasks import list_tasks
from domain.actors import Role
from domain.case import Status, TaskRole, TaskState
from domain.organisations import district_of, sub_district_of
from web.asked import asked, chips
from web.failures import PageError
from web.forms import new_key
from web.routing import PageRouter, render, signed_in
from web.units import districts, lines_of, sub_districts
from web.visits import Visit, VisitOf

if TYPE_CHECKING:
    from contracts.views import CaseRow, Page, TaskRow
    from domain.organisations import Org

router = PageRouter()

_FEW = 8
_ROWS = 50
_STREET = (Role.STREET_STAFF, Role.STREET_DUTY_OFFICER, Role.STREET_LEADER)
_HANDLERS = (Role.DEPT_WORKER, Role.UTILITY_WORKER, Role.COMMUNITY_WORKER, Role.DEPT_DISPATCHER)
_HEADS = (Role.DEPT_DISPATCHER, Role.DEPT_LEADER)
_DUTY = (str(TaskRole.LEAD), str(TaskRole.ASSIST))
_READY = (str(TaskState.READY),)
_BUSY = (str(TaskState.CLAIMED), str(TaskState.ON_SCENE))


@dataclass(frozen=True, slots=True)
class Pile:
    """One sort of work that waits for a person.

    Attributes:
        code: In the address of its own page.
        of_tasks: Its rows are tasks of departments, else whole cases.
    """

    code: str
    title: str
    empty: str
    filter: Filter
    of_tasks: bool


@dataclass(frozen=True, slots=True)
class Filled:
    """A pile with its first rows, and whether there are more."""

    pile: Pile
    rows: tuple[CaseRow | TaskRow, ...]
    more: bool


@router.get("/", dependencies=signed_in())
async def work(request: Request, visit: VisitOf, cursor: str | None = None, order: str = "newest") -> Response:
    """Show what waits for the person, then the list of cases."""
    question = asked(request.query_params)
    by = CaseOrder.DUE if order == CaseOrder.DUE else CaseOrder.NEWEST
    async with visit.services.reading() as connection:
        filled = [await _fill(connection, visit, pile) for pile in piles(visit)] if cursor is None else []
        page = await list_cases(
            connection, visit.reach, visit.city, question.filter, order=by, part=Slice(cursor, _ROWS)
        )  # fmt: skip
    return render(
        request, "work.html", here="work", piles=filled, page=page, asked=question, chips=chips(question, visit.city),
        order=str(by), cursor=cursor, key=new_key(), areas=areas_of(visit), lines=lines_of(visit.city).items(),
    )  # fmt: skip


@router.get("/work/{code}", dependencies=signed_in())
async def one_pile(request: Request, visit: VisitOf, code: str, cursor: str | None = None) -> Response:
    """Show one sort of work in full, page by page."""
    pile = next((pile for pile in piles(visit) if pile.code == code), None)
    if pile is None:
        raise PageError("no_such_list", 404)
    async with visit.services.reading() as connection:
        page = await _rows(connection, visit, pile, Slice(cursor, _ROWS))
    return render(request, "pile.html", here="work", pile=pile, page=page, cursor=cursor, key=new_key())


def piles(visit: Visit) -> tuple[Pile, ...]:
    """Return the sorts of work of a person, by their roles, the most pressing first."""
    actor, org = visit.actor, visit.actor.org
    found: list[Pile] = []
    if actor.has(*_HANDLERS):
        claim = Filter(org=org, state=_READY, role=_DUTY, open=True)
        mine = Filter(holder=actor.id, state=_BUSY, open=True)
        found += [
            Pile("mine", "我的任务", "没有在办任务。签收后的任务会出现在这里。", mine, of_tasks=True),
            Pile("claim", "待签收", "本单位没有待签收的任务。", claim, of_tasks=True),
        ]
    if actor.has(*_HEADS):
        busy = Filter(org=org, state=_BUSY, open=True)
        found.append(Pile("office", "本单位在办", "本单位没有在办任务。", busy, of_tasks=True))
    area = sub_district_of(org) if actor.has(*_STREET) else None
    if area is not None:
        check = Filter(area=area, status=(str(Status.CHECKING),))
        found.append(Pile("check", "待核查", "没有等待核查的案件。", check, of_tasks=False))
    if area is not None and actor.has(Role.STREET_LEADER):
        approve = Filter(area=area, awaiting_approval=True, open=True)
        found.insert(0, Pile("approve", "待审批", "没有等待审批的哨。", approve, of_tasks=False))
    if not actor.has(*_HANDLERS):
        late = Filter(area=area, overdue=True, open=True)
        found.append(Pile("late", "已超时", "没有超时的案件。", late, of_tasks=False))
    if area is None and not actor.has(*_HANDLERS, *_HEADS):
        risen = Filter(escalated=True, open=True)
        found.append(Pile("risen", "已升级或督办", "没有升级或督办中的案件。", risen, of_tasks=False))
    return tuple(found)


def areas_of(visit: Visit) -> tuple[Org, ...]:
    """Return the areas to filter by: the sub-districts of the person's district, or the districts of the city."""
    district = district_of(visit.actor.org) if visit.actor.org else None
    return sub_districts(visit.city, district) if district else districts(visit.city)


async def _fill(connection: Any, visit: Visit, pile: Pile) -> Filled:
    page = await _rows(connection, visit, pile, Slice(None, _FEW))
    return Filled(pile, tuple(page.items), page.next_cursor is not None)


async def _rows(connection: Any, visit: Visit, pile: Pile, part: Slice) -> Page[TaskRow] | Page[CaseRow]:
    if pile.of_tasks:
        return await list_tasks(connection, visit.reach, visit.city, pile.filter, part=part)
    return await list_cases(connection, visit.reach, visit.city, pile.filter, order=CaseOrder.DUE, part=part)
