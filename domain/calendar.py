"""Working calendars: which days are worked (weekends, holidays, make-up days 调休), at which hours, in which years."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import DomainError
from domain.workyear import DAY_US, HOUR_US, MINUTE_US, SECOND_US, WorkYear

SATURDAY = 5
"""First of the two weekly rest days as `date.weekday()` counts."""

KNOWN_RANGE = range(1900, 2201)
"""Years a calendar may speak about; anything outside is a typing mistake."""

_MICROSECOND = timedelta(microseconds=1)


class CalendarGap(DomainError):
    """The calendar says nothing about a year that the answer depends on; facts: `calendar`, `version`, `year`."""

    code: ClassVar[str] = "calendar_gap"


class CalendarInvalid(DomainError):
    """The calendar contradicts itself or cannot be read."""

    code: ClassVar[str] = "calendar_invalid"


class DayKind(StrEnum):
    """What a day is. Only `WORKDAY` and `MAKEUP` are worked."""

    WORKDAY = "workday"
    RESTDAY = "restday"
    """Weekend (周末)."""
    HOLIDAY = "holiday"
    """Named in a holiday notice, also when it falls on a weekend (放假)."""
    MAKEUP = "makeup"
    """A weekend day that is worked (调休上班)."""


WORKED = frozenset({DayKind.WORKDAY, DayKind.MAKEUP})


@dataclass(frozen=True, slots=True)
class Session:
    """Office hours of a part of a working day, in local wall-clock time; an `end` of 00:00 means 24:00."""

    start: time
    end: time

    def __post_init__(self) -> None:
        """Refuse a session that is empty or has a zone of its own."""
        if self.start.tzinfo or self.end.tzinfo or self.start_us >= self.end_us:
            raise CalendarInvalid(f"not a session: {self}", session=str(self))

    @property
    def start_us(self) -> int:
        """Microseconds after midnight."""
        return _after_midnight(self.start)

    @property
    def end_us(self) -> int:
        """Microseconds after midnight; 24 hours for an end at midnight."""
        return _after_midnight(self.end) or DAY_US

    def __str__(self) -> str:
        """Return `08:00-12:00`; an end at midnight reads `24:00`."""
        end = "24:00" if self.end == time() else _clock_text(self.end)
        return f"{_clock_text(self.start)}-{end}"

    @classmethod
    def parse(cls, text: str) -> Session:
        """Read `08:00-12:00` or `18:00-24:00`; anything else raises `CalendarInvalid`."""
        start, _, end = text.partition("-")
        try:
            return cls(time.fromisoformat(start), time() if end == "24:00" else time.fromisoformat(end))
        except ValueError as error:
            raise CalendarInvalid(f"not a session: {text!r}", session=text) from error


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says.

    Attributes:
        kind: `HOLIDAY` or `MAKEUP`.
        name: The holiday's name as the notice gives it, for example 春节.
        notice: Year of the notice; late December may be ruled by the next year's notice.
    """

    kind: DayKind
    name: str
    notice: int


