"""Errors of the record: one class per code, and the one place that tells a lost database from a broken rule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

import asyncpg
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.errors import DomainError

SERIALIZATION_FAILURE = "40001"
DEADLOCK = "40P01"
UNIQUE_VIOLATION = "23505"

_AWAY_CLASSES = ("08", "53", "57", "58")
"""SQLSTATE classes: connection exception, out of resources (disk full), operator intervention, system error."""
_AWAY_STATES = frozenset({"25P03", "25P04", "55P03", "57014"})
"""Idle or transaction timeout, lock timeout, statement timeout."""

_LOST = asyncpg.InterfaceError | asyncpg.InternalClientError
"""What the driver raises when a connection dies while it is being made; SQLAlchemy lets some of it through."""


class RecordError(DomainError):
    """Root of the record's own errors."""


class CaseNotFound(RecordError):
    """No such case, or none within the reach of whoever asks; the two are not told apart."""

    code: ClassVar[str] = "case_not_found"


class CaseExists(RecordError):
    """A case with this id or this `source_ref` was raised before, under another key; facts: `number` if known."""

    code: ClassVar[str] = "case_exists"


class ProcessNotFound(RecordError):
    """No such process, or none that whoever asks may read; the two are not told apart."""

    code: ClassVar[str] = "process_not_found"


class ProcessExists(RecordError):
    """A process of this kind and name was opened before; opening it again gives no second one."""

    code: ClassVar[str] = "process_exists"


class UnknownDraft(RecordError):
    """The record has no draft with this digest; fact `digest`."""

    code: ClassVar[str] = "unknown_draft"


class KeyReused(RecordError):
    """The idempotency key was used before for another request."""

    code: ClassVar[str] = "key_reused"


class StaleVersion(RecordError):
    """The case has moved on since the caller looked; facts: `version` now, `expected`."""

    code: ClassVar[str] = "stale_version"


class StaleEpoch(RecordError):
    """The caller drives an epoch that is over; nothing was changed. Facts: `epoch` now, `given`."""

    code: ClassVar[str] = "stale_epoch"


class UnknownRules(RecordError):
    """A rule pack or calendar that a case names is not in the record; facts: `ref`."""

    code: ClassVar[str] = "unknown_rules"


class RulesFixed(RecordError):
    """A published version may not change: publish a new one; facts: `ref`."""

    code: ClassVar[str] = "rules_fixed"


class NotProduction(RecordError):
    """The business clock is shifted or scaled, which production refuses."""

    code: ClassVar[str] = "not_production"


class RecordUnavailable(RecordError):
    """The database cannot answer now; nothing was changed, trying again may help."""

    code: ClassVar[str] = "record_unavailable"


class OutcomeUnknown(RecordError):
    """The connection was lost while committing; the same key tells what happened."""

    code: ClassVar[str] = "outcome_unknown"


def sqlstate(error: BaseException) -> str:
    """Return the SQLSTATE of a database error, empty if it has none."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None) or "")


def constraint(error: DBAPIError) -> str:
    """Return the name of the constraint that an error names, empty if none."""
    cause = getattr(error.orig, "__cause__", None)
    return str(getattr(cause, "constraint_name", None) or "")


def is_away(error: BaseException) -> bool:
    """Tell whether the database is away, full or out of time, rather than the statement wrong."""
    if isinstance(error, PoolTimeoutError | OSError | TimeoutError | _LOST):
        return True
    state = sqlstate(error)
    if state in _AWAY_STATES or state.startswith(_AWAY_CLASSES):
        return True
    if not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or (not state and isinstance(error, InterfaceError | InternalError))


def is_lost(error: BaseException | None) -> bool:
    """Tell whether the connection was lost, so that another one may do."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


@contextmanager
def translated() -> Iterator[None]:
    """Turn the loss of the database into `RecordUnavailable`; every other error passes.

    Raises:
        RecordUnavailable: pool exhausted, connection lost, disk full, or a timeout of statement, lock or transaction.
    """
    try:
        yield
    except RecordError:
        raise
    except (
        DBAPIError, PoolTimeoutError, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError,
        asyncpg.InternalClientError,
    ) as error:  # fmt: skip
        if is_away(error):
            raise RecordUnavailable("The record cannot be reached now.", reason=type(error).__name__) from error
        raise
