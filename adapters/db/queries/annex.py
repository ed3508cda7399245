"""What only some cases have, in the detail of a case: supervision orders, meetings, offers of help, ratings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters.db.annex_rows import ANNEX
from adapters.db.queries.orders import order_view
from contracts.order_views import OrderDetail
from contracts.rating_views import RatingBookView, RatingView
from domain.chapters.rating import DepartmentRated, RaiserRated, VoiceRecorded
from domain.codec import event_name
from domain.discretion import withheld
from domain.rating import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.db.directory import Directory
    from adapters.db.log import LogRow
    from domain.actors import Actor
    from domain.case import CaseState
    from domain.rating import Rating


def order_details(
    state: CaseState, log: Sequence[LogRow], directory: Directory, now: datetime
) -> tuple[OrderDetail, ...]:  # fmt: skip
    """Show the orders of a case by number."""
    return tuple(
        OrderDetail(**order_view(_read(row), directory, now), seqs=entries(log, "order", no))
        for no, row in rows_of("orders", state).items()
    )


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
    """Return a chapter's rows of one case, as they stand in its table."""
    return dict(next(each for each in ANNEX if each.table.name == table).rows(state))


def entries(log: Sequence[LogRow], field: str, no: int) -> tuple[int, ...]:
    """Return which events name an entry by its number in this field."""
    return tuple(row.seq for row in log if row.body.get(field) == no)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """Read the instants of a plain row."""
    return {
        name: datetime.fromisoformat(value) if isinstance(value, str) and name.endswith(_INSTANTS) else value
        for name, value in row.items()
    }  # fmt: skip


_INSTANTS = ("_at", "due", "near")
