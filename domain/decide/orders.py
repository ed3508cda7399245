"""Supervision orders: who may order whom, answers within a limit, lifting, appeals; and orders by the ladder itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain import authority
from domain.actors import Role
from domain.case import Action, ClockCode, Status, TaskState
from domain.chapters import orders as o
from domain.decide.escalation import EFFECTS
from domain.decide.rule import RULES, Rule, Topic
from domain.draft import clock_key
from domain.errors import Reason, Refusal
from domain.events import RungFired
from domain.organisations import line_of
from domain.supervision import Grade, Verdict, command_level, grade_of, office_above

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, ClockSpec, Task
    from domain.draft import Draft
    from domain.review_parts import OrdersPart
    from domain.supervision import Order
    from domain.text import Text

_GONE = (TaskState.RELEASED, TaskState.WITHDRAWN)
_SUPERVISORS = (Role.DISTRICT_SUPERVISOR, Role.CITY_SUPERVISOR)
_OPEN = frozenset(Status) - {Status.CLOSED, Status.WITHDRAWN}


def _part(draft: Draft) -> OrdersPart:
    part = draft.rules.pack.parts.orders
    if part is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    return part


def waits(state: CaseState, order: Order) -> bool:
    """Tell whether an order still has to be answered: its clock runs; it falls away with the case or the task."""
    clock = state.clock(order.clock)
    return order.answered_at is None and clock is not None and clock.is_live


def standing(state: CaseState, org: str) -> Order | None:
    """Return the order that stands against an organisation, None if there is none or it fell away."""
    for order in reversed(state.annex.orders):
        if order.org == org and order.stands and (order.answered_at is not None or waits(state, order)):
            return order
    return None


# -- who may order whom ----------------------------------------------------------------------------------------------


def _rank(actor: Actor) -> int:
    """Return the level for which an actor supervises: a supervisor that of the office, a leader that of the street."""
    return command_level(actor.org)


def _may_supervise(state: CaseState, _task: Task | None, actor: Actor) -> None:
    """Guard: nobody supervises a case that their own superior handles (features.md 1 row 50)."""
    above = [t.org for t in state.duties() if command_level(t.org) < _rank(actor)]
    if above:
        raise Refusal(Reason.SUPERIOR_HANDLES, orgs=above)


def _may_order(part: OrdersPart, state: CaseState, actor: Actor, org: str, grade: Grade) -> int | None:
    """Return the number of the task of the organisation that is ordered, None if it has none.

    Raises:
        Refusal: `not_a_party`, `grade_above_power`.
    """
    task = next((t for t in state.tasks if t.org == org and t.state not in _GONE), None)
    if task is None and org != state.facts.raising_org:
        raise Refusal(Reason.NOT_A_PARTY, org=org)
    if actor.has(*_SUPERVISORS):
        if org == actor.org or command_level(org) < _rank(actor):
            raise Refusal(Reason.GRADE_ABOVE_POWER, org=org)
    elif line_of(org) is None or grade.level > part.street_grade.level:
        # A sub-district supervises the departments of its own cases, not itself and no community (L2 art. 11(5), 32).
        raise Refusal(Reason.GRADE_ABOVE_POWER, org=org, grade=grade, most=part.street_grade)
    return task.no if task is not None else None


# -- issuing and raising ---------------------------------------------------------------------------------------------


def _issue_by_hand(draft: Draft, command: o.IssueOrder) -> None:
    part = _part(draft)
    task = _may_order(part, draft.state, draft.actor, command.org, command.grade)
    held = standing(draft.state, command.org)
    if held is not None and command.grade.level <= held.grade.level:
        raise Refusal(Reason.GRADE_MAY_ONLY_RISE, order=held.no, grade=held.grade)
    _set(draft, part, _Charge(command.org, task, command.grade, draft.actor.org, instruction=command.instruction))


def charge(draft: Draft, org: str, task: int, grade: Grade, instruction: Text | None) -> None:
    """Order an organisation that was just called, in the name of the actor's office."""
    _set(draft, _part(draft), _Charge(org, task, grade, draft.actor.org, instruction=instruction))


@dataclass(frozen=True, slots=True)
class _Charge:
    """Whom an order is for, how grave it is, and who gives it why; `cause` is clock and rung of the ladder."""

    org: str
    task: int | None
    grade: Grade
    issuer: str
    cause: str = ""
    instruction: Text | None = None


def _set(draft: Draft, part: OrdersPart, new: _Charge) -> None:
    """Issue an order, or make the unanswered one graver; an answered one is followed by a new one."""
    held, terms, by = standing(draft.state, new.org), part.terms(new.grade), draft.actor.id
    if held is not None and waits(draft.state, held):
        no, task = held.no, held.task
        draft.emit(o.OrderRaised(
            draft.at, no, new.grade, new.issuer, by, terms.points, new.cause, new.instruction
        ))  # fmt: skip
    else:
        no, task = len(draft.state.annex.orders) + 1, new.task
        key, follows = clock_key(ClockCode.ORDER, task, str(no)), held.no if held is not None else 0
        draft.emit(o.OrderIssued(
            draft.at, no, new.org, task, new.grade, new.issuer, by, key, terms.points, follows, new.cause,
            new.instruction,
        ))  # fmt: skip
    draft.start_clock(ClockCode.ORDER, new.org, task, str(no), limit=terms.limit)


def _by_ladder(draft: Draft, spec: ClockSpec) -> None:
    """A rung that supervises opens an order against the clock's party, or makes the one that stands graver."""
    part, fired = draft.rules.pack.parts.orders, draft.events[-1]
    if part is None or not isinstance(fired, RungFired) or spec.code is ClockCode.ORDER:
        return
    grade, held = grade_of(fired.level), standing(draft.state, spec.party)
    if held is None or held.grade.level < grade.level:
        office = _office(draft.state, spec.party)
        _set(draft, part, _Charge(spec.party, spec.task, grade, office, _cause(fired)))


