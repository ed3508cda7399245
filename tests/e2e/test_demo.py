"""`whistle demo` as a person starts it: comes up, lives, ends cleanly, heals after kill -9, proves its record."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

PATIENCE_S = 90


@asynccontextmanager
async def demo(data: Path, *options: str) -> AsyncIterator[asyncio.subprocess.Process]:
    with (data / "out.txt").open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "cli.main", "demo", "--data", str(data), "--port", "8610", *options,
            stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGINT)
            await asyncio.wait_for(process.wait(), 30)


def environment(data: Path) -> dict[str, str]:
    return dict(re.findall(r"export (WHISTLE_\w+)='([^']*)'", (data / "env").read_text("utf-8")))


async def until_ready(data: Path, process: asyncio.subprocess.Process) -> str:
    """Wait until the page is served; returns its address."""
    async with asyncio.timeout(PATIENCE_S), httpx.AsyncClient(trust_env=False) as client:
        while True:
            assert process.returncode is None, (data / "out.txt").read_text("utf-8")
            if (data / "env").exists():
                url = f"http://127.0.0.1:{environment(data)['WHISTLE_HTTP_PORT']}"
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{url}/readyz")).status_code == 200:
                        return url
            await asyncio.sleep(0.2)


async def whistle(data: Path, *arguments: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", *arguments, env=os.environ | environment(data),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


def children_of(data: Path) -> list[str]:
    """Return the command lines of living servers that work on this folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                if str(data) in line and ("postgres" in line or "temporal" in line):
                    found.append(line)
    return found


@pytest.fixture
def data() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="whistle-demo-"))
    folder.chmod(0o711)
    return folder


@pytest.mark.timeout(300)
async def test_demo_lives_ends_and_heals(data: Path) -> None:
    async with demo(data, "--speed", "240") as process:
        url = await until_ready(data, process)
        code, token = await whistle(data, "token", "sup")
        assert code == 0, token
        headers = {"Authorization": f"Bearer {token.strip()}"}
        client = httpx.AsyncClient(base_url=url, headers=headers, trust_env=False)
        async with asyncio.timeout(PATIENCE_S), client:
            while True:
                cases = (await client.get("/api/v1/cases", params={"size": 200})).json()["items"]
                escalated = any(c["escalation"] for c in cases)
                if escalated and any(c["status"] == "closed" for c in cases) and any(c["rework"] for c in cases):
                    break
                await asyncio.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert await asyncio.wait_for(process.wait(), 20) == 0, (data / "out.txt").read_text("utf-8")
    assert children_of(data) == []
    (data / "env").unlink()

    async with demo(data, "--keep", "--no-sim") as process:
        await until_ready(data, process)
        process.kill()
        await process.wait()
    (data / "env").unlink()

    async with demo(data, "--keep", "--no-sim") as process:
        url = await until_ready(data, process)
        async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False) as client:
            kept = (await client.get("/api/v1/cases", params={"size": 200})).json()["items"]
        assert {c["id"] for c in cases} <= {c["id"] for c in kept}
        code, said = await whistle(data, "rebuild", "--check")
        assert code == 0, said
