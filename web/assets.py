"""Static files under URLs that name their content, so that a browser may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

_FOLDER = Path(__file__).parent / "static"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file in memory: plain and compressed, with the first 16 hex digits of its SHA-256."""

    body: bytes
    packed: bytes
    digest: str
    media_type: str


class Assets:
    """All static files, read once when the program starts."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        """Read every file below the folder."""
        self._assets = {
            path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*")) if path.is_file()
        }
        self.router = APIRouter(include_in_schema=False)
        self.router.add_api_route("/static/{digest}/{name:path}", self._serve, methods=["GET", "HEAD"])
        self.router.add_api_route("/favicon.ico", self._icon, methods=["GET", "HEAD"])

    def url(self, name: str) -> str:
        """Return the address of a file.

        Raises:
            KeyError: there is no such file; a template that names one fails in the tests.
        """
        return f"/static/{self._assets[name].digest}/{name}"

    async def _serve(self, digest: str, name: str, request: Request) -> Response:
        """Answer with the file; under an older address (a page from before an update) it must not be kept."""
        asset = self._assets.get(name)
        if asset is None:
            return Response(status_code=404)
        headers = {
            "Cache-Control": _FOR_EVER if digest == asset.digest else _ASK_AGAIN,
            "ETag": f'"{asset.digest}"',
            "Vary": "Accept-Encoding",
        }
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(asset.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=asset.media_type)
        return Response(asset.body, headers=headers, media_type=asset.media_type)

    async def _icon(self, request: Request) -> Response:
        """Answer browsers that ask for the icon by its old name."""
        return await self._serve("", "whistle.svg", request)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    media_type = _TYPES.get(path.suffix, "application/octet-stream")
    return Asset(body, gzip.compress(body, mtime=0), hashlib.sha256(body).hexdigest()[:16], media_type)
