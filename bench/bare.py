"""The baseline: a workflow that takes four updates, each with one local activity that does nothing; no database."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = "bare"


@activity.defn(name="bare.nothing")
async def nothing() -> None:
    """Do nothing."""


@workflow.defn(name="bare")
class Bare:
    """Ends after four updates; `touch` is an update without any activity."""

    def __init__(self) -> None:
        """Count updates."""
        self._done = 0

    @workflow.run
    async def run(self) -> None:
        """Wait for the fourth update."""
        await workflow.wait_condition(lambda: self._done >= 4)

    @workflow.update(name="act")
    async def act(self) -> int:
        """Take one step with one local activity."""
        await workflow.execute_local_activity(nothing, start_to_close_timeout=timedelta(seconds=10))
        self._done += 1
        return self._done

    @workflow.update(name="touch")
    async def touch(self) -> int:
        """Answer at once."""
        return self._done


async def serve(address: str) -> None:
    """Run the baseline's worker until the process ends."""
    client = await Client.connect(address)
    async with Worker(client, task_queue=QUEUE, workflows=[Bare], activities=[nothing]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
