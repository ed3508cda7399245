"""Answers that the API builds itself, straight from the state that a command left behind."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from adapters.db.queries.detail import allowed_actions
from contracts.views import AllowedAction

if TYPE_CHECKING:
    from adapters.db.record import Outcome
    from domain.actors import Actor


class Answer(BaseModel):
    """Base of answers: frozen, every field listed."""

    model_config = ConfigDict(frozen=True)


class TaskBrief(Answer):
    """A task after a command."""

    no: int
    org: str
    role: str
    state: str
    holder: str | None
    stage: str | None
    late: bool
    no_show: bool
    rework: int


class ClockBrief(Answer):
    """A running clock after a command; `due` is the instant until which the act is in time."""

    key: str
    code: str
    party: str
    generation: int
    due: datetime
    limit: str
    provisional: bool


class CommandAnswer(Answer):
    """The case after a command, as its sender sees it; `version` is the ETag.

    `replayed` tells that the same key had taken effect before: this is the first answer again.
    """

    id: str
    number: str = Field(examples=["BJ-110101-20261123-0042"])
    version: int
    replayed: bool
    status: str
    phase: str
    escalation: int
    supervision: int
    result: str | None
    tasks: list[TaskBrief]
    clocks: list[ClockBrief]
    allowed_actions: list[AllowedAction]


def command_answer(outcome: Outcome, actor: Actor) -> CommandAnswer:
    """Build the answer from the outcome of a transaction, without another query."""
    state = outcome.state
    tasks = [
        TaskBrief(
            no=t.no, org=t.org, role=t.role, state=t.state, holder=t.holder,
            stage=t.stages[t.stage] if t.stages else None, late=t.late, no_show=t.no_show, rework=t.rework,
        )
        for t in state.tasks
    ]  # fmt: skip
    clocks = [
        ClockBrief(
            key=c.spec.key, code=c.spec.code, party=c.spec.party, generation=c.spec.generation, due=c.spec.due,
            limit=c.spec.limit, provisional=c.spec.provisional,
        )
        for c in state.clocks
        if c.is_open
    ]  # fmt: skip
    return CommandAnswer(
        id=str(outcome.case_id), number=outcome.number, version=outcome.version, replayed=outcome.replayed,
        status=state.status, phase=state.phase, escalation=state.escalation, supervision=state.supervision,
        result=state.result, tasks=tasks, clocks=clocks,
        allowed_actions=list(allowed_actions(state, actor)),
    )  # fmt: skip


def command_response(outcome: Outcome, actor: Actor, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> Response:
    """Write the answer at once: it is made of checked values, so FastAPI need not check it again."""
    body = command_answer(outcome, actor).model_dump_json()
    return Response(body, status, {"ETag": f'"{outcome.version}"', **headers}, "application/json")
