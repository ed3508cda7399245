"""The nudge: tells the engine about a commit after the response went out; whatever it drops, the relay sends."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Final, Literal, Self

import structlog
from temporalio.service import RPCError

from adapters import temporal
from adapters.db.errors import RecordError
from adapters.drive import Sender
from adapters.temporal import EngineUnavailableError
from contracts.process import owner_of

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy.ext.asyncio import AsyncEngine
    from temporalio.client import Client

    from adapters.db.record import Outcome, ProcessOutcome
    from contracts.case import LifeView
    from contracts.process import Plan

log = structlog.get_logger(__name__)

QUEUE_SIZE: Final = 500
IN_FLIGHT: Final = 8
_PAUSE_WHEN_AWAY_S: Final = 5.0
_NOTE_EVERY_S: Final = 0.25


class Nudge:
    """A bounded queue in the background of one process.

    Attributes:
        engine: What the last call found: `ok`, `away`, or `unknown` before the first.
        counts: `sent`, `overflow` (queue full), `skipped` (engine away), `failed`.
    """

    def __init__(self, engine: AsyncEngine, address: str, namespace: str = "default") -> None:
        """Remember where the engine is; nothing connects before the first plan."""
        self.engine: Literal["ok", "away", "unknown"] = "unknown"
        self.counts: Counter[str] = Counter()
        self._pool = engine
        self._address = address
        self._namespace = namespace
        self._client: Client | None = None
        self._sender: Sender | None = None
        self._queue: asyncio.Queue[Plan] = asyncio.Queue(QUEUE_SIZE)
        self._accepted: list[Plan] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._away_until = 0.0

    async def __aenter__(self) -> Self:
        """Begin to send."""
        self._client = await temporal.connect(self._address, self._namespace, lazy=True)
        self._sender = Sender(self._client, self._pool)
        self._tasks = [asyncio.create_task(self._work(), name=f"nudge-{n}") for n in range(IN_FLIGHT)]
        self._tasks.append(asyncio.create_task(self._note(), name="nudge-note"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop at once: what is still queued is dirty in the record, so the relay sends it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self._sender = self._client = None

    def tell(self, outcome: Outcome | ProcessOutcome) -> None:
        """Queue what a commit made dirty; never waits and never fails."""
        if outcome.dirty and outcome.plan is not None:
            self.offer(outcome.plan)

    def offer(self, plan: Plan) -> bool:
        """Queue one plan; False if it is left to the relay."""
        if asyncio.get_running_loop().time() < self._away_until:
            self.counts["skipped"] += 1
            return False
        try:
            self._queue.put_nowait(plan)
        except asyncio.QueueFull:
            self.counts["overflow"] += 1
            return False
        return True

    async def life(self, case_id: str, epoch: int) -> LifeView | None:
        """Ask the workflow of a case where it stands; None if it never ran.

        Raises:
            EngineUnavailableError: the engine or its workers do not answer.
        """
        if self._client is None:
            raise EngineUnavailableError("closed")
        try:
            view = await temporal.life(self._client, case_id, epoch)
        except EngineUnavailableError:
            self.engine = "away"
            raise
        self.engine = "ok"
        return view

    async def _work(self) -> None:
        while True:
            plan = await self._queue.get()
            if self._sender is not None:
                await self._send(self._sender, plan)

    async def _note(self) -> None:
        """Note what the engine accepted, many plans at a time: the lease gives two seconds for it."""
        while True:
            await asyncio.sleep(_NOTE_EVERY_S)
            plans, self._accepted = self._accepted, []
            if not plans or self._sender is None:
                continue
            try:
                await self._sender.note(plans)
            except RecordError as error:
                log.warning("nudge.not_noted", count=len(plans), reason=type(error).__name__)

    async def _send(self, sender: Sender, plan: Plan) -> None:
        try:
            if await sender.tell(plan):
                self._accepted.append(plan)
        except EngineUnavailableError as error:
            self._engine_is_away(error)
        except (RPCError, RecordError) as error:
            self.counts["failed"] += 1
            log.warning("nudge.failed", id=owner_of(plan), reason=type(error).__name__)
        except Exception:
            self.counts["failed"] += 1
            log.exception("nudge.broken", id=owner_of(plan))
        else:
            self.counts["sent"] += 1
            self.engine = "ok"

    def _engine_is_away(self, error: EngineUnavailableError) -> None:
        """Leave everything to the relay for a while, so that no request's work piles up here."""
        self.counts["failed"] += 1
        if self.engine != "away":
            log.warning("nudge.engine_away", reason=str(error))
        self.engine = "away"
        self._away_until = asyncio.get_running_loop().time() + _PAUSE_WHEN_AWAY_S
        while not self._queue.empty():
            self._queue.get_nowait()
            self.counts["skipped"] += 1
