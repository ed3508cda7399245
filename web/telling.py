"""Telling: how a due instant was counted, and what an event means, in Chinese sentences from codes and instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from contracts.words import word
from web import texts
from web.formats import ZONE, limit_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from contracts.views import ClockDetail, TimelineEntry

_WEEKDAYS: Final = "一二三四五六日"
_CONTINUOUS: Final = frozenset({"continuous", "natural_continuous"})

QUIET_EVENTS: Final = frozenset({"clock_started", "clock_ended", "departments_called", "wound_up", "clock_paused"})
"""Events of the mechanism, left out of the timeline unless it is asked for in full."""

ALERTS: Final = frozenset({
    "rung_fired", "no_show_marked", "check_failed", "case_refused", "order_issued", "order_raised", "objected",
})  # fmt: skip
"""Events that a reader should not miss."""


@dataclass(frozen=True, slots=True)
class CountRow:
    """One line of an explanation: the days, what they are, and how much of them counts (empty for nothing)."""

    days: str
    what: str
    counted: str


def count_rows(clock: ClockDetail) -> tuple[CountRow, ...]:
    """Return the explanation of a clock's due instant, day by day, and then what moved it; empty where nothing did."""
    explanation = clock.explanation
    method = str(explanation.get("method", ""))
    rows = _span_rows(explanation.get("spans", ()), method)
    for move in explanation.get("moves", ()):
        rows.append(CountRow(_moment(move["at"]), _moved(move), f"截止改为{_moment(move['due'])}"))
        rows += _span_rows(move["spans"], method)
    return tuple(rows)


def _span_rows(spans: Iterable[dict[str, Any]], method: str) -> list[CountRow]:
    return [CountRow(_days(s["first"], s["last"]), _what(s), _counted(s, method)) for s in spans]


def _moved(move: dict[str, Any]) -> str:
    """Say what moved a due instant: an extension, a suspension, newer rules or a newer calendar."""
    match move["kind"]:
        case "extension":
            return f"批准延期：增加{limit_words(move['limit'])}"
        case "pause":
            return f"挂账至{_moment(move['until'])}，剩余时限从恢复时起继续计算"
        case _:
            return f"启用{move['ref']}，按新版重新计算"


def _moment(instant: str) -> str:
    at = datetime.fromisoformat(instant).astimezone(ZONE)
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def _days(first: str, last: str) -> str:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    text = f"{begin.month}月{begin.day}日(周{_WEEKDAYS[begin.weekday()]})"
    return text if begin == end else f"{text}至{end.month}月{end.day}日(周{_WEEKDAYS[end.weekday()]})"


def _what(span: dict[str, Any]) -> str:
    kind = texts.DAY_KIND.get(span.get("kind") or "", "")
    name = span.get("name") or ""
    role = texts.COUNT_ROLE.get(span["role"], span["role"])
    day = f"{kind}·{name}" if kind and name else kind or name
    return f"{day}：{role}" if day else role


def _counted(span: dict[str, Any], method: str) -> str:
    if span.get("days"):
        first, last = span["days"]
        return f"第{first}日" if first == last else f"第{first}至{last}日"
    seconds = int(span.get("counted_seconds") or 0)
    if not seconds or span["role"] == "paused":
        return ""
    length = _length(seconds, "小时" if method in _CONTINUOUS else "工作时")
    return f"{length}（{_hour(span['begins'])}–{_hour(span['ends'])}）" if span.get("begins") else length


def _length(seconds: int, hour: str) -> str:
    """Write a counted length to the second, so that the lines add up to the limit."""
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, hour), (minutes, "分"), (seconds, "秒"))
    return "".join(f"{value}{unit}" for value, unit in parts if value)


def _hour(instant: str) -> str:
    return datetime.fromisoformat(instant).astimezone(ZONE).strftime("%H:%M")


def origin(clock: ClockDetail) -> str:
    """Say where a given due instant comes from; empty where it was counted."""
    return texts.ORIGIN.get(str(clock.explanation.get("origin", "")), "") if clock.limit == "given" else ""


def remark(entry: TimelineEntry) -> str:
    """Say what the codes of an event mean beside its name; empty where the name says it all."""
    tell = _REMARKS.get(entry.kind)
    return tell(entry.facts) if tell is not None else ""


def _result(facts: dict[str, Any]) -> str:
    return word("result", facts.get("result"))


