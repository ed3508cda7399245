"""What a finding of a supervision round asks of a real case: to go back to work, or to be put right by order."""

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from activities.round import RoundSteps
from contracts.case import StepView
from contracts.process import ProcessOrder
from domain import commands as c
from domain.case import Status
from domain.processes.round_commands import CommitSeed, FileCheck
from domain.processes.round_state import Check, Finding, Method, Pool, RoundState
from domain.text import Text
from tests.support.cases import LEAD, MONDAY, STAFF, SUPERVISOR, WATERMAN
from tests.support.records import Office, open_office
from tests.support.rounds import INSPECTOR, group, plan
from tests.support.servers import Database

pytestmark = pytest.mark.slow

NOTE = Text("现场问题依旧")


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        yield opened


async def round_of(office: Office, process: UUID) -> RoundState:
    state = await office.record.process(process)
    assert isinstance(state, RoundState)
    return state


async def checked(office: Office, finding: Finding, **scope: object) -> Check:
    """Hold a round over the one case of the office and file a finding; what it asks of the case is carried out."""
    process, steps = uuid4(), RoundSteps(office.record, office.engine)
    starts = await office.scalar("SELECT business_now()") + timedelta(hours=2)
    command = plan(
        Method.JOINT, name=str(process), bodies=(SUPERVISOR.org,), starts_at=starts,
        ends_at=starts + timedelta(days=20), sample=1, **scope,
    )  # fmt: skip
    for each in (command, group("g1"), CommitSeed("salt")):
        await office.record.transact(process, each, SUPERVISOR, str(uuid4()))
    await office.wait(hours=3)
    order = ProcessOrder(
        kind="round", id=str(process), epoch=1, step=StepView(key="draw", code="draw", due=starts, party="")
    )
    await steps.draw(order)
    (check,) = (await round_of(office, process)).checks
    await office.record.transact(process, FileCheck(check.case, finding, NOTE), INSPECTOR, str(uuid4()))
    charge = StepView(key=f"charge/{check.case}", code="charge", due=starts, party="")
    for _ in range(2):  # a step may be carried out twice
        await steps.charge(order.model_copy(update={"step": charge}))
    return (await round_of(office, process)).checks[0]


async def test_a_finding_sends_a_closed_case_back_to_work_and_orders_a_running_one(office: Office) -> None:
    case = (await office.blow(LEAD, kind="emergency", rules="beijing/2")).case_id
    for command in (c.Claim(1), c.ReportIn(1)):
        await office.do(case, command, WATERMAN)
    state = await office.record.state(case)
    assert state is not None
    for _ in state.tasks[0].stages:
        await office.do(case, c.Submit(1, Text("已修复"), Text("photo")), WATERMAN)
    await office.do(case, c.CheckPass(None, "solved", "handle"), STAFF)
    found = await checked(office, Finding.REOPEN, pool=Pool.CLOSED, since=MONDAY)
    assert (UUID(found.case), found.charge) == (case, "reopen")
    state = await office.record.state(case)
    assert state is not None
    assert (state.status, len(state.annex.reopenings), state.annex.orders) == (Status.IN_ACTION, 1, ())
    assert await office.scalar("SELECT epoch FROM cases WHERE id = :id", id=case) > 1, "a run of its own"

    again = await checked(office, Finding.REOPEN)
    state = await office.record.state(case)
    assert state is not None
    assert (again.charge, len(state.annex.reopenings)) == ("order", 1), "it is at work already"
    assert [order.issuer for order in state.annex.orders] == [SUPERVISOR.org]
    assert again.rectify_due is not None
