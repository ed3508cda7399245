"""The API application: routers, problems, document and docs page without outside addresses."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline

from api import problems
from api.routes import (
    campaigns,
    cases,
    circle,
    commands,
    evaluation,
    evaluation_periods,
    health,
    helping,
    insight,
    meetings,
    notices,
    operator,
    orders,
    organisations,
    publications,
    ratings,
    reports,
    rounds,
    similar,
)

_DESCRIPTION = """
Case dispatch for city government (街乡吹哨、部门报到). Every POST takes an `Idempotency-Key`; every error is
`application/problem+json` with a stable `code`. Instants are RFC 3339 with offset. Lists are paged by an opaque cursor.
"""


MAX_BODY = 64 * 1024
"""Bytes of a request; uploads come by a route of their own."""


def create_api() -> FastAPI:
    """Make the application; the entry point sets `app.state.services` before it serves.

    Raises:
        RuntimeError: a route has no declared permission.
    """
    app = FastAPIOffline(
        title="Whistle 吹哨报到", version=version("whistle"), description=_DESCRIPTION, docs_url="/api/docs",
        redoc_url=None, openapi_url="/api/openapi.json", max_body_size=MAX_BODY,
    )  # fmt: skip
    problems.install(app)
    v1 = APIRouter(prefix="/api/v1")
    for module in (
        commands, similar, cases, orders, ratings, reports, insight, evaluation, evaluation_periods, organisations,
        publications, rounds, campaigns, circle, notices, helping, meetings, operator,
    ):  # fmt: skip
        v1.include_router(module.router)
    app.include_router(v1)
    app.include_router(health.router)
    problems.document(app)
    return app
