"""Both embedded servers on one data folder, started side by side and owned by one program at a time."""

from __future__ import annotations

import asyncio
import fcntl
import os
from typing import TYPE_CHECKING

from adapters.embedded.postgres import APP, DATABASE, PostgresServer
from adapters.embedded.process import EmbeddedError
from adapters.embedded.temporal import TemporalServer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self


class Stack:
    """PostgreSQL and Temporal on one data folder.

    The folder is held by a lock of the operating system, so a server that still runs there belongs to a program that
    was killed and may be stopped; a second program on the same folder is refused.

    Attributes:
        postgres: The database server.
        temporal: The Temporal dev server.
    """

    def __init__(  # noqa: PLR0913 - each is a plain setting of one of the two servers
        self,
        data_dir: Path,
        *,
        durable: bool = True,
        temporal_port: int | None = None,
        ui_port: int | None = None,
        ui: bool = True,
        search_attributes: Mapping[str, str] | None = None,
        extra_args: Sequence[str] = (),
    ) -> None:
        """Remember the settings, which are those of `PostgresServer` and `TemporalServer`."""
        self._data_dir = data_dir.absolute()
        self._lock: int | None = None
        self.postgres = PostgresServer(self._data_dir / "postgres", durable=durable)
        self.temporal = TemporalServer(
            self._data_dir / "temporal" / "temporal.db",
            port=temporal_port,
            ui_port=ui_port,
            ui=ui,
            search_attributes=search_attributes,
            extra_args=extra_args,
        )

    def dsn(self, role: str = APP, database: str = DATABASE) -> str:
        """Return the SQLAlchemy URL of a role on a database."""
        return self.postgres.dsn(role, database)

    async def start(self, *, fresh: bool = False) -> None:
        """Start both servers; if one fails, the other is stopped again.

        Args:
            fresh: Delete what an earlier run left, once the folder is ours.

        Raises:
            EmbeddedError: `folder_in_use`, or the reason of the server that failed.
        """
        self._take_folder()
        if fresh:
            await asyncio.gather(self.postgres.wipe(), self.temporal.wipe())
        results = await asyncio.gather(self.postgres.start(), self.temporal.start(), return_exceptions=True)
        failed = [result for result in results if isinstance(result, BaseException)]
        if failed:
            await self.stop()
            raise failed[0]

    async def stop(self) -> None:
        """Stop both servers side by side, within 3 s, and leave the folder to others."""
        try:
            await asyncio.gather(self.temporal.stop(), self.postgres.stop())
        finally:
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def _take_folder(self) -> None:
        self._data_dir.mkdir(parents=True, exist_ok=True)
        path = self._data_dir / "lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 20).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            text = f"{self._data_dir} is in use by another whistle (process {holder}): stop it or use another folder"
            raise EmbeddedError("folder_in_use", text) from None
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        self._lock = descriptor
