"""`python -m workers [case|notice|relay|watchdog ...]`: the same as `whistle worker`."""

from __future__ import annotations

import asyncio
import signal
import sys

from adapters.logs import configure
from adapters.shutdown import run
from settings import load
from workers.bootstrap import run_workers


async def main() -> None:
    """Run until SIGINT or SIGTERM."""
    configure()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run_workers(load(), sys.argv[1:], stop)


if __name__ == "__main__":
    run(main)
