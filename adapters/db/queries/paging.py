"""Keyset paging: a page begins after the last row of the one before, named by an opaque cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from domain.errors import DomainError

PAGE_SIZE: Final = 50
MOST_ROWS: Final = 200
_MOST_INT: Final = 2**31
_TYPES: Final[dict[str, Any]] = {"t": datetime.fromisoformat, "u": UUID, "i": int, "s": str}


@dataclass(frozen=True, slots=True)
class Slice:
    """Which page is wanted.

    Attributes:
        cursor: `next_cursor` of the page before; None for the first page.
        limit: Rows of a page, 1 to 200; 50 if None.
    """

    cursor: str | None = None
    limit: int | None = None

    @property
    def size(self) -> int:
        """Rows of the page."""
        return PAGE_SIZE if self.limit is None else max(1, min(self.limit, MOST_ROWS))

    def after(self, order: str, shape: str) -> tuple[Any, ...] | None:
        """Return the values after which the page begins, None for the first page; raises as `decode`."""
        return decode(order, self.cursor, shape) if self.cursor else None


FIRST: Final = Slice()


class BadCursorError(DomainError):
    """Code `bad_cursor`: the cursor was not given by this list under this order."""

    code: ClassVar[str] = "bad_cursor"


def encode(order: str, values: Sequence[Any]) -> str:
    """Write the place after a row.

    Args:
        order: Name of list and order; a cursor of one is refused by another.
        values: The row's values of the order by, none of them None.
    """
    parts = [_write(value) for value in values]
    text = json.dumps([order, *parts], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(order: str, cursor: str, shape: str) -> tuple[Any, ...]:
    """Read a place back.

    Args:
        order: As given to `encode`.
        cursor: What `encode` returned.
        shape: One letter per value: `t` instant, `u` uuid, `i` whole number, `s` text.

    Raises:
        BadCursorError: anything else than a cursor of this order.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        named, *parts = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        values = tuple(_TYPES[kind](part) for kind, part in zip(shape, parts, strict=True))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise BadCursorError("The cursor does not belong to this list.") from error
    if named != order or not all(_is_usable(value) for value in values):
        raise BadCursorError("The cursor does not belong to this list.")
    return values


def _is_usable(value: Any) -> bool:
    """Keep out what the database cannot compare: instants without zone, NUL, numbers beyond 32 bits."""
    if isinstance(value, datetime):
        return value.tzinfo is not None
    return abs(value) < _MOST_INT if isinstance(value, int) else "\x00" not in str(value)


def _write(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
