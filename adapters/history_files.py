"""Files of historical cases: the rows of a CSV, also inside a zip, as cases or as errors, read as a stream."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from adapters.history_mapping import PLACEHOLDER, BadRowError, HistoryMapping, MappingInvalidError, filled
from domain.history import HistoricalCase
from domain.import_diff import RowError
from domain.masking import mask_contacts

_MICRO: Final = 1_000_000
_LONGEST: Final = 2000


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row of the file: its line, its values, and the case or what is wrong.

    Attributes:
        line: Line of the file at which the row ends, the heading being line 1.
        fraction: Share of the file that was read, 0 to 1.
    """

    line: int
    values: Mapping[str, str]
    case: HistoricalCase | RowError
    fraction: float


Take = Callable[[int], bool]
"""Which rows to take, by their place among the rows of a file: 0, 1, ..."""


def read_cases(path: Path, mapping: HistoryMapping, take: Take | None = None) -> Iterator[SourceRow]:
    """Yield the rows of a file one by one, the file never being in memory as a whole.

    Args:
        path: A CSV file (UTF-8), or a zip with one.
        mapping: How its rows become cases.
        take: Which rows; all if None.

    Raises:
        MappingInvalidError: code `mapping_invalid`, the file cannot be read or lacks a column.
    """
    with _opened(path, mapping.document.member) as (raw, size):
        reader = csv.reader(io.TextIOWrapper(raw, encoding="utf-8-sig", errors="replace", newline=""))
        heading = [name.strip() for name in next(reader, [])]
        missing = sorted(mapping.columns - set(heading))
        if missing:
            raise MappingInvalidError(f"{path}: no column {', '.join(missing)}", file=str(path), columns=missing)
        filled_rows = (values for values in reader if any(value.strip() for value in values))
        for place, values in enumerate(filled_rows):
            if take is not None and not take(place):
                continue
            row = dict(zip(heading, values, strict=False))
            case: HistoricalCase | RowError
            if len(values) != len(heading):
                problem = f"{len(values)} values for {len(heading)} columns"
                case = RowError(reader.line_num, "", "wrong_width", problem)
            else:
                case = to_case(row, mapping, reader.line_num)
            yield SourceRow(reader.line_num, row, case, min(raw.tell() / size, 1.0) if size else 1.0)


def to_case(row: Mapping[str, str], mapping: HistoryMapping, line: int) -> HistoricalCase | RowError:
    """Make the case of a row, or say what is wrong with it.

    Codes: `missing`, `bad_time`, `bad_number`, `unknown_value` (no code for it), `closed_before_raised`.
    """
    try:
        return _case(row, mapping)
    except BadRowError as bad:
        return RowError(line, *bad.args)


def _case(row: Mapping[str, str], mapping: HistoryMapping) -> HistoricalCase:
    d = mapping.document
    raised_at = _instant(row, d.times.raised_at, mapping)
    if raised_at is None:
        raise BadRowError(d.times.raised_at, "missing", "a case needs the instant it was raised")
    closed_at = _instant(row, d.times.closed_at, mapping)
    if closed_at is not None and closed_at < raised_at:
        raise BadRowError(d.times.closed_at, "closed_before_raised", "the case was closed before it was raised")
    if not all(row[name].strip() for name in PLACEHOLDER.findall(d.texts.number + d.texts.source_ref)):
        raise BadRowError("", "missing", "the case has no number of its own")
    return HistoricalCase(
        number=filled(d.texts.number, row), source_ref=mapping.source_ref(row), area=d.area.code(row),
        org=d.org.code(row), class_code=d.class_.code(row), raised_at=raised_at,
        due=_instant(row, d.times.due, mapping), closed_at=closed_at, title=_words(d.texts.title, row),
        description=_words(d.texts.description, row), place=_words(d.texts.place, row),
        result=_words(d.texts.result, row), lat=_micro(row, d.point.lat if d.point else None),
        lng=_micro(row, d.point.lng if d.point else None),
    )  # fmt: skip


@contextmanager
def _opened(path: Path, member: str | None) -> Iterator[tuple[IO[bytes], int]]:
    """Open the CSV, of a zip its only or its named member; with its size in bytes."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as raw:
                yield raw, path.stat().st_size
            return
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".csv")]
            chosen = member if member in names else names[0] if len(names) == 1 else None
            if chosen is None:
                raise MappingInvalidError(f"{path}: which of {names}? say `member`", file=str(path))
            with archive.open(chosen) as inner:
                yield inner, archive.getinfo(chosen).file_size
    except (OSError, zipfile.BadZipFile) as error:
        raise MappingInvalidError(f"{path}: {error}", file=str(path)) from error


def _instant(row: Mapping[str, str], column: str | None, mapping: HistoryMapping) -> datetime | None:
    """Read a local instant; in the hour that a clock change repeats it is the first one."""
    if column is None or not (text := row[column].strip()):
        return None
    try:
        local = datetime.strptime(text, mapping.document.time_format).replace(tzinfo=mapping.zone)
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        form = mapping.document.time_format
        raise BadRowError(column, "bad_time", f"{text!r} is no time of the form {form}") from error


def _micro(row: Mapping[str, str], column: str | None) -> int | None:
    if column is None or not (text := row[column].strip()):
        return None
    try:
        return round(float(text) * _MICRO)
    except (ValueError, OverflowError) as error:
        raise BadRowError(column, "bad_number", f"{text!r} is no number") from error


def _words(pattern: str, row: Mapping[str, str]) -> str:
    """Fill in a text; telephone numbers and addresses that the source left in free text are masked."""
    return mask_contacts(filled(pattern, row).replace("\0", ""))[:_LONGEST]
