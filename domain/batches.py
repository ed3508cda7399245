"""Batches (批量吹哨): a list of places, each to become a case of its own; what cannot be read is told by row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

COLUMNS: Final = ("area", "place")
"""Columns that must be there."""
MORE: Final = ("title", "description", "class_code", "lead", "lat", "lng")
"""Columns that may be there; an empty cell takes what the batch says for all."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One place.

    Attributes:
        no: Number of the row, the first after the heading is 1; the heading and blank lines do not count.
        cells: Trimmed cells by column, those that are not empty.
        twice: Number of the earlier row that says the same, 0 for none.
        fits: The row has as many cells as the heading.
    """

    no: int
    cells: Mapping[str, str]
    twice: int = 0
    fits: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """A list as read.

    Attributes:
        missing: Columns that are wanted and not there.
        unknown: Columns that nobody knows, so that a misspelt one is noticed.
        unreadable: It is no list at all.
    """

    rows: tuple[BatchRow, ...]
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unreadable: bool = False

    @property
    def is_sound(self) -> bool:
        """It has rows, and every column that is wanted."""
        return bool(self.rows) and not (self.missing or self.unknown or self.unreadable)


def read_batch(text: str) -> Batch:
    """Read a list of places: CSV with a heading, columns in any order."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        heading = [name.strip() for name in next(reader, [])]
        rows = tuple(_rows(reader, heading))
    except csv.Error:
        return Batch((), unreadable=True)
    missing = tuple(name for name in COLUMNS if name not in heading)
    unknown = tuple(name for name in heading if name not in (*COLUMNS, *MORE))
    return Batch(rows, missing, unknown)


def _rows(lines: Iterator[list[str]], heading: list[str]) -> Iterator[BatchRow]:
    seen: dict[tuple[tuple[str, str], ...], int] = {}
    no = 0
    for line in lines:
        values = [value.strip() for value in line]
        if not any(values):
            continue
        no += 1
        cells = {name: value for name, value in zip(heading, values, strict=False) if value}
        key = tuple(sorted(cells.items()))
        yield BatchRow(no, cells, seen.get(key, 0), len(values) == len(heading))
        seen.setdefault(key, no)
