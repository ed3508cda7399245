"""Keyset paging: a page begins after the last row of the one before, named by an opaque cursor."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final
from uuid import UUID

from domain.errors import DomainError

PAGE_SIZE: Final = 50
MOST_ROWS: Final = 200


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC)


def _whole(most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        found = int(text)
        if abs(found) >= most:
            raise ValueError(text)
        return found

    return read


def _plain(text: str) -> str:
    if not text.isascii() or "\0" in text:
        raise ValueError(text)
    return text


_TYPES: Final[dict[str, Callable[[str], Any]]] = {
    "t": _instant, "u": UUID, "i": _whole(2**31), "b": _whole(2**63), "s": _plain,
}  # fmt: skip


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
        shape: One letter per value: `t` instant, `u` uuid, `i` whole number (`b` a big one), `s` text.

    Raises:
        BadCursorError: anything else than a cursor of this order.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        named, *parts = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        values = tuple(_TYPES[kind](part) for kind, part in zip(shape, parts, strict=True))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise BadCursorError("The cursor does not belong to this list.") from error
    if named != order:
        raise BadCursorError("The cursor does not belong to this list.")
    return values


def _write(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
