"""Sending plans to the engine: the one function that nudge and relay share, with its bookkeeping."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from adapters.db import watching
from adapters.db.names import CASES, PROCESSES, Names
from adapters.db.notify import Notify
from adapters.temporal import Delivery, signal_with_start
from contracts.process import Plan, ProcessPlan, owner_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine
    from temporalio.client import Client

log = structlog.get_logger(__name__)


class Sender:
    """Hands plans to the engine and notes what it accepted."""

    def __init__(self, client: Client, engine: AsyncEngine) -> None:
        """Take a client, which may be lazy, and a pool of the application's role."""
        self._client = client
        self._engine = engine
        self._notify = {CASES: Notify(engine), PROCESSES: Notify(engine, PROCESSES)}

    async def send(self, plan: Plan) -> None:
        """Send one plan and note that it was accepted; repeating it is harmless. Raises as `tell`."""
        if await self.tell(plan):
            await self.note([plan])

    async def note(self, plans: Sequence[Plan]) -> None:
        """Note accepted plans; until then their rows stay dirty and the relay may send them again."""
        for family, notify in self._notify.items():
            own = [plan for plan in plans if _family(plan) is family]
            if own:
                await notify.mark_sent(own)

    async def tell(self, plan: Plan) -> bool:
        """Send one plan; True if the engine accepted it, which is still to be noted.

        A workflow that has ended is the normal answer to a closed plan. For an open one it is an anomaly (ended by
        hand, or a store restored): it gets a new epoch, whose row the relay finds at once.

        Raises:
            EngineUnavailableError, RPCError, RecordUnavailable: the row stays dirty and is sent again by the relay.
        """
        delivery = await signal_with_start(self._client, plan)
        if delivery is Delivery.ENDED and not plan.closed:
            family, owner = _family(plan), owner_of(plan)
            if await watching.still_open(self._engine, UUID(owner), plan.epoch, plan.version, family):
                epoch = await self._notify[family].bump_epoch(owner)
                log.warning("drive.epoch_raised", subject=family.subject, id=owner, ended=plan.epoch, epoch=epoch)
            return False
        return True


def _family(plan: Plan) -> Names:
    return PROCESSES if isinstance(plan, ProcessPlan) else CASES
