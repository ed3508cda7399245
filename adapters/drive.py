"""Sending plans to the engine: the one function that nudge and relay share, with its bookkeeping."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from adapters.db import watching
from adapters.db.notify import Notify
from adapters.temporal import Delivery, signal_with_start

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncEngine
    from temporalio.client import Client

    from contracts.case import CasePlan

log = structlog.get_logger(__name__)


class Sender:
    """Hands plans to the engine and notes what it accepted."""

    def __init__(self, client: Client, engine: AsyncEngine) -> None:
        """Take a client, which may be lazy, and a pool of the application's role."""
        self._client = client
        self._engine = engine
        self._notify = Notify(engine)

    async def send(self, plan: CasePlan) -> None:
        """Send one plan and note that it was accepted; repeating it is harmless. Raises as `tell`."""
        if await self.tell(plan):
            await self.note([plan])

    async def note(self, plans: Sequence[CasePlan]) -> None:
        """Note accepted plans; until then their rows stay dirty and the relay may send them again."""
        await self._notify.mark_sent(plans)

    async def tell(self, plan: CasePlan) -> bool:
        """Send one plan; True if the engine accepted it, which is still to be noted.

        A workflow that has ended is the normal answer to a closed plan. For an open one it is an anomaly (ended by
        hand, or a store restored): the case gets a new epoch, whose row the relay finds at once.

        Raises:
            EngineUnavailableError, RPCError, RecordUnavailable: the row stays dirty and is sent again by the relay.
        """
        delivery = await signal_with_start(self._client, plan)
        if delivery is Delivery.ENDED and not plan.closed:
            if await watching.still_open(self._engine, UUID(plan.case_id), plan.epoch, plan.version):
                epoch = await self._notify.bump_epoch(plan.case_id)
                log.warning("drive.epoch_raised", case_id=plan.case_id, ended=plan.epoch, epoch=epoch)
            return False
        return True
