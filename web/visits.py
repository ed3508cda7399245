"""Visits: who looks at a page, by the personal token in the cookie, and what every page shows about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from adapters.db import business_clock, people
from adapters.db.queries.notices import unread_count
from adapters.services import Services
from domain.actors import Actor, Role
from domain.authority import GRANTS, Reach, visible
from domain.commands import Claim, Raise
from web.failures import PageError, SignedOut

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.responses import Response

    from adapters.db.business_clock import BusinessClock
    from adapters.db.directory import Directory

COOKIE = "whistle_session"
"""Holds the personal token; scripts cannot read it, and other sites' forms do not carry it."""

COOKIE_SECONDS = 12 * 3600
OPERATORS = (Role.OPERATOR, Role.AUDITOR)
_RAISERS: frozenset[Role] = frozenset().union(*(grant.roles for grant in GRANTS[Raise]))
_CLAIMERS: frozenset[Role] = frozenset().union(*(grant.roles for grant in GRANTS[Claim]))


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at one page.

    Attributes:
        clock: Row of the business clock; `now` is its instant when the page was asked for.
        unread: Notices that the person has not read.
    """

    actor: Actor
    name: str
    services: Services
    city: Directory
    clock: BusinessClock
    now: datetime
    unread: int

    @property
    def reach(self) -> Reach:
        """Which cases the person sees."""
        return visible(self.actor)

    @property
    def org_name(self) -> str:
        """Name of the person's office."""
        return self.city.org_name(self.actor.org)

    @property
    def roles(self) -> list[Role]:
        """Roles in a stable order."""
        return sorted(self.actor.roles)

    @property
    def may_raise(self) -> bool:
        """Whether to show the way to the form; whether a case may be raised is decided when it is sent."""
        return not _RAISERS.isdisjoint(self.actor.roles)

    @property
    def marks(self) -> dict[str, object]:
        """What a row of a task needs to know to offer its next action; whether it may is decided when it is sent."""
        return {"id": self.actor.id, "can_claim": not _CLAIMERS.isdisjoint(self.actor.roles)}

    @property
    def is_operator(self) -> bool:
        """Whether to show the way to the operator's page."""
        return self.actor.has(*OPERATORS)


def services_of(request: Request) -> Services:
    """Return the services that the entry point opened."""
    services: Services = request.app.state.services
    return services


async def visit_of(request: Request) -> Visit:
    """Return who asks; rights are read anew for every page.

    Raises:
        SignedOut: no cookie, or its token is no longer valid.
    """
    services = services_of(request)
    token = request.cookies.get(COOKIE)
    if not token:
        raise SignedOut
    try:
        actor = await services.registry.resolve(token)
    except people.BadTokenError as error:
        raise SignedOut from error
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        clock = await business_clock.read(connection)
        now = await business_clock.now(connection)
        names = await people.names(connection, [actor.id])
        unread = await unread_count(connection, actor)
    visit = Visit(actor, names[actor.id], services, city, clock, now, unread)
    request.state.visit = visit
    return visit


VisitOf = Annotated[Visit, Depends(visit_of)]


class SignedIn:
    """The declared permission of a page: everybody who is signed in, or certain roles."""

    def __init__(self, *roles: Role) -> None:
        """Name the roles; none means everybody (rows are scoped by `visible`)."""
        self.roles = roles

    async def __call__(self, visit: VisitOf) -> None:
        """Refuse whoever has none of the roles.

        Raises:
            PageError: `role_missing`, 403.
        """
        if self.roles and not visit.actor.has(*self.roles):
            raise PageError("role_missing", 403)


class Everybody:
    """The declared permission of a page that is open without signing in."""

    async def __call__(self) -> None:
        """Let everybody pass."""


def keep_token(response: Response, token: str, *, secure: bool) -> None:
    """Put the token into the cookie for twelve hours."""
    response.set_cookie(COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure, path="/")


def forget_token(response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