def _called(facts: dict[str, Any]) -> str:
    role, tie = word("task_role", facts.get("role")), facts.get("tie")
    return f"{role}（{word('tie', tie)}）" if tie == "invitation" else role


def _objected(facts: dict[str, Any]) -> str:
    return word("ground", facts.get("ground"))


def _settled(facts: dict[str, Any]) -> str:
    if not facts.get("upheld"):
        return "不成立"
    return "逾期未裁定，视为成立" if facts.get("silent") else "成立"


def _stage(facts: dict[str, Any]) -> str:
    stage = str(facts.get("stage", ""))
    return texts.STAGE.get(stage, stage)


def _returned(facts: dict[str, Any]) -> str:
    return "签收到期自动退回" if facts.get("lapsed") else ""


def _ended(facts: dict[str, Any]) -> str:
    return f"{_clock_of(facts)}：{word('outcome', facts.get('outcome'))}"


def _clock_of(facts: dict[str, Any]) -> str:
    return word("clock", str(facts.get("key", "")).partition(":")[0])


def _rung(facts: dict[str, Any]) -> str:
    told = "、".join(texts.ADDRESSEE.get(symbol, symbol) for symbol in facts.get("to", ()))
    action = word("action", facts.get("action"))
    level = facts.get("level") or 0
    if level and facts.get("action") == "supervise":
        action = word("supervision", level)
    elif level:
        action = f"{action}{level}级"
    return f"{_clock_of(facts)}时限 · {action}" + (f" · 通知{told}" if told else "")


def _arrival(facts: dict[str, Any]) -> str:
    parts = ["迟到"] if facts.get("late") else []
    if facts.get("lat") is not None and facts.get("lng") is not None:
        parts.append(f"位置 {facts['lat'] / 1_000_000:.5f}, {facts['lng'] / 1_000_000:.5f}")
    return " · ".join(parts)


def _started(facts: dict[str, Any]) -> str:
    clock = facts.get("clock")
    if not isinstance(clock, dict):
        return ""
    return f"{word('clock', clock.get('code'))}：{limit_words(str(clock.get('limit', '')))}"


def _order(facts: dict[str, Any]) -> str:
    by = " · 时限到期自动下达" if facts.get("cause") else ""
    return f"督办{facts.get('order')}号 · {word('grade', facts.get('grade'))}{by}"


def _answered(facts: dict[str, Any]) -> str:
    return "迟复" if facts.get("late") else ""


def _ruled(facts: dict[str, Any]) -> str:
    return word("verdict", facts.get("verdict"))


def _meeting(facts: dict[str, Any]) -> str:
    seats = "、".join(f"{word('seat', member)}（{member}）" for member in facts.get("invited", ()))
    return f"会议{facts.get('meeting')}号 · {word('meeting_form', facts.get('form'))} · 邀请{seats}"


def _held(facts: dict[str, Any]) -> str:
    seats = "、".join(word("seat", member) for member in facts.get("present", ()))
    return f"会议{facts.get('meeting')}号 · 到会{seats}" + (" · 逾期召开" if facts.get("late") else "")


def _suspended(facts: dict[str, Any]) -> str:
    reason = word("suspension_reason", facts["reason_code"]) if facts.get("reason_code") else ""
    until = f"至{_moment(str(facts['until']))}" if facts.get("until") else ""
    return " · ".join(part for part in (reason, until) if part)


_REMARKS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "rung_fired": _rung,
    "extension_granted": lambda facts: f"增加{limit_words(str(facts.get('limit', '')))}",
    "suspension_asked": _suspended,
    "case_suspended": _suspended,
    "case_resumed": lambda facts: "提前销账" if facts.get("early") else "到期自动恢复",
    "case_escalated": lambda facts: f"升级{facts.get('level')}级",
    "milestone_reached": lambda facts: "逾期完成" if facts.get("late") else "",
    "case_reopened": lambda facts: f"第{facts.get('handling')}次办理",
    "case_closed": _result,
    "case_withdrawn": _result,
    "task_added": _called,
    "reported_in": _arrival,
    "stage_done": _stage,
    "task_unclaimed": _returned,
    "clock_started": _started,
    "clock_ended": _ended,
    "objected": _objected,
    "objection_ruled": _settled,
    "order_issued": _order,
    "order_raised": _order,
    "order_answered": _answered,
    "appeal_ruled": _ruled,
    "meeting_called": _meeting,
    "meeting_held": _held,
}
"""By name of the event; the others say all by their name."""
