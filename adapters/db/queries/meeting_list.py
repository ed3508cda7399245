"""Meetings across cases: those of the cases that a reader sees, and every published result."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db import business_clock
from adapters.db.annex_tables import meetings
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.queries.meetings import member_view
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import visible
from adapters.db.tables import case_texts, cases
from contracts.meeting_views import MeetingRow
from contracts.views import Page
from domain.authority import Reach
from domain.meetings import Level, MeetingForm, MeetingState

_AS_IS: Final = ("no", "form", "level", "caller", "due", "held_at", "published_at", "topic", "decision", "area")


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """What the list is narrowed to; empty fields do not narrow.

    Attributes:
        member: An invited organisation, or a seat.
        open: True for meetings that are still to be held, False for all others.
    """

    area: str | None = None
    member: str | None = None
    form: MeetingForm | None = None
    level: Level | None = None
    open: bool | None = None
    published: bool | None = None


ALL_MEETINGS: Final = MeetingFilter()


async def list_meetings(
    conn: AsyncConnection, reach: Reach, directory: Directory, asked: MeetingFilter = ALL_MEETINGS, part: Slice = FIRST
) -> Page[MeetingRow]:
    """Return one page of meetings, the latest agreed instant first.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    now = await business_clock.now(conn)
    m, most = meetings.c, part.size
    mine = visible(reach, meetings)
    topic, decision = case_texts.alias("topic"), case_texts.alias("decision")
    key = (m.due, m.case_id, m.no)
    held = [or_(mine, m.published_at.is_not(None)), *_conditions(asked)]
    after = part.after("meetings", "tui")
    if after is not None:
        held.append(tuple_(*key) < after)
    source = (
        meetings.join(cases, cases.c.id == m.case_id)
        .join(topic, _words(topic, m.called_seq, "topic"), isouter=True)
        .join(decision, _words(decision, m.held_seq, "decision"), isouter=True)
    )
    query = (
        select(meetings, cases.c.number, topic.c.body.label("topic"), decision.c.body.label("decision"))
        .add_columns(mine.label("mine"))
        .select_from(source)
        .where(*held)
        .order_by(*(k.desc() for k in key))
        .limit(most + 1)
    )
    rows = (await conn.execute(query)).mappings().all()
    last = rows[most - 1] if len(rows) > most else None
    cursor = encode("meetings", (last["due"], last["case_id"], last["no"])) if last is not None else None
    return Page(items=tuple(_row(row, directory, now) for row in rows[:most]), next_cursor=cursor)


def _row(row: Any, directory: Directory, now: datetime) -> MeetingRow:
    mine = bool(row["mine"])
    is_over = row["state"] == MeetingState.CALLED and now > row["due"]
    return MeetingRow(
        **{name: row[name] for name in _AS_IS}, case_id=str(row["case_id"]) if mine else None,
        number=row["number"] if mine else None, area_name=directory.org_name(row["area"]),
        state=MeetingState.OVERDUE if is_over else row["state"], caller_name=directory.org_name(row["caller"]),
        members=tuple(member_view(code, code in row["present"], directory) for code in row["members"]),
    )  # fmt: skip


def _words(alias: Any, seq: ColumnElement[int], field: str) -> ColumnElement[bool]:
    return and_(alias.c.case_id == meetings.c.case_id, alias.c.seq == seq, alias.c.field == field)


def _conditions(asked: MeetingFilter) -> list[ColumnElement[bool]]:
    m = meetings.c
    found: list[ColumnElement[bool]] = []
    if asked.area is not None:
        found.append(within(m.area, asked.area))
    if asked.member is not None:
        found.append(m.members.contains([asked.member]))
    if asked.open is not None:
        found.append(m.state == MeetingState.CALLED if asked.open else m.state != MeetingState.CALLED)
    if asked.published is not None:
        found.append(m.published_at.is_not(None) if asked.published else m.published_at.is_(None))
    for column, value in ((m.form, asked.form), (m.level, asked.level)):
        if value is not None:
            found.append(column == value)
    return found
