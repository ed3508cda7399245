"""Errors as pages: the same layout as every page, saying what happened and what to do now."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.db.errors import CaseNotFound, KeyReused, OutcomeUnknown, RecordUnavailable, StaleVersion
from domain.errors import WORDINGS, DomainError, Fault, Refusal
from web import texts

_FAULTS = {Fault.FORBIDDEN: 403, Fault.MISSING: 404, Fault.CONFLICT: 409, Fault.INVALID: 422}
_STATUSES = {
    CaseNotFound.code: 404,
    KeyReused.code: 409,
    StaleVersion.code: 409,
    RecordUnavailable.code: 503,
    OutcomeUnknown.code: 503,
    "bad_cursor": 400,
    "search_too_short": 422,
    "unroutable": 422,
    "unknown_class": 422,
    "unknown_org": 422,
    "unknown_user": 422,
    "bad_org_code": 422,
    "unknown_rules": 503,
}
"""By error code; a code that is not listed is a refusal by a rule, 409."""

_SERVER_ERROR = 500


class SignedOut(Exception):
    """Nobody is signed in: the page sends them to the form first."""


class PageError(DomainError):
    """An error of the pages themselves, with its status."""

    def __init__(self, code: str, status: int) -> None:
        """Keep code and status; the words are in `web.texts`."""
        super().__init__(code)
        self.reason_code = code
        self.status = status


@dataclass(frozen=True, slots=True)
class Failure:
    """What a page says about a refusal.

    Attributes:
        winner: Name of the person who was first, where somebody was.
        unsure: Nobody knows whether the request took effect; its key must be kept.
    """

    status: int
    code: str
    title: str
    detail: str
    advice: str
    winner: str = ""
    unsure: bool = False


def describe(error: DomainError, winner: str = "") -> Failure:
    """Say what an expected error means for a person."""
    if isinstance(error, Refusal):
        status, code, detail = _FAULTS[error.fault], str(error.reason), WORDINGS[error.reason].zh
    elif isinstance(error, PageError):
        status, code, detail = error.status, error.reason_code, texts.CODE_TEXT.get(error.reason_code, "")
    else:
        status, code = _STATUSES.get(error.code, 409), error.code
        detail = texts.CODE_TEXT.get(code, error.message)
    heading = texts.STATUS_TEXT.get(status, texts.STATUS_TEXT[_SERVER_ERROR])
    return Failure(status, code, heading.title, detail, heading.advice, winner, unsure=status >= _SERVER_ERROR)


def plain(status: int) -> Failure:
    """Say what a status means where no error of ours stands behind it."""
    heading = texts.STATUS_TEXT.get(status, texts.STATUS_TEXT[_SERVER_ERROR])
    return Failure(status, str(status), heading.title, "", heading.advice, unsure=status >= _SERVER_ERROR)
