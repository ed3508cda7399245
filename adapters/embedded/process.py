"""Child processes that die with their parent: start, identify, wait for and stop them."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable, Mapping, Sequence

_PR_SET_PDEATHSIG = 1
_LOG_TAIL_BYTES = 3000
_POLL_S = 0.02


class EmbeddedError(RuntimeError):
    """An embedded server cannot be started, reached or stopped; the message tells a person what to do.

    Attributes:
        code: Stable reason: `binary_missing`, `start_failed`, `start_timeout`, `port_taken`, `folder_in_use`,
            `stop_failed`.
    """

    def __init__(self, code: str, message: str) -> None:
        """Keep the code beside the message."""
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Account:
    """The system account a child runs under."""

    uid: int
    gid: int


async def spawn(
    argv: Sequence[str],
    *,
    log: Path,
    env: Mapping[str, str],
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGINT,
) -> Process:
    """Start a direct child in a session of its own, its output appended to `log`.

    The child gets `death_signal` when the thread that called this ends, so call it from the main thread. A session of
    its own keeps the terminal's Ctrl-C away from it: the parent stops its servers last, in order.

    Args:
        argv: Program and arguments; no shell.
        log: File that receives stdout and stderr.
        env: The whole environment of the child.
        account: Account to switch to; only root can.
        death_signal: Sent by the kernel when the parent dies (Linux only).
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=dict(env),
            cwd="/",
            start_new_session=True,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
            preexec_fn=_die_with_parent(death_signal),
        )


def _die_with_parent(sig: signal.Signals) -> Callable[[], None] | None:
    """Return what the child runs before exec, which is after the change of user (that would clear the setting)."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # resolved before the fork: the child must not load anything
    parent = os.getpid()

    def arm() -> None:
        prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the call
            os._exit(1)

    return arm


async def stop(process: Process, steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn, giving the process the seconds beside it, and end with SIGKILL.

    Raises:
        EmbeddedError: `stop_failed`, the process survived SIGKILL for 5 s (it hangs in the kernel).
    """
    for sig, seconds in (*steps, (signal.SIGKILL, 5.0)):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(sig)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), seconds)
    if process.returncode is None:
        raise EmbeddedError("stop_failed", f"process {process.pid} does not end, not even on SIGKILL")


async def stop_orphan(pid: int, steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Stop a process that is not our child, left behind by a parent that was killed.

    Raises:
        EmbeddedError: `stop_failed`, it is still there in the end.
    """
    for sig, seconds in (*steps, (signal.SIGKILL, 5.0)):
        if not alive(pid):
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sig)
        until = time.monotonic() + seconds
        while alive(pid) and time.monotonic() < until:  # noqa: ASYNC110 - nothing tells when a stranger's process ends
            await asyncio.sleep(_POLL_S)
    if alive(pid):
        raise EmbeddedError(
            "stop_failed", f"process {pid} of an earlier run does not end; end it by hand: kill -9 {pid}"
        )


def alive(pid: int) -> bool:
    """Tell whether a process with this id runs (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    stat = _stat_fields(pid)
    return not stat or stat[0] not in "ZX"


def birth(pid: int) -> str:
    """Return what tells a process from a later one with its id: its start in ticks since boot; "" where unknown."""
    stat = _stat_fields(pid)
    return stat[19] if stat else ""


def _stat_fields(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the state on (index 0), empty if there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def command_line(pid: int) -> str:
    """Return the command line of a process, arguments joined by blanks; "" where unknown."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def listens(pid: int, port: int) -> bool:
    """Tell whether exactly this process listens on a TCP port; True where the system does not tell (no /proc)."""
    tables = [table for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")) if table.exists()]
    if not tables:
        return True
    wanted = f":{port:04X}"
    sockets = set()
    for table in tables:
        rows = (line.split() for line in table.read_text(encoding="ascii").splitlines()[1:])
        sockets |= {f"socket:[{row[9]}]" for row in rows if row[1].endswith(wanted) and row[3] == "0A"}  # 0A: listening
    return not sockets.isdisjoint(_open_files(pid))


def _open_files(pid: int) -> set[str]:
    """Return what the descriptors of a process point to; it may end, or close some, while we look."""
    files = set()
    with contextlib.suppress(OSError):
        for descriptor in list(Path(f"/proc/{pid}/fd").iterdir()):
            with contextlib.suppress(OSError):
                files.add(str(descriptor.readlink()))
    return files


def size(log: Path) -> int:
    """Return the length of a log in bytes, 0 if there is none."""
    try:
        return log.stat().st_size
    except OSError:
        return 0


def tail(log: Path, since: int) -> str:
    """Return the end of what a server has logged since its log was `since` bytes long."""
    try:
        return log.read_bytes()[since:][-_LOG_TAIL_BYTES:].decode(errors="replace").strip()
    except OSError:
        return "(no log)"
