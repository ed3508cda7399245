"""Filters of a list as its address holds them: what is not understood is left out, so that no link breaks a page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from adapters.db.queries.filters import Filter
from contracts import words
from domain.case import ClockCode, Status, TaskRole
from domain.light import Light
from domain.organisations import BadOrgCodeError, split_code

if TYPE_CHECKING:
    from adapters.db.directory import Directory

_LONGEST = 100
_LONGEST_LINE = 12
_NAMES = {
    "q": "搜索", "status": "状态", "kind": "哨种", "light": "灯", "area": "街道", "line": "条线", "org": "部门",
    "clock": "时限", "role": "角色", "open": "范围", "escalated": "升级督办",
}  # fmt: skip
_LINES = {"none": ""}
_OPEN = {"yes": "未办结", "no": "已办结", "risen": "是"}


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, in words, with the name that takes it away."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of one address.

    Attributes:
        values: Text by name, only those that were understood, ready for an address.
        filter: The same for the queries.
    """

    values: dict[str, str]
    filter: Filter

    def get(self, name: str) -> str:
        """Return the text of one filter, empty if it is not set."""
        return self.values.get(name, "")


def asked(query: Mapping[str, str]) -> Asked:
    """Read the filters from an address."""
    held = {
        "q": query.get("q", "").strip()[:_LONGEST],
        "status": _one(query, "status", Status),
        "kind": _among(query, "kind", words.KIND),
        "light": _one(query, "light", Light),
        "area": _area(query.get("area", "")),
        "line": _line(query.get("line", "")),
        "org": _org(query.get("org", "")),
        "clock": _one(query, "clock", ClockCode),
        "role": _one(query, "role", TaskRole),
        "open": _among(query, "open", ("yes", "no")),
        "escalated": _among(query, "escalated", ("risen",)),
    }
    values = {name: value for name, value in held.items() if value}
    return Asked(values, _filter(values))


def chips(found: Asked, city: Directory) -> tuple[Chip, ...]:
    """Write the filters that are set, for people."""
    return tuple(Chip(name, f"{_NAMES[name]}：{_words(name, value, city)}") for name, value in found.values.items())


def _filter(values: Mapping[str, str]) -> Filter:
    def several(name: str) -> tuple[str, ...]:
        return (values[name],) if name in values else ()

    return Filter(
        area=values.get("area"), line=_LINES.get(values.get("line", ""), values.get("line")), org=values.get("org"),
        status=several("status"),
        open={"yes": True, "no": False}.get(values.get("open", "")), kind=several("kind"), clock=several("clock"),
        role=several("role"), light=Light(values["light"]) if "light" in values else None,
        escalated=True if "escalated" in values else None, words=values.get("q", ""),
    )  # fmt: skip


def _words(name: str, value: str, city: Directory) -> str:
    if name in ("area", "org"):
        return city.org_name(value)
    if name == "line":
        return "无条线（街道）" if value in _LINES else city.line_name(value)
    if name in ("open", "escalated"):
        return _OPEN[value]
    group = "task_role" if name == "role" else name
    return words.word(group, value) if group in words.GROUPS else value


def _one(query: Mapping[str, str], name: str, values: type[StrEnum]) -> str:
    return _among(query, name, [str(value) for value in values])


def _among(query: Mapping[str, str], name: str, values: Collection[str]) -> str:
    value = query.get(name, "")
    return value if value in values else ""


def _area(text: str) -> str:
    code = _org(text)
    return code if code and "-" not in code else ""


def _org(text: str) -> str:
    try:
        split_code(text)
    except BadOrgCodeError:
        return ""
    return text


def _line(text: str) -> str:
    return text if text.isascii() and text.isalnum() and len(text) <= _LONGEST_LINE else ""
