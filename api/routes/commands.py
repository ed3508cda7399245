"""Raising a case and every command on it; the routes are made from the commands' own classes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import Header, Response

from api.deps import ActorOf, GuardedRouter, IdempotencyKey, ServicesOf, permit
from api.problems import ApiError, responses
from api.schemas import CommandAnswer, command_response
from contracts.commands import FORMS, CommandForm, RaiseRequest

if TYPE_CHECKING:
    from collections.abc import Callable


router = GuardedRouter(tags=["commands"])


@router.post(
    "/cases", status_code=HTTPStatus.CREATED, dependencies=permit(), responses=responses(400, 403, 409, 422),
    response_model=CommandAnswer,
)  # fmt: skip
async def raise_case(body: RaiseRequest, services: ServicesOf, actor: ActorOf, key: IdempotencyKey) -> Response:
    """Blow the whistle (吹哨): number, route and dispatch a case in one transaction."""
    outcome = await services.commands.raise_case(actor, body, key)
    return command_response(outcome, actor, HTTPStatus.CREATED, Location=f"/api/v1/cases/{outcome.case_id}")


_MOST_DIGITS = 10

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='Optional ETag, for example "7": refuse if the case has changed.'),
]


def expected_version(if_match: str | None) -> int | None:
    """Read an If-Match header.

    Raises:
        ApiError: `if_match_invalid`.
    """
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdigit() and len(text) < _MOST_DIGITS):
        raise ApiError("if_match_invalid", 'If-Match holds the ETag of the case, for example "7".')
    return int(text)


def _route(form: CommandForm) -> Callable[..., Any]:
    async def give(
        case_id: UUID, body: Any, services: ServicesOf, actor: ActorOf, key: IdempotencyKey, if_match: IfMatch = None,
    ) -> Response:  # fmt: skip
        outcome = await services.commands.give(actor, case_id, form, body, key, expected_version(if_match))
        return command_response(outcome, actor)

    give.__annotations__["body"] = form.model
    give.__doc__ = form.command.__doc__
    give.__name__ = form.name
    return give


for _form in FORMS.values():
    router.add_api_route(
        f"/cases/{{case_id}}/{_form.name.replace('_', '-')}", _route(_form), methods=["POST"], dependencies=permit(),
        responses=responses(400, 403, 404, 409, 412, 422), operation_id=_form.name, response_model=CommandAnswer,
    )  # fmt: skip
