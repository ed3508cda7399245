"""What only some cases have, in the detail of a case: supervision orders, meetings, offers of help, ratings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import DateTime

from adapters.db.annex_rows import ANNEX
from adapters.db.queries.help import offer_view
from adapters.db.queries.orders import order_view
from contracts.help_views import HelpOfferDetail
from contracts.order_views import OrderDetail
from contracts.rating_views import RatingBookView, RatingView
from domain.chapters.rating import DepartmentRated, RaiserRated, VoiceRecorded
from domain.codec import event_name
from domain.discretion import withheld
from domain.rating import Side

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from adapters.db.directory import Directory
    from adapters.db.log import LogRow
    from adapters.db.queries.timeline import Texts
    from domain.actors import Actor
    from domain.case import CaseState
    from domain.rating import Rating


def order_details(
    state: CaseState, log: Sequence[LogRow], directory: Directory, now: datetime
) -> tuple[OrderDetail, ...]:  # fmt: skip
    """Show the orders of a case by number."""
    return tuple(
        OrderDetail(**order_view(row, directory, now), seqs=entries(log, "order", no))
        for no, row in rows_of("orders", state).items()
    )


def help_details(
    state: CaseState, texts: Texts, reader: Actor, names: Mapping[str, str], directory: Directory
) -> tuple[HelpOfferDetail, ...]:  # fmt: skip
    """Show the offers of help of a case by number."""
    rows, hours = rows_of("help_offers", state), state.annex.helping.hours
    return tuple(
        HelpOfferDetail(
            **offer_view({**rows[offer.no], "what": texts.get(offer.seq, {}).get("what")}, directory),
            mine=reader.id in offer.takers, takers=offer.takers,
            takers_names=tuple(names.get(taker, taker) for taker in offer.takers),
            minutes=sum(h.minutes for h in hours if h.offer == offer.no),
        )
        for offer in state.annex.helping.offers
    )  # fmt: skip


def rating_view(state: CaseState, reader: Actor, directory: Directory, now: datetime) -> RatingBookView | None:
    """Show the ratings of a case that are open to the reader; None before the closing."""
    book = state.annex.rating
    if book is None:
        return None
    given = tuple(_rating(state, each, directory) for each in book.given if not _is_withheld(state, each, reader, now))
    return RatingBookView(due=book.due, open=now <= book.due, given=given)


def _is_withheld(state: CaseState, rating: Rating, reader: Actor, now: datetime) -> bool:
    """Ask for a rating what the timeline asks for its event."""
    kind = _EVENT_OF[rating.side]
    return withheld(state, event_name(kind), {"task": rating.task, "by": rating.by, "org": rating.org}, reader, now)


_EVENT_OF = {Side.OF_DEPARTMENT: DepartmentRated, Side.OF_RAISER: RaiserRated, Side.VOICE: VoiceRecorded}


def _rating(state: CaseState, rating: Rating, directory: Directory) -> RatingView:
    task = state.task(rating.task)
    org = state.facts.raising_org if task is None or rating.side is Side.OF_RAISER else task.org
    return RatingView(
        task=rating.task, org=org, org_name=directory.org_name(org), side=rating.side, rater=rating.rater, at=rating.at,
        score=rating.score, scores=rating.scores, voices=rating.voices,
    )  # fmt: skip


def rows_of(table: str, state: CaseState) -> dict[int, dict[str, Any]]:
    """Return a chapter's rows of one case, as they are read from its table."""
    annex = next(each for each in ANNEX if each.table.name == table)
    times = {column.name for column in annex.table.columns if isinstance(column.type, DateTime)}
    rows = annex.rows(state).items()
    return {no: {k: _read(v) if k in times else v for k, v in row.items()} for no, row in rows}


def _read(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value is not None else None


def entries(log: Sequence[LogRow], field: str, no: int) -> tuple[int, ...]:
    """Return which events name an entry by its number in this field."""
    return tuple(row.seq for row in log if row.body.get(field) == no)
