"""What routes depend on: the services of this process, the acting person, the idempotency key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from adapters.services import Services
from api.problems import ApiError
from domain.actors import Actor, Role
from domain.authority import Reach, visible

if TYPE_CHECKING:
    from collections.abc import Callable

_bearer = HTTPBearer(auto_error=False, description="Personal token, `wst_...`; `whistle token LOGIN` issues one.")


async def services_of(request: Request) -> Services:
    """Return the services that the entry point opened (async, or FastAPI would take a thread for it)."""
    services: Services = request.app.state.services
    return services


ServicesOf = Annotated[Services, Depends(services_of)]


async def actor_of(
    services: ServicesOf, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
) -> Actor:
    """Return who acts, from the bearer token; rights are read anew for every request.

    Raises:
        ApiError: `token_missing`.
        BadTokenError: `bad_token`, unknown, expired or revoked, or the user is no longer active.
    """
    if credentials is None:
        raise ApiError("token_missing", "Send a personal token: Authorization: Bearer wst_...")
    return await services.registry.resolve(credentials.credentials)


ActorOf = Annotated[Actor, Depends(actor_of)]


async def reach_of(actor: ActorOf) -> Reach:
    """Return which cases the acting person sees."""
    return visible(actor)


ReachOf = Annotated[Reach, Depends(reach_of)]

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key", min_length=8, max_length=200, pattern=r"^[\x21-\x7e]+$",
        description="New for each intended effect; a repeat with the same key gets the same answer.",
        examples=["5d1b6f0e-claim-1"],
    ),
]  # fmt: skip


class Permit:
    """The declared permission of a route: everybody with a valid token, or certain roles."""

    def __init__(self, *roles: Role) -> None:
        """Name the roles; none means any authenticated person (rows are scoped by `visible`)."""
        self.roles = roles

    async def __call__(self, actor: ActorOf) -> None:
        """Refuse whoever has none of the roles.

        Raises:
            ApiError: `role_missing`.
        """
        if self.roles and not actor.has(*self.roles):
            raise ApiError("role_missing", "This needs one of the roles " + ", ".join(self.roles) + ".")


class GuardedRouter(APIRouter):
    """A router that refuses, when the program starts, a route without a declared permission."""

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **kwargs: Any) -> None:
        """Add a route whose dependencies hold exactly one `Permit`."""
        declared = [d for d in kwargs.get("dependencies") or () if isinstance(d.dependency, Permit)]
        if len(declared) != 1:
            msg = f"{path}: a route declares exactly one permission"
            raise RuntimeError(msg)
        super().add_api_route(path, endpoint, **kwargs)


def permit(*roles: Role) -> list[Any]:
    """Declare the permission of a route."""
    return [Depends(Permit(*roles))]
