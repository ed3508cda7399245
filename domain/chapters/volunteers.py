"""Volunteers and auxiliaries (志愿者、协管员): offers of help, hours, persuasion; they never enforce."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from domain.addresses import Notice, to
from domain.folding import BrokenLog, change_annex, nothing
from domain.helping import HelpOffer, Hours
from domain.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from domain.addresses import Says
    from domain.case import CaseState
    from domain.folding import Fold


@dataclass(frozen=True, slots=True)
class OfferHelp:
    """Offer a piece of help to volunteers and auxiliaries (发布志愿任务); a community does so for its own task."""

    what: Text
    slots: int
    task: int | None = None


@dataclass(frozen=True, slots=True)
class TakeOffer:
    """Take part (认领志愿任务); in an emergency only the emergency command calls."""

    offer: int


@dataclass(frozen=True, slots=True)
class LeaveOffer:
    """Leave again (退出志愿任务); the hours so far stay."""

    offer: int


@dataclass(frozen=True, slots=True)
class CallHelper:
    """Call a volunteer or an auxiliary on order of the emergency command (应急调派)."""

    offer: int
    worker: str
    worker_org: str = ""


@dataclass(frozen=True, slots=True)
class CloseOffer:
    """Take an offer back (结束志愿任务): nobody can take it any more."""

    offer: int


@dataclass(frozen=True, slots=True)
class RecordHours:
    """Certify the time that somebody gave (登记服务时长), in minutes."""

    offer: int
    worker: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Persuade:
    """Record that somebody was talked to (劝导): auxiliaries and volunteers persuade, they do not enforce."""

    task: int
    note: Text


@dataclass(frozen=True, slots=True)
class HelpOffered:
    """Help is wanted."""

    at: datetime
    offer: int
    slots: int
    ordered: bool
    by: str
    org: str
    what: Text
    task: int | None = None


@dataclass(frozen=True, slots=True)
class OfferTaken:
    """Somebody takes part; `by` is another person where the emergency command called."""

    at: datetime
    offer: int
    worker: str
    by: str


@dataclass(frozen=True, slots=True)
class OfferLeft:
    """Somebody left."""

    at: datetime
    offer: int
    worker: str


@dataclass(frozen=True, slots=True)
class OfferClosed:
    """The offer was taken back."""

    at: datetime
    offer: int


@dataclass(frozen=True, slots=True)
class HoursRecorded:
    """Time was certified."""

    at: datetime
    offer: int
    worker: str
    minutes: int
    by: str


@dataclass(frozen=True, slots=True)
class Persuaded:
    """Somebody was talked to; no clock is touched."""

    at: datetime
    task: int
    worker: str
    note: Text


Command = OfferHelp | TakeOffer | LeaveOffer | CallHelper | CloseOffer | RecordHours | Persuade
Event = HelpOffered | OfferTaken | OfferLeft | OfferClosed | HoursRecorded | Persuaded


def offer_of(state: CaseState, no: int) -> HelpOffer:
    """Return an offer that an event names; raises `BrokenLog` if it is not there."""
    for offer in state.annex.helping.offers:
        if offer.no == no:
            return offer
    msg = f"an event names offer {no}, which is not there"
    raise BrokenLog(msg)


def _change(state: CaseState, no: int, /, **changes: Any) -> None:
    old, helping = offer_of(state, no), state.annex.helping
    offers = tuple([replace(o, **changes) if o is old else o for o in helping.offers])
    change_annex(state, helping=replace(helping, offers=offers))


def _offered(state: CaseState, e: HelpOffered) -> None:
    helping = state.annex.helping
    offer = HelpOffer(e.offer, e.slots, e.ordered, e.by, e.org, e.at, seq=state.version + 1, task=e.task)
    change_annex(state, helping=replace(helping, offers=(*helping.offers, offer)))


def _taken(state: CaseState, e: OfferTaken) -> None:
    offer = offer_of(state, e.offer)
    came = offer.came if e.worker in offer.came else (*offer.came, e.worker)
    _change(state, e.offer, takers=(*offer.takers, e.worker), came=came)


def _left(state: CaseState, e: OfferLeft) -> None:
    _change(state, e.offer, takers=tuple([w for w in offer_of(state, e.offer).takers if w != e.worker]))


def _closed(state: CaseState, e: OfferClosed) -> None:
    _change(state, e.offer, closed=True)


def _hours(state: CaseState, e: HoursRecorded) -> None:
    helping = state.annex.helping
    hours = Hours(len(helping.hours) + 1, e.offer, e.worker, e.minutes, e.at, e.by)
    change_annex(state, helping=replace(helping, hours=(*helping.hours, hours)))


FOLDS: dict[type, Fold] = {
    HelpOffered: _offered,
    OfferTaken: _taken,
    OfferLeft: _left,
    OfferClosed: _closed,
    HoursRecorded: _hours,
    Persuaded: nothing,
}


def _say_taken(e: OfferTaken, state: CaseState) -> Iterator[Notice]:
    if e.by == e.worker:
        yield Notice("offer_taken", offer_of(state, e.offer).org)
    else:
        yield Notice("helper_called", offer_of(state, e.offer).org, user=e.worker)


def _say_left(e: OfferLeft, state: CaseState) -> Iterator[Notice]:
    yield Notice("offer_left", offer_of(state, e.offer).org)


def _say_persuaded(e: Persuaded, state: CaseState) -> Iterator[Notice]:
    yield from to(state, e.task, "persuaded", "holder", "raiser")


NOTICES: dict[type, Says] = {OfferTaken: _say_taken, OfferLeft: _say_left, Persuaded: _say_persuaded}
