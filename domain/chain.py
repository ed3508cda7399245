"""The hash chain of a case: each record is bound to the one before it, so that no change stays hidden."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

GENESIS = bytes(32)
"""What the first record of a case is linked to."""


def canonical(record: dict[str, Any]) -> bytes:
    """Write a record in its one form: keys sorted, no spaces, UTF-8; whole numbers only, so no two writers differ."""
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode()


def link(previous: bytes, record: dict[str, Any]) -> bytes:
    """Return the SHA-256 link of a record to the one before it (32 bytes)."""
    return hashlib.sha256(previous + canonical(record)).digest()


def first_break(records: Iterable[tuple[dict[str, Any], bytes]]) -> int | None:
    """Return the position (1, 2, ...) of the first record whose stored link is wrong, or None for a whole chain."""
    previous = GENESIS
    for position, (record, stored) in enumerate(records, start=1):
        previous = link(previous, record)
        if previous != stored:
            return position
    return None
