"""The demo's day: it begins on a working morning and skips nights and days off."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from adapters.calendar_files import bundled_calendar

_CALENDAR = bundled_calendar("beijing")
_OPENING = time(8, 30)
_EVENING = time(19, 0)
_LATEST_START = time(15, 0)


def next_morning(now: datetime) -> datetime | None:
    """Return the next working morning if `now` lies in an evening, a night or a day off, else None."""
    local = now.astimezone(_CALENDAR.zone)
    if _CALENDAR.is_workday(local.date()) and time(7) <= local.time() < _EVENING:
        return None
    day = local.date() if local.time() < _OPENING else local.date() + timedelta(days=1)
    while not _CALENDAR.is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, _OPENING, _CALENDAR.zone).astimezone(UTC)


def start_of_play(now: datetime, last: datetime | None) -> datetime:
    """Return where the demo clock starts: never before the last event of kept data, on a working morning."""
    begin = max(now, last) if last is not None else now
    local = begin.astimezone(_CALENDAR.zone)
    if _CALENDAR.is_workday(local.date()) and _OPENING <= local.time() < _LATEST_START:
        return begin
    late = local.replace(hour=_EVENING.hour) if local.time() >= _OPENING else local
    return next_morning(late) or local.replace(hour=_OPENING.hour, minute=_OPENING.minute).astimezone(UTC)
