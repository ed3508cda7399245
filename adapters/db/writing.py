"""Writing a decision: its events, the rows they change, notices, messages, the stored answer and the drive's order."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.log import Stamped, log_rows
from adapters.db.opening import Opened
from adapters.db.plans import Agenda, agenda
from adapters.db.rows import Changes, case_row, project
from adapters.db.statements import DELIVER, HAND_OVER, WRITE_CHANGE, WRITE_RAISE
from contracts.case import MessageRef
from domain.case import CaseState
from domain.codec import instant, to_plain


@dataclass(frozen=True, slots=True)
class Written:
    """What was written.

    Attributes:
        seqs: Numbers of the new events.
        dirty: The engine has to be told at once.
        messages: Outbound messages that now wait to be handed over.
    """

    state: CaseState
    seqs: tuple[int, ...]
    dirty: bool
    messages: tuple[MessageRef, ...]


async def write(
    connection: AsyncConnection, case_id: UUID, opened: Opened, stamped: list[Stamped], answer: dict[str, str] | None,
    *, delivered: bool,
) -> Written:  # fmt: skip
    """Append events and bring every row after them up to date, in one statement.

    Args:
        stamped: At least one event, each with its actor's id.
        answer: Columns `actor`, `key`, `fingerprint` of the stored answer; None stores none.
        delivered: The engine gets the plan in the answer of its own step, so it need not be told.
    """
    first = opened.state.version if opened.state is not None else 0
    changes = project(opened.state, (event for event, _ in stamped))
    state = changes.state
    log = log_rows(case_id, stamped, opened.recorded_at, opened.head, first)
    seqs = tuple(range(first + 1, state.version + 1))
    order = drive_order(state, opened.epoch, opened, delivered=delivered)
    case = {**case_row(state), "head": _hex(log.head), "epoch": opened.epoch}
    parameters = (
        case_id, _json(case), _json([{**e, "hash": _hex(e["hash"])} for e in log.events]), _json(log.texts),
        _json(list(changes.tasks.values())), _json(list(changes.clocks.values())), _json(notice_rows(changes, first)),
        _json(stored_answer(case_id, state, seqs, answer)), _json(order),
    )  # fmt: skip
    statement = WRITE_RAISE if opened.state is None else WRITE_CHANGE
    row = (await connection.exec_driver_sql(statement, parameters)).one()
    messages = tuple(MessageRef(message_id=str(i), channel=kind) for i, kind in row.messages or ())
    return Written(state, seqs, bool(row.dirty), messages)


def drive_order(state: CaseState, epoch: int, opened: Opened, *, delivered: bool) -> dict[str, Any]:
    """Describe to the database what the drive has to know: next step, next wake, what is newly owed or got earlier."""
    steps: Agenda = agenda(state, opened.now)
    before = agenda(opened.state, opened.now) if opened.state is not None else Agenda((), ())
    wake, known = steps.wake_at, before.wake_at
    return {
        "epoch": epoch, "wanted": state.version, "step_at": to_plain(steps.first_at),
        "wake_at": instant(opened.clock.to_real(wake)) if wake is not None else None, "closed": state.is_ended,
        "owed": bool({s.key for s in steps.owed} - {s.key for s in before.owed}) or _ends(opened.state, state),
        "earlier": wake is not None and (known is None or wake < known), "delivered": delivered,
    }  # fmt: skip


def _ends(before: CaseState | None, after: CaseState) -> bool:
    """Tell whether the case ends with this change: its workflow has to be told so that it ends too."""
    return after.is_ended and before is not None and not before.is_ended


async def deliver(connection: AsyncConnection, case_id: UUID, state: CaseState, opened: Opened) -> None:
    """Note that the engine gets the plan in the answer of a step that changed nothing."""
    order = drive_order(state, opened.epoch, opened, delivered=True)
    await connection.exec_driver_sql(DELIVER, (case_id, _json(order)))


async def hand_over(connection: AsyncConnection, case_id: UUID) -> tuple[MessageRef, ...]:
    """Take the messages of a case that wait for a workflow of their own; marks them handed."""
    rows = await connection.exec_driver_sql(HAND_OVER, (case_id,))
    return tuple(MessageRef(message_id=str(row.id), channel=row.kind) for row in rows)


def notice_rows(changes: Changes, first: int) -> list[dict[str, Any]]:
    """Return the rows of `notices`; `first` is the `seq` before the first event."""
    return [
        {
            "seq": first + number, "code": n.code, "org": n.org, "role": n.role.value if n.role else None,
            "user_id": n.user, "task_no": n.task, "at": _text(at),
        }
        for number, at, n in changes.notices
    ]  # fmt: skip


def stored_answer(
    case_id: UUID, state: CaseState, seqs: tuple[int, ...], answer: dict[str, str] | None
) -> dict[str, Any]:  # fmt: skip
    """Return the row that answers a repeat of the request; empty if none is wanted."""
    if answer is None:
        return {}
    said = {
        "case_id": str(case_id), "number": state.facts.number, "version": state.version, "seqs": list(seqs),
    }  # fmt: skip
    return {**answer, "answer": said}


def _text(at: datetime) -> str:
    return instant(at)


def _hex(value: bytes) -> str:
    return f"\\x{value.hex()}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
