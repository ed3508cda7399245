"""Our own life cycle of the Temporal dev server on a database file: start, heal, stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import time
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from adapters.embedded import process
from adapters.embedded.binaries import temporal_binary
from adapters.embedded.process import EmbeddedError

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

NAMESPACE: Final = "default"
RETENTION: Final = timedelta(hours=2160)  # 90 days: no case id may be forgotten while it can be disputed
_HOST = "127.0.0.1"
_START_TIMEOUT_S = 60.0
_TRIES = 4
_SHUTDOWN = ((signal.SIGINT, 2.5),)


class TemporalServer:
    """One Temporal dev server on one database file.

    Attributes:
        port: Port of the front end, valid after `start`; the same after a restart.
        ui_port: Port of the web screens, None for none.
    """

    def __init__(  # noqa: PLR0913 - each is a plain setting of the server
        self,
        db_file: Path,
        *,
        persistent: bool = True,
        port: int | None = None,
        ui_port: int | None = None,
        ui: bool = False,
        search_attributes: Mapping[str, str] | None = None,
        extra_args: Sequence[str] = (),
    ) -> None:
        """Remember the settings; nothing is touched before `start`.

        Args:
            db_file: SQLite file with all state; made if absent. Log and pid file lie beside it.
            persistent: False keeps the state in memory, faster, gone with the process: for tests.
            port: Port to serve on at 127.0.0.1; None takes a free one.
            ui_port: Port of the web screens; None takes a free one if `ui`.
            ui: Whether to serve the web screens.
            search_attributes: Name to type (`Keyword`, `Text`, `Int`, `Double`, `Bool`, `Datetime`, `KeywordList`),
                registered at start.
            extra_args: Further arguments of `temporal server start-dev`.
        """
        self._db_file = db_file.absolute()
        self._persistent = persistent
        self._fixed_port = port
        self._fixed_ui_port = ui_port
        self._ui = ui or ui_port is not None
        self._attributes = dict(search_attributes or {})
        self._extra_args = tuple(extra_args)
        self._process: Process | None = None
        self._log_start = 0
        self.port = port or 0
        self.ui_port = ui_port

    @property
    def address(self) -> str:
        """Return `host:port` of the front end."""
        return f"{_HOST}:{self.port}"

    @property
    def ui_url(self) -> str | None:
        """Return the address of the web screens, None if there are none."""
        return f"http://{_HOST}:{self.ui_port}" if self._ui else None

    @property
    def pid(self) -> int:
        """Process id of the server.

        Raises:
            EmbeddedError: `start_failed`, it does not run.
        """
        if self._process is None or self._process.returncode is not None:
            raise EmbeddedError(
                "start_failed", f"the Temporal dev server of {self._db_file} does not run; log: {self._log}"
            )
        return self._process.pid

    @property
    def _log(self) -> Path:
        return self._db_file.with_suffix(".log")

    @property
    def _pid_file(self) -> Path:
        return self._db_file.with_suffix(".pid")

    async def start(self) -> None:
        """Start the server, wait until the namespace answers and set its retention to 90 days.

        A server left running on this file by a killed program is stopped first. A free port that another program takes
        in the same instant is replaced by the next.

        Raises:
            EmbeddedError: `binary_missing`, `port_taken`, `start_failed` or `start_timeout`, with the end of the log.
        """
        binary = temporal_binary()
        self._db_file.parent.mkdir(parents=True, exist_ok=True)
        await self._end_orphan()
        for attempt in range(_TRIES):
            again = attempt == 0  # a restart serves where clients look for it, if the port is still free
            self.port = self._fixed_port or (again and self.port) or free_port()
            self.ui_port = (self._fixed_ui_port or (again and self.ui_port) or free_port()) if self._ui else None
            self._log_start = process.size(self._log)
            self._process = await process.spawn(self._argv(str(binary)), log=self._log, env=_environment())
            self._pid_file.write_text(f"{self.pid} {process.birth(self.pid)}", encoding="ascii")
            try:
                await self._ready()
            except EmbeddedError as error:
                await self.stop()
                if error.code != "port_taken" or self._fixed_port or self._fixed_ui_port or attempt == _TRIES - 1:
                    raise
            except BaseException:
                await self.stop()
                raise
            else:
                return

    async def stop(self) -> None:
        """Stop the server, within 3 s. Does nothing if it does not run."""
        if self._process is not None:
            await process.stop(self._process, _SHUTDOWN)
            self._process = None
            self._pid_file.unlink(missing_ok=True)

    async def wipe(self) -> None:
        """Stop the server and delete its database."""
        await self.stop()
        for path in self._db_file.parent.glob(f"{self._db_file.name}*"):
            path.unlink(missing_ok=True)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def _argv(self, binary: str) -> list[str]:
        argv = [binary, "server", "start-dev", "--ip", _HOST, "--port", str(self.port), "--log-level", "error"]
        if self._persistent:
            argv += ["--db-filename", str(self._db_file)]
            argv += ["--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=FULL"]
        argv += ["--ui-port", str(self.ui_port)] if self._ui else ["--headless"]
        for name, kind in sorted(self._attributes.items()):
            argv += ["--search-attribute", f"{name}={kind}"]
        return [*argv, *self._extra_args]

    async def _end_orphan(self) -> None:
        """Stop the server of a killed program on this file, known by its id together with its birth."""
        try:
            pid, _, birth = self._pid_file.read_text(encoding="ascii").partition(" ")
        except OSError:
            return
        if pid.isdigit() and process.alive(int(pid)) and process.birth(int(pid)) == birth:
            await process.stop_orphan(int(pid), _SHUTDOWN)
        self._pid_file.unlink(missing_ok=True)

    async def _ready(self) -> None:
        """Wait until the port answers, is ours, and the namespace is served; then set the retention."""
        until = time.monotonic() + _START_TIMEOUT_S
        while not await self._accepts():
            if self._process is None or self._process.returncode is not None:
                text = process.tail(self._log, self._log_start)
                code = "port_taken" if "address already in use" in text or "can't set" in text else "start_failed"
                raise EmbeddedError(code, f"the Temporal dev server did not start. {self._log} ends with:\n{text}")
            if time.monotonic() > until:
                text = f"the Temporal dev server did not answer in {_START_TIMEOUT_S:.0f} s. {self._log} ends with:\n"
                raise EmbeddedError("start_timeout", text + process.tail(self._log, self._log_start))
            await asyncio.sleep(0.03)
        # An older server can keep a port on which ours then fails to start: whoever answers must be our child.
        if self._process is None or not process.listens(self._process.pid, self.port):
            raise EmbeddedError("port_taken", f"port {self.port} is served by another program; choose another port")
        await self._set_retention(until)

    async def _accepts(self) -> bool:
        try:
            _, writer = await asyncio.open_connection(_HOST, self.port)
        except OSError:
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    async def _client(self, until: float) -> Client:
        """Connect; the port accepts an instant before the front end serves."""
        while True:
            try:
                return await Client.connect(self.address)
            except RuntimeError as error:
                if time.monotonic() > until or self._process is None or self._process.returncode is not None:
                    text = f"the Temporal dev server does not serve. {self._log} ends with:\n"
                    text += process.tail(self._log, self._log_start)
                    raise EmbeddedError("start_failed", text) from error
                await asyncio.sleep(0.05)

    async def _set_retention(self, until: float) -> None:
        client = await self._client(until)
        request = UpdateNamespaceRequest(namespace=NAMESPACE)
        request.config.CopyFrom(
            NamespaceConfig(workflow_execution_retention_ttl=Duration(seconds=int(RETENTION.total_seconds())))
        )
        while True:
            try:
                found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace=NAMESPACE))
                if found.config.workflow_execution_retention_ttl != request.config.workflow_execution_retention_ttl:
                    await client.workflow_service.update_namespace(request)
            except RPCError as error:
                if time.monotonic() > until:
                    raise EmbeddedError(
                        "start_timeout", f"the Temporal namespace is not served: {error.message}"
                    ) from error
                await asyncio.sleep(0.05)
            else:
                return


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on at this instant."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        return int(probe.getsockname()[1])


def _environment() -> dict[str, str]:
    """Return the server's environment, without settings of the caller's own Temporal clients; it needs a HOME."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TEMPORAL_")}
    return {**kept, "HOME": kept.get("HOME") or "/nonexistent", "TZ": "UTC"}
