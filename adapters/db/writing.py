"""Writing a decision on a case: events, the rows they change, notices, messages, the answer, the drive's order."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.family import Opened, Written
from adapters.db.log import Stamped, log_rows
from adapters.db.plans import Agenda, agenda
from adapters.db.rows import Changes, case_row, project
from adapters.db.statements import DELIVER, HAND_OVER, WRITE_CHANGE, WRITE_RAISE, WRITE_REOPENED
from contracts.case import MessageRef
from domain.case import CaseState
from domain.codec import instant, to_plain


async def write(
    connection: AsyncConnection, case_id: UUID, opened: Opened[CaseState], stamped: list[Stamped],
    answer: dict[str, Any] | None, *, delivered: bool,
) -> Written[CaseState]:  # fmt: skip
    """Append events and bring every row after them up to date, in one statement; as `Family.write` says.

    A change that takes a case at rest up again begins a new epoch: a new workflow drives it (design 3a.9).
    """
    before = opened.state
    first = before.version if before is not None else 0
    changes = project(before, (event for event, _ in stamped))
    state = changes.state
    log = log_rows(case_id, stamped, opened.recorded_at, opened.head, first)
    seqs = tuple(range(first + 1, state.version + 1))
    new_epoch = before is not None and before.at_rest and not state.at_rest
    epoch = next_epoch(opened) if new_epoch else opened.epoch
    order = case_order(state, opened, epoch, delivered=delivered and not new_epoch)
    case = {**case_row(state), "head": hex_of(log.head), "epoch": epoch}
    parameters = (
        case_id, as_json(case), as_json(events_json(log.events)), as_json(log.texts),
        as_json(list(changes.tasks.values())), as_json(list(changes.clocks.values())),
        as_json(notice_rows(changes, first)), as_json(stored_answer(case_said(case_id, state, seqs), answer)),
        as_json(order),
    )  # fmt: skip
    statement = WRITE_RAISE if before is None else WRITE_REOPENED if new_epoch else WRITE_CHANGE
    row = (await connection.exec_driver_sql(statement, parameters)).one()
    messages = tuple(MessageRef(message_id=str(i), channel=kind) for i, kind in row.messages or ())
    return Written(state, seqs, bool(row.dirty), messages, epoch)


def next_epoch(opened: Opened[Any]) -> int:
    """Return the epoch after the current one: never used before, even by a record that was restored (design 3a.9)."""
    return max(opened.epoch + 1, int(opened.recorded_at.timestamp()))


def case_order(state: CaseState, opened: Opened[CaseState], epoch: int, *, delivered: bool) -> dict[str, Any]:
    """Describe to the database what the drive has to know of a case."""
    before = opened.state
    held = agenda(before, opened.now) if before is not None else Agenda((), ())
    ends = state.at_rest and before is not None and not before.at_rest
    told = {"epoch": epoch, "wanted": state.version, "closed": state.at_rest, "delivered": delivered}
    return {**told, **drive_order(held, agenda(state, opened.now), opened, ends=ends)}


def drive_order(before: Agenda, after: Agenda, opened: Opened[Any], *, ends: bool) -> dict[str, Any]:
    """Compare two plans for the drive: next step, next wake, what is newly owed or got earlier.

    Args:
        ends: It ends with this change: its workflow has to be told so that it ends too.
    """
    wake, known = after.wake_at, before.wake_at
    return {
        "step_at": to_plain(after.first_at),
        "wake_at": instant(opened.clock.to_real(wake)) if wake is not None else None,
        "owed": bool({s.key for s in after.owed} - {s.key for s in before.owed}) or ends,
        "earlier": wake is not None and (known is None or wake < known),
    }  # fmt: skip


async def deliver(connection: AsyncConnection, case_id: UUID, opened: Opened[CaseState]) -> None:
    """Note that the engine gets the plan in the answer of a step that changed nothing."""
    if opened.state is not None:
        order = case_order(opened.state, opened, opened.epoch, delivered=True)
        await connection.exec_driver_sql(DELIVER, (case_id, as_json(order)))


async def hand_over(connection: AsyncConnection, case_id: UUID) -> tuple[MessageRef, ...]:
    """Take the messages of a case that wait for a workflow of their own; marks them handed."""
    rows = await connection.exec_driver_sql(HAND_OVER, (case_id,))
    return tuple(MessageRef(message_id=str(row.id), channel=row.kind) for row in rows)


def notice_rows(changes: Changes, first: int) -> list[dict[str, Any]]:
    """Return the rows of `notices`; `first` is the `seq` before the first event."""
    return [
        {
            "seq": first + number, "code": n.code, "org": n.org, "role": n.role.value if n.role else None,
            "user_id": n.user, "task_no": n.task, "at": instant(at),
        }
        for number, at, n in changes.notices
    ]  # fmt: skip


def case_said(case_id: UUID, state: CaseState, seqs: tuple[int, ...]) -> dict[str, Any]:
    """Return what a repeat of the request is answered with."""
    return {"case_id": str(case_id), "number": state.facts.number, "version": state.version, "seqs": list(seqs)}


def stored_answer(said: dict[str, Any], answer: dict[str, Any] | None) -> dict[str, Any]:
    """Return the row that answers a repeat of the request; empty if none is wanted."""
    if answer is None:
        return {}
    also = {"also": answer["also"]} if "also" in answer else {}
    return {**answer, "answer": {**said, **also}}


def events_json(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return event rows with their links as the database reads bytes."""
    return [{**event, "hash": hex_of(event["hash"])} for event in events]


def hex_of(value: bytes) -> str:
    """Write bytes as the database reads them from JSON."""
    return f"\\x{value.hex()}"


def as_json(value: Any) -> str:
    """Write plain data compactly."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
