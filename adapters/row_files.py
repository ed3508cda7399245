"""Reads CSV and TOML texts into rows and collects what is wrong with them, so that every importer reports alike."""

import csv
import io
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Generic, TypeVar

from domain.import_diff import Parsed, RowError, refused

T = TypeVar("T")


class Collector(Generic[T]):
    """Collects the records and the errors of one file; one bad row never hides the others."""

    def __init__(self) -> None:
        """Start empty."""
        self._records: dict[str, T] = {}
        self._rows: dict[str, int] = {}
        self._errors: list[RowError] = []
        self._rejected: set[str] = set()

    @property
    def records(self) -> Mapping[str, T]:
        """Good records so far, in order of the file."""
        return self._records

    def error(self, row: int, column: str, code: str, message: str, key: str = "") -> None:
        """Note what is wrong; `key` names the record that is refused for it."""
        self._errors.append(RowError(row, column, code, message))
        if key:
            self._rejected.add(key)
            self._records.pop(key, None)

    def add(self, row: int, column: str, key: str, record: T) -> None:
        """Keep a record, or refuse it as `duplicate` if its key was seen before."""
        if key in self._rows:
            self.error(row, column, "duplicate", f"{key!r} already stands in row {self._rows[key]}", key)
            return
        self._rows[key] = row
        self._records[key] = record

    def row_of(self, key: str) -> int:
        """Return the row of a record, 0 if it has none."""
        return self._rows.get(key, 0)

    def done(self) -> Parsed[T]:
        """Return what was collected, errors in order of row."""
        return Parsed(self._records, tuple(sorted(self._errors, key=lambda e: e.row)), frozenset(self._rejected))


def csv_rows(text: str, columns: tuple[str, ...], into: Collector[T]) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and trimmed values of each row; blank lines are passed over.

    Notes in `into`: `missing_column` for the file, `wrong_width` for a row whose number of values does not fit.

    Args:
        text: The whole file, with or without a byte order mark.
        columns: Columns that must be there; others are ignored, their order is free.
        into: Where errors are noted.
    """
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    heading = [name.strip() for name in next(reader, [])]
    missing = [name for name in columns if name not in heading]
    for name in missing:
        into.error(1, name, "missing_column", f"the heading has no column {name!r}")
    if missing:
        return
    try:
        for values in reader:
            if not any(value.strip() for value in values):
                continue
            if len(values) != len(heading):
                into.error(reader.line_num, "", "wrong_width", f"{len(values)} values for {len(heading)} columns")
                continue
            yield reader.line_num, {name: value.strip() for name, value in zip(heading, values, strict=True)}
    except csv.Error as problem:
        into.error(reader.line_num, "", "bad_csv", str(problem))


def toml_entries(text: str, table: str, into: Collector[T]) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield number (from 1) and values of each `[[table]]`; notes `bad_toml` or `missing_table` for the file."""
    try:
        entries = tomllib.loads(text.removeprefix("\ufeff")).get(table)
    except tomllib.TOMLDecodeError as problem:
        into.error(0, "", "bad_toml", str(problem))
        return
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        into.error(0, table, "missing_table", f"the file has no list [[{table}]]")
        return
    yield from enumerate(entries, start=1)


def text_of(entry: Mapping[str, object], name: str) -> str:
    """Return the trimmed text under `name`, empty if it is absent or no text."""
    value = entry.get(name)
    return value.strip() if isinstance(value, str) else ""


def parse_file(path: Path, parse: Callable[[str], Parsed[T]]) -> Parsed[T]:
    """Parse a UTF-8 file; a file in another encoding is one error `bad_encoding` and no records."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        return Parsed({}, (RowError(0, "", "bad_encoding", f"not UTF-8: {problem.reason} at {problem.start}"),))
    return parse(text)


def accepted(parsed: Parsed[T], path: Path) -> Mapping[str, T]:
    """Return the records of a file without errors.

    Raises:
        ImportRefusedError: code `import_refused`, with every error of the file.
    """
    if parsed.errors:
        raise refused(str(path), parsed.errors)
    return parsed.records
