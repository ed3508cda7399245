"""Values of the rule pack from plain documents: frozen dataclasses built by their annotations, strictly."""

from __future__ import annotations

import types
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from domain.clocks import Limit

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T")


def build(cls: type[T], document: Mapping[str, Any]) -> T:
    """Build a dataclass from a table of a document.

    Limits are written as text (`2 hours work_hours`), enums by value, tuples as lists, mappings as tables.

    Raises:
        ValueError: an unknown or a missing name, or a value of another shape; the text names the place.
        domain.clocks.LimitInvalid: a limit that is none.
    """
    built: T = _build(cls, document, cls.__name__)
    return built


def _build(cls: Any, document: Any, where: str) -> Any:
    if not hasattr(document, "keys"):
        raise ValueError(f"{where}: a table is expected, not {document!r}")
    hints = get_type_hints(cls)
    known = {f.name: f for f in fields(cls)}
    unknown = sorted(set(document) - set(known))
    if unknown:
        raise ValueError(f"{where}: unknown {unknown}")
    values = {}
    for name, field in known.items():
        if name in document:
            values[name] = _value(hints[name], document[name], f"{where}.{name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{where}: {name} is missing")
    return cls(**values)


def _value(kind: Any, value: Any, where: str) -> Any:  # noqa: PLR0911 - one line for each shape
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _value(next(a for a in args if a is not type(None)), value, where)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{where}: a list is expected")
        return tuple(_value(args[0], each, f"{where}[{at}]") for at, each in enumerate(value))
    if origin is not None and hasattr(value, "items"):
        return {_value(args[0], k, where): _value(args[1], v, f"{where}.{k}") for k, v in value.items()}
    if kind is Limit:
        return Limit.parse(str(value))
    if is_dataclass(kind):
        return _build(kind, value, where)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if type(value) is not kind:
        raise ValueError(f"{where}: {kind.__name__} is expected, not {value!r}")
    return value
