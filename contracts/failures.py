"""Expected failures as the engine carries them: one translation out of an activity and one back, keyed by code."""

from __future__ import annotations

from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.exceptions import TimeoutError as EngineTimeoutError

TIMED_OUT = "timed_out"
DEAD_LETTER = "dead_letter"


def failure(code: str, *, retry: bool) -> ApplicationError:
    """Make the failure that an activity raises.

    Args:
        code: Stable `snake_case` code; never text of a person or an address, since it is stored in clear.
        retry: Whether trying again may help.
    """
    return ApplicationError(code, type=code, non_retryable=not retry)


def code_of(error: ActivityError) -> str:
    """Return the code of the failure that ended an activity: ours, `timed_out`, or the name of an unknown error."""
    cause: BaseException | None = error.cause
    while isinstance(cause, EngineTimeoutError) and cause.cause is not None:
        cause = cause.cause  # the failure of the last try says more than the end of the patience
    if isinstance(cause, ApplicationError):
        return cause.type or "unknown"
    if isinstance(cause, EngineTimeoutError):
        return TIMED_OUT
    return type(cause).__name__
