"""Screenshots: look at pages of a running demo server in headless Chromium, and tell what is wrong with them.

Usage: python tools/screenshots.py http://127.0.0.1:8000 FOLDER USER=/path ...      for example dhm.staff=/overdue

Each page is taken 390 and 1280 pixels wide. Printed for each: what is wider than the screen, errors of the console (a
broken content policy among them), requests that left the origin. Speaks to Chromium through a pipe: nothing to install.
"""

from __future__ import annotations

import base64
import http.client
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

WIDTHS = (390, 1280)
_DESK = 768
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars", "--remote-debugging-pipe",
)  # fmt: skip
_WIDER = (
    "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && "
    "!e.closest('.skip, .visually-hidden, svg')).slice(0, 5).map(e => e.tagName + '.' + e.className)"
)


def chromium() -> str | None:
    """Return where Chromium is installed, None if it is not."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@dataclass
class Look:
    """What was seen of one page.

    Attributes:
        wider: Elements that reach past the right edge of the screen.
        complaints: Errors of the console.
        foreign: Addresses outside the origin that were asked for.
    """

    png: bytes = b""
    wider: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


class Browser:
    """One headless Chromium with one page, spoken to through a pipe (the DevTools protocol)."""

    def __init__(self, program: str) -> None:
        """Remember the program."""
        self._program = program
        self._numbers = itertools.count(1)
        self._events: list[dict[str, Any]] = []
        self._rest = b""
        self._session: str | None = None

    def __enter__(self) -> Self:
        """Start it with a profile of its own."""
        self._profile = tempfile.mkdtemp(prefix="whistle-browser-")
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        # The protocol wants descriptors 3 and 4; the shell puts the pipes there.
        line = f'exec "$0" "$@" 3<&{to_browser} 4>&{from_browser}'
        self._process = subprocess.Popen(
            ["bash", "-c", line, self._program, *_FLAGS, f"--user-data-dir={self._profile}", "about:blank"],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *error: object) -> None:
        """Close it."""
        os.close(self._write)
        self._process.terminate()
        self._process.wait(timeout=10)
        os.close(self._read)
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method: str, **params: Any) -> Any:
        """Send one command and return its result; events that come meanwhile are kept."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._events.append(answer)

    def run(self, script: str) -> Any:
        """Evaluate an expression in the page and return its value."""
        return self.call("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def wait_for(self, event: str) -> None:
        """Wait until an event has come since the last `open`."""
        while not any(e.get("method") == event for e in self._events):
            self._events.append(self._next())

    def open(self, url: str) -> None:
        """Go to a page and wait until it has loaded."""
        self._events.clear()
        self.call("Page.navigate", url=url)
        self.wait_for("Page.loadEventFired")

    def look(self, url: str, width: int, *, height: int = 844) -> Look:
        """Open a page at a width and return what is seen."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < _DESK
        )  # fmt: skip
        self.open(url)
        wider = self.run(_WIDER)
        picture = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        origin = url.split("/", 3)[:3]
        return Look(base64.b64decode(picture), wider, self._complaints(), self._foreign("/".join(origin)))

    def _complaints(self) -> list[str]:
        logged = [e["params"]["entry"] for e in self._events if e.get("method") == "Log.entryAdded"]
        thrown = [e["params"] for e in self._events if e.get("method") == "Runtime.exceptionThrown"]
        errors = [entry["text"] for entry in logged if entry["level"] == "error"]
        return errors + [each["exceptionDetails"]["text"] for each in thrown]

    def _foreign(self, origin: str) -> list[str]:
        asked = [e["params"]["request"]["url"] for e in self._events if e.get("method") == "Network.requestWillBeSent"]
        return [url for url in asked if not url.startswith((origin, "data:"))]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            received = os.read(self._read, 1 << 16)
            if not received:
                raise RuntimeError("Chromium has gone")
            self._rest += received
        line, self._rest = self._rest.split(b"\0", 1)
        message: dict[str, Any] = json.loads(line)
        return message


def demo_cookie(base: str, user: str) -> str:
    """Take the place of a demo user; return the value of the cookie."""
    host = urllib.parse.urlsplit(base).netloc
    connection = http.client.HTTPConnection(host, timeout=10)
    headers = {"Origin": base, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login/demo", urllib.parse.urlencode({"user": user}), headers)
    cookie = connection.getresponse().getheader("Set-Cookie")
    connection.close()
    if cookie is None:
        raise RuntimeError(f"{user} cannot sign in: is it the demo?")
    return cookie.split("=", 1)[1].split(";", 1)[0]


def main() -> int:
    """Take the pictures; exit code 1 if something is wrong with a page."""
    program = chromium()
    if len(sys.argv) < 4 or program is None:  # noqa: PLR2004 - server, folder, at least one page
        print(__doc__ if program else "Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)")
        return 2
    base, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with Browser(program) as browser:
        for number, page in enumerate(sys.argv[3:], 1):
            user, _, path = page.partition("=")
            browser.call("Network.setCookie", url=base, name="whistle_session", value=demo_cookie(base, user))
            for width in WIDTHS:
                seen = browser.look(base + path, width)
                name = f"{number:02}-{user}-{width}.png"
                (folder / name).write_bytes(seen.png)
                found = {"wider": seen.wider, "console": seen.complaints, "foreign": seen.foreign}
                trouble = {what: items for what, items in found.items() if items}
                wrong += bool(trouble)
                print(name, path, trouble or "fine")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
