"""Starts processes of the `whistle` command in a tenth of a second: a parent that has imported everything forks them.

A storm restarts our programs dozens of times; each import would cost three seconds of a core. What the children run,
and what kills them, is the same. Orders come as lines of JSON on standard input; each is answered with a process id.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import random
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


class Nursery:
    """The parent process, seen from the test."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    @property
    def pid(self) -> int:
        """Process id of the parent of all that it forked."""
        if self._process is None:
            raise RuntimeError("the nursery was not opened")
        return self._process.pid

    async def open(self, root: Path) -> None:
        """Start it; it dies with us, and its children with it."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.storm_nursery", str(os.getpid()), cwd=root,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip

    async def fork(self, name: str, arguments: list[str], environment: dict[str, str], log: Path) -> int:
        """Start a process that runs `whistle ARGUMENTS`, known to the system by its name; return its id."""
        if self._process is None or self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("the nursery was not opened")
        order = {"name": name, "arguments": arguments, "environment": environment, "log": str(log)}
        async with self._turn:
            self._process.stdin.write(json.dumps(order).encode() + b"\n")
            return int(await self._process.stdout.readline())

    async def close(self) -> None:
        """End it; children that still live end too."""
        if self._process is None or self._process.stdin is None:
            return
        self._process.stdin.close()
        await self._process.wait()
        self._process = None


def _serve() -> None:
    """Fork on demand until standard input ends."""
    _die_with_parent(int(sys.argv[1]))
    import workers.bootstrap  # noqa: F401 - imported for the children

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries what was killed
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(order)
        print(pid, flush=True)


def _live(order: dict[str, Any]) -> NoReturn:
    """Become the ordered process."""
    code = 1
    try:
        _die_with_parent(os.getppid())
        ctypes.CDLL(None).prctl(_PR_SET_NAME, order["name"].encode(), 0, 0, 0)
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        for descriptor, target in ((os.open(os.devnull, os.O_RDONLY), 0), (log, 1), (log, 2)):
            os.dup2(descriptor, target)
        os.chdir("/")
        os.environ.clear()
        os.environ.update(order["environment"])
        random.seed()  # or all children would roll the same dice
        code = _run(order["arguments"])
    except BaseException:  # noqa: BLE001 - the log is the only one who can be told
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _run(arguments: list[str]) -> int:
    import cli.main
    from tests.support.sabotage import SABOTEURS

    saboteur = SABOTEURS.get(arguments[0])
    if saboteur is not None:
        saboteur()
        arguments = arguments[1:]
    sys.argv = ["whistle", *arguments]
    try:
        cli.main.run()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _die_with_parent(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    _serve()
