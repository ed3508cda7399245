"""Blowing the whistle: the form, with classes suggested from the text and a look at whom the duty list would call."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from contracts.commands import RaiseRequest
from domain.actors import Role
from domain.catalogue import Family
from domain.errors import DomainError, Reason, Refusal
from domain.organisations import OrgKind, district_of, sub_district_of
from web import forms
from web.failures import Failure, describe
from web.routing import SEE_OTHER, PageRouter, render, signed_in
from web.units import of_district, of_sub_district, sub_districts
from web.visits import Visit, VisitOf

if TYPE_CHECKING:
    from domain.catalogue import CaseClass
    from domain.organisations import Org

router = PageRouter()

_FAMILIES: Final = (Family.WHISTLE, Family.MATTER, Family.LETTER)
"""What people report; a component (管理部件) is a thing, and what is wrong with it is a matter."""

_CALLABLE: Final = (OrgKind.DEPARTMENT, OrgKind.UTILITY, OrgKind.BRANCH)
_HELPERS: Final = (*_CALLABLE, OrgKind.COMMUNITY)


@dataclass(frozen=True, slots=True)
class Called:
    """Whom the duty list would call for the class and area that are chosen."""

    lead: str
    assist: tuple[str, ...]
    by_default: bool


@router.get("/raise", dependencies=signed_in())
async def form(request: Request, visit: VisitOf) -> Response:
    """Show an empty form, the person's own sub-district chosen."""
    return _show(request, visit, forms.blank(area=_own_area(visit), channel=_own_channel(visit), kind="public_request"))


@router.post("/raise/classes", dependencies=signed_in())
async def suggest(request: Request, visit: VisitOf) -> Response:
    """Show the form again with classes suggested from what was typed; sends nothing."""
    return _show(request, visit, forms.entered(await request.form()))


@router.post("/raise", dependencies=signed_in())
async def blow(request: Request, visit: VisitOf) -> Response:
    """Raise the case; whatever goes wrong, what was typed is kept."""
    typed = forms.entered(await request.form())
    body, typed = forms.validated(RaiseRequest, _without_empty_choices(typed))
    if not isinstance(body, RaiseRequest):
        return _show(request, visit, typed, status=422)
    try:
        outcome = await visit.services.commands.raise_case(visit.actor, body, typed.key)
    except DomainError as error:
        failure = describe(error)
        if failure.unsure:
            raise
        beside = {"appointment": failure.detail} if _is_about_appointment(error) else {}
        kept = forms.Entered(typed.values, beside, forms.new_key())
        return _show(request, visit, kept, status=failure.status, failure=failure)
    return RedirectResponse(f"/cases/{outcome.number}?done=raise", SEE_OTHER)


def _show(
    request: Request, visit: Visit, typed: forms.Entered, *, status: int = 200, failure: Failure | None = None
) -> Response:
    words = f"{typed.get('title')} {typed.get('description')}"
    suggested = visit.city.catalogue.suggest(words) if words.strip() else ()
    if suggested and not typed.get("class_code"):
        typed = forms.Entered({**typed.values, "class_code": suggested[0].code}, typed.errors, typed.key)
    area = str(typed.get("area"))
    return render(
        request, "raise.html", status, here="raise", form=typed, refused=failure, suggested=suggested,
        classes=_classes(visit), areas=_areas(visit), called=_called(visit, typed),
        leads=_units(visit, area, _CALLABLE), helpers=_units(visit, area, _HELPERS),
    )  # fmt: skip


def _own_area(visit: Visit) -> str | None:
    return sub_district_of(visit.actor.org)


def _own_channel(visit: Visit) -> str:
    if visit.actor.has(Role.HOTLINE_AGENT):
        return "hotline"
    return "grid" if visit.actor.has(Role.GRID_MEMBER) else "street"


def _without_empty_choices(typed: forms.Entered) -> forms.Entered:
    """Leave the assistants to the duty list unless somebody named some, or said that none are wanted."""
    kept = {name: value for name, value in typed.values.items() if value != []}
    if typed.get("alone"):
        kept["assist"] = []
    return forms.Entered(kept, typed.errors, typed.key)


def _is_about_appointment(error: DomainError) -> bool:
    return isinstance(error, Refusal) and error.reason is Reason.APPOINTMENT_PAST


def _areas(visit: Visit) -> tuple[Org, ...]:
    """Return the sub-districts for which the person may raise: one, those of the district, or all of the city."""
    own = _own_area(visit)
    if own is not None:
        found = visit.city.orgs.find(own)
        return (found,) if found else ()
    return sub_districts(visit.city, district_of(visit.actor.org))


def _classes(visit: Visit) -> tuple[tuple[str, tuple[CaseClass, ...]], ...]:
    """Return the classes by category, in the order of the families."""
    found: list[tuple[str, tuple[CaseClass, ...]]] = []
    for family in _FAMILIES:
        mine = [each for each in visit.city.catalogue.classes.values() if each.family is family]
        ordered = sorted(mine, key=lambda each: (each.category, each.code))
        found += [(name, tuple(group)) for name, group in groupby(ordered, key=lambda each: each.category)]
    return tuple(found)


def _called(visit: Visit, typed: forms.Entered) -> Called | None:
    """Ask the duty list; None while class or area are missing, or nobody can be named."""
    class_code, area = str(typed.get("class_code")), str(typed.get("area"))
    if not class_code or not area:
        return None
    try:
        routing = visit.city.route(class_code, area)
    except DomainError:
        return None  # allow W006: a look ahead only; sending the form tells the reason
    names = tuple(visit.city.org_name(code) for code in routing.assist)
    return Called(visit.city.org_name(routing.lead), names, by_default=str(routing.how) == "defaulted")


def _units(visit: Visit, area: str, kinds: tuple[OrgKind, ...]) -> tuple[tuple[str, tuple[Org, ...]], ...]:
    """Return the units that can be named for a sub-district: its own offices, then those of the district."""
    district = district_of(area) if area.isdigit() else district_of(visit.actor.org)
    if district is None:
        return ()
    local = of_sub_district(visit.city, area, kinds) if area else ()
    found = (("本街道", local), ("本区", of_district(visit.city, district, kinds)))
    return tuple(group for group in found if group[1])
