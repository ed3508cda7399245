"""Organisations, classes and people, as far as everybody who works with cases needs them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

from adapters.db import people
from adapters.db.directory import find_orgs, org_row, org_rows
from api.deps import ActorOf, GuardedRouter, ServicesOf, permit
from api.problems import ApiError, responses
from contracts.commands import OrgCode, SearchWords, Slug
from contracts.views import OrgRow, UserRow
from domain.authority import covers

router = GuardedRouter(tags=["organisations"])


class ClassRow(BaseModel):
    """A class of the catalogue."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(examples=["W01"])
    name: str = Field(examples=["供水管道破裂"])
    category: str


class Me(BaseModel):
    """Who asks, as the server sees it."""

    id: str
    org: str
    org_name: str
    roles: list[str]


@router.get("/me", dependencies=permit(), responses=responses())
async def me(services: ServicesOf, actor: ActorOf) -> Me:
    """Tell who you are: roles and organisation are read anew with each request."""
    city, _ = await services.registry.current()
    return Me(id=actor.id, org=actor.org, org_name=city.org_name(actor.org), roles=sorted(actor.roles))


@router.get("/organisations", dependencies=permit(), responses=responses(422))
async def organisations(
    services: ServicesOf,
    q: Annotated[SearchWords, Query(description="Code, name, pinyin or initials: 建国门, jianguomen, jgm.")] = "",
    parent: OrgCode | None = None,
) -> tuple[OrgRow, ...]:
    """Find organisations, or list those directly below one; without either, the districts."""
    city, _ = await services.registry.current()
    if q:
        async with services.reading() as connection:
            return await find_orgs(connection, q)
    return org_rows(city.orgs.children(parent or "110000"))


@router.get("/organisations/{code}", dependencies=permit(), responses=responses(404, 422))
async def organisation(services: ServicesOf, code: OrgCode) -> OrgRow:
    """Show one organisation."""
    city, _ = await services.registry.current()
    found = city.orgs.find(code)
    if found is None:
        raise ApiError("not_found", "No such organisation.")
    return org_row(found)


@router.get("/organisations/{code}/people", dependencies=permit(), responses=responses(403, 404, 422))
async def people_of(services: ServicesOf, actor: ActorOf, code: OrgCode) -> tuple[UserRow, ...]:
    """List who works in an office; only for that office and the department above it, who assign tasks."""
    city, _ = await services.registry.current()
    if city.orgs.find(code) is None:
        raise ApiError("not_found", "No such organisation.")
    if not covers(actor.org, code):
        raise ApiError("role_missing", "Only the office itself and the department above it may see its people.")
    async with services.reading() as connection:
        return await people.users_of(connection, code, city)


@router.get("/classes", dependencies=permit(), responses=responses(422))
async def classes(
    services: ServicesOf,
    q: Annotated[SearchWords, Query(description="What happened, in words: suggests classes.")] = "",
) -> tuple[ClassRow, ...]:
    """Suggest classes for words, best first; without words, the whole catalogue by code."""
    city, _ = await services.registry.current()
    found = city.catalogue.suggest(q) if q else tuple(city.catalogue.classes.values())
    return tuple(ClassRow(code=c.code, name=c.name, category=c.category) for c in found)


@router.get("/classes/{code}", dependencies=permit(), responses=responses(404, 422))
async def class_of(services: ServicesOf, code: Slug) -> ClassRow:
    """Show one class."""
    city, _ = await services.registry.current()
    if code not in city.catalogue:
        raise ApiError("not_found", "No such class.")
    found = city.catalogue.get(code)
    return ClassRow(code=found.code, name=found.name, category=found.category)
