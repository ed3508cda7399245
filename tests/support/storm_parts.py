"""The processes of a storm: each is started, kept alive by a supervisor, and killed so that the kill is proven."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg

from adapters.embedded import EmbeddedError, PostgresServer, TemporalServer
from adapters.embedded import process as processes
from tests.support.storm_nursery import Nursery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).parents[2]
_LONGEST_BACKOFF_S = 2.0


@dataclass(slots=True)
class Tally:
    """What the nemesis did, by family of process; only what verifiably took effect is counted."""

    kills: Counter[str] = field(default_factory=Counter)
    sessions: int = 0
    freezes: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    refused_starts: Counter[str] = field(default_factory=Counter)
    own_exits: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


class Part(ABC):
    """One process of the installation.

    Attributes:
        name: Unique, for example `api-1`.
        family: What faults are counted by: api, worker, relay, temporal or postgres.
        words: Must stand in the command line or the name of the process, or it is not the one that we mean.
        parent: Process that must be its parent.
    """

    def __init__(self, name: str, family: str, words: Sequence[str]) -> None:
        self.name, self.family, self.words = name, family, tuple(words)
        self.struck = False
        self._worked: int | None = None

    @property
    def parent(self) -> int:
        return os.getpid()

    @property
    @abstractmethod
    def pid(self) -> int | None:
        """Process id; None while it does not run."""

    @abstractmethod
    async def start(self) -> None:
        """Start it; raises EmbeddedError or OSError if it cannot."""

    @abstractmethod
    async def probe(self) -> bool:
        """Ask it whether it does its work."""

    async def ready(self) -> bool:
        """Tell whether it has done its work since it was started."""
        pid = self.pid
        if pid is not None and self._worked != pid and await self.probe():
            self._worked = pid
        return pid is not None and self._worked == pid and processes.alive(pid)

    def disturbed(self) -> None:
        """Note that it may not work just now, although it lives."""
        self._worked = None

    @abstractmethod
    async def stop(self) -> None:
        """Stop it for good, in order."""


class Program(Part):
    """One of our own processes, started cold: `python -m MODULE ARGUMENTS`."""

    def __init__(
        self, name: str, family: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path,
        *, port: int | None = None, says: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name, family, arguments)
        self._argv = [sys.executable, "-m", *arguments]
        self._environment = {**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        self.log = log
        self._port, self._says = port, says
        self._process: asyncio.subprocess.Process | None = None
        self._since = 0

    @property
    def pid(self) -> int | None:
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process is not None else None

    async def start(self) -> None:
        self._since = processes.size(self.log)
        self._process = await processes.spawn(
            self._argv, log=self.log, env=self._environment, death_signal=signal.SIGKILL
        )

    async def probe(self) -> bool:
        if self._port is not None:
            return await _healthy(self._port)
        return self._says is None or self._says in _text(self.log, self._since)

    async def stop(self) -> None:
        if self._process is not None:
            await processes.stop(self._process, ((signal.SIGTERM, 8.0),))


class Forked(Program):
    """One of our own processes, forked by the nursery: `whistle ARGUMENTS`."""

    def __init__(
        self, name: str, family: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path,
        *, nursery: Nursery, port: int | None = None, says: str | None = None,
    ) -> None:  # fmt: skip
        super().__init__(name, family, arguments, environment, log, port=port, says=says)
        self.words = (name,)
        self._arguments, self._nursery = list(arguments), nursery
        self._forked: tuple[int, str] | None = None

    @property
    def parent(self) -> int:
        return self._nursery.pid

    @property
    def pid(self) -> int | None:
        if self._forked is None:
            return None
        pid, born = self._forked
        return pid if processes.alive(pid) and processes.birth(pid) == born else None

    async def start(self) -> None:
        self._since = processes.size(self.log)
        pid = await self._nursery.fork(self.name, self._arguments, dict(self._environment), self.log)
        self._forked = (pid, processes.birth(pid))

    async def stop(self) -> None:
        pid = self.pid
        if pid is not None:
            await processes.stop_orphan(pid, ((signal.SIGTERM, 8.0),))


class Server(Part):
    """PostgreSQL or the Temporal dev server, by the product's own life cycle."""

    def __init__(self, name: str, server: PostgresServer | TemporalServer, words: Sequence[str]) -> None:
        super().__init__(name, name, words)
        self.server = server
        self._serving = False

    @property
    def pid(self) -> int | None:
        try:
            return self.server.pid
        except EmbeddedError:
            return None

    async def start(self) -> None:
        self._serving = False
        await self.server.start()
        self._serving = True

    async def probe(self) -> bool:
        return self._serving and await self._answers()

    async def _answers(self) -> bool:
        """Ask PostgreSQL itself, which may be recovering under the same process id."""
        if not isinstance(self.server, PostgresServer):
            return True
        try:
            async with asyncio.timeout(2):
                connection = await self.server._connect()
                await connection.close()
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        return True

    async def stop(self) -> None:
        await self.server.stop()


class Supervisor:
    """Starts parts and starts again whatever ends, with back-off, until it is told to stop."""

    def __init__(self, tally: Tally) -> None:
        self.parts: list[Program | Server] = []
        self.tally = tally
        self._watchers: list[asyncio.Task[None]] = []

    async def add(self, *parts: Program | Server) -> None:
        """Start parts side by side and watch them from then on."""
        self.parts += parts
        await asyncio.gather(*(part.start() for part in parts))
        self._watchers += [asyncio.create_task(self._watch(part)) for part in parts]

    async def stop(self) -> None:
        """Watch no longer, and stop our own programs before the servers they speak to."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        programs = [part for part in self.parts if isinstance(part, Program)]
        servers = [part for part in self.parts if isinstance(part, Server)]
        await asyncio.gather(*(part.stop() for part in programs))
        await asyncio.gather(*(part.stop() for part in servers))

    async def all_ready(self, seconds: float) -> float:
        """Wait until everything works; return the seconds it took."""
        begun = time.monotonic()
        for part in self.parts:
            while not await part.ready():
                if time.monotonic() - begun > seconds:
                    msg = f"{part.name} is not at work after {seconds:.0f} s"
                    raise TimeoutError(msg)
                await asyncio.sleep(0.05)
        return time.monotonic() - begun

    async def _watch(self, part: Program | Server) -> None:
        pause = 0.05
        while True:
            if part.pid is not None:
                if await part.ready():
                    pause = 0.05
                await asyncio.sleep(0.05)
                continue
            if not part.struck:
                self.tally.own_exits[part.name] += 1
            part.struck = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_BACKOFF_S)
            try:
                await part.start()
            except Exception as error:  # noqa: BLE001 - whatever it was, the next try may go well
                part.struck = True  # the start was refused; that is not an exit of its own
                self.tally.refused_starts[f"{part.name}: {type(error).__name__}"] += 1
            else:
                self.tally.restarts[part.name] += 1


async def _healthy(port: int) -> bool:
    """Ask an HTTP process whether it lives."""
    try:
        async with asyncio.timeout(2):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(b"GET /healthz HTTP/1.1\r\nHost: storm\r\nConnection: close\r\n\r\n")
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False


def _text(log: Path, since: int) -> str:
    try:
        return log.read_bytes()[since:].decode(errors="replace")
    except OSError:
        return ""
