"""Meetings across cases: those a reader has to do with, and the published decisions of the district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.annex_tables import meetings
from adapters.db.areas import within
from adapters.db.directory import Directory
from adapters.db.queries.paging import FIRST, Slice, encode
from adapters.db.queries.scope import visible
from adapters.db.tables import case_texts, cases
from contracts.meeting_views import MeetingRow
from contracts.views import Page
from domain.authority import Reach
from domain.meetings import MeetingLevel, MeetingState

_AS_IS: Final = (
    "no", "form", "level", "state", "convener", "guests", "when", "minutes_due", "held_at", "guests_present",
    "published",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """What the list is narrowed to; empty fields do not narrow.

    Attributes:
        org: An invited organisation.
    """

    area: str | None = None
    org: str | None = None
    form: str | None = None
    level: MeetingLevel | None = None
    state: MeetingState | None = None
    published: bool | None = None


ALL_MEETINGS: Final = MeetingFilter()


async def list_meetings(
    conn: AsyncConnection, reach: Reach, directory: Directory, asked: MeetingFilter = ALL_MEETINGS, part: Slice = FIRST
) -> Page[MeetingRow]:
    """Return one page of meetings, the latest first: of cases that a reader may see, and all that are published.

    Raises:
        BadCursorError: code `bad_cursor`.
    """
    m, most = meetings.c, part.size
    mine = visible(reach, meetings)
    topic, decision = case_texts.alias("topic"), case_texts.alias("decision")
    key = (m.when, m.case_id, m.no)
    held = [or_(mine, m.published), *_conditions(asked)]
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
    cursor = encode("meetings", (last["when"], last["case_id"], last["no"])) if last is not None else None
    return Page(items=tuple(_row(row, directory) for row in rows[:most]), next_cursor=cursor)


def meeting_view(row: Any, directory: Directory) -> dict[str, Any]:
    """Return the fields of a `MeetingView` from a row of the table, or the same as plain values of one case."""
    return {
        **{name: row[name] for name in _AS_IS}, "orgs": tuple(row["orgs"]), "present": tuple(row["present"]),
        "convener_name": directory.org_name(row["convener"]),
    }  # fmt: skip


def _row(row: Any, directory: Directory) -> MeetingRow:
    mine = bool(row["mine"])
    return MeetingRow(
        **meeting_view(row, directory), case_id=str(row["case_id"]) if mine else None,
        number=row["number"] if mine else None, area=row["area"], area_name=directory.org_name(row["area"]),
        topic=row["topic"], decision=row["decision"],
    )  # fmt: skip


def _words(alias: Any, seq: ColumnElement[int], field: str) -> ColumnElement[bool]:
    return and_(alias.c.case_id == meetings.c.case_id, alias.c.seq == seq, alias.c.field == field)


def _conditions(asked: MeetingFilter) -> list[ColumnElement[bool]]:
    m = meetings.c
    found: list[ColumnElement[bool]] = []
    if asked.area is not None:
        found.append(within(m.area, asked.area))
    if asked.org is not None:
        found.append(m.orgs.contains([asked.org]))
    if asked.published is not None:
        found.append(m.published if asked.published else m.published.is_(False))
    for column, value in ((m.form, asked.form), (m.level, asked.level), (m.state, asked.state)):
        if value is not None:
            found.append(column == value)
    return found
