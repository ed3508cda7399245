"""What the routes of every kind of process share: the answer to a command, and one route for each command."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import Response

from adapters.db.queries.processes import allowed
from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ServicesOf, permit
from api.problems import responses
from api.routes.commands import IfMatch, expected_version
from contracts.process_commands import PROCESS_FORMS
from contracts.process_views import ProcessAnswerView

if TYPE_CHECKING:
    from collections.abc import Callable

    from adapters.db.record import ProcessOutcome
    from contracts.commands import CommandForm
    from domain.actors import Actor


def answer(outcome: ProcessOutcome, actor: Actor, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """Answer a command on a process, as its sender sees it; the version is the ETag."""
    state = outcome.state
    body = ProcessAnswerView(
        id=outcome.id, kind=outcome.kind, name=outcome.name, status=str(state.status), version=outcome.version,
        replayed=outcome.replayed, allowed_actions=allowed(actor, state),
    )  # fmt: skip
    headers = {"ETag": f'"{outcome.version}"'}
    return Response(body.model_dump_json(), status, headers, "application/json")


def command_routes(router: GuardedRouter, kind: str, path: str) -> None:
    """Add `POST <path>/{process_id}/<command>` for every command of persons on an open process of a kind."""
    for name, form in PROCESS_FORMS[kind].items():
        router.add_api_route(
            f"{path}/{{process_id}}/{name.replace('_', '-')}", _route(form), methods=["POST"], dependencies=permit(),
            responses=responses(400, 403, 404, 409, 412, 422), operation_id=form.name,
            response_model=ProcessAnswerView,
        )  # fmt: skip


def _route(form: CommandForm) -> Callable[..., Any]:
    async def give(
        process_id: UUID, body: Any, services: ServicesOf, actor: ActorOf, key: IdempotencyKey,
        if_match: IfMatch = None,
    ) -> Response:  # fmt: skip
        version = expected_version(if_match)
        return answer(await services.processes.give(actor, process_id, form, body, key, version), actor)

    give.__annotations__["body"] = form.model
    give.__doc__ = form.command.__doc__
    give.__name__ = form.name
    return give
