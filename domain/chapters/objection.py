"""Objection and ruling (退单异议与裁定): a department says that a task is not its own; the desk rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import Notice, addresses, raisers, to
from domain.annex import Objection
from domain.case import TaskState, Tie
from domain.folding import change_annex, change_task, not_called, set_, task_of
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class Object:
    """Say that a task is not the department's own (退单异议), on a listed ground and with evidence.

    The clocks go on, and so does the work. `suggests` names whose task it is; the border fills in what binds it.
    """

    task: int
    ground: str
    reason: Text
    evidence: Text
    suggests: str | None = None
    tie: Tie = Tie.ORDER


@dataclass(frozen=True, slots=True)
class RuleObjection:
    """Rule on an objection (裁定): uphold it, and say who is called instead, or overrule it for good.

    Without `org` the suggested organisation is called, else the desk itself. A `precedent` asks that the duty list says
    so from now on. `class_code` puts the case into the class that it turned out to be of: whoever is called then has
    that class's limit, the clocks that run stay; the border fills in the limit class.
    """

    task: int
    upheld: bool
    reason: Text
    org: str | None = None
    precedent: bool = False
    tie: Tie = Tie.ORDER
    class_code: str | None = None
    limit_class: str | None = None


@dataclass(frozen=True, slots=True)
class Objected:
    """A department objected; where it stood is kept, for the work goes on until the ruling."""

    at: datetime
    task: int
    ground: str
    by: str
    reason: Text
    evidence: Text
    suggests: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectionRuled:
    """The desk ruled, or its limit passed and silence accepted; all facts of the ruling, for the duty list and figures.

    Attributes:
        org: Who objected.
        next: Who is called instead; None if nobody has to be.
        class_code: Class of the case when the objection was made.
        silent: Nobody ruled in time.
        new_class: Class that it turned out to be of; None if that stays.
    """

    at: datetime
    task: int
    upheld: bool
    org: str
    next: str | None
    ground: str
    class_code: str
    area: str
    silent: bool = False
    precedent: bool = False
    reason: Text | None = None
    new_class: str | None = None
    new_limit_class: str | None = None


Command = Object | RuleObjection
Event = Objected | ObjectionRuled


@dataclass(frozen=True, slots=True)
class Precedent:
    """A ruling that shall become a rule of the duty list: matters of this class in this area are for `next`."""

    number: str
    class_code: str
    area: str
    org: str
    next: str
    ground: str
    at: datetime


def pending(state: CaseState, no: int) -> Objection | None:
    """Return the objection on a task that waits for its ruling."""
    task = state.task(no)
    if task is None or task.state is not TaskState.OBJECTED:
        return None
    return next((o for o in reversed(state.annex.objections) if o.task == no), None)


def precedents(state: CaseState) -> tuple[Precedent, ...]:
    """Return the rulings of a case that are proposed as rules of the duty list, in order."""
    facts = state.facts
    return tuple([
        Precedent(facts.number, o.class_code or facts.class_code, facts.area, o.org, o.next, o.ground, o.ruled_at)
        for o in state.annex.objections
        if o.precedent and o.next is not None and o.ruled_at is not None
    ])  # fmt: skip


def _objected(state: CaseState, e: Objected) -> None:
    task = task_of(state, e.task)
    change_task(state, e.task, state=TaskState.OBJECTED, before=task.state)
    objection = Objection(e.task, task.org, e.ground, e.at, e.by, e.suggests)
    change_annex(state, objections=(*state.annex.objections, objection))


def _ruled(state: CaseState, e: ObjectionRuled) -> None:
    task = task_of(state, e.task)
    change_task(state, e.task, state=TaskState.WITHDRAWN if e.upheld else task.stands, before=None)
    if e.upheld:
        not_called(state, e.task)
    ruled = [_with_ruling(o, e) if o.task == e.task else o for o in state.annex.objections]
    change_annex(state, objections=tuple(ruled))
    if e.new_class is not None:
        limit_class = e.new_limit_class or state.facts.limit_class
        set_(state, "facts", replace(state.facts, class_code=e.new_class, limit_class=limit_class))


def _with_ruling(o: Objection, e: ObjectionRuled) -> Objection:
    return Objection(
        o.task, o.org, o.ground, o.at, o.by, o.suggests, e.upheld, e.next, e.at, e.silent, e.precedent,
        e.new_class or e.class_code,
    )  # fmt: skip


FOLDS: dict[type, Fold] = {Objected: _objected, ObjectionRuled: _ruled}


def _says_objected(e: Objected, state: CaseState) -> Iterator[Notice]:
    yield from addresses(state, None, "ruling_wanted", ("desk",))
    yield from raisers(state, "objected", e.task)


def _says_ruled(e: ObjectionRuled, state: CaseState) -> Iterator[Notice]:
    code = "objection_upheld" if e.upheld else "objection_overruled"
    yield from to(state, e.task, code, "holder", "dispatcher", "department_leader")
    yield from raisers(state, code, e.task)


NOTICES: dict[type, Says] = {Objected: _says_objected, ObjectionRuled: _says_ruled}
