"""History: a case that was lived elsewhere, told as events with their own times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from domain.case import ClockCode, ClockSpec, Facts, Outcome, Party, TaskRole
from domain.events import (
    CaseClosed,
    CaseIssued,
    CaseRaised,
    CheckOpened,
    CheckPassed,
    ClockEnded,
    ClockStarted,
    DepartmentsCalled,
    Mustered,
    ResultSubmitted,
    TaskAdded,
    Text,
)  # fmt: skip
from domain.schedule import GIVEN

if TYPE_CHECKING:
    from domain.events import Event

IMPORTER = "import"
"""Who acted, in the events of imported cases: the file does not say it."""

CHANNEL = "import"
RESULT = "imported"
"""Result code of a case that was closed before the import."""

_SPACE = UUID("6f6d1c5e-2f0b-5d8e-9c57-5b7a3f1e8a01")
_TASK, _STAGE = 1, "handle"
_HANDLE = f"{ClockCode.HANDLE}:{_TASK}:{_STAGE}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What all cases of one import share.

    Attributes:
        kind: Kind of whistle they count as.
        district: 6 digits.
        limit_class: Limit class that further handling would use; the imported clock itself has its due instant given.
        rules: `name/version` of the rule pack.
        calendar: `name/version` of the calendar.
        near_percent: Share of the time after which the light is yellow.
    """

    kind: str
    district: str
    limit_class: str
    rules: str
    calendar: str
    near_percent: int


@dataclass(frozen=True, slots=True)
class HistoricalCase:
    """One case of the past; instants are aware UTC.

    Attributes:
        number: Label for people, unique.
        source_ref: Name of the record in its source, unique: importing it again changes nothing.
        area: Sub-district code, 9 digits.
        org: Code of the organisation that handled it.
        due: Due instant of the handling as the source says it; may lie before `raised_at`; None for no target.
        closed_at: None while it is open; never before `raised_at`.
        lat: Millionths of a degree, WGS-84.
    """

    number: str
    source_ref: str
    area: str
    org: str
    class_code: str
    raised_at: datetime
    due: datetime | None
    closed_at: datetime | None
    title: str
    description: str
    place: str
    result: str = ""
    lat: int | None = None
    lng: int | None = None

    @property
    def id(self) -> str:
        """Id of the case, made from `source_ref`, so that a repeated import meets the same case."""
        return str(uuid5(_SPACE, self.source_ref))


def events_of(case: HistoricalCase, setting: Setting) -> tuple[Event, ...]:
    """Tell the case as events, in order: raised, called, its clock as given, and the end if it has ended.

    The clock carries no rungs: nothing of the past is reminded or escalated. An ended case is wound up, so the drive
    owes it nothing.
    """
    at = case.raised_at
    parties = (Party(case.org, TaskRole.LEAD),)
    facts = Facts(
        id=case.id, number=case.number, kind=setting.kind, channel=CHANNEL, district=setting.district, area=case.area,
        class_code=case.class_code, limit_class=setting.limit_class, raised_by=IMPORTER, raised_at=at,
        rules=setting.rules, parties=parties, duty="named", lat=case.lat, lng=case.lng, source_ref=case.source_ref,
    )  # fmt: skip
    events: list[Event] = [
        CaseRaised(at, facts, needs_approval=False, title=Text(case.title), description=Text(case.description),
                   place=Text(case.place)),
        CaseIssued(at),
        TaskAdded(at, _TASK, case.org, TaskRole.LEAD, (_STAGE,)),
        DepartmentsCalled(at, (_TASK,)),
    ]  # fmt: skip
    if case.due is not None:
        events.append(ClockStarted(at, _clock(case, case.due, setting)))
    if case.closed_at is not None:
        events += _ending(case, case.closed_at)
    return tuple(events)


def _clock(case: HistoricalCase, due: datetime, setting: Setting) -> ClockSpec:
    at = case.raised_at
    near = at + (due - at) * setting.near_percent / 100 if due > at else due
    return ClockSpec(
        _HANDLE, ClockCode.HANDLE, case.org, _TASK, _STAGE, 1, at, at, due, near, GIVEN, setting.calendar,
        provisional=False, rungs=(),
    )  # fmt: skip


def _ending(case: HistoricalCase, at: datetime) -> list[Event]:
    events: list[Event] = [
        Mustered(at),
        ResultSubmitted(at, _TASK, IMPORTER, Text(case.result)),
    ]
    if case.due is not None:
        events.append(ClockEnded(at, _HANDLE, 1, Outcome.MET))
    return [*events, CheckOpened(at), CheckPassed(at), CaseClosed(at, RESULT)]
