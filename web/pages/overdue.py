"""The overdue report: one row per clock, in sets that are never mixed; every figure opens its list."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Query, Request, Response

from adapters.db.queries.overdue import FutureError, Question, overdue
from adapters.db.queries.paging import Slice
from contracts.report_views import Bucket, ClockSet
from web.asked import asked, chips
from web.formats import from_local, to_local
from web.pages.work import areas_of
from web.routing import PageRouter, render, signed_in
from web.units import lines_of
from web.visits import VisitOf

if TYPE_CHECKING:
    from contracts.report_views import OverdueReport
    from web.asked import Asked
    from web.visits import Visit

router = PageRouter()

_ROWS = 50
_UNDERSTOOD = ("q", "area", "line", "org", "clock", "kind", "role")


@router.get("/overdue", dependencies=signed_in())
async def report(
    request: Request, visit: VisitOf, of: Annotated[str, Query(alias="set")] = "", bucket: str = "", as_of: str = "",
    cursor: str | None = None,
) -> Response:  # fmt: skip
    """Show a page of the report, as of now or of a past instant in Beijing time."""
    wanted = ClockSet(of) if of in list(ClockSet) else ClockSet.OVERDUE_OPEN
    size = Bucket(bucket) if bucket in list(Bucket) else None
    question = asked({name: value for name, value in request.query_params.items() if name in _UNDERSTOOD})
    shown = {"asked": question, "set": str(wanted), "bucket": size, "cursor": cursor, "as_of": as_of.strip()}
    at, problem = _instant(as_of, visit)
    if problem:
        return _show(request, visit, shown, problem=problem)
    if at is None:
        shown["as_of"] = ""
    try:
        async with visit.services.reading() as connection:
            answer = await overdue(
                connection, visit.reach, visit.city, visit.services.rules,
                Question(wanted, at, question.filter, Slice(cursor, _ROWS), counts=True, bucket=size),
            )  # fmt: skip
    except FutureError:
        return _show(request, visit, shown, problem="这个时刻还没有到，请填写过去的时间。")
    return _show(request, visit, shown, answer)


def _instant(as_of: str, visit: Visit) -> tuple[datetime | None, str]:
    """Read the instant asked about; the present minute counts as now, for a field knows no seconds."""
    if not as_of.strip():
        return None, ""
    try:
        at = datetime.fromisoformat(from_local(as_of.strip()))
    except ValueError:
        return None, "时间格式不正确。"
    return (None if to_local(at) == to_local(visit.now) else at), ""


def _show(
    request: Request, visit: Visit, shown: dict[str, Any], answer: OverdueReport | None = None, *, problem: str = ""
) -> Response:
    """Fill the page; without an answer it says what was wrong with the question."""
    question: Asked = shown["asked"]
    values = {**question.values, "set": shown["set"], "as_of": shown["as_of"], "bucket": shown["bucket"]}
    return render(
        request, "overdue.html", 422 if problem else 200, here="overdue", **shown, values=values, report=answer,
        problem=problem, sets=[str(each) for each in ClockSet], buckets=[str(each) for each in Bucket],
        chips=chips(question, visit.city), areas=areas_of(visit), lines=lines_of(visit.city).items(),
        latest=to_local(visit.now),
    )  # fmt: skip
