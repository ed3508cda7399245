"""Calendar files: our TOML calendars, and the yearly notice as the JSON documents of the holiday-cn project."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from domain.calendar import SATURDAY, DayKind, Session, SpecialDay, WorkCalendar
from domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]

FIXED_HOLIDAYS = (
    ("元旦", 1, 1, 1),
    ("劳动节", 5, 1, 2),
    ("国庆节", 10, 1, 3),
)
"""Holidays on fixed dates as (name, month, day, length in days): State Council order 795 of 2024, art. 2."""

FIXED_HOLIDAYS_SOURCE = "国务院令第795号（2024年11月10日）"


class CalendarFileInvalid(DomainError):
    """A calendar file cannot be used; the message names the file or year and the place, fact `file`."""

    code: ClassVar[str] = "calendar_file_invalid"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DayRun(_Row):
    """A run of days of one kind; `last` defaults to `first`."""

    name: Text
    kind: Literal["holiday", "makeup"]
    first: date
    last: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> DayRun:
        if self.last is not None and not timedelta() <= self.last - self.first <= timedelta(days=60):
            raise ValueError("last lies before first, or more than 60 days after it")
        return self

    def days(self) -> Iterator[date]:
        """Yield every day of the run."""
        count = ((self.last or self.first) - self.first).days + 1
        return (self.first + timedelta(days=n) for n in range(count))


class YearTable(_Row):
    """One year of a calendar file; days may lie in the December before."""

    year: int
    status: Literal["published", "provisional"]
    sources: tuple[Text, ...]
    days: tuple[DayRun, ...]


class CalendarFile(_Row):
    """A calendar file as it stands."""

    name: Text
    version: int = Field(ge=1)
    zone: Text
    sessions: tuple[Text, ...]
    years: tuple[YearTable, ...] = ()


class NoticeDay(BaseModel):
    """One day of a notice document."""

    name: Text
    date: date
    is_off_day: bool = Field(alias="isOffDay", strict=True)


class NoticeDocument(BaseModel):
    """A year's notice in the form of holiday-cn; `days` is empty while the notice is not published."""

    year: int
    papers: tuple[str, ...]
    days: tuple[NoticeDay, ...]


def bundled_calendar(name: str) -> WorkCalendar:
    """Load a calendar that ships with the program (`beijing`, `boston`); raises `CalendarFileInvalid`."""
    resource = files("policies").joinpath("calendars", f"{name}.toml")
    if not resource.is_file():
        raise CalendarFileInvalid(f"no calendar {name!r} ships with the program", file=name)
    return read_calendar(resource.read_text(encoding="utf-8"), where=f"{name}.toml")


