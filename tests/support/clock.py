"""Virtual time of workflow tests: the one place that knows the engine's experimental time skipping."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.testing import TimeSkipper


class VirtualClock:
    """Moves the clock of one workflow together with the clock of the record that it drives."""

    def __init__(self, env: TimeSkipper, move_record: Callable[[timedelta], Awaitable[None]]) -> None:
        """Remember the server with virtual time and how to move the record's clock by a duration."""
        self._env = env
        self._move_record = move_record

    async def advance(self, handle: WorkflowHandle[Any, Any], by: timedelta) -> bool:
        """Let time pass for the record, then for the workflow; False if the workflow ended before."""
        await self._move_record(by)
        return await self._env.fast_forward(handle, by)

    async def advance_workflow_only(self, handle: WorkflowHandle[Any, Any], by: timedelta) -> bool:
        """Let the engine's clock run ahead of the record's: a step then comes too early."""
        return await self._env.fast_forward(handle, by)

    async def now(self, handle: WorkflowHandle[Any, Any]) -> datetime:
        """Return the virtual instant of a workflow."""
        return await self._env.get_current_time(handle)
