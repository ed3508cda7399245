"""How instants, lengths of time and limits are written on Chinese screens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from domain.clocks.limits import Limit, LimitInvalid, Method, Unit

if TYPE_CHECKING:
    from contracts.views import Amount

ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Every instant is shown in this zone, whatever the zone of the server."""

_WEEKDAYS: Final = "一二三四五六日"
_MINUTES_A_DAY: Final = 24 * 60
_HOW: Final = {
    Method.CONTINUOUS: "连续计时，含夜间和节假日",
    Method.WORK_HOURS: "只计工作时间",
    Method.WORK_DAYS_8H: "每天按8工作时计",
    Method.WORK_DAYS_WHOLE: "次日起算，至末日下班",
    Method.NATURAL_CONTINUOUS: "每天按24小时计",
    Method.NATURAL_CIVIL: "次日起算，末日休息则顺延，至24:00",
}
_UNITS: Final = {Unit.SECONDS: "秒", Unit.MINUTES: "分钟", Unit.HOURS: "小时", Unit.DAYS: "天"}


def instant(at: datetime, now: datetime | None = None) -> str:
    """Write an instant, `11月23日(周一) 18:00`; with its year unless it is the year of `now`."""
    local = at.astimezone(ZONE)
    year = "" if now is not None and now.astimezone(ZONE).year == local.year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日(周{_WEEKDAYS[local.weekday()]}) {local:%H:%M}"


def due_instant(at: datetime, now: datetime | None = None) -> str:
    """Write a due instant as `instant` does, but midnight as 24:00 of the day that ends (design 3a.12)."""
    local = at.astimezone(ZONE)
    if local.hour or local.minute or local.second:
        return instant(at, now)
    return instant(at - timedelta(minutes=1), now).removesuffix("23:59") + "24:00"


def real_span(span: timedelta) -> str:
    """Write a length of real time in its two largest units: `3天2小时`, `2小时15分`, `8分钟`."""
    minutes = int(abs(span).total_seconds()) // 60
    days, rest = divmod(minutes, _MINUTES_A_DAY)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    if hours:
        return f"{hours}小时{minutes}分" if minutes else f"{hours}小时"
    return f"{minutes}分钟" if minutes else "不到1分钟"


def amount(value: Amount | None) -> str:
    """Write a counted length in the clock's own unit: `2工作时15分`, `3个工作日`; empty for None."""
    if value is None:
        return ""
    if value.unit == "days" and not value.value:
        # Less than one whole unit: the counted time itself says more than a nought.
        return work_span(value.seconds // 60) if value.working else real_span(timedelta(seconds=value.seconds))
    if value.unit == "days":
        return f"{value.value}个工作日" if value.working else f"{value.value}天"
    if not value.working:
        return real_span(timedelta(minutes=value.value))
    return work_span(value.value)


def work_span(minutes: int) -> str:
    """Write minutes of working time: `2工作时15分`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}工作分钟" if rest else "不到1工作分钟"
    return f"{hours}工作时{rest}分" if rest else f"{hours}工作时"


def limit_words(text: str) -> str:
    """Write a limit: `2 hours work_hours` becomes `2工作时（只计工作时间）`; an unknown text stays as it is."""
    if text == "given":
        return "约定时间"
    try:
        limit = Limit.parse(text)
    except LimitInvalid:
        return text
    unit = _UNITS[limit.unit]
    if limit.method is Method.WORK_HOURS:
        unit = "工作时" if limit.unit is Unit.HOURS else f"工作{unit}"
    elif limit.method in (Method.WORK_DAYS_8H, Method.WORK_DAYS_WHOLE):
        unit = "个工作日"
    return f"{limit.amount}{unit}（{_HOW[limit.method]}）"


def from_local(text: str) -> str:
    """Return a browser's date and time as ISO 8601 with the offset of Beijing; as it is if malformed."""
    try:
        entered = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if entered.tzinfo is not None else entered.replace(tzinfo=ZONE).isoformat()


def to_local(at: datetime) -> str:
    """Return an instant as a browser's date-and-time field wants it, in Beijing time."""
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
