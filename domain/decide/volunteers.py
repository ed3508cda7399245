"""Volunteers and auxiliaries: who takes an offer, who is called in an emergency, hours, persuasion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.actors import Role
from domain.case import Status, TaskState
from domain.chapters import volunteers as v
from domain.decide.rule import RULES, Rule, Topic
from domain.errors import Reason, Refusal
from domain.organisations import sub_district_of

if TYPE_CHECKING:
    from domain.actors import Actor
    from domain.case import CaseState, Task
    from domain.draft import Draft
    from domain.helping import HelpOffer
    from domain.review_parts import VolunteersPart

_ISSUED = frozenset(Status) - {Status.PENDING_APPROVAL, Status.CLOSED, Status.WITHDRAWN}
_GONE = (TaskState.RELEASED, TaskState.WITHDRAWN)


def _part(draft: Draft) -> VolunteersPart:
    part = draft.rules.pack.parts.volunteers
    if part is None:
        raise Refusal(Reason.CHAPTER_NOT_IN_FORCE)
    return part


def _offer(draft: Draft, command: v.OfferHelp) -> None:
    part, state = _part(draft), draft.state
    if not 1 <= command.slots <= part.most_slots:
        raise Refusal(Reason.OUT_OF_RANGE, slots=command.slots, most=part.most_slots)
    no = len(state.annex.helping.offers) + 1
    ordered = state.facts.kind in part.ordered_kinds
    by, org = draft.actor.id, draft.actor.org
    draft.emit(v.HelpOffered(draft.at, no, command.slots, ordered, by, org, command.what, command.task))


def _is_free(offer: HelpOffer, worker: str) -> None:
    if offer.closed:
        raise Refusal(Reason.OFFER_IS_OVER, offer=offer.no)
    if worker in offer.takers:
        raise Refusal(Reason.TAKEN_ALREADY, offer=offer.no)
    if len(offer.takers) >= offer.slots:
        raise Refusal(Reason.OFFER_FULL, offer=offer.no, slots=offer.slots)


def _may_take(_state: CaseState, offer: HelpOffer, actor: Actor) -> None:
    if offer.ordered:
        raise Refusal(Reason.BY_ORDER_ONLY, offer=offer.no)
    _is_free(offer, actor.id)


def _take(draft: Draft, command: v.TakeOffer) -> None:
    draft.emit(v.OfferTaken(draft.at, command.offer, draft.actor.id, draft.actor.id))


def _takes_part(_state: CaseState, offer: HelpOffer, actor: Actor) -> None:
    if actor.id not in offer.takers:
        raise Refusal(Reason.NOT_TAKEN, offer=offer.no)


def _leave(draft: Draft, command: v.LeaveOffer) -> None:
    draft.emit(v.OfferLeft(draft.at, command.offer, draft.actor.id))


def _is_ordered(_state: CaseState, offer: HelpOffer, _actor: Actor) -> None:
    if not offer.ordered:
        raise Refusal(Reason.NOT_BY_ORDER, offer=offer.no)


def _call(draft: Draft, command: v.CallHelper) -> None:
    # The border fills in the office of a volunteer or an auxiliary, and of nobody else.
    if not command.worker_org or sub_district_of(command.worker_org) is None:
        raise Refusal(Reason.UNKNOWN_WORKER, worker=command.worker)
    _is_free(v.offer_of(draft.state, command.offer), command.worker)
    draft.emit(v.OfferTaken(draft.at, command.offer, command.worker, draft.actor.id))


def _is_open(_state: CaseState, offer: HelpOffer, _actor: Actor) -> None:
    if offer.closed:
        raise Refusal(Reason.OFFER_IS_OVER, offer=offer.no)


def _close(draft: Draft, command: v.CloseOffer) -> None:
    draft.emit(v.OfferClosed(draft.at, command.offer))


def _record(draft: Draft, command: v.RecordHours) -> None:
    part, offer = _part(draft), v.offer_of(draft.state, command.offer)
    if command.worker not in offer.came:
        raise Refusal(Reason.NOT_TAKEN, offer=offer.no, worker=command.worker)
    if command.worker == draft.actor.id:
        raise Refusal(Reason.OWN_HOURS)
    if not 1 <= command.minutes <= part.most_minutes:
        raise Refusal(Reason.OUT_OF_RANGE, minutes=command.minutes, most=part.most_minutes)
    draft.emit(v.HoursRecorded(draft.at, offer.no, command.worker, command.minutes, draft.actor.id))


def _may_persuade(state: CaseState, task: Task | None, actor: Actor) -> None:
    """Guard: a volunteer persuades where they take part; auxiliaries do so by their post."""
    if task is not None and task.state in _GONE:
        raise Refusal(Reason.RELEASED_LAST, task=task.no)
    if not actor.has(Role.AUXILIARY) and not state.annex.helping.takes_part(actor.id):
        raise Refusal(Reason.NOT_TAKEN)


def _persuade(draft: Draft, command: v.Persuade) -> None:
    _part(draft)
    draft.emit(v.Persuaded(draft.at, command.task, draft.actor.id, command.note))


OFFERS = Topic("offer", lambda state: state.annex.helping.offers)
"""Offers of help of a case, by number."""

RULES[v.OfferHelp] = Rule(_offer, _ISSUED)
RULES[v.TakeOffer] = Rule(_take, _ISSUED, topic=OFFERS, entry_guard=_may_take)
RULES[v.LeaveOffer] = Rule(_leave, _ISSUED, topic=OFFERS, entry_guard=_takes_part)
RULES[v.CallHelper] = Rule(_call, _ISSUED, topic=OFFERS, entry_guard=_is_ordered)
RULES[v.CloseOffer] = Rule(_close, _ISSUED, topic=OFFERS, entry_guard=_is_open)
RULES[v.RecordHours] = Rule(_record, topic=OFFERS)
RULES[v.Persuade] = Rule(_persuade, _ISSUED, guard=_may_persuade)
