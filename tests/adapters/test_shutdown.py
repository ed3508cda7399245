"""Short programs that used a Temporal client leave cleanly; without the helper some runs abort at exit."""

import asyncio
import gc
import sys
import weakref
from pathlib import Path

import pytest

from adapters.embedded import TemporalServer
from adapters.shutdown import run

ROOT = Path(__file__).resolve().parents[2]
RUNS = 50
BATCH = 4

SCRIPT = """
import sys
from temporalio.client import Client
from adapters.shutdown import run

async def main() -> str:
    client = await Client.connect(sys.argv[1])
    await client.count_workflows()
    if sys.argv[2] == "raise":
        raise ValueError("on purpose")
    return client.identity

try:
    assert run(main)
except ValueError as error:
    assert str(error) == "on purpose"
"""


async def one_run(address: str, how: str) -> tuple[int | None, bytes]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SCRIPT, address, how, cwd=ROOT, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await child.communicate()
    return child.returncode, errors


@pytest.mark.slow
async def test_fifty_short_programs_exit_cleanly(temporal_server: TemporalServer) -> None:
    limit = asyncio.Semaphore(BATCH)

    async def limited(number: int) -> tuple[int | None, bytes]:
        async with limit:
            return await one_run(temporal_server.address, "raise" if number % 5 == 0 else "return")

    results = await asyncio.gather(*(limited(number) for number in range(RUNS)))
    assert results == [(0, b"")] * RUNS


class Held:
    """Stands for a client: it must be gone before the loop ends."""


def test_an_error_does_not_keep_the_objects_of_its_frames() -> None:
    seen: list[weakref.ref[Held]] = []

    async def main() -> None:
        held = Held()
        seen.append(weakref.ref(held))
        await asyncio.sleep(0)
        raise LookupError("on purpose")

    with pytest.raises(LookupError, match="on purpose"):
        run(main)
    gc.collect()
    assert seen[0]() is None
