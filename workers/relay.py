"""The relay: sends what no nudge sent, nearest wake first; quiet changes late and coalesced; waiting messages too."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import structlog
from temporalio.service import RPCError

from adapters.db import watching
from adapters.db.engine import Pool
from adapters.db.errors import RecordError
from adapters.db.names import FAMILIES
from adapters.db.notify import Notify
from adapters.drive import Sender
from adapters.temporal import EngineUnavailableError, answers, start_notice
from contracts.case import CasePlan, MessageRef
from contracts.process import ProcessPlan, owner_of
from workers.waiting import backoff, pause

if TYPE_CHECKING:
    from temporalio.client import Client

log = structlog.get_logger(__name__)

POLL_S: Final = 0.2
MESSAGES_POLL_S: Final = 1.0
BATCH: Final = 50
IN_FLIGHT: Final = 16
QUIET_PER_SECOND: Final = 10

T = TypeVar("T", bound=CasePlan | ProcessPlan | MessageRef)


class Relay:
    """One relay; several may run, since rows are leased (back-off and parking are in the lease, `adapters.db.notify`).

    Attributes:
        counts: `sent`, `quiet`, `messages`, `failed`.
    """

    def __init__(self, client: Client, engine: Pool) -> None:
        """Take a client, which may be lazy, and the relay's own pool."""
        self._client = client
        self._engine = engine
        self._families = tuple(Notify(engine, family) for family in FAMILIES)
        self._sender = Sender(client, engine)
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._away = False
        self.counts: Counter[str] = Counter()

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until `stop`; the loss of a server only slows it down."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._loop(self.send_dirty, POLL_S, stop))
            group.create_task(self._loop(self.hand_over_messages, MESSAGES_POLL_S, stop))
            group.create_task(self._loop(lambda: self.send_quiet(stop), 0, stop))

    async def send_dirty(self) -> int:
        """Send one batch of dirty cases and one of processes; returns the size of the bigger one."""
        taken = 0
        for notify in self._families:
            plans = await notify.take_lapsed(BATCH)
            await self._each(plans, self._sender.send, "sent")
            taken = max(taken, len(plans))
        return taken

    async def send_quiet(self, stop: asyncio.Event | None = None) -> int:
        """Send at most ten quiet changes, then hold the turn for a second: ten a second over all relays."""
        async with watching.singleton(self._engine, "relay.quiet") as mine:
            left = QUIET_PER_SECOND if mine else 0
            for notify in self._families:
                plans = await notify.take_quiet(left) if left else []
                await self._each(plans, self._sender.send, "quiet")
                left -= len(plans)
            if stop is not None:
                await pause(stop, 1.0)
        return 0

    async def hand_over_messages(self) -> int:
        """Start the workflows of messages that no step handed over; returns how many were taken."""
        messages = await self._families[0].take_messages(BATCH)
        await self._each(messages, self._start_notice, "messages")
        return len(messages)

    async def _start_notice(self, message: MessageRef) -> None:
        await start_notice(self._client, message)

    async def _loop(self, turn: Callable[[], Awaitable[int]], poll: float, stop: asyncio.Event) -> None:
        """Take turn after turn; while a server is away, only ask now and then whether it is back."""
        attempt = 0
        while not stop.is_set():
            try:
                if self._away and not await answers(self._client):
                    await pause(stop, backoff(attempt))
                    attempt += 1
                    continue
                self._is_back()
                taken = await turn()
            except RecordError as error:
                log.warning("relay.record_away", code=error.code, attempt=attempt)
                await pause(stop, backoff(attempt))
                attempt += 1
            else:
                attempt = 0
                await pause(stop, 0 if taken == BATCH else poll)

    def _is_back(self) -> None:
        if self._away:
            self._away = False
            log.info("relay.engine_back")

    async def _each(self, items: Sequence[T], act: Callable[[T], Awaitable[None]], count: str) -> None:
        """Act on all, sixteen at a time; what fails stays dirty and comes again after its lease."""

        async def one(item: T) -> None:
            async with self._slots:
                if self._away:
                    return
                try:
                    await act(item)
                except EngineUnavailableError as error:
                    self._away = True
                    self.counts["failed"] += 1
                    log.warning("relay.engine_away", reason=str(error))
                except (RPCError, RecordError) as error:
                    self.counts["failed"] += 1
                    log.warning("relay.failed", item=_id(item), reason=type(error).__name__)
                except Exception:  # one broken row must not stop the others
                    self.counts["failed"] += 1
                    log.exception("relay.broken", item=_id(item))
                else:
                    self.counts[count] += 1

        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(one(item))


def _id(item: CasePlan | ProcessPlan | MessageRef) -> str:
    return item.message_id if isinstance(item, MessageRef) else owner_of(item)
