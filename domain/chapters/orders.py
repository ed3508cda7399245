"""Supervision orders (督办): issue, answer, lift, appeal; a leader's instruction (批示) attached to a step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import heads, office, to
from domain.folding import BrokenLog, change_annex, nothing, set_
from domain.supervision import Appeal, Grade, Order, Verdict
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from domain.addresses import Notice, Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class IssueOrder:
    """Order an organisation of the case to answer within a limit (督办); a standing order can only become graver."""

    org: str
    grade: Grade
    instruction: Text


@dataclass(frozen=True, slots=True)
class AnswerOrder:
    """Answer an order (督办答复), once, for the organisation that was ordered."""

    order: int
    answer: Text


@dataclass(frozen=True, slots=True)
class LiftOrder:
    """Lift an order (解除督办): by the level that issued it, or one above."""

    order: int
    reason: Text


@dataclass(frozen=True, slots=True)
class AppealOrder:
    """Appeal against an order (督办申诉), once; its points do not count meanwhile, the work goes on."""

    order: int
    reason: Text


@dataclass(frozen=True, slots=True)
class RuleAppeal:
    """Rule on an appeal (申诉裁定), one level above the issuer; the fact stays in the record either way."""

    order: int
    verdict: Verdict
    reason: Text


@dataclass(frozen=True, slots=True)
class Instruct:
    """Attach a leader's instruction (批示) to a department's step, or to the case."""

    instruction: Text
    task: int | None = None


@dataclass(frozen=True, slots=True)
class OrderIssued:
    """An organisation was ordered to answer; `cause` names clock and rung where the ladder did it."""

    at: datetime
    order: int
    org: str
    task: int | None
    grade: Grade
    issuer: str
    by: str
    clock: str
    points: int
    follows: int = 0
    cause: str = ""
    instruction: Text | None = None


@dataclass(frozen=True, slots=True)
class OrderRaised:
    """An unanswered order became graver, and has a new limit; `cause` as above."""

    at: datetime
    order: int
    grade: Grade
    issuer: str
    by: str
    points: int
    cause: str = ""
    instruction: Text | None = None


@dataclass(frozen=True, slots=True)
class OrderAnswered:
    """The organisation answered, in time or late."""

    at: datetime
    order: int
    late: bool
    answer: Text


@dataclass(frozen=True, slots=True)
class OrderLifted:
    """The order was lifted."""

    at: datetime
    order: int
    reason: Text


@dataclass(frozen=True, slots=True)
class OrderAppealed:
    """The organisation appealed; `ruler` has to rule."""

    at: datetime
    order: int
    ruler: str
    reason: Text


@dataclass(frozen=True, slots=True)
class AppealRuled:
    """The appeal was granted or dismissed."""

    at: datetime
    order: int
    verdict: Verdict
    reason: Text


@dataclass(frozen=True, slots=True)
class Instructed:
    """A leader wrote an instruction to the step in which the task, or the case, then was."""

    at: datetime
    task: int | None
    step: str
    instruction: Text


Command = IssueOrder | AnswerOrder | LiftOrder | AppealOrder | RuleAppeal | Instruct
Event = OrderIssued | OrderRaised | OrderAnswered | OrderLifted | OrderAppealed | AppealRuled | Instructed


def order_of(state: CaseState, no: int) -> Order:
    """Return an order that an event names; raises `BrokenLog` if it is not there."""
    for order in state.annex.orders:
        if order.no == no:
            return order
    msg = f"an event names order {no}, which is not there"
    raise BrokenLog(msg)


def _change(state: CaseState, no: int, **changes: Any) -> None:
    old = order_of(state, no)
    change_annex(state, orders=tuple([replace(o, **changes) if o is old else o for o in state.annex.orders]))


def _marked(state: CaseState) -> None:
    """Let the case's mark follow its orders: the gravest one that stands."""
    set_(state, "supervision", max((o.grade.level for o in state.annex.orders if o.stands), default=0))


def _issued(state: CaseState, e: OrderIssued) -> None:
    if e.follows:
        _change(state, e.follows, replaced=True)
    order = Order(e.order, e.org, e.task, e.grade, e.issuer, e.by, e.at, e.clock, e.points, e.follows)
    change_annex(state, orders=(*state.annex.orders, order))
    set_(state, "supervision", max(state.supervision, e.grade.level))


def _raised(state: CaseState, e: OrderRaised) -> None:
    _change(state, e.order, grade=e.grade, issuer=e.issuer, by=e.by, points=e.points, raised_at=e.at)
    set_(state, "supervision", max(state.supervision, e.grade.level))


def _answered(state: CaseState, e: OrderAnswered) -> None:
    _change(state, e.order, answered_at=e.at, late=e.late)


def _lifted(state: CaseState, e: OrderLifted) -> None:
    _change(state, e.order, lifted_at=e.at)
    _marked(state)


def _appealed(state: CaseState, e: OrderAppealed) -> None:
    _change(state, e.order, appeal=Appeal(e.at, e.ruler))


def _ruled(state: CaseState, e: AppealRuled) -> None:
    order = order_of(state, e.order)
    if order.appeal is None:
        msg = f"order {e.order} has no appeal"
        raise BrokenLog(msg)
    granted = {"lifted_at": order.lifted_at or e.at} if e.verdict is Verdict.GRANTED else {}
    _change(state, e.order, appeal=replace(order.appeal, verdict=e.verdict, ruled_at=e.at), **granted)
    if granted:
        _marked(state)


FOLDS: dict[type, Fold] = {
    OrderIssued: _issued,
    OrderRaised: _raised,
    OrderAnswered: _answered,
    OrderLifted: _lifted,
    OrderAppealed: _appealed,
    AppealRuled: _ruled,
    Instructed: nothing,
}


def _say_issued(e: OrderIssued | OrderRaised, state: CaseState) -> Iterator[Notice]:
    order = order_of(state, e.order)
    code = "order_issued" if isinstance(e, OrderIssued) else "order_raised"
    yield from heads(state, code, order.org, order.task)
    if e.cause:
        yield office(code, order.issuer, order.task)


def _say_answered(e: OrderAnswered, state: CaseState) -> Iterator[Notice]:
    order = order_of(state, e.order)
    yield office("order_answered", order.issuer, order.task)


def _say_lifted(e: OrderLifted, state: CaseState) -> Iterator[Notice]:
    order = order_of(state, e.order)
    yield from heads(state, "order_lifted", order.org, order.task)


def _say_appealed(e: OrderAppealed, state: CaseState) -> Iterator[Notice]:
    yield office("appeal_wanted", e.ruler, order_of(state, e.order).task)


def _say_ruled(e: AppealRuled, state: CaseState) -> Iterator[Notice]:
    order = order_of(state, e.order)
    yield from heads(state, "appeal_ruled", order.org, order.task)
    yield office("appeal_ruled", order.issuer, order.task)


def _say_instructed(e: Instructed, state: CaseState) -> Iterator[Notice]:
    if e.task is None:
        yield from heads(state, "instructed", state.facts.raising_org, None)
    else:
        yield from to(state, e.task, "instructed", "holder", "dispatcher", "department_leader")


NOTICES: dict[type, Says] = {
    OrderIssued: _say_issued,
    OrderRaised: _say_issued,
    OrderAnswered: _say_answered,
    OrderLifted: _say_lifted,
    OrderAppealed: _say_appealed,
    AppealRuled: _say_ruled,
    Instructed: _say_instructed,
}
