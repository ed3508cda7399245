"""Publications for tests on a real record: drafts, proposals, and what the workflow does at a wake."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from temporalio.testing import ActivityEnvironment

from activities.publication import PublicationSteps
from adapters.calendar_files import bundled_calendar
from adapters.db.publishing import keep_draft
from adapters.db.record import ProcessOutcome
from adapters.db.rules_store import RulesStore
from adapters.drafts import Draft, read_draft
from contracts.process import ProcessAnswer, ProcessOrder
from domain.actors import Actor
from domain.processes.publication import ApprovePublication, ProposePublication, PublicationState, Subject
from domain.text import Text
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


async def drive(office: Office, process: UUID, steps: int = 1_000) -> ProcessAnswer:
    """Do what the workflow does at a wake, at most so many steps."""
    epoch = await office.scalar("SELECT epoch FROM processes WHERE id = :id", id=process)
    own = PublicationSteps(office.record, office.engine, RulesStore(office.engine))
    answer = await office.record.step_process(process, epoch, None)
    while answer.plan is not None and answer.plan.owed and steps:
        step, steps = answer.plan.owed[0], steps - 1
        page = {"list": own.list_page, "adopt": own.adopt_page}.get(step.code)
        if page is None:
            answer = await office.record.step_process(process, epoch, step)
        else:
            order = ProcessOrder(kind="publication", id=str(process), epoch=epoch, step=step)
            answer = await ActivityEnvironment().run(page, order)
    return answer


async def listed(office: Office, draft: Draft, **more: Any) -> UUID:
    """Propose a draft and write its list."""
    process = (await propose(office, draft, **more)).id
    await drive(office, process)
    return process


async def published(office: Office, draft: Draft) -> UUID:
    """Propose, list, approve, publish and adopt."""
    process = await listed(office, draft)
    await approve(office, process)
    await drive(office, process)
    return process


async def state_of(office: Office, process: UUID) -> PublicationState:
    """Return the state of a publication."""
    state = await office.record.process(process)
    assert isinstance(state, PublicationState)
    return state
