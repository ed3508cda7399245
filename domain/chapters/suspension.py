"""Suspension (挂账): clocks stand still until an end date, for a listed reason and with a plan; it ends by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from domain.addresses import addresses
from domain.case import ClockCode, Status
from domain.folding import change_annex, change_task, set_
from domain.relief import Request, Suspension
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Notice, Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class AskSuspension:
    """Ask that clocks stand still (申请挂账): of one task, or of the whole case where no task is named."""

    reason_code: str
    plan: Text
    until: datetime
    task: int | None = None


@dataclass(frozen=True, slots=True)
class GrantSuspension:
    """Grant a suspension (批准挂账); never by whoever asked."""

    suspension: int
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class RefuseSuspension:
    """Refuse a suspension (不予挂账); does not count."""

    suspension: int
    reason: Text


@dataclass(frozen=True, slots=True)
class Resume:
    """End a suspension before its end date (销账): the desk, or those who asked for it."""

    suspension: int
    reason: Text


@dataclass(frozen=True, slots=True)
class SuspensionAsked:
    """A suspension was asked for, for `org`; no clock stands still yet."""

    at: datetime
    suspension: int
    task: int | None
    reason_code: str
    by: str
    org: str
    until: datetime
    plan: Text


@dataclass(frozen=True, slots=True)
class CaseSuspended:
    """The suspension was granted: these clocks stand still; `task` is None for the whole case."""

    at: datetime
    suspension: int
    task: int | None
    until: datetime
    clocks: tuple[str, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class SuspensionRefused:
    """The suspension was refused; nothing stood still."""

    at: datetime
    suspension: int
    task: int | None
    reason: Text


@dataclass(frozen=True, slots=True)
class CaseResumed:
    """The suspension ended, `early` by a person, else at its end date: the case is where it was before."""

    at: datetime
    suspension: int
    task: int | None
    early: bool
    reason: Text | None = None


Command = AskSuspension | GrantSuspension | RefuseSuspension | Resume
Event = SuspensionAsked | CaseSuspended | SuspensionRefused | CaseResumed


def _asked(state: CaseState, e: SuspensionAsked) -> None:
    asked = Suspension(e.suspension, e.task, e.reason_code, e.by, e.org, e.at, e.until)
    change_annex(state, suspensions=(*state.annex.suspensions, asked))


def _change(state: CaseState, no: int, /, **changes: object) -> None:
    found = (replace(s, **changes) if s.no == no else s for s in state.annex.suspensions)  # type: ignore[arg-type]
    change_annex(state, suspensions=tuple(found))


def _suspended(state: CaseState, e: CaseSuspended) -> None:
    _change(
        state, e.suspension, state=Request.GRANTED, settled_at=e.at, begun_at=e.at, before=state.status.value,
        clocks=e.clocks,
    )  # fmt: skip
    if e.task is None:
        set_(state, "status", Status.SUSPENDED)
    else:
        change_task(state, e.task, suspended_until=e.until)


def _refused(state: CaseState, e: SuspensionRefused) -> None:
    _change(state, e.suspension, state=Request.REFUSED, settled_at=e.at)


def _fell(state: CaseState, e: Any) -> None:
    """The request fell away before anybody ruled, or the suspension ended with its task or its case."""
    for entry in state.annex.suspensions:
        if entry.state is Request.PENDING and e.key == answer_key(entry):
            _change(state, entry.no, state=Request.LAPSED, settled_at=e.at)
        elif entry.is_running and e.key == end_key(entry):
            _change(state, entry.no, ended_at=e.at)
            if entry.task is not None:
                change_task(state, entry.task, suspended_until=None)


def answer_key(entry: Suspension) -> str:
    """Name the clock of the desk's answer."""
    return _key(ClockCode.SUSPENSION_ANSWER, entry.task)


def end_key(entry: Suspension) -> str:
    """Name the clock that ends a suspension."""
    return _key(ClockCode.SUSPENSION, entry.task)


def _key(code: ClockCode, task: int | None) -> str:
    return code.value if task is None else f"{code}:{task}"


def _resumed(state: CaseState, e: CaseResumed) -> None:
    if e.task is None:
        before = next(s.before for s in state.annex.suspensions if s.no == e.suspension)
        set_(state, "status", Status(before))
    else:
        change_task(state, e.task, suspended_until=None)
    _change(state, e.suspension, ended_at=e.at)


FOLDS: dict[type, Fold] = {
    SuspensionAsked: _asked,
    CaseSuspended: _suspended,
    SuspensionRefused: _refused,
    CaseResumed: _resumed,
}
FALLEN: dict[str, Fold] = {ClockCode.SUSPENSION_ANSWER: _fell, ClockCode.SUSPENSION: _fell}


def _say(state: CaseState, no: int | None, code: str, *symbols: str) -> Iterator[Notice]:
    """Tell about one task, or, where none is named, about every task of the case."""
    if no is not None:
        yield from addresses(state, state.task(no), code, symbols)
        return
    yield from addresses(state, None, code, symbols)
    for task in state.duties():
        yield from addresses(state, task, code, tuple(s for s in symbols if s in ("holder", "dispatcher")))


def _say_asked(e: SuspensionAsked, state: CaseState) -> Iterator[Notice]:
    yield from addresses(state, state.task(e.task) if e.task else None, "suspension_asked", ("desk",))


def _say_suspended(e: CaseSuspended, state: CaseState) -> Iterator[Notice]:
    yield from _say(state, e.task, "suspended", "holder", "dispatcher", "raiser")


def _say_refused(e: SuspensionRefused, state: CaseState) -> Iterator[Notice]:
    yield from _say(state, e.task, "suspension_refused", "holder", "dispatcher", "raiser")


def _say_resumed(e: CaseResumed, state: CaseState) -> Iterator[Notice]:
    yield from _say(state, e.task, "resumed", "holder", "dispatcher", "raiser", "desk")


NOTICES: dict[type, Says] = {
    SuspensionAsked: _say_asked,
    CaseSuspended: _say_suspended,
    SuspensionRefused: _say_refused,
    CaseResumed: _say_resumed,
}
