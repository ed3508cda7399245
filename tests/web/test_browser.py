"""The pages in a real Chromium, at a phone's and a desk's width: what HTML alone cannot tell."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.web.conftest import STREET, WORKER, Pages
from tools.screenshots import WIDTHS, Browser, chromium, demo_cookie

PROGRAM = chromium()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium here (Debian: apt-get install chromium fonts-noto-cjk)"),
]


@dataclass
class Site:
    """A served application with one case, and a browser."""

    base: str
    number: str
    browser: Browser

    def enter(self, login: str) -> None:
        """Take a person's place."""
        cookie = demo_cookie(self.base, login)
        self.browser.call("Network.setCookie", url=self.base, name="whistle_session", value=cookie)

    def wait(self, expression: str) -> None:
        """Wait until an expression in the page is true, 5 seconds at most."""
        until = time.monotonic() + 5
        while not self.browser.run(expression):
            assert time.monotonic() < until, expression
            time.sleep(0.05)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(str(PROGRAM)) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module")
async def site(pages: Pages, browser: Browser) -> AsyncIterator[Site]:
    from cli.serve import free_port, server

    number = await (await pages.of(STREET)).raised(assist=["110101-CG"], title="一个很长的标题" * 12)
    port = free_port("127.0.0.1", 0)
    http = server(pages.app, "127.0.0.1", port)
    serving = asyncio.create_task(http.serve())
    while not http.started:
        await asyncio.sleep(0.02)
    yield Site(f"http://127.0.0.1:{port}", number, browser)
    http.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving


@pytest.mark.parametrize("login", [STREET, WORKER, "operator"])
async def test_nothing_is_wider_than_the_screen_or_comes_from_elsewhere(site: Site, login: str) -> None:
    paths = ["/", "/overdue", "/notices", "/login", f"/cases/{site.number}", f"/cases/{site.number}?timeline=all"]
    more = {STREET: ["/raise", f"/cases/{site.number}/withdraw"], WORKER: [f"/cases/{site.number}/report-in?task=1"]}

    def look() -> None:
        site.enter(login)
        for path in paths + more.get(login, ["/operator"]):
            for width in WIDTHS:
                seen = site.browser.look(site.base + path, width)
                assert (seen.wider, seen.complaints, seen.foreign) == ([], [], []), (path, width)

    await asyncio.to_thread(look)


async def test_lists_refresh_but_not_while_somebody_reads(site: Site) -> None:
    def refresh() -> None:
        site.enter(STREET)
        site.browser.open(f"{site.base}/cases/{site.number}")
        site.wait("typeof htmx === 'object'")
        mark = "document.querySelector('#live h3').textContent = 'changed here'"
        changed = "document.querySelector('#live h3').textContent === 'changed here'"
        site.browser.run(f"{mark}; document.querySelector('#live details').open = true; htmx.trigger('#live', 'every')")
        time.sleep(0.5)
        assert site.browser.run(changed)
        site.browser.run("document.querySelector('#live details').open = false; htmx.trigger('#live', 'every')")
        site.wait(f"!({changed})")

    await asyncio.to_thread(refresh)


async def test_classes_are_suggested_while_typing(site: Site) -> None:
    def suggest() -> None:
        site.enter(STREET)
        site.browser.open(f"{site.base}/raise")
        site.wait("typeof htmx === 'object'")
        site.browser.run(
            "(() => { const title = document.getElementById('title'); title.value = '楼前下水道污水外溢';"
            "title.dispatchEvent(new Event('change', {bubbles: true})); })()"
        )
        site.wait("document.getElementById('class_code').value === 'W04'")
        site.wait("document.body.textContent.includes('按权责清单将召集')")

    await asyncio.to_thread(suggest)


async def test_a_form_is_sent_once_and_its_countdown_runs(site: Site) -> None:
    def send() -> None:
        site.enter(STREET)
        site.browser.open(f"{site.base}/cases/{site.number}/urge?task=1")
        twice = (
            "(() => { let sent = 0; const form = document.querySelector('form[data-guard]');"
            "addEventListener('submit', e => { if (!e.defaultPrevented) sent++; e.preventDefault(); });"
            "form.requestSubmit(); form.requestSubmit(); return sent; })()"
        )
        assert site.browser.run(twice) == 1
        site.browser.open(f"{site.base}/cases/{site.number}")
        site.browser.run("document.querySelector('[data-due]').textContent = ''")
        site.browser.run("dispatchEvent(new Event('pageshow'))")
        site.wait("document.querySelector('[data-due]').textContent.startsWith('剩')")

    await asyncio.to_thread(send)
