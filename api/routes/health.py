"""Health of this process and its readiness; open to everybody, telling nothing else."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from adapters.db import readiness
from api.deps import ServicesOf

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What this process depends on; with the engine away everything works but reminders, so it stays ready."""

    ready: bool
    database: Literal["ok", "away"]
    schema_version: str | None
    schema_current: bool
    engine: Literal["ok", "away", "unknown"]


@router.get("/healthz")
async def health() -> Health:
    """Tell that the process lives; touches no database."""
    return Health()


@router.get("/readyz", responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Readiness}})
async def ready(services: ServicesOf, response: Response) -> Readiness:
    """Tell whether requests can be served: database there, schema at head."""
    found, head = await readiness.schema(services.engine), readiness.head()
    is_ready = found is not None and found == head
    if not is_ready:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Readiness(
        ready=is_ready, database="away" if found is None else "ok", schema_version=found, schema_current=found == head,
        engine=services.nudge.engine,
    )  # fmt: skip
