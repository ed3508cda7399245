"""The faults of a storm: each proves that it hits the process it means, and is counted only once it took effect."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from adapters.embedded import process as processes
from tests.support.storm_parts import Part, Tally

_GONE_S = 5.0
_POLL_S = 0.02


class FaultMissedError(AssertionError):
    """A fault did not do what it was counted for: the wrong process, or one that lives on."""


async def kill(part: Part, tally: Tally) -> None:
    """Send SIGKILL to a part, after proving that it is the process we mean; count it once it is proven gone."""
    pid = part.pid
    if pid is None:
        raise FaultMissedError(f"{part.name} does not run")
    _prove(pid, part.parent, part.words)
    part.struck = True
    await _kill(pid)
    tally.kills[part.family] += 1


async def kill_backend(part: Part, backend: int, tally: Tally) -> None:
    """Send SIGKILL to one session of our PostgreSQL: all sessions end and it recovers from its log."""
    server = part.pid
    if server is None:
        raise FaultMissedError("PostgreSQL does not run")
    _prove(backend, server, ("postgres:", "whistle"))
    await _kill(backend)
    part.disturbed()
    tally.kills[part.family] += 1
    tally.sessions += 1


def backends(part: Part) -> list[int]:
    """Return the process ids of the application's sessions in our PostgreSQL."""
    server, found = part.pid, []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and _parent(int(folder.name)) == server:
            line = processes.command_line(int(folder.name))
            if line.startswith("postgres: whistle_app"):
                found.append(int(folder.name))
    return sorted(found)


async def freeze(part: Part, seconds: float, tally: Tally) -> None:
    """Stop a part for some seconds and let it go on: alive, but no answer (a gray failure)."""
    pid = part.pid
    if pid is None:
        raise FaultMissedError(f"{part.name} does not run")
    _prove(pid, part.parent, part.words)
    os.kill(pid, signal.SIGSTOP)
    try:
        until = time.monotonic() + 1
        while _state(pid) != "T":
            if time.monotonic() > until:
                raise FaultMissedError(f"{part.name} did not stand still")
            await asyncio.sleep(_POLL_S)
        tally.freezes[part.family] += 1
        await asyncio.sleep(seconds)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


async def _kill(pid: int) -> None:
    born = processes.birth(pid)
    os.kill(pid, signal.SIGKILL)
    until = time.monotonic() + _GONE_S
    while processes.alive(pid) and processes.birth(pid) == born:
        if time.monotonic() > until:
            raise FaultMissedError(f"process {pid} survived SIGKILL")
        await asyncio.sleep(_POLL_S)


def _prove(pid: int, parent: int, words: Sequence[str]) -> None:
    """Make sure that a process is a living child of the one we think, and runs what we think."""
    line = f"{processes.command_line(pid)} {_name(pid)}"
    missing = [word for word in words if word not in line]
    if not processes.alive(pid) or _parent(pid) != parent or missing:
        raise FaultMissedError(f"process {pid} is not ours to kill: parent {_parent(pid)}, command line {line!r}")


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _parent(pid: int) -> int:
    return int(_stat(pid)[1])


def _state(pid: int) -> str:
    return _stat(pid)[0]


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ["?", "0"]
