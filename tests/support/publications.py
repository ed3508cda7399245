"""Publications for tests on a real record: drafts, proposals, and what the workflow does at a wake."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from adapters.calendar_files import bundled_calendar
from adapters.db.publishing import keep_draft
from adapters.db.record import ProcessOutcome
from adapters.drafts import Draft, read_draft
from contracts.process import ProcessAnswer
from domain.actors import Actor
from domain.events import Text
from domain.processes.publication import ApprovePublication, ProposePublication, Subject
from tests.support.cases import CITY_SUPERVISOR, person
from tests.support.records import Office

CITY_SUPERVISOR2 = person("city2", CITY_SUPERVISOR.org, *CITY_SUPERVISOR.roles)


def without_makeup_day(day: date, version: int = 2) -> Draft:
    """Return the bundled calendar in which a make-up day is none: the weekend day stays one."""
    held = bundled_calendar("beijing")
    kept = {d: special for d, special in held.exceptions.items() if d != day}
    return read_draft(Subject.CALENDAR, replace(held, version=version, exceptions=kept).to_dict())


async def propose(office: Office, draft: Draft, actor: Actor = CITY_SUPERVISOR, **more: Any) -> ProcessOutcome:
    """Keep a draft and propose it for the whole city."""
    async with office.engine.begin() as connection:
        digest = await keep_draft(connection, draft)
    process: UUID = more.pop("process", None) or uuid4()
    command = ProposePublication(
        "", f"{draft.subject}/{draft.ref}/{str(process)[:8]}", None, draft.subject, draft.ref, digest, Text("通知调整")
    )
    return await office.record.transact(process, command, actor, more.pop("key", str(uuid4())), **more)


async def approve(office: Office, process: UUID, actor: Actor = CITY_SUPERVISOR2) -> ProcessOutcome:
    """Approve as a second person."""
    return await office.record.transact(process, ApprovePublication(Text("同意")), actor, str(uuid4()))


async def drive(office: Office, process: UUID) -> ProcessAnswer:
    """Do what the workflow does at a wake with steps of the record alone."""
    epoch = await office.scalar("SELECT epoch FROM processes WHERE id = :id", id=process)
    answer = await office.record.step_process(process, epoch, None)
    while answer.plan is not None and answer.plan.owed:
        answer = await office.record.step_process(process, epoch, answer.plan.owed[0])
    return answer
