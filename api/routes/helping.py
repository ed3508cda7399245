"""Offers of help for volunteers and auxiliaries, and the hours they gave."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from adapters.db.queries.help import hours_of, open_offers
from api.deps import ActorOf, GuardedRouter, ServicesOf, permit
from api.problems import responses
from contracts.commands import Slug
from contracts.help_views import HelpOfferRow, HoursList

router = GuardedRouter(tags=["help"])


@router.get("/help/offers", dependencies=permit(), responses=responses(422))
async def offers(services: ServicesOf, actor: ActorOf) -> tuple[HelpOfferRow, ...]:
    """List the open offers of help near you, at most 200; what they say is all that is told of their cases."""
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        return await open_offers(connection, actor, city)


@router.get("/help/hours", dependencies=permit(), responses=responses(422))
async def hours(
    services: ServicesOf, actor: ActorOf,
    worker: Annotated[Slug | None, Query(description="User id; yourself if not given.")] = None,
) -> HoursList:  # fmt: skip
    """List the time that somebody gave: yourself, or another in the cases that you may see."""
    async with services.reading() as connection:
        return await hours_of(connection, actor, worker or actor.id)
