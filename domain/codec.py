"""Plain data: frozen values to JSON-able dictionaries and back, for the record, tapes and tests.

Instants are written as ISO 8601 in UTC with microseconds and `Z`, enums by value, tuples as lists. Decoders are built
once per class from its annotations; a missing field takes its default, so old rows stay readable.
"""

from __future__ import annotations

import re
import types
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from domain.events import Event, Personal, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


def to_plain(value: Any) -> Any:
    """Turn a value of the core into JSON-able data."""
    if value is None or type(value) in (int, str, bool):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    kind: Any = type(value)
    if hasattr(kind, "__dataclass_fields__"):
        return {name: to_plain(getattr(value, name)) for name in _names(kind)}
    msg = f"no plain form for {type(value).__name__}"
    raise TypeError(msg)


def instant(value: datetime) -> str:
    """Write an aware instant, always with microseconds, so that equal instants are equal text."""
    return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def from_plain(cls: type[T], data: Any) -> T:
    """Build a value of `cls` from plain data; unknown keys are ignored."""
    kind: Any = cls
    built: T = _decoder(kind)(data)
    return built


@cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


@cache
def _decoder(kind: Any) -> Callable[[Any], Any]:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        inner = _decoder(next(a for a in args if a is not type(None)))
        return lambda v: None if v is None else inner(v)
    if origin is tuple:
        item = _decoder(args[0])
        return lambda v: tuple(item(x) for x in v)
    if kind is datetime:
        return datetime.fromisoformat
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass_decoder(kind)
    if isinstance(kind, type) and issubclass(kind, Enum | Text):
        return kind
    return lambda v: v


def _dataclass_decoder(cls: type) -> Callable[[Any], Any]:
    hints = get_type_hints(cls)
    parts = [(f.name, _decoder(hints[f.name]), f.default) for f in fields(cls)]

    def decode(data: dict[str, Any]) -> Any:
        values = []
        for name, decoder, default in parts:
            if name in data:
                values.append(decoder(data[name]))
            elif default is MISSING:
                msg = f"{cls.__name__} without {name}"
                raise ValueError(msg)
            else:
                values.append(default)
        return cls(*values)

    return decode


def event_name(event: Any) -> str:
    """Name an event in the log: its class name in snake case."""
    cls = event if isinstance(event, type) else type(event)
    return _snake(cls.__name__)


@cache
def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


EVENTS: dict[str, type] = {_snake(cls.__name__): cls for cls in get_args(Event)}
"""Event classes by their name in the log."""


@cache
def _text_fields(cls: Any) -> dict[str, bool]:
    """Names of the sealed fields of an event class; True for personal ones."""
    found = {}
    for name, hint in get_type_hints(cls).items():
        kinds = [a for a in (get_args(hint) or (hint,)) if isinstance(a, type) and issubclass(a, Text)]
        if kinds:
            found[name] = kinds[0] is Personal
    return found


def seal(event: Any, digest: Callable[[str], str]) -> tuple[dict[str, Any], list[tuple[str, str, bool]]]:
    """Part an event into what the chain keeps and the words that can be erased.

    Args:
        digest: Turns a text into its salted digest; called once per text, in order of the fields.

    Returns:
        The plain body with digests in place of texts, and per text (field, words, is personal).
    """
    body = to_plain(event)
    texts = []
    kind: Any = type(event)
    for name, personal in _text_fields(kind).items():
        words = getattr(event, name)
        if words is not None:
            texts.append((name, str(words), personal))
            body[name] = digest(str(words))
    return body, texts


def unseal(name: str, body: dict[str, Any], classes: Mapping[str, type] = EVENTS) -> Any:
    """Build the event of a log row; its texts hold their digests. `classes` are a case's unless others are given."""
    return from_plain(classes[name], body)
