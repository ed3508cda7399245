"""Steps of a supervision round that need more than its state: the draw, and what a finding asks of a case."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog
from temporalio import activity

from adapters.db import rounds
from adapters.db.errors import translated
from contracts.names import process_activity
from contracts.process import ProcessAnswer, ProcessOrder
from domain.actors import Actor, Role
from domain.chapters.orders import IssueOrder
from domain.chapters.reopening import Reopen
from domain.errors import DomainError, Refusal
from domain.processes.round_commands import Draw, NoteCharge
from domain.processes.round_state import KIND, Finding, RoundState
from domain.supervision import Grade
from domain.text import Text

if TYPE_CHECKING:
    from adapters.db.engine import Pool
    from adapters.db.record import Record
    from domain.processes.round_state import Check

log = structlog.get_logger(__name__)

_LOST = frozenset({"record_unavailable", "outcome_unknown"})


class RoundSteps:
    """Each step is idempotent: the round draws once, a case is asked under one key, the answer is noted once."""

    def __init__(self, record: Record, engine: Pool) -> None:
        """Take the record, and a pool for reads."""
        self._record = record
        self._engine = engine

    def activities(self) -> dict[str, Callable[..., Any]]:
        """Return the activities by name."""
        return {process_activity(KIND, "draw"): self.draw, process_activity(KIND, "charge"): self.charge}

    @activity.defn(name=process_activity(KIND, "draw"))
    async def draw(self, order: ProcessOrder) -> ProcessAnswer:
        """Read the chain head and the population, and let the round draw from them."""
        state = await self._state(order)
        if state is None:
            return ProcessAnswer(stale=True)
        with translated():
            async with self._engine.connect() as connection:
                command = Draw(
                    await rounds.head_of(connection, state), await rounds.shares_of(connection, state)
                )  # fmt: skip
        return await self._record.carry_out(UUID(order.id), order.epoch, command, order.step)

    @activity.defn(name=process_activity(KIND, "charge"))
    async def charge(self, order: ProcessOrder) -> ProcessAnswer:
        """Ask of the case what the finding asks, and note what became of it."""
        state = await self._state(order)
        check = None if state is None else state.check(order.step.key.rpartition("/")[2])
        if state is None or check is None:
            return ProcessAnswer(stale=True)
        charge = check.charge or await self._ask(state, check)
        command = NoteCharge(check.case, charge)
        return await self._record.carry_out(UUID(order.id), order.epoch, command, order.step)

    async def _ask(self, state: RoundState, check: Check) -> str:
        """Send the case back to work, or order its lead department to put right what was found.

        A case that is not closed is at work already, and one whose window is over stays closed: they are ordered.
        """
        name = state.facts.name
        if check.finding is Finding.REOPEN:
            refused = await self._give(state, check, "reopen", Reopen(Text(f"督查{name}发现问题，重新办理。")))
            if not refused:
                return "reopen"
        order = IssueOrder(check.org, Grade.NORMAL, Text(f"督查{name}发现问题，请整改并答复。"))
        return await self._give(state, check, "order", order) or "order"

    async def _give(self, state: RoundState, check: Check, what: str, command: Reopen | IssueOrder) -> str:
        """Give a command to the case once; return the reason of its refusal, empty if it was accepted."""
        key = f"round/{state.facts.id}/{check.case}/{what}"
        try:
            await self._record.transact(UUID(check.case), command, supervisor_of(state), key)
        except DomainError as error:
            if error.code in _LOST:
                raise
            code = error.reason.value if isinstance(error, Refusal) else error.code
            log.warning("round.refused", round=state.facts.id, case_id=check.case, what=what, code=code)
            return code
        return ""

    async def _state(self, order: ProcessOrder) -> RoundState | None:
        state = await self._record.process(UUID(order.id))
        return state if isinstance(state, RoundState) else None


def supervisor_of(state: RoundState) -> Actor:
    """Return in whose name a case is ordered: whoever planned the round, for the office that holds it.

    The case's own rules judge it as an order by hand, so that nobody's superior is ordered by a round either.
    """
    role = Role.CITY_SUPERVISOR if state.terms.office[2:6] == "0000" else Role.DISTRICT_SUPERVISOR
    return Actor(state.facts.opened_by, state.terms.office, frozenset({role}))
