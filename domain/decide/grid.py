"""The seven steps of a grid event: looking, filing, dispatching, and looking again; the clerk who filed closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.actors import Role
from domain.addresses import desk_of
from domain.annex import GridEvent
from domain.case import ClockCode, Party, Status, TaskRole
from domain.channels import Checker, Filing
from domain.chapters.channel import checker_of
from domain.chapters.grid import (
    CancelFiling,
    Dispatch,
    EventDispatched,
    EventFiled,
    FileCase,
    FilingCancelled,
    PostCheck,
    PostChecked,
    PreCheck,
    PreChecked,
)  # fmt: skip
from domain.decide.intake import issue
from domain.decide.parties import check_parties
from domain.decide.rule import RULES, Rule
from domain.errors import Reason, Refusal
from domain.events import CaseClosed

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft

NOT_FILED = "not_filed"
"""Result code of an event that a clerk did not file."""


def _grid_of(state: CaseState) -> GridEvent:
    if state.annex.grid is None:
        raise Refusal(Reason.NO_GRID_EVENT)
    return state.annex.grid


def _awaits_pre_check(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    if _grid_of(state).step is not Filing.PRE_CHECK:
        raise Refusal(Reason.ALREADY_CHECKED)


def _pre_check(draft: Draft, command: PreCheck) -> None:
    draft.emit(PreChecked(draft.at, draft.actor.id, command.found, command.note))
    draft.end_clock(ClockCode.PRE_CHECK)
    draft.start_clock(ClockCode.FILING, desk_of(draft.state.facts))


def _awaits_filing(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    grid = _grid_of(state)
    if grid.step is Filing.PRE_CHECK:
        raise Refusal(Reason.PRE_CHECK_FIRST)
    if grid.step is not Filing.FILING:
        raise Refusal(Reason.ALREADY_FILED, owner=grid.owner)


def _may_file(state: CaseState, task: Task | None, actor: Actor) -> None:
    _awaits_filing(state, task, actor)
    if _grid_of(state).found is False:
        raise Refusal(Reason.NOT_FOUND_ON_SITE)


def _file(draft: Draft, command: FileCase) -> None:
    if command.standard not in draft.rules.pack.limit_classes:
        raise Refusal(Reason.UNKNOWN_LIMIT_CLASS, limit_class=command.standard)
    draft.emit(EventFiled(draft.at, draft.actor.id, command.standard, command.note))
    draft.end_clock(ClockCode.FILING)
    draft.start_clock(ClockCode.DISPATCH, desk_of(draft.state.facts))


def _cancel(draft: Draft, command: CancelFiling) -> None:
    draft.emit(FilingCancelled(draft.at, draft.actor.id, command.reason))
    draft.end_clock(ClockCode.FILING)
    draft.cancel_clocks()
    draft.emit(CaseClosed(draft.at, NOT_FILED))


def _awaits_dispatch(state: CaseState, _task: Task | None, _actor: Actor) -> None:
    grid = _grid_of(state)
    if grid.step is Filing.DISPATCHED:
        raise Refusal(Reason.WRONG_STATUS, status=state.status)
    if grid.step is not Filing.DISPATCH:
        raise Refusal(Reason.NOT_FILED)


def _dispatch(draft: Draft, command: Dispatch) -> None:
    facts = draft.state.facts
    parties = facts.parties
    if command.org is not None:
        others = tuple(p for p in parties if p.role is not TaskRole.LEAD and p.org != command.org)
        parties = (Party(command.org, TaskRole.LEAD), *others)
        check_parties(parties, facts, draft.rules.pack)
    draft.emit(EventDispatched(draft.at, command.note))
    draft.end_clock(ClockCode.DISPATCH)
    issue(draft, parties)


def _awaits_post_check(state: CaseState, _task: Task | None, actor: Actor) -> None:
    grid = _grid_of(state)
    if checker_of(state) is not Checker.GRID:
        raise Refusal(Reason.NO_GRID_EVENT)
    if any(actor.id in t.handlers for t in state.tasks):
        raise Refusal(Reason.HANDLER_MAY_NOT_CHECK)
    if post_check_of(state, grid) is not None:
        raise Refusal(Reason.ALREADY_CHECKED)


def post_check_of(state: CaseState, grid: GridEvent) -> bool | None:
    """Return what the grid member says of the result that is handed in now; None while nobody looked."""
    return grid.post if grid.posted_at_rework == state.rework else None


def _post_check(draft: Draft, command: PostCheck) -> None:
    draft.emit(PostChecked(draft.at, draft.actor.id, command.passed, command.note))
    draft.end_clock(ClockCode.POST_CHECK)
    draft.start_clock(ClockCode.CLOSING, desk_of(draft.state.facts))


def may_close(state: CaseState, actor: Actor, *, passes: bool) -> None:
    """Guard of the check of a grid event: the clerk who filed it, or the desk, after a grid member has looked.

    Raises:
        Refusal: `not_owner`, `post_check_first`, `post_check_failed`.
    """
    grid = _grid_of(state)
    if actor.id != grid.owner and not actor.has(Role.DISTRICT_DESK):
        raise Refusal(Reason.NOT_OWNER, owner=grid.owner)
    post = post_check_of(state, grid)
    if post is None:
        raise Refusal(Reason.POST_CHECK_FIRST)
    if passes and not post:
        raise Refusal(Reason.POST_CHECK_FAILED)


_PENDING = frozenset({Status.PENDING_APPROVAL})

RULES[PreCheck] = Rule(_pre_check, _PENDING, guard=_awaits_pre_check)
RULES[FileCase] = Rule(_file, _PENDING, guard=_may_file)
RULES[CancelFiling] = Rule(_cancel, _PENDING, guard=_awaits_filing)
RULES[Dispatch] = Rule(_dispatch, _PENDING, guard=_awaits_dispatch)
RULES[PostCheck] = Rule(_post_check, frozenset({Status.CHECKING}), guard=_awaits_post_check)

