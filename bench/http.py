"""A small keep-alive HTTP client, so that the load generator does not take the cores it measures."""

from __future__ import annotations

import asyncio
import json
from typing import Any


class Connection:
    """One connection to a loopback server; not for use by two tasks at once."""

    def __init__(self, host: str, port: int, token: str) -> None:
        """Remember where to go and who asks."""
        self._host = host
        self._port = port
        self._token = token
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Send one command and return the answer's body.

        Raises:
            RuntimeError: any answer but 200 and 201, with its text.
        """
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        data = json.dumps(body).encode()
        self._writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nIdempotency-Key: {key}\r\nContent-Length: {len(data)}\r\n\r\n".encode()
            + data
        )
        head = await self._reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        content = await self._reader.readexactly(length)
        if status not in (200, 201):
            msg = f"{path}: {status} {content.decode()[:300]}"
            raise RuntimeError(msg)
        answer: dict[str, Any] = json.loads(content)
        return answer

    async def close(self) -> None:
        """Close the connection."""
        if self._writer is not None:
            self._writer.close()
            await self._writer.wait_closed()
