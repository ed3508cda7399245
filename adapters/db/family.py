"""What the record asks of a family of aggregates; cases are one, processes the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from adapters.db.business_clock import BusinessClock
from contracts.case import MessageRef, StepView
from domain.actors import SYSTEM, Actor

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from adapters.db.errors import RecordError
    from adapters.db.log import Stamped
    from adapters.db.names import Names
    from domain.authority import Reach

FIRST_EPOCH = 1

Said = dict[str, Any]
"""An answer as it is stored for repeats."""

S = TypeVar("S")
A = TypeVar("A")
O = TypeVar("O")  # noqa: E741 - the outcome, beside state and answer


@dataclass(frozen=True, slots=True)
class Seen:
    """What the idempotency table knows of a key."""

    fingerprint: str
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of `transact`; its arguments say what the fields mean."""

    id: UUID
    command: Any
    actor: Actor = SYSTEM
    key: str = ""
    fingerprint: str = ""
    epoch: int | None = None
    expected_version: int | None = None
    reach: Reach | None = None

    @property
    def answer(self) -> dict[str, str] | None:
        """Columns of the stored answer."""
        if not self.key:
            return None
        return {"actor": self.actor.id, "key": self.key, "fingerprint": self.fingerprint}


@dataclass(frozen=True, slots=True)
class Opened(Generic[S]):
    """All that a decision needs.

    Attributes:
        state: None for a new aggregate.
        head: Link of the last event.
        now: Business instant, not before the aggregate's own.
        recorded_at: Real instant by the database's clock.
        rules: Rule pack and calendar that judge it; None if a process needs none.
        seen: The stored answer, if the key was used before.
        earlier: Rules that came into force and were replaced since it was touched last, in order of `since`.
    """

    epoch: int
    state: S | None
    head: bytes
    now: datetime
    recorded_at: datetime
    clock: BusinessClock
    rules: Any
    seen: Seen | None
    earlier: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Written(Generic[S]):
    """What was written.

    Attributes:
        seqs: Numbers of the new events.
        dirty: The engine has to be told at once.
        messages: Outbound messages that now wait to be handed over.
        epoch: The epoch from now on; another than before if the change began a new one.
    """

    state: S
    seqs: tuple[int, ...]
    dirty: bool
    messages: tuple[MessageRef, ...]
    epoch: int


class Family(ABC, Generic[S, O, A]):
    """One family: how it is opened, decided, written and told; state `S`, outcome `O` of a command, answer `A`."""

    names: ClassVar[Names]

    @abstractmethod
    async def open(self, connection: AsyncConnection, ask: Ask) -> tuple[Opened[S], Any]:
        """Lock and read all that a decision needs; the command comes back, completed if it makes a new aggregate.

        Raises:
            RecordError: as `missing`.
        """

    @abstractmethod
    def missing(self, owner: UUID) -> RecordError:
        """Make the error for an aggregate that is not there, or outside the reach of whoever asks."""

    @abstractmethod
    def is_hidden(self, ask: Ask, state: S) -> bool:
        """Tell whether it lies outside the reach of whoever asks."""

    @abstractmethod
    def version(self, state: S) -> int:
        """Return the number of events folded in."""

    @abstractmethod
    def decide(self, opened: Opened[S], command: Any, actor: Actor) -> list[Stamped]:
        """Let everything due happen, then decide; what happens by itself is the system's."""

    @abstractmethod
    def command_of(self, step: StepView, state: S) -> Any:
        """Return the command that carries out a step of the plan."""

    @abstractmethod
    async def write(
        self, connection: AsyncConnection, owner: UUID, opened: Opened[S], stamped: list[Stamped],
        answer: dict[str, Any] | None, *, delivered: bool,
    ) -> Written[S]:  # fmt: skip
        """Append events and bring every row after them up to date.

        Args:
            stamped: At least one event, each with its actor's id.
            answer: Columns `actor`, `key`, `fingerprint` of the stored answer, and `also` with the answer of another
                aggregate of the same transaction; None stores none.
            delivered: The engine gets the plan in the answer of its own step, so it need not be told.
        """

    @abstractmethod
    async def deliver(self, connection: AsyncConnection, owner: UUID, opened: Opened[S]) -> None:
        """Note that the engine gets the plan in the answer of a step that changed nothing."""

    @abstractmethod
    async def hand_over(self, connection: AsyncConnection, owner: UUID) -> tuple[MessageRef, ...]:
        """Take the messages that wait for a workflow of their own."""

    @abstractmethod
    async def at_version(self, connection: AsyncConnection, owner: UUID, version: int) -> S | None:
        """Return the state as it was at a version, None if there is no such aggregate."""

    @abstractmethod
    def said(self, owner: UUID, state: S, seqs: tuple[int, ...]) -> Said:
        """Return what is stored for repeats of a request."""

    @abstractmethod
    def changed(self, owner: UUID, opened: Opened[S], written: Written[S]) -> O:
        """Answer a command whose events were written."""

    @abstractmethod
    def unchanged(self, owner: UUID, opened: Opened[S], state: S) -> O:
        """Answer a command that caused nothing."""

    @abstractmethod
    def replayed(self, owner: UUID, said: Said, state: S) -> O:
        """Answer a repeat as the first time."""

    @abstractmethod
    def answer(
        self, state: S, opened: Opened[S], step: StepView | None, messages: tuple[MessageRef, ...]
    ) -> A:  # fmt: skip
        """Answer a step or a look of the engine."""

    @abstractmethod
    def stale(self) -> A:
        """Answer a step of an epoch that is over, or of an aggregate that is not there."""
