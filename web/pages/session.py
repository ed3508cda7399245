"""Signing in and out: a personal token goes into a cookie; in the demo one click takes any seeded person's place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from adapters.db import people
from adapters.db.errors import translated
from domain.organisations import OrgKind
from web.failures import PageError, SignedOut, plain
from web.routing import SEE_OTHER, PageRouter, everybody, failure_page, render
from web.visits import COOKIE, COOKIE_SECONDS, forget_token, keep_token, services_of, visit_of

if TYPE_CHECKING:
    from adapters.services import Services
    from contracts.views import UserRow

router = PageRouter()

DEMO_LABEL: Final = "demo"
_HOME: Final = "/"
_GROUPS: Final[tuple[tuple[str, frozenset[OrgKind]], ...]] = (
    ("区级指挥、督查和政府", frozenset({OrgKind.DESK, OrgKind.SUPERVISION, OrgKind.GOVERNMENT, OrgKind.DISTRICT})),
    ("街道和乡镇", frozenset({OrgKind.STREET, OrgKind.AREA_OFFICE, OrgKind.TOWN, OrgKind.TOWNSHIP})),
    ("区级部门", frozenset({OrgKind.DEPARTMENT})),
    ("公共服务企业", frozenset({OrgKind.UTILITY})),
    ("街道派出机构", frozenset({OrgKind.BRANCH})),
    ("社区", frozenset({OrgKind.COMMUNITY})),
    ("市级和运维", frozenset({OrgKind.CITY, OrgKind.ZONE, OrgKind.HOTLINE, OrgKind.OPERATIONS})),
)


_STARTERS: Final = (
    "dhm.staff", "dhm.leader", "cg.dispatch", "cg.worker1", "drain.worker1", "desk", "sup", "operator",
)  # fmt: skip
"""Demo people for each part in a case's life, where the seeded city has them."""


@dataclass(frozen=True, slots=True)
class Office:
    """One office with its people, by login."""

    name: str
    users: tuple[UserRow, ...]


@dataclass(frozen=True, slots=True)
class OfficeGroup:
    """Offices of one sort, by code."""

    title: str
    offices: tuple[Office, ...]


@router.get("/login", dependencies=everybody())
async def form(request: Request, target: Annotated[str, Query(alias="next")] = _HOME, q: str = "") -> Response:
    """Show the form, and in the demo everybody whose place one can take."""
    return await _form(request, target, q)


@router.post("/login", dependencies=everybody())
async def sign_in(request: Request) -> Response:
    """Take a personal token that was pasted."""
    data = await request.form()
    token, target = str(data.get("token", "")).strip(), safe_target(str(data.get("next", "")))
    try:
        await services_of(request).registry.resolve(token)
    except people.BadTokenError:
        return await _form(request, target, "", status=403, refused=True)
    return _enter(request, token, target)


@router.post("/login/demo", dependencies=everybody())
async def take_place(request: Request) -> Response:
    """Take the place of a seeded person; in the demo only."""
    services = services_of(request)
    if not services.demo:
        return failure_page(request, plain(404))
    data = await request.form()
    # The token's expiry is an instant of the real clock, as the database compares it; the cookie goes with it.
    expires = datetime.now(UTC) + timedelta(seconds=COOKIE_SECONDS)  # allow W001: real expiry, not a business instant
    try:
        token = await services.registry.issue_token(str(data.get("user", "")), DEMO_LABEL, expires)
    except people.UnknownUserError as error:
        raise PageError("unknown_user", 404) from error
    await _revoke(request, services)
    return _enter(request, token, safe_target(str(data.get("next", ""))))


@router.post("/logout", dependencies=everybody())
async def sign_out(request: Request) -> Response:
    """Revoke the token and take the cookie away."""
    await _revoke(request, services_of(request))
    answer = RedirectResponse("/login?done=signed_out", SEE_OTHER)
    forget_token(answer)
    return answer


def safe_target(target: str) -> str:
    """Return a path of our own to go on to; anything else leads home, so that no link can send people away."""
    is_ours = target.startswith("/") and not target.startswith(("//", "/\\", "/login", "/logout"))
    return target if is_ours and target.isprintable() and "\\" not in target else _HOME


async def _form(request: Request, target: str, words: str, *, status: int = 200, refused: bool = False) -> Response:
    services = services_of(request)
    if request.cookies.get(COOKIE) and not refused:
        await _known(request)
    groups = await _offices(services, words.strip()) if services.demo else ()
    return render(
        request, "login.html", status, next=safe_target(target), q=words, groups=groups, refused=refused,
        signed_out=request.query_params.get("done") == "signed_out",
    )  # fmt: skip


async def _known(request: Request) -> None:
    """Fill the header for somebody who is signed in already and wants another place."""
    try:
        await visit_of(request)
    except SignedOut:
        request.state.visit = None


async def _offices(services: Services, words: str) -> tuple[OfficeGroup, ...]:
    city, _ = await services.registry.current()
    async with services.reading() as connection:
        everyone = await people.users_within(connection, "110000", city)
    wanted = [u for u in everyone if not words or words in u.name or words in u.org_name or words in u.id]
    by_office = {
        code: Office(group[0].org_name, tuple(group))
        for code, rows in groupby(sorted(wanted, key=lambda u: u.org), key=lambda u: u.org)
        if (group := list(rows))
    }
    kinds = {code: org.kind if (org := city.orgs.find(code)) else OrgKind.CITY for code in by_office}
    found = [] if words else [OfficeGroup("从这里开始", _starters(everyone))]
    found += [
        OfficeGroup(title, tuple(office for code, office in by_office.items() if kinds[code] in members))
        for title, members in _GROUPS
    ]
    return tuple(group for group in found if group.offices)


def _starters(everyone: tuple[UserRow, ...]) -> tuple[Office, ...]:
    """Return one person for each part in a case's life, for whoever sees the system for the first time."""
    by_id = {user.id: user for user in everyone}
    return tuple(Office(by_id[each].org_name, (by_id[each],)) for each in _STARTERS if each in by_id)


async def _revoke(request: Request, services: Services) -> None:
    token = request.cookies.get(COOKIE)
    if token:
        with translated():
            async with services.engine.begin() as connection:
                await people.revoke_token(connection, token)


def _enter(request: Request, token: str, target: str) -> Response:
    answer = RedirectResponse(target, SEE_OTHER)
    keep_token(answer, token, secure=request.url.scheme == "https")
    return answer
