"""Vendor the browser's libraries: fetch the pinned npm packages and copy the few files that the pages need.

Usage: python tools/vendor.py            write web/static/vendor anew (needs npm; maintainers only)
       python tools/vendor.py --check    exit 1 unless the committed files are exactly what the packages give
       python tools/vendor.py --verify   exit 1 unless the committed files have the hashes of vendor.json (offline)

The pages never need Node: the copies are committed and shipped. Pointers to source maps are cut off: none is shipped.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "web" / "static" / "vendor"
_SOURCE_MAP = re.compile(rb"\s*/[/*]# sourceMappingURL=[^\n]*\s*$")


@dataclass(frozen=True, slots=True)
class Library:
    """One npm package: files to copy by their path in it, and the names they get here."""

    package: str
    version: str
    licence: str
    files: dict[str, str]


LIBRARIES = (
    Library(
        "htmx.org", "4.0.1", "0BSD",
        {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"},
    ),
    Library(
        "bootstrap", "5.3.9", "MIT",
        {"dist/css/bootstrap.min.css": "bootstrap.min.css", "LICENSE": "bootstrap.LICENSE.txt"},
    ),
)  # fmt: skip


def sha384(body: bytes) -> str:
    """Return the hash as the web writes it."""
    return "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()


def fetch(library: Library, folder: Path) -> dict[str, bytes]:
    """Return the library's files as they are shipped, by their name here.

    Raises:
        subprocess.CalledProcessError: npm has no such package or cannot be reached.
        KeyError: the package has no such file.
    """
    spec = f"{library.package}@{library.version}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", spec], cwd=folder, check=True, capture_output=True, text=True
    )  # fmt: skip
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        found = {}
        for path, name in library.files.items():
            member = archive.extractfile(f"package/{path}")
            if member is None:
                raise KeyError(path)
            found[name] = _SOURCE_MAP.sub(b"\n", member.read())
    return found


def manifest(shipped: dict[str, dict[str, bytes]]) -> bytes:
    """Return vendor.json: name, version, licence and hashes of every file, in order of name."""
    entries = [
        {
            "name": library.package, "version": library.version, "licence": library.licence,
            "files": {name: sha384(body) for name, body in sorted(shipped[library.package].items())},
        }
        for library in LIBRARIES
    ]  # fmt: skip
    return (json.dumps(entries, indent=2) + "\n").encode()


def derive() -> dict[str, bytes]:
    """Return every file of the vendor folder, by name."""
    with tempfile.TemporaryDirectory() as folder:
        shipped = {library.package: fetch(library, Path(folder)) for library in LIBRARIES}
    files = {name: body for group in shipped.values() for name, body in group.items()}
    return {**files, "vendor.json": manifest(shipped)}


def differences(expected: dict[str, bytes]) -> list[str]:
    """List the names that are missing, left over or different in the vendor folder."""
    present = {path.name: path.read_bytes() for path in sorted(TARGET.iterdir())}
    return sorted(name for name in expected.keys() | present.keys() if expected.get(name) != present.get(name))


def verify() -> list[str]:
    """List the committed files whose hash is not the one that vendor.json states; no network."""
    entries = json.loads((TARGET / "vendor.json").read_bytes())
    stated = {name: digest for entry in entries for name, digest in entry["files"].items()}
    present = {path.name: sha384(path.read_bytes()) for path in sorted(TARGET.iterdir()) if path.name != "vendor.json"}
    return sorted(name for name in stated.keys() | present.keys() if stated.get(name) != present.get(name))


def main() -> int:
    """Write, check or verify, as the argument says."""
    if "--verify" in sys.argv:
        wrong = verify()
    elif "--check" in sys.argv:
        wrong = differences(derive())
    else:
        TARGET.mkdir(parents=True, exist_ok=True)
        files = derive()
        for left_over in differences(files):
            (TARGET / left_over).unlink(missing_ok=True)
        for name, body in files.items():
            (TARGET / name).write_bytes(body)
        wrong = []
    print("\n".join(f"differs: {name}" for name in wrong) or f"{TARGET.name}: in order")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