def load_calendar(path: Path) -> WorkCalendar:
    """Load a TOML calendar from disk; raises `CalendarFileInvalid` (code `calendar_file_invalid`)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CalendarFileInvalid(f"{path}: {error}", file=str(path)) from error
    return read_calendar(text, where=str(path))


def read_calendar(text: str, *, where: str) -> WorkCalendar:
    """Read a TOML calendar from its text; `where` names it in errors."""
    try:
        found = CalendarFile.model_validate(tomllib.loads(text))
        zone = ZoneInfo(found.zone)
    except (tomllib.TOMLDecodeError, ZoneInfoNotFoundError, ValueError) as error:
        raise CalendarFileInvalid(f"{where}: {_reason(error)}", file=where) from error
    exceptions: dict[date, SpecialDay] = {}
    years = [table.year for table in found.years]
    if len(set(years)) != len(years):
        raise CalendarFileInvalid(f"{where}: a year stands twice", file=where)
    for table in sorted(found.years, key=lambda table: table.year):
        for run in table.days:
            for day in run.days():
                _add(exceptions, day, SpecialDay(DayKind(run.kind), run.name, table.year), where)
    try:
        return WorkCalendar(
            name=found.name,
            version=found.version,
            zone=zone,
            sessions=tuple(Session.parse(item) for item in found.sessions),
            exceptions=exceptions,
            years=frozenset(table.year for table in found.years if table.status == "published"),
            provisional_years=frozenset(table.year for table in found.years if table.status == "provisional"),
            sources={table.year: table.sources for table in found.years},
        )
    except DomainError as error:
        raise CalendarFileInvalid(f"{where}: {error.message}", file=where) from error


def from_holiday_cn(documents: Iterable[Mapping[str, Any]], base: WorkCalendar) -> WorkCalendar:
    """Return a calendar with the years of notice documents in place of what `base` says of them.

    Args:
        documents: Parsed holiday-cn documents, in any order. What a year's document says replaces everything that
            `base` has from that year's notice, also days it no longer names. A document without days (the notice is
            not published) makes an unknown year provisional, with the fixed-date holidays of the law only.
        base: Gives name, zone, office hours, and all other years.

    Returns:
        `base` itself if nothing changes, else the next version.

    Raises:
        CalendarFileInvalid: code `calendar_file_invalid`, not such a document, a year that stands twice, days that
            contradict each other or lie outside the year and the December before, or no days for a published year.
    """
    exceptions, sources = dict(base.exceptions), dict(base.sources)
    published, provisional = set(base.years), set(base.provisional_years)
    seen: set[int] = set()
    for notice in sorted((_notice(document) for document in documents), key=lambda notice: notice.year):
        where = f"notice of {notice.year}"
        if notice.year in seen:
            raise CalendarFileInvalid(f"{where}: given twice", file=where)
        seen.add(notice.year)
        if not notice.days:
            if notice.year in published:
                raise CalendarFileInvalid(f"{where}: empty, but the year is already published", file=where)
            if notice.year in provisional:
                continue
            provisional.add(notice.year)
            sources[notice.year] = (FIXED_HOLIDAYS_SOURCE,)
            _add_fixed_holidays(exceptions, notice.year)
            continue
        exceptions = {day: special for day, special in exceptions.items() if special.notice != notice.year}
        _add_notice(exceptions, notice, where)
        provisional.discard(notice.year)
        published.add(notice.year)
        sources[notice.year] = notice.papers
    try:
        merged = WorkCalendar(
            name=base.name,
            version=base.version + 1,
            zone=base.zone,
            sessions=base.sessions,
            exceptions=exceptions,
            years=frozenset(published),
            provisional_years=frozenset(provisional),
            sources=sources,
        )
    except DomainError as error:
        raise CalendarFileInvalid(f"notices: {error.message}", file="notices") from error
    return base if merged.digest() == base.digest() else merged


def _notice(document: Mapping[str, Any]) -> NoticeDocument:
    try:
        return NoticeDocument.model_validate(document)
    except ValidationError as error:
        year = document.get("year", "?") if hasattr(document, "get") else "?"
        raise CalendarFileInvalid(f"notice of {year}: {_reason(error)}", file=f"notice of {year}") from error


def _add_notice(exceptions: dict[date, SpecialDay], notice: NoticeDocument, where: str) -> None:
    """Add a notice's days; a working day named on a weekday is plain and needs no entry."""
    off: dict[date, bool] = {}
    for item in notice.days:
        if off.setdefault(item.date, item.is_off_day) != item.is_off_day:
            raise CalendarFileInvalid(f"{where}: {item.date} is both off and worked", file=where)
        if not date(notice.year - 1, 12, 1) <= item.date <= date(notice.year, 12, 31):
            raise CalendarFileInvalid(f"{where}: {item.date} lies outside the year", file=where)
        kind = DayKind.HOLIDAY if item.is_off_day else DayKind.MAKEUP
        if item.is_off_day or item.date.weekday() >= SATURDAY:
            _add(exceptions, item.date, SpecialDay(kind, item.name, notice.year), where)


def _add_fixed_holidays(exceptions: dict[date, SpecialDay], year: int) -> None:
    for name, month, day, length in FIXED_HOLIDAYS:
        for offset in range(length):
            exceptions.setdefault(date(year, month, day + offset), SpecialDay(DayKind.HOLIDAY, name, year))


def _add(exceptions: dict[date, SpecialDay], day: date, special: SpecialDay, where: str) -> None:
    """Add a day; a later year's notice may overrule an earlier one, the same notice may not contradict itself."""
    known = exceptions.get(day)
    if known is not None and known.notice == special.notice and known.kind is not special.kind:
        raise CalendarFileInvalid(f"{where}: {day} is both off and worked", file=where)
    if known is None or known.notice <= special.notice:
        exceptions[day] = special


def _reason(error: Exception) -> str:
    """Return the first problem with its place, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)
