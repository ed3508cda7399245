"""Waiting that ends when the process is asked to stop, and the way a part of a process is kept running."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

LONGEST_PAUSE_S = 5.0


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait so many seconds, or until `stop` is set."""
    if seconds <= 0:
        await asyncio.sleep(0)
        return
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


def backoff(attempt: int, first: float = 0.5, longest: float = LONGEST_PAUSE_S) -> float:
    """Return the pause in seconds before the next try: doubled each time, bounded, ± 20 %."""
    wanted: float = min(longest, first * 2.0 ** min(attempt, 16))
    return wanted * (0.8 + 0.4 * random.random())  # noqa: S311 - spreads load only


async def keep_running(name: str, part: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    """Run a part until `stop`; when it fails, because a server is away or by a fault, log it and start it again."""
    attempt = 0
    while not stop.is_set():
        begun = asyncio.get_running_loop().time()
        try:
            await part()
        except Exception as error:
            if asyncio.get_running_loop().time() - begun > LONGEST_PAUSE_S:
                attempt = 0
            wait = backoff(attempt)
            attempt += 1
            log.warning(
                "part.failed", part=name, reason=type(error).__name__, said=str(error)[:200], again_in=round(wait, 1)
            )
            log.debug("part.traceback", part=name, exc_info=error)
            await pause(stop, wait)
        else:
            return