@dataclass(frozen=True, slots=True, repr=False)
class WorkCalendar:
    """One version of a working calendar; a value, never changed after it was made.

    Attributes:
        name: Calendar name, for example `beijing`.
        version: 1, 2, ... per name.
        zone: Zone in which days begin and office hours are read.
        sessions: Office hours of every working day, ascending, not overlapping; empty only without years.
        exceptions: Holidays and make-up days by date.
        years: Years whose notice is published.
        provisional_years: Years known only from the weekly rhythm and the law; every due instant says so.
        sources: Where each year comes from (addresses of the notices), by year of notice.
    """

    name: str
    version: int
    zone: ZoneInfo
    sessions: tuple[Session, ...]
    exceptions: Mapping[date, SpecialDay] = field(hash=False)
    years: frozenset[int]
    provisional_years: frozenset[int] = frozenset()
    sources: Mapping[int, tuple[str, ...]] = field(default_factory=dict, hash=False)
    _tables: dict[int, WorkYear] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a calendar that contradicts itself (code `calendar_invalid`)."""
        known = self.years | self.provisional_years
        if self.years & self.provisional_years:
            raise self._invalid("a year is published or provisional, not both")
        if any(year not in KNOWN_RANGE for year in known):
            raise self._invalid("a year is out of range")
        if known and not self.sessions:
            raise self._invalid("a calendar with years needs office hours")
        if any(a.end_us > b.start_us for a, b in zip(self.sessions, self.sessions[1:], strict=False)):
            raise self._invalid("sessions overlap or are out of order")
        for day, special in self.exceptions.items():
            if special.kind not in {DayKind.HOLIDAY, DayKind.MAKEUP}:
                raise self._invalid(f"{day} is neither a holiday nor a make-up day")
            if special.kind is DayKind.MAKEUP and day.weekday() < SATURDAY:
                raise self._invalid(f"{day} is a weekday and cannot be a make-up day")

    def _invalid(self, message: str) -> CalendarInvalid:
        return CalendarInvalid(f"calendar {self.label}: {message}", calendar=self.name, version=self.version)

    def __repr__(self) -> str:
        """Stay short: a calendar holds hundreds of days and stands in log lines and tracebacks."""
        return f"<WorkCalendar {self.label}>"

    @property
    def label(self) -> str:
        """`name/version`, as clocks keep it."""
        return f"{self.name}/{self.version}"

    def require(self, year: int) -> None:
        """Raise `CalendarGap` (code `calendar_gap`) for a year that is neither published nor provisional."""
        if year not in self.years and year not in self.provisional_years:
            raise CalendarGap(
                f"calendar {self.label} does not cover {year}", calendar=self.name, version=self.version, year=year
            )

    def kind(self, day: date) -> DayKind:
        """Return what a day is; raises `CalendarGap` for an unknown year."""
        self.require(day.year)
        special = self.exceptions.get(day)
        if special is not None:
            return special.kind
        return DayKind.RESTDAY if day.weekday() >= SATURDAY else DayKind.WORKDAY

    def day_name(self, day: date) -> str:
        """Return the holiday a day belongs to, also for make-up days; empty for plain days."""
        special = self.exceptions.get(day)
        return special.name if special else ""

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on a day; raises `CalendarGap` for an unknown year."""
        return self.kind(day) in WORKED

    def work_year(self, year: int) -> WorkYear:
        """Return the tables of a local year, built on first use; raises `CalendarGap`."""
        table = self._tables.get(year)
        if table is None:
            self.require(year)
            first = date(year, 1, 1)
            length = (date(year + 1, 1, 1) - first).days
            days = enumerate(first + timedelta(days=n) for n in range(length))
            rest = {index for index, day in days if not self.is_workday(day)}
            sessions = [(session.start_us, session.end_us) for session in self.sessions]
            table = WorkYear(year, self.zone, sessions, rest, provisional=year in self.provisional_years)
            self._tables[year] = table
        return table

    def year_of(self, instant: datetime, us: int) -> WorkYear:
        """Return the tables of the local year in which an instant lies (`us` is the same instant)."""
        table = self._tables.get(instant.year)
        if table is not None and table.begin <= us < table.end:
            return table
        return self.work_year(instant.astimezone(self.zone).year)

    def year_ending(self, instant: datetime, us: int) -> WorkYear:
        """Like `year_of`, but midnight belongs to the day it ends: 31 December 24:00 is still the old year."""
        table = self._tables.get(instant.year)
        if table is not None and table.begin < us <= table.end:
            return table
        return self.work_year((instant - _MICROSECOND).astimezone(self.zone).year)

    def to_dict(self) -> dict[str, Any]:
        """Return the calendar as JSON-able values, days in order of date."""
        return {
            "name": self.name,
            "version": self.version,
            "zone": self.zone.key,
            "sessions": [str(session) for session in self.sessions],
            "years": sorted(self.years),
            "provisional_years": sorted(self.provisional_years),
            "days": [
                {"date": day.isoformat(), "kind": special.kind.value, "name": special.name, "notice": special.notice}
                for day, special in sorted(self.exceptions.items())
            ],
            "sources": {str(year): list(urls) for year, urls in sorted(self.sources.items())},
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Self:
        """Rebuild a calendar from `to_dict`; raises `CalendarInvalid` for anything else."""
        try:
            return cls(
                name=str(value["name"]),
                version=int(value["version"]),
                zone=ZoneInfo(value["zone"]),
                sessions=tuple(Session.parse(text) for text in value["sessions"]),
                exceptions={
                    date.fromisoformat(day["date"]): SpecialDay(DayKind(day["kind"]), day["name"], int(day["notice"]))
                    for day in value["days"]
                },
                years=frozenset(int(year) for year in value["years"]),
                provisional_years=frozenset(int(year) for year in value["provisional_years"]),
                sources={int(year): tuple(urls) for year, urls in value.get("sources", {}).items()},
            )
        except (KeyError, TypeError, ValueError, ZoneInfoNotFoundError) as error:
            raise CalendarInvalid(f"not a calendar: {error!r}") from error

    def digest(self) -> str:
        """Return the SHA-256 of the content in hexadecimal; the version is left out, so equal content is seen."""
        content = {key: value for key, value in self.to_dict().items() if key != "version"}
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def _after_midnight(at: time) -> int:
    return at.hour * HOUR_US + at.minute * MINUTE_US + at.second * SECOND_US + at.microsecond


def _clock_text(at: time) -> str:
    return at.isoformat(timespec="auto" if at.second or at.microsecond else "minutes")
