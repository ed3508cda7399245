"""Rows of the chapters' tables: which of them a decision makes or changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table

from adapters.db.annex_tables import case_matters, help_hours, help_offers, meetings, orders, ratings
from adapters.db.statements import insert_rows, names
from domain.case import CaseState
from domain.codec import instant, to_plain
from domain.matters import matters_of
from domain.meetings import Meeting
from domain.organisations import district_of, split_code
from domain.rating import Rating, Side
from domain.supervision import Order

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class AnnexTable:
    """One chapter's table.

    Attributes:
        rows: Its rows of a case by number, as plain data; empty for a plain case.
        upsert: The statement that writes rows of one case; parameters: id, rows.
    """

    table: Table
    rows: Callable[[CaseState], Mapping[int, Row]]
    upsert: str


def _upsert(table: Table) -> str:
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in names(table, "case_id", "no"))
    return f"{insert_rows(table, '$2')} ON CONFLICT (case_id, no) DO UPDATE SET {changed}"


def _orders(state: CaseState) -> Mapping[int, Row]:
    return {order.no: _order(state, order) for order in state.annex.orders}


def _order(state: CaseState, order: Order) -> Row:
    area, line = split_code(order.org)
    clock, appeal = state.clock(order.clock), order.appeal
    runs = clock is not None and clock.is_live
    return {
        "no": order.no, "org": order.org, "line": line, "org_area": area, "org_district": district_of(area),
        "district": state.facts.district, "area": state.facts.area, "task_no": order.task, "grade": order.grade.value,
        "state": order.state(runs=runs).value, "issuer": order.issuer, "issued_by": order.by,
        "issued_at": instant(order.at), "raised_at": to_plain(order.raised_at), "clock": order.clock,
        "due": instant(clock.spec.due) if clock is not None else None,
        "near": instant(clock.spec.near_at) if clock is not None else None,
        "answered_at": to_plain(order.answered_at), "late": order.late, "lifted_at": to_plain(order.lifted_at),
        "points": order.points, "points_state": order.points_state.value, "follows": order.follows,
        "appealed_at": instant(appeal.at) if appeal else None, "ruler": appeal.ruler if appeal else None,
        "verdict": appeal.verdict.value if appeal and appeal.verdict else None,
        "ruled_at": to_plain(appeal.ruled_at) if appeal else None,
    }  # fmt: skip


def _ratings(state: CaseState) -> Mapping[int, Row]:
    book = state.annex.rating
    given = enumerate(book.given, start=1) if book is not None else ()
    return {no: _rating(state, no, rating) for no, rating in given}


def _rating(state: CaseState, no: int, rating: Rating) -> Row:
    task, book = state.task(rating.task), state.annex.rating
    org = state.facts.raising_org if task is None or rating.side is Side.OF_RAISER else task.org
    area, line = split_code(org)
    opens_at = rating.at if book is None or rating.side is Side.VOICE else book.opens_at(rating.task)
    return {
        "no": no, "task_no": rating.task, "side": rating.side.value, "rater": rating.rater.value, "org": org,
        "line": line, "org_area": area, "org_district": district_of(area), "district": state.facts.district,
        "area": state.facts.area, "score": rating.score, "voices": rating.voices, "at": instant(rating.at),
        "opens_at": instant(opens_at),
    }  # fmt: skip


def _offers(state: CaseState) -> Mapping[int, Row]:
    return {
        offer.no: {
            "no": offer.no, "district": state.facts.district, "area": state.facts.area, "slots": offer.slots,
            "takers": list(offer.takers), "ordered": offer.ordered, "open": not (offer.closed or state.is_ended),
            "org": offer.org, "at": instant(offer.at), "seq": offer.seq,
        }
        for offer in state.annex.helping.offers
    }  # fmt: skip


def _hours(state: CaseState) -> Mapping[int, Row]:
    return {
        hours.no: {
            "no": hours.no, "district": state.facts.district, "area": state.facts.area, "offer": hours.offer,
            "worker": hours.worker, "minutes": hours.minutes, "at": instant(hours.at), "recorded_by": hours.by,
        }
        for hours in state.annex.helping.hours
    }  # fmt: skip


def _meetings(state: CaseState) -> Mapping[int, Row]:
    return {meeting.no: _meeting(state, meeting) for meeting in state.annex.meetings}


def _meeting(state: CaseState, meeting: Meeting) -> Row:
    """Return one row; that the agreed instant has passed is told when it is read."""
    clock = state.clock(meeting.clock)
    stands = meeting.state(meeting.due, runs=clock is not None and clock.is_live)
    return {
        "no": meeting.no, "form": meeting.form.value, "level": meeting.level.value, "state": stands.value,
        "caller": meeting.caller, "due": instant(meeting.due), "members": list(meeting.invited),
        "present": list(meeting.present), "held_at": to_plain(meeting.held_at),
        "published_at": to_plain(meeting.published_at), "called_seq": meeting.called_seq,
        "held_seq": meeting.held_seq, "district": state.facts.district, "area": state.facts.area,
    }  # fmt: skip


def _matters(state: CaseState) -> Mapping[int, Row]:
    return {
        no: {"no": no, "sort": sort.value, "key": key, "open": not state.is_ended}
        for no, (sort, key) in enumerate(matters_of(state.facts), start=1)
    }


ANNEX: Final = (
    AnnexTable(case_matters, _matters, _upsert(case_matters)),
    AnnexTable(orders, _orders, _upsert(orders)),
    AnnexTable(ratings, _ratings, _upsert(ratings)),
    AnnexTable(meetings, _meetings, _upsert(meetings)),
    AnnexTable(help_offers, _offers, _upsert(help_offers)),
    AnnexTable(help_hours, _hours, _upsert(help_hours)),
)  # fmt: skip
"""Every chapter's table."""


def changed(before: CaseState | None, state: CaseState) -> dict[str, list[Row]]:
    """Return the rows that a decision made or changed, by name of the table; most decisions change none."""
    found: dict[str, list[Row]] = {}
    for each in ANNEX:
        new = each.rows(state)
        if new:
            old = each.rows(before) if before is not None else {}
            rows = [row for no, row in new.items() if row != old.get(no)]
            if rows:
                found[each.table.name] = rows
    return found
