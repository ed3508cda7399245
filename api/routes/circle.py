"""The circle of community services (一刻钟社区服务圈): the list, surveys, gaps, coverage; raising a case from a gap."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated

from fastapi import Query, Response

from adapters.circle_files import bundled_circle
from adapters.db.queries.circle import By, GapFilter, coverage_report, list_gaps
from adapters.db.queries.paging import Slice
from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ServicesOf, permit
from api.problems import ApiError, responses
from api.routes.cases import Cursor, Size
from api.schemas import CommandAnswer, command_response
from contracts.circle_views import (
    CellError,
    CircleView,
    CommunityCode,
    CoverageReport,
    GapRaiseRequest,
    GapView,
    ItemCode,
    ItemView,
    ServiceClassView,
    SurveyRequest,
    SurveyResult,
)  # fmt: skip
from contracts.commands import AreaPrefix
from contracts.views import Page
from domain.circle import GapState, readable_area
from domain.organisations import is_within

if TYPE_CHECKING:
    from domain.actors import Actor

router = GuardedRouter(tags=["circle"])


@router.get("/circle", dependencies=permit(), responses=responses())
async def services_list() -> CircleView:
    """Show the list of services by which communities are surveyed, each entry with its standing."""
    held = bundled_circle()
    return CircleView(
        ref=held.ref, source=held.source,
        classes=tuple(
            ServiceClassView(
                code=c.code, name=c.name, source=c.source,
                items=tuple(
                    ItemView(code=i.code, name=i.name, class_code=i.class_code, source=i.source) for i in c.items
                ),
            )
            for c in held.classes
        ),
    )  # fmt: skip


@router.post("/circle/surveys", dependencies=permit(), responses=responses(400, 422))
async def survey(body: SurveyRequest, services: ServicesOf, actor: ActorOf, response: Response) -> SurveyResult:
    """Take a survey whole, or nothing of it with an error for every bad cell; the same again changes nothing."""
    found = await services.proactive.survey(actor, body.csv, dry_run=body.dry_run)
    errors = tuple(
        CellError(row=e.row, column=e.column, code=e.code, message=e.message) for e in found.parsed.errors
    )  # fmt: skip
    if errors and not body.dry_run:
        response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    rows = len(found.parsed.records)
    return SurveyResult(rows=rows, new=found.new, written=found.written, errors=errors)


@router.get("/circle/gaps", dependencies=permit(), responses=responses(404, 422))
async def gaps(
    services: ServicesOf, actor: ActorOf, area: AreaPrefix | None = None,
    service_class: Annotated[str | None, Query(pattern=r"^[0-9]{2}$")] = None, item: ItemCode | None = None,
    state: Annotated[tuple[GapState, ...], Query(description="All but `present` if not given.")] = (),
    cursor: Cursor = None, size: Size = None,
) -> Page[GapView]:  # fmt: skip
    """List what communities lack, and what is done about it."""
    city, _ = await services.registry.current()
    asked = GapFilter(_area(actor, area), service_class, item, state)
    async with services.reading() as connection:
        return await list_gaps(connection, actor, city, bundled_circle(), asked, Slice(cursor, size))


@router.get("/circle/coverage", dependencies=permit(), responses=responses(404, 422))
async def covered(
    services: ServicesOf, actor: ActorOf, area: AreaPrefix | None = None, by: By = By.STREET
) -> CoverageReport:  # fmt: skip
    """Show how far the communities of an area are covered, by community, sub-district or class of services."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await coverage_report(connection, city, bundled_circle(), _area(actor, area), by)


@router.post(
    "/circle/gaps/{community}/{item}/raise", status_code=HTTPStatus.CREATED, dependencies=permit(),
    responses=responses(400, 403, 409, 422), response_model=CommandAnswer,
)  # fmt: skip
async def raise_gap(
    community: CommunityCode, item: ItemCode, body: GapRaiseRequest, services: ServicesOf, actor: ActorOf,
    key: IdempotencyKey,
) -> Response:  # fmt: skip
    """Raise a proactive case from a gap (缺什么补什么); a gap has one open case at most."""
    outcome = await services.proactive.raise_gap(actor, community, item, body, key)
    return command_response(outcome, actor, HTTPStatus.CREATED, Location=f"/api/v1/cases/{outcome.case_id}")


def _area(actor: Actor, asked: str | None) -> str:
    """Return the area that is asked for, as far as the actor may read it."""
    readable = readable_area(actor)
    if readable is None or (asked is not None and not is_within(asked, readable)):
        raise ApiError("not_found", "There is nothing for you to read there.")
    return asked or readable
