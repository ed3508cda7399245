"""Errors as problem+json (RFC 9457): one table from what went wrong to what the caller can do about it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from domain.errors import WORDINGS, DomainError, Fault, Refusal

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"

_FAULTS = {
    Fault.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Fault.MISSING: HTTPStatus.NOT_FOUND,
    Fault.CONFLICT: HTTPStatus.CONFLICT,
    Fault.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
}

STATUSES: dict[str, HTTPStatus] = {
    "case_not_found": HTTPStatus.NOT_FOUND,
    "not_found": HTTPStatus.NOT_FOUND,
    "process_not_found": HTTPStatus.NOT_FOUND,
    "bad_draft": HTTPStatus.UNPROCESSABLE_ENTITY,
    "rule_pack_invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "calendar_invalid": HTTPStatus.UNPROCESSABLE_ENTITY,
    "stale_version": HTTPStatus.PRECONDITION_FAILED,
    "case_exists": HTTPStatus.CONFLICT,
    "if_match_invalid": HTTPStatus.BAD_REQUEST,
    "key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unroutable": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_org": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad_org_code": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_user": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad_cursor": HTTPStatus.UNPROCESSABLE_ENTITY,
    "search_too_short": HTTPStatus.UNPROCESSABLE_ENTITY,
    "as_of_future": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bad_period": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_unit": HTTPStatus.NOT_FOUND,
    "unknown_indicator": HTTPStatus.NOT_FOUND,
    "unknown_number": HTTPStatus.NOT_FOUND,
    "period_not_found": HTTPStatus.NOT_FOUND,
    "clock_not_found": HTTPStatus.NOT_FOUND,
    "unknown_class": HTTPStatus.UNPROCESSABLE_ENTITY,
    "calendar_gap": HTTPStatus.CONFLICT,
    "record_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "outcome_unknown": HTTPStatus.SERVICE_UNAVAILABLE,
    "engine_unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "not_ready": HTTPStatus.SERVICE_UNAVAILABLE,
    "token_missing": HTTPStatus.UNAUTHORIZED,
    "bad_token": HTTPStatus.UNAUTHORIZED,
    "role_missing": HTTPStatus.FORBIDDEN,
    "idempotency_key_missing": HTTPStatus.BAD_REQUEST,
    "idempotency_key_invalid": HTTPStatus.BAD_REQUEST,
}
"""Status by error code; a code that is not listed answers 409, for it is a refusal by a rule."""


class ApiError(DomainError):
    """An error of the border itself; `code` is per instance."""

    def __init__(self, code: str, message: str, **facts: object) -> None:
        """Set the code on the instance, for these errors differ in nothing else."""
        super().__init__(message, **facts)
        self.reason_code = code


class Problem(BaseModel):
    """A problem as sent: `code` is stable and never parsed from text, `detail_zh` for people, `facts` for programs."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/already_claimed"])
    title: str
    status: int
    code: str
    detail: str
    detail_zh: str | None = None
    instance: str | None = None
    facts: dict[str, Any] = Field(default_factory=dict)
    errors: list[dict[str, Any]] = Field(default_factory=list)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe problem answers for the OpenAPI document; every route may also answer 401 and 503."""
    described = (HTTPStatus.UNAUTHORIZED, *map(HTTPStatus, statuses), HTTPStatus.SERVICE_UNAVAILABLE)
    return {
        int(s): {"description": s.phrase, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for s in described
    }


def describe(error: DomainError) -> tuple[HTTPStatus, str, str | None]:
    """Return status, code and Chinese text of an expected error."""
    if isinstance(error, Refusal):
        return _FAULTS[error.fault], str(error.reason), WORDINGS[error.reason].zh
    code = error.reason_code if isinstance(error, ApiError) else error.code
    return STATUSES.get(code, HTTPStatus.CONFLICT), code, None


def problem(  # noqa: PLR0913 - the members of the problem
    request: Request, status: HTTPStatus, code: str, detail: str, *, detail_zh: str | None = None,
    facts: dict[str, Any] | None = None, errors: list[dict[str, Any]] | None = None,
) -> JSONResponse:  # fmt: skip
    """Build the answer; 503 tells when to come again, 401 how to authenticate."""
    body = Problem(
        type=f"/problems/{code}", title=status.phrase, status=status, code=code, detail=detail, detail_zh=detail_zh,
        instance=request.url.path, facts=facts or {}, errors=errors or [],
    )  # fmt: skip
    headers = {}
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "1"
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body.model_dump(mode="json"), status, headers, MEDIA_TYPE)


async def _domain_error(request: Request, error: DomainError) -> JSONResponse:
    status, code, zh = describe(error)
    facts = {k: v if isinstance(v, int | str | bool | list | None) else str(v) for k, v in error.facts.items()}
    return problem(request, status, code, error.message, detail_zh=zh, facts=facts)


async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
    """List each fault with a JSON pointer; values are not repeated, for they may be personal."""
    if any(e["type"] == "json_invalid" for e in error.errors()):
        return problem(request, HTTPStatus.BAD_REQUEST, "malformed_json", "The body is no JSON.")
    errors = [
        {
            "pointer": "/" + "/".join(map(str, e["loc"][1:])), "in": str(e["loc"][0]), "detail": e["msg"],
            "type": e["type"],
        }
        for e in error.errors()
    ]
    missing_key = any(e["in"] == "header" and e["pointer"].lower() == "/idempotency-key" for e in errors)
    if missing_key:
        detail = "Send an Idempotency-Key header of 8 to 200 visible characters, new for each intended effect."
        return problem(request, HTTPStatus.BAD_REQUEST, "idempotency_key_missing", detail, errors=errors)
    detail = "; ".join(f"{e['pointer']}: {e['detail']}" for e in errors[:3])
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", detail, errors=errors)


async def _http(request: Request, error: HTTPException) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    return problem(request, status, status.phrase.lower().replace(" ", "_"), str(error.detail))


async def _crash(request: Request, error: Exception) -> JSONResponse:
    """Tell nothing of the inside; the log has it."""
    log.error("request.crashed", path=request.url.path, error=type(error).__name__, exc_info=error)
    detail = "The server failed; whether your request took effect is unknown. Repeat it with the same Idempotency-Key."
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "server_error", detail)


def install(app: FastAPI) -> None:
    """Register the handlers."""
    handlers: dict[Any, Any] = {
        DomainError: _domain_error,
        RequestValidationError: _invalid,
        HTTPException: _http,
        Exception: _crash,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


def document(app: FastAPI) -> None:
    """Put the problem's schema into the OpenAPI document, which FastAPI builds on first use."""
    build = app.openapi

    def openapi() -> dict[str, Any]:
        made = build()
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Problem", Problem.model_json_schema())
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return made

    app.openapi = openapi  # type: ignore[method-assign]
