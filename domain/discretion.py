"""Discretion: which events of a case a reader is not shown, though they may see the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.actors import Role
from domain.authority import covers
from domain.chapters.rating import DepartmentRated, PersonnelAdvised, RaiserRated
from domain.codec import event_name
from domain.organisations import area_of, line_of, sub_district_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from domain.actors import Actor
    from domain.case import CaseState, Task

    Withholds = Callable[[CaseState, Task | None, Mapping[str, Any], Actor, datetime], bool]


def withheld(
    state: CaseState, kind: str, body: Mapping[str, Any], reader: Actor, now: datetime
) -> bool:  # fmt: skip
    """Tell whether an event's content is kept from a reader.

    Args:
        state: The case as it is now.
        kind: Name of the event.
        body: Its fields.
        now: Instant of reading: a window may have ended.
    """
    rule = _RULES.get(kind)
    if rule is None or body.get("by") == reader.id:
        return False
    no = body.get("task")
    return rule(state, state.task(no) if isinstance(no, int) else None, body, reader, now)


def _until_open(
    state: CaseState, task: Task | None, body: Mapping[str, Any], reader: Actor, now: datetime
) -> bool:  # fmt: skip
    """Blind: what the raiser says of a department is kept from it until it has spoken too, or the window has ended."""
    book = state.annex.rating
    if task is None or book is None or _acts_for(reader, str(body.get("org", ""))):
        return False
    return now < book.opens_at(task.no)


def _never_alone(
    _state: CaseState, _task: Task | None, _body: Mapping[str, Any], _reader: Actor, _now: datetime
) -> bool:  # fmt: skip
    """A department does not rate a sub-district alone: its word is shown to nobody, and counts in the assessment."""
    return True


def _for_those_above(
    state: CaseState, task: Task | None, _body: Mapping[str, Any], reader: Actor, _now: datetime
) -> bool:  # fmt: skip
    """An opinion on people is for the district and for the leader of the department."""
    is_district = area_of(reader.org) == state.facts.district if reader.org else False
    leads_district = is_district and (line_of(reader.org) == "GOV" or reader.has(Role.DISTRICT_SUPERVISOR))
    leads_department = task is not None and reader.has(Role.DEPT_LEADER) and covers(reader.org, task.org)
    return not (leads_district or leads_department)


def _acts_for(reader: Actor, org: str) -> bool:
    same_street = line_of(org) is None and line_of(reader.org or org) is None
    return bool(reader.org) and (reader.org == org or (same_street and sub_district_of(reader.org) == org))


_RULES: dict[str, Withholds] = {
    event_name(DepartmentRated): _until_open,
    event_name(RaiserRated): _never_alone,
    event_name(PersonnelAdvised): _for_those_above,
}
