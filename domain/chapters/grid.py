"""Grid events (网格案件): looking before filing, filing with a standard, dispatch, looking after handling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.actors import Role
from domain.addresses import Notice, desk_of
from domain.annex import GridEvent
from domain.channels import Filing
from domain.folding import BrokenLog, change_annex, set_
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class PreCheck:
    """Look before filing (核实): is it there?"""

    found: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class FileCase:
    """File the event under a standard (立案): the limit class it is handled by; the first clerk to do so owns it."""

    standard: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class CancelFiling:
    """Do not file the event (不予立案); the case ends."""

    reason: Text


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Send the event to its departments (派遣): the desk, or the sub-district that blows; another lead may be named."""

    org: str | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class PostCheck:
    """Look after handling (核查): is it done? Never by a handler; the clerk then closes or sends back."""

    passed: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class GridOpened:
    """A grid event was collected (信息收集) and waits at its first step."""

    at: datetime
    step: Filing


@dataclass(frozen=True, slots=True)
class PreChecked:
    """A grid member looked before the filing."""

    at: datetime
    worker: str
    found: bool
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class EventFiled:
    """A clerk filed the event under a standard."""

    at: datetime
    clerk: str
    standard: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class FilingCancelled:
    """A clerk did not file the event."""

    at: datetime
    clerk: str
    reason: Text


@dataclass(frozen=True, slots=True)
class EventDispatched:
    """A dispatcher sent the event to its departments."""

    at: datetime
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class PostChecked:
    """A grid member looked after the handling."""

    at: datetime
    worker: str
    passed: bool
    note: Text | None = None


Command = PreCheck | FileCase | CancelFiling | Dispatch | PostCheck
Event = GridOpened | PreChecked | EventFiled | FilingCancelled | EventDispatched | PostChecked


def result_no(state: CaseState) -> int:
    """Return the number of the result in work: how often the case was sent back or reopened."""
    return state.rework + len(state.annex.reopenings)


def _grid(state: CaseState) -> GridEvent:
    if state.annex.grid is None:
        raise BrokenLog("a step of a grid event in a case that is none")
    return state.annex.grid


def _opened(state: CaseState, e: GridOpened) -> None:
    change_annex(state, grid=GridEvent(e.step))


def _pre_checked(state: CaseState, e: PreChecked) -> None:
    change_annex(state, grid=replace(_grid(state), step=Filing.FILING, found=e.found))


def _filed(state: CaseState, e: EventFiled) -> None:
    change_annex(state, grid=replace(_grid(state), step=Filing.DISPATCH, owner=e.clerk))
    set_(state, "facts", replace(state.facts, limit_class=e.standard))


def _cancelled(state: CaseState, e: FilingCancelled) -> None:
    change_annex(state, grid=replace(_grid(state), owner=e.clerk))


def _dispatched(state: CaseState, _e: EventDispatched) -> None:
    change_annex(state, grid=replace(_grid(state), step=Filing.DISPATCHED))


def _post_checked(state: CaseState, e: PostChecked) -> None:
    change_annex(state, grid=replace(_grid(state), post=e.passed, posted_for=result_no(state)))


FOLDS: dict[type, Fold] = {
    GridOpened: _opened,
    PreChecked: _pre_checked,
    EventFiled: _filed,
    FilingCancelled: _cancelled,
    EventDispatched: _dispatched,
    PostChecked: _post_checked,
}


def _wanted(state: CaseState, step: Filing) -> Iterator[Notice]:
    if step is Filing.PRE_CHECK:
        yield Notice("pre_check_wanted", state.facts.area, Role.GRID_MEMBER)
    else:
        yield Notice("filing_wanted", desk_of(state.facts), Role.ACCEPTANCE_CLERK)


def _say_opened(e: GridOpened, state: CaseState) -> Iterator[Notice]:
    yield from _wanted(state, e.step)


def _say_pre_checked(_e: PreChecked, state: CaseState) -> Iterator[Notice]:
    yield from _wanted(state, Filing.FILING)


def _say_filed(_e: EventFiled, state: CaseState) -> Iterator[Notice]:
    yield Notice("dispatch_wanted", desk_of(state.facts), Role.DISTRICT_DESK)
    # 170 sub-districts have a grid centre of their own (found G1); for what is not theirs alone they blow.
    yield Notice("dispatch_wanted", state.facts.area, Role.STREET_DUTY_OFFICER)


def _say_cancelled(_e: FilingCancelled, state: CaseState) -> Iterator[Notice]:
    yield Notice("filing_cancelled", state.facts.area, user=state.facts.raised_by)


def _say_post_checked(_e: PostChecked, state: CaseState) -> Iterator[Notice]:
    yield Notice("closing_wanted", desk_of(state.facts), user=_grid(state).owner)


NOTICES: dict[type, Says] = {
    GridOpened: _say_opened,
    PreChecked: _say_pre_checked,
    EventFiled: _say_filed,
    FilingCancelled: _say_cancelled,
    PostChecked: _say_post_checked,
}