def _office(state: CaseState, org: str) -> str:
    """Return the supervision office that an order of the ladder belongs to."""
    office = f"{state.facts.district}-SUP"
    return office_above(org) if command_level(org) < command_level(office) or org == office else office


def _unanswered(draft: Draft, spec: ClockSpec) -> None:
    """An order that is not answered in time becomes graver by itself; a red one stays red, its ladder goes on."""
    part, fired = draft.rules.pack.parts.orders, draft.events[-1]
    held = next((each for each in draft.state.annex.orders if each.clock == spec.key), None)
    if part is None or held is None or held.grade.next is None or not isinstance(fired, RungFired):
        return
    _set(draft, part, _Charge(held.org, held.task, held.grade.next, _above(draft.state, held), _cause(fired)))


def _above(state: CaseState, order: Order) -> str:
    """Return the office that a graver order belongs to: a sub-district's power ends, its supervisor's begins."""
    office = _office(state, order.org)
    return order.issuer if command_level(order.issuer) < command_level(office) else office


def _cause(fired: RungFired) -> str:
    return f"{fired.key}/{fired.generation}/{fired.rung}"


# -- answering, lifting, appealing -----------------------------------------------------------------------------------


def _acts_for(actor: Actor, org: str) -> bool:
    """Tell whether somebody acts for the organisation that was ordered."""
    if line_of(org) is None:
        return line_of(actor.org) is None and actor.org.startswith(org)
    return authority.covers(actor.org, org)


def _is_ordered(state: CaseState, order: Order, actor: Actor) -> None:
    if not _acts_for(actor, order.org):
        raise Refusal(Reason.NOT_ALLOWED, order=order.no)
    if not waits(state, order):
        raise Refusal(Reason.ANSWERED_ONCE, order=order.no)


def _answer(draft: Draft, command: o.AnswerOrder) -> None:
    order = o.order_of(draft.state, command.order)
    clock = draft.state.clock(order.clock)
    late = clock is not None and draft.at > clock.spec.due
    draft.emit(o.OrderAnswered(draft.at, order.no, late, command.answer))
    draft.end_clock(order.clock)


def _may_lift(state: CaseState, order: Order, actor: Actor) -> None:
    if not order.stands or standing(state, order.org) != order:
        raise Refusal(Reason.ORDER_IS_OVER, order=order.no)
    if _rank(actor) > command_level(order.issuer):
        raise Refusal(Reason.ANOTHER_LEVEL, order=order.no, issuer=order.issuer)


def _lift(draft: Draft, command: o.LiftOrder) -> None:
    order = o.order_of(draft.state, command.order)
    draft.emit(o.OrderLifted(draft.at, order.no, command.reason))
    draft.end_clock(order.clock)


def _may_appeal(_state: CaseState, order: Order, actor: Actor) -> None:
    if not _acts_for(actor, order.org):
        raise Refusal(Reason.NOT_ALLOWED, order=order.no)
    if order.appeal is not None:
        raise Refusal(Reason.APPEALED_ONCE, order=order.no)


def _appeal(draft: Draft, command: o.AppealOrder) -> None:
    _part(draft)
    order = o.order_of(draft.state, command.order)
    ruler = office_above(order.issuer)
    draft.emit(o.OrderAppealed(draft.at, order.no, ruler, command.reason))
    draft.start_clock(ClockCode.APPEAL, ruler, None, str(order.no))


def _may_rule(_state: CaseState, order: Order, actor: Actor) -> None:
    if order.appeal is None or order.appeal.verdict is not None:
        raise Refusal(Reason.NO_APPEAL_PENDING, order=order.no)
    if _rank(actor) > command_level(order.appeal.ruler):
        raise Refusal(Reason.ANOTHER_LEVEL, order=order.no, ruler=order.appeal.ruler)
    if actor.id == order.by:
        raise Refusal(Reason.OWN_ORDER, order=order.no)


def _rule(draft: Draft, command: o.RuleAppeal) -> None:
    order = o.order_of(draft.state, command.order)
    draft.emit(o.AppealRuled(draft.at, order.no, command.verdict, command.reason))
    draft.end_clock(clock_key(ClockCode.APPEAL, None, str(order.no)))
    if command.verdict is Verdict.GRANTED:
        draft.end_clock(order.clock)


def _instruct(draft: Draft, command: o.Instruct) -> None:
    _part(draft)
    task = draft.task(command.task) if command.task is not None else None
    step = draft.state.phase.value if task is None else (task.stages[task.stage] if task.stages else task.state.value)
    draft.emit(o.Instructed(draft.at, command.task, step, command.instruction))


ORDERS = Topic("order", lambda state: state.annex.orders)
"""Orders of a case, by number."""

RULES[o.IssueOrder] = Rule(_issue_by_hand, _OPEN, guard=_may_supervise)
RULES[o.AnswerOrder] = Rule(_answer, _OPEN, topic=ORDERS, entry_guard=_is_ordered)
RULES[o.LiftOrder] = Rule(_lift, _OPEN, topic=ORDERS, entry_guard=_may_lift)
RULES[o.AppealOrder] = Rule(_appeal, topic=ORDERS, entry_guard=_may_appeal)
RULES[o.RuleAppeal] = Rule(_rule, topic=ORDERS, entry_guard=_may_rule)
RULES[o.Instruct] = Rule(_instruct, _OPEN)

EFFECTS[Action.SUPERVISE] = _by_ladder
EFFECTS[Action.RAISE_GRADE] = _unanswered

__all__ = ["ORDERS", "charge", "standing", "waits"]
