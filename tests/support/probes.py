"""Probes: a command with its fields filled in one way after another, so that every refusal of its fields is met."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from random import Random
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from domain.decide import RULES
from domain.text import Personal, Text
from tests.support.cases import AREA, COMMUNITY, GARDENS, LAMPS, MONDAY, PHOTO, POLICE, WATER
from tests.support.parties import CENTRAL, FAR_ZF, PSY, TELECOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.case import Task
    from domain.commands import Command
    from tests.support.situations import Situation

TRIES = 25
"""Random fillings of a command beside the plain one."""

WORDS = Text("说明")
ORGS = (LAMPS, WATER, POLICE, GARDENS, COMMUNITY, AREA, TELECOM, PSY, CENTRAL, FAR_ZF, "110101-DESK", "110101-GOV")
CODES = (
    "", "none_such", "not_our_duty", "season", "solved", "partly", "default", "hotline", "volunteer", "auxiliary", "2",
    "3",
)  # fmt: skip
_ORG_FIELDS = frozenset({"org", "service", "worker_org", "suggests", "next"})
_FAR_FIELDS = frozenset({"most", "minutes", "slots", "bonus", "count"})


@cache
def _hints(command: type) -> dict[str, Any]:
    return get_type_hints(command)


def first_probe(command: type, task: Task | None, entry: Any) -> Command:
    """Return the command with its fields filled in plainly; about the task or entry that is given."""
    return _filled(command, task, entry, lambda values: values[0], MONDAY, ())


def probes(command: type, task: Task | None, entry: Any, here: Situation) -> Iterator[Command]:
    """Yield the command with its fields filled in many ways, always the same ones."""
    random = Random(f"{command.__name__}")
    codes = _codes(here)
    yield _filled(command, task, entry, lambda values: values[0], here.now, codes)
    if not [f for f in fields(command) if f.name not in _named(command)]:
        return
    for _ in range(TRIES):
        yield _filled(command, task, entry, random.choice, here.now, codes)


def _codes(here: Situation) -> tuple[str, ...]:
    """Return the codes that the case's rules know: closing standards of its limit class, and seats of its meetings."""
    stages = here.rules.pack.limit_classes.get(here.state.facts.limit_class, ())
    return tuple(stage.code for stage in stages)


def _named(command: type) -> set[str]:
    topic = RULES[command].topic
    return {"task"} if topic is None else {topic.field}


def _filled(
    command: type, task: Task | None, entry: Any, pick: Any, now: datetime, codes: tuple[str, ...]
) -> Command:
    topic = RULES[command].topic
    values: dict[str, Any] = {}
    for f in fields(command):
        if topic is not None and f.name == topic.field:
            values[f.name] = entry.no if entry is not None else 1
        elif topic is None and f.name == "task":
            values[f.name] = task.no if task is not None else None
        else:
            values[f.name] = pick(_values(f.name, _hints(command)[f.name], f.default, now, codes))
    filled: Command = command(**values)
    return filled


def _values(name: str, kind: Any, default: Any, now: datetime, codes: tuple[str, ...]) -> tuple[Any, ...]:  # noqa: PLR0911
    """Return what a field may be tried with, the plainest first."""
    if get_origin(kind) in {Union, UnionType}:
        inner = next(arg for arg in get_args(kind) if arg is not type(None))
        return (None, *_values(name, inner, MISSING, now, codes))
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return ((), PHOTO, tuple(ORGS[:3])) if inner is str else ((), (1,), (1, 2), (9,))
    if kind in {Text, Personal}:
        return (kind("x"),)
    if kind is bool:
        return (False, True)
    if kind is int:
        return (1, 0, -1, 2, 90, 101, 100_000)
    if kind is datetime:
        return tuple(now + timedelta(days=days) for days in (1, -1, 30, 90, 400))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(kind)
    return ORGS if name in _ORG_FIELDS else (*(() if default is MISSING else (default,)), *codes, *CODES, *ORGS[:4])
