"""The wall around the pages: who gets in, from where, and what leaves with every answer."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from tests.web.conftest import ORIGIN, STREET, Pages
from web.assets import Assets
from web.pages.session import safe_target
from web.routing import PageRouter

STATIC = Path(__file__).parents[2] / "web" / "static"


async def test_everything_but_the_form_needs_a_sign_in(pages: Pages) -> None:
    nobody = pages.anonymous(Origin=ORIGIN)
    for path in ("/", "/raise", "/overdue?set=near_due", "/notices", "/operator", "/cases/BJ-1", "/cases/BJ-1/claim"):
        answer = await nobody.client.get(path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/login"), path
    posted = await nobody.post("/cases/BJ-1/withdraw", {"reason": "x"})
    assert posted.status_code == 401
    assert "请先登录" in posted.text
    assert "next=/overdue%3Fset%3Dnear_due" in (await nobody.client.get("/overdue?set=near_due")).headers["location"]


def test_a_page_without_declared_permission_fails_at_start() -> None:
    with pytest.raises(RuntimeError, match="exactly one permission"):
        PageRouter().add_api_route("/open", lambda: None, methods=["GET"])


async def test_sign_in_by_token_and_out_again(pages: Pages) -> None:
    browser = pages.anonymous(Origin=ORIGIN)
    token = await pages.services.registry.issue_token(STREET, "test")
    wrong = await browser.post("/login", {"token": "wst_wrong"})
    assert wrong.status_code == 403
    assert "wst_wrong" not in wrong.text
    entered = await browser.post("/login", {"token": token, "next": "/overdue"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/overdue")
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    await browser.get("/")
    left = await browser.post("/logout", {})
    assert left.headers["location"] == "/login?done=signed_out"
    again = pages.anonymous(Cookie=f"whistle_session={token}")
    assert (await again.client.get("/")).status_code == 303


@pytest.fixture
def outside_the_demo(pages: Pages) -> Iterator[None]:
    pages.app.state.services = replace(pages.services, demo=False)
    yield
    pages.app.state.services = pages.services


async def test_demo_door_is_closed_outside_the_demo(pages: Pages, outside_the_demo: None) -> None:
    nobody = pages.anonymous(Origin=ORIGIN)
    assert (await nobody.post("/login/demo", {"user": STREET})).status_code == 404
    page = await nobody.get("/login")
    assert STREET not in page
    assert "演示" not in page


async def test_unknown_person_cannot_be_taken(pages: Pages) -> None:
    nobody = pages.anonymous(Origin=ORIGIN)
    assert (await nobody.post("/login/demo", {"user": "nobody.at.all"})).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": ORIGIN}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN}, 403),
    ],
)
async def test_only_our_own_pages_may_change_anything(pages: Pages, headers: dict[str, str], status: int) -> None:
    answer = await pages.anonymous(**headers).post("/login/demo", {"user": STREET})
    assert answer.status_code == status


async def test_the_api_is_left_alone(pages: Pages) -> None:
    token = await pages.services.registry.issue_token(STREET, "test")
    browser = pages.anonymous(Authorization=f"Bearer {token}")
    answer = await browser.client.post("/api/v1/cases", json={}, headers={"Idempotency-Key": "no-origin-at-all"})
    assert answer.status_code == 422
    assert "content-security-policy" not in answer.headers
    assert answer.headers["x-content-type-options"] == "nosniff"
    cookie_only = pages.anonymous(Cookie=f"whistle_session={token}")
    assert (await cookie_only.client.get("/api/v1/cases")).status_code == 401


async def test_headers_stand_on_every_page(pages: Pages) -> None:
    street = await pages.of(STREET)
    for path in ("/", "/login", "/nothing"):
        answer = await street.client.get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'self';")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "same-origin"


async def test_forms_have_a_largest_size(pages: Pages) -> None:
    street = await pages.of(STREET)
    answer = await street.post("/raise", {"title": "字" * 200_000})
    assert answer.status_code == 413
    lying = await street.client.post("/raise", content=b"x", headers={"Content-Length": "many"})
    assert lying.status_code == 413


@pytest.mark.parametrize(
    ("asked", "target"),
    [
        ("/overdue?set=near_due", "/overdue?set=near_due"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nSet-Cookie: x", "/"),
        ("/logout", "/"),
        ("", "/"),
    ],
)
def test_no_link_leads_away_after_signing_in(asked: str, target: str) -> None:
    assert safe_target(asked) == target


async def test_static_files_are_kept_for_ever_and_packed() -> None:
    assets = Assets()
    app = FastAPI()
    app.include_router(assets.router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
        url = assets.url("vendor/bootstrap.min.css")
        fresh = await client.get(url)
        assert fresh.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert fresh.headers["content-encoding"] == "gzip"
        assert fresh.content == (STATIC / "vendor/bootstrap.min.css").read_bytes()
        bare = await client.get(url, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in bare.headers
        assert (await client.get(url, headers={"If-None-Match": fresh.headers["etag"]})).status_code == 304
        old = await client.get(re.sub(r"/static/[0-9a-f]+/", "/static/0000/", url))
        assert (old.status_code, old.headers["cache-control"]) == (200, "no-cache")
        for wrong in ("/static/x/%2e%2e%2fapp.py", "/static/x/nothing.css"):
            assert (await client.get(wrong)).status_code == 404, wrong


def test_vendored_files_are_what_the_manifest_says() -> None:
    from tools.vendor import verify

    assert verify() == []


def test_own_script_stays_small_and_nothing_names_a_foreign_address() -> None:
    assert len((STATIC / "whistle.js").read_bytes()) <= 5 * 1024
    for path in STATIC.rglob("*"):
        if path.suffix in {".css", ".js"}:
            body = path.read_text(encoding="utf-8").replace("http://www.w3.org/", "")
            assert not re.search(r"url\([\"']?(?:https?:)?//|@import|sourceMappingURL", body), path
