"""Evaluation: boards of units, the list behind each figure, the scheme with its sources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import Depends, Query
from pydantic import StringConstraints

from adapters.db.queries.evaluation import Asked, live_board, live_list
from adapters.db.queries.paging import Slice
from adapters.evaluation_files import bundled_scheme
from api.deps import ActorOf, GuardedRouter, ReachOf, ServicesOf, permit
from api.problems import responses
from api.routes.cases import Cursor, Size
from contracts.commands import OrgCode, Slug
from contracts.evaluation_views import (
    BandView,
    Board,
    Choice,
    CompositeView,
    FigureList,
    IndicatorView,
    SchemeView,
)  # fmt: skip
from domain.evaluation.flags import View
from domain.evaluation.scheme import FlagReason, Scheme, UnitKind

router = GuardedRouter(tags=["evaluation"])

Period = Annotated[
    str, StringConstraints(pattern=r"^(?:day|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?)?$"),
    Query(description="`2026-11` the assessment month that ends in November, `2026-11-18` the day until noon of it, "
          "`day` today's; the running month if not given."),
]  # fmt: skip


async def asked_of(
    actor: ActorOf,
    kind: UnitKind = UnitKind.AREA,
    period: Period = "",
    scope: Annotated[
        OrgCode | None, Query(description="Area or organisation whose units are compared; of persons their office.")
    ] = None,
    view: View = View.ALL,
) -> Asked:
    """Read which figures are asked for."""
    return Asked(kind, period, bundled_scheme(), scope, view, actor)


AskedFigures = Annotated[Asked, Depends(asked_of)]


@router.get("/evaluation/scheme", dependencies=permit(), responses=responses())
async def scheme() -> SchemeView:
    """Show the formulas in force: every number with its source."""
    return _scheme_view(bundled_scheme())


@router.get("/evaluation/board", dependencies=permit(), responses=responses(404, 422))
async def board(services: ServicesOf, reach: ReachOf, asked: AskedFigures) -> Board:
    """Compare units in a period, as of now or of its end; only units all of whose cases you may see."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await live_board(connection, reach, city, asked)


@router.get("/evaluation/figures/{indicator}", dependencies=permit(), responses=responses(404, 422))
async def figure(
    services: ServicesOf,
    reach: ReachOf,
    asked: AskedFigures,
    indicator: Slug,
    unit: Annotated[Slug, Query(description="Unit as on the board.")],
    cursor: Cursor = None,
    size: Size = None,
) -> FigureList:
    """Open the list behind one figure; its sums are the figure."""
    async with services.reading() as connection:
        return await live_list(connection, reach, asked, unit, indicator, Slice(cursor, size))


def _scheme_view(held: Scheme) -> SchemeView:
    return SchemeView(
        ref=held.ref, first_day=held.first_day, review_days=held.review_days, answer_days=held.answer_days,
        appeal_days=held.appeal_days,
        indicators=tuple(
            IndicatorView(
                code=i.code, name=i.name, english=i.english, formula=i.formula, measure=i.measure, source=i.source
            )
            for i in held.indicators
        ),
        composites=tuple(
            CompositeView(
                code=c.code, name=c.name, units=c.units, weights={k: str(v) for k, v in c.weights.items()},
                guard=c.guard, least=c.least, source=c.source,
            )
            for c in held.composites
        ),
        bands=tuple(
            BandView(indicator=b.indicator, low=str(b.low), high=str(b.high), source=b.source) for b in held.bands
        ),
        grades=tuple(Choice(code=g.code, name=g.name, least=str(g.least), source=g.source) for g in held.grades),
        exclusions=_choices(held.exclusions), appeals=_choices(held.appeals),
    )  # fmt: skip


def _choices(reasons: Iterable[FlagReason]) -> tuple[Choice, ...]:
    return tuple(Choice(code=r.code, name=r.name, source=r.source) for r in reasons)
