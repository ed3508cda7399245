"""One case: facts, departments, clocks with how they were counted, what happened, and what the person may do next."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from fastapi import Request, Response

from domain.case import Outcome, TaskState
from web import telling, texts
from web.forms import new_key
from web.reads import read_case
from web.routing import PageRouter, render, signed_in
from web.visits import VisitOf

if TYPE_CHECKING:
    from contracts.views import AllowedAction, CaseDetail, ClockDetail, TimelineEntry

router = PageRouter()

_NEXT: Final = (
    ("approve", "refuse"), ("report_in",), ("submit", "stage_report"), ("check_pass", "check_fail"), ("claim",),
    ("assign",),
)  # fmt: skip
"""The next step of each role, the most pressing first; what belongs together stands together."""

_ARRIVED: Final = (TaskState.ON_SCENE, TaskState.SUBMITTED, TaskState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class ClockShown:
    """A clock with the explanation of its due instant in words."""

    clock: ClockDetail
    rows: tuple[telling.CountRow, ...]
    origin: str


@dataclass(frozen=True, slots=True)
class EntryShown:
    """An event with its meaning in words."""

    entry: TimelineEntry
    remark: str
    alert: bool


@router.get("/cases/{number}", dependencies=signed_in())
async def case(request: Request, visit: VisitOf, number: str, timeline: str = "", done: str = "") -> Response:
    """Show a case."""
    detail = await read_case(visit, number)
    return show_case(request, detail, all_events=timeline == "all", done=texts.DONE.get(done))


def show_case(request: Request, case: CaseDetail, *, all_events: bool, done: str | None) -> Response:
    """Fill the page of a case."""
    first, rest = next_actions(case.allowed_actions)
    order = {Outcome.OPEN: 0, Outcome.PAUSED: 1}
    clocks = sorted(case.clocks, key=lambda c: (order.get(Outcome(c.outcome), 2), c.due))
    events = [e for e in case.timeline if all_events or e.kind not in telling.QUIET_EVENTS]
    duties = [task for task in case.tasks if task.role != "inform" and task.state not in ("released", "withdrawn")]
    arrived = sum(task.state in _ARRIVED for task in duties)
    return render(
        request, "case.html", case=case, key=new_key(), done=done, all_events=all_events,
        next_actions=first, more_actions=[act for act in rest if act.task is None],
        task_actions={no: [act for act in rest if act.task == no] for no in {act.task for act in rest} - {None}},
        clocks=[ClockShown(c, telling.count_rows(c), telling.origin(c)) for c in clocks],
        timeline=[EntryShown(e, telling.remark(e), e.kind in telling.ALERTS) for e in reversed(events)],
        arrived=f"{arrived}/{len(duties)} 已报到" if duties else "",
        duty_how=case.duty.rpartition(":")[2],
    )  # fmt: skip


def next_actions(
    allowed: tuple[AllowedAction, ...],
) -> tuple[list[AllowedAction], list[AllowedAction]]:
    """Split what may be done into the next step and the rest; where several tasks wait for it, it stands at each."""
    for names in _NEXT:
        found = [[act for act in allowed if act.name == name] for name in names]
        if found[0] and all(len(acts) <= 1 for acts in found):
            first = list(chain.from_iterable(found))
            return first, [act for act in allowed if act not in first]
    return [], list(allowed)
