"""The dry run of an import: what a parsed file would change, or why it is refused, row by row."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from domain.errors import DomainError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one row.

    Attributes:
        row: 1-based line of a CSV file (the heading is line 1) or 1-based entry of a TOML list; 0 for the file.
        column: Name of the column at fault, empty for the row as a whole.
        code: Stable code, for example `bad_code`, `unknown_parent`, `duplicate`, `unknown_role`.
        message: One sentence in English.
    """

    row: int
    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T]):
    """A file after parsing: good records by key in file order, and everything that was wrong.

    Attributes:
        records: Records that passed every check on their own row.
        errors: In order of row; not empty means that nothing of the file may be imported.
        rejected: Keys of refused rows, so that a refused row is not mistaken for a removed one.
    """

    records: Mapping[str, T]
    errors: tuple[RowError, ...] = ()
    rejected: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One record that differs; `fields` names the differing attributes in order of declaration."""

    key: str
    before: T
    after: T
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportDiff(Generic[T]):
    """What an import would do. All keys ascending; `errors` not empty means it is refused as a whole."""

    added: tuple[T, ...] = ()
    changed: tuple[Change[T], ...] = ()
    removed: tuple[T, ...] = ()
    unchanged: int = 0
    errors: tuple[RowError, ...] = ()
    incoming: Mapping[str, T] = field(default_factory=dict, repr=False)

    @property
    def empty(self) -> bool:
        """True if applying would change nothing and nothing is wrong."""
        return not (self.added or self.changed or self.removed or self.errors)


class ImportRefusedError(DomainError):
    """Code `import_refused`: the file has errors, so nothing of it is taken."""

    code: ClassVar[str] = "import_refused"

    def __init__(self, message: str, errors: tuple[RowError, ...]) -> None:
        super().__init__(message, count=len(errors))
        self.errors = errors


def diff(current: Mapping[str, T], incoming: Parsed[T]) -> ImportDiff[T]:
    """Compare what is held with a file that states the whole list.

    Args:
        current: Records held now, by key; may be empty.
        incoming: The parsed file. A key absent from it, and not rejected, counts as removed.
    """
    new = incoming.records
    changes = [
        Change(key, current[key], new[key], changed_fields(current[key], new[key]))
        for key in sorted(new.keys() & current.keys())
        if current[key] != new[key]
    ]
    return ImportDiff(
        added=tuple(new[key] for key in sorted(new.keys() - current.keys())),
        changed=tuple(changes),
        removed=tuple(current[key] for key in sorted(current.keys() - new.keys() - incoming.rejected)),
        unchanged=len(new.keys() & current.keys()) - len(changes),
        errors=incoming.errors,
        incoming=new,
    )


def accept(plan: ImportDiff[T]) -> Mapping[str, T]:
    """Return the records that hold after the import.

    Raises:
        ImportRefusedError: code `import_refused`, if any row has an error; nothing is half-imported.
    """
    if plan.errors:
        raise refused("the import", plan.errors)
    return plan.incoming


def refused(what: str, errors: tuple[RowError, ...]) -> ImportRefusedError:
    """Build the refusal of `what`, with its first error in the message."""
    first = errors[0]
    return ImportRefusedError(
        f"{what} refused: {len(errors)} error(s), first in row {first.row} {first.column}: {first.message}", errors
    )


def changed_fields(before: object, after: object) -> tuple[str, ...]:
    """Name the attributes in which two records of one dataclass differ; empty if they are no dataclasses."""
    if not dataclasses.is_dataclass(before) or type(before) is not type(after):
        return ()
    names = (each.name for each in dataclasses.fields(before) if each.compare)
    return tuple(name for name in names if _value(before, name) != _value(after, name))


def _value(record: object, name: str) -> Any:
    return getattr(record, name)
