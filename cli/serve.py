"""The HTTP process: API and pages as one application on one port."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from typing import TYPE_CHECKING

import uvicorn

from adapters.services import open_services
from api.app import create_api
from web.app import install as install_pages

if TYPE_CHECKING:
    from fastapi import FastAPI

    from adapters.services import Services
    from settings import Settings


def build(services: Services, *, temporal_ui: str | None = None) -> FastAPI:
    """Make the application around opened services."""
    app = create_api()
    app.state.services = services
    app.state.temporal_ui = temporal_ui
    install_pages(app)
    return app


def free_port(host: str, wanted: int) -> int:
    """Return the wanted port, or the next free one above it; 0 takes any."""
    for port in range(wanted, wanted + 50) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((host, port))
                taken: int = probe.getsockname()[1]
                return taken
    msg = f"no free port from {wanted} on {host}"
    raise OSError(msg)


class Server(uvicorn.Server):
    """Uvicorn without its own signal handlers: the program around it decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Leave signals to the program."""
        yield


def server(app: FastAPI, host: str, port: int) -> Server:
    """Make the server with the limits of `reliability.md` 3.3."""
    config = uvicorn.Config(
        app, host=host, port=port, limit_concurrency=200, timeout_keep_alive=5, timeout_graceful_shutdown=2,
        h11_max_incomplete_event_size=16384, server_header=False, access_log=False, log_config=None, lifespan="off",
    )  # fmt: skip
    return Server(config)


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Serve until `stop` is set; Temporal may be away, PostgreSQL may come later."""
    demo = settings.env == "demo"
    async with open_services(
        settings.dsn("app"), settings.dsn("ro"), settings.temporal_address, settings.temporal_namespace, demo=demo
    ) as services:
        http = server(build(services), settings.http_host, settings.http_port)
        running = asyncio.create_task(http.serve())
        waiting = asyncio.create_task(stop.wait())
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        http.should_exit = True
        waiting.cancel()
        await running
