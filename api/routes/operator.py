"""For operators: the live view of a case's workflow and the counters of the drive."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from adapters.db import counters
from adapters.db.outbound import OutboundStore
from adapters.temporal import EngineUnavailableError
from api.deps import GuardedRouter, IdempotencyKey, ServicesOf, permit
from api.problems import ApiError, responses
from domain.actors import Role

router = GuardedRouter(tags=["operator"])


class Workflow(BaseModel):
    """A case's workflow as it sees itself, asked by query."""

    case_id: UUID
    epoch: int
    life: dict[str, Any] | None = Field(description="None when the workflow never ran; else phase and plan.")


@router.get("/operator/cases/{case_id}/workflow", dependencies=permit(Role.OPERATOR), responses=responses(403, 404))
async def workflow(case_id: UUID, services: ServicesOf) -> Workflow:
    """Ask the case's workflow for its plan (the record decides; this shows what the engine knows)."""
    epoch = await counters.epoch(services.engine, case_id)
    if epoch is None:
        raise ApiError("case_not_found", "No such case.")
    try:
        life = await services.nudge.life(str(case_id), epoch)
    except EngineUnavailableError as error:
        raise ApiError("engine_unavailable", "The engine does not answer; the case itself works on.") from error
    return Workflow(case_id=case_id, epoch=epoch, life=life.model_dump(mode="json") if life else None)


class DeadLetterRow(BaseModel):
    """An outside message that was given up."""

    id: UUID
    channel: str
    code: str
    number: str
    recipient: str
    attempts: int
    last_error: str | None
    done_at: datetime


@router.get("/operator/dead-letters", dependencies=permit(Role.OPERATOR), responses=responses(403))
async def dead_letters(services: ServicesOf) -> list[DeadLetterRow]:
    """List the newest 100 messages that no retry could deliver."""
    found = await OutboundStore(services.engine).dead_letters()
    return [
        DeadLetterRow(
            id=d.id, channel=d.kind, code=d.code, number=d.number, recipient=d.recipient, attempts=d.attempts,
            last_error=d.last_error, done_at=d.done_at,
        )
        for d in found
    ]  # fmt: skip


@router.post(
    "/operator/dead-letters/{message_id}/replay", status_code=202, dependencies=permit(Role.OPERATOR),
    responses=responses(400, 403, 422),
)  # fmt: skip
async def replay(message_id: UUID, services: ServicesOf, key: IdempotencyKey) -> None:  # noqa: ARG001 - a repeat finds it queued
    """Queue a dead letter again; a message that is not dead stays as it is."""
    await OutboundStore(services.engine).replay(message_id)


@router.get("/operator/counters", dependencies=permit(Role.OPERATOR, Role.AUDITOR), responses=responses(403))
async def drive_counters(services: ServicesOf) -> dict[str, int]:
    """Count what the watchdog and the reconciler look for; every number is 0 in a healthy system."""
    return await counters.counters(services.engine)
