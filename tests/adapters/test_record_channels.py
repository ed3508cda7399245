"""Channels on the real record: pairs are all or nothing, what ends at intake needs no drive, call-backs are steps."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio

from adapters.db.counters import counters
from adapters.db.record import Outcome
from domain import commands as c
from domain.case import Status
from domain.channels import Disposal
from domain.chapters.grid import Dispatch, FileCase
from domain.chapters.linking import DropLink, LinkCase, TakeLink, UnlinkCase
from domain.chapters.reports import LinkReport
from domain.commands import Command
from domain.errors import Reason, Refusal
from domain.events import Text
from tests.support.cases import DESK, GRID, HOTLINE, LEAD, MICRO, PHOTO, STAFF, WATERMAN, raise_command
from tests.support.intake import CALLER, CLERK, PHONE, WELL
from tests.support.records import Office, open_office
from tests.support.servers import Database

RULES = "beijing/2"
SAID = Text("说明")


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        yield opened


async def link(office: Office, one: Outcome, main: Outcome) -> tuple[Outcome, Outcome]:
    return await office.record.transact_pair(
        (one.case_id, LinkCase(main.number, str(main.case_id))),
        (main.case_id, TakeLink(one.number, str(one.case_id))), STAFF, str(uuid4()),
    )  # fmt: skip


async def test_of_two_links_in_a_circle_one_wins(office: Office) -> None:
    for _ in range(5):
        first, second = await office.blow(rules=RULES), await office.blow(rules=RULES)
        found = await asyncio.gather(link(office, first, second), link(office, second, first), return_exceptions=True)
        lost = [e for e in found if isinstance(e, BaseException)]
        assert len(lost) == 1
        assert isinstance(lost[0], Refusal)
        assert lost[0].reason in {Reason.LINK_CHAIN, Reason.LINKED_ELSEWHERE}
    assert await office.differences() == []


async def test_a_pair_is_both_or_neither(office: Office) -> None:
    one, main = await office.blow(rules=RULES), await office.blow(rules=RULES)
    await office.do(main.case_id, c.Withdraw(SAID), STAFF)
    with pytest.raises(Refusal):
        await link(office, one, main)
    state = await office.record.state(one.case_id)
    assert state is not None
    assert (state.annex.main, state.version) == (None, one.version)


async def test_unlinking_brings_clocks_and_drive_back(office: Office) -> None:
    one, main = await office.blow(rules=RULES), await office.blow(rules=RULES)
    await office.drive(one.case_id)
    before = (await office.drive(one.case_id)).plan
    await link(office, one, main)
    still = (await office.drive(one.case_id)).plan
    assert before is not None
    assert still is not None
    assert (still.owed, still.next, still.clocks) == ((), None, ())
    await office.wait(hours=3)
    assert (await office.drive(one.case_id)).plan == still
    pair: tuple[Command, Command] = UnlinkCase(SAID, str(main.case_id)), DropLink(str(one.case_id))
    await office.record.transact_pair((one.case_id, pair[0]), (main.case_id, pair[1]), STAFF, str(uuid4()))
    after = (await office.drive(one.case_id)).plan
    assert after is not None
    assert before.next is not None
    assert after.next is not None
    assert {c_.key for c_ in after.clocks} == {c_.key for c_ in before.clocks}
    assert timedelta(hours=3) <= after.next.due - before.next.due < timedelta(hours=3, minutes=1)
    assert await office.differences() == []


async def test_a_main_case_that_is_withdrawn_sets_its_followers_free(office: Office) -> None:
    one, main = await office.blow(rules=RULES), await office.blow(rules=RULES)
    await link(office, one, main)
    await office.do(main.case_id, c.Withdraw(SAID), STAFF)
    await office.drive(main.case_id)
    state = await office.record.state(one.case_id)
    assert state is not None
    assert (state.status, state.annex.main) == (Status.MUSTERING, None)
    assert state.clocks[0].is_live


async def test_a_request_that_ends_at_intake_owes_the_drive_nothing(office: Office) -> None:
    made = await office.record.transact(
        uuid4(), raise_command(
            rules=RULES, number="", channel="hotline", reporter_phone=PHONE, disposal=Disposal.ANSWERED, told=SAID
        ), HOTLINE, str(uuid4()),
    )  # fmt: skip
    assert (made.state.status, made.state.result) == (Status.CLOSED, "answered")
    answer = await office.drive(made.case_id)
    assert answer.plan is not None
    assert (answer.plan.closed, answer.plan.owed) == (True, ())
    assert not any((await counters(office.engine)).values())
    assert await office.differences() == []


async def test_the_call_back_is_asked_by_the_drive_at_its_instant(office: Office) -> None:
    raised = await office.record.transact(
        uuid4(), raise_command(
            "public_request", LEAD, rules=RULES, number="", channel="hotline", limit_class="hotline_24h",
            reporter_phone=PHONE,
        ), HOTLINE, str(uuid4()),
    )  # fmt: skip
    case, clock = raised.case_id, raised.state.clock("call_back")
    assert clock is not None
    due = clock.spec.due
    for command in (c.Claim(1), c.ReportIn(1), c.Submit(1, SAID, PHOTO)):
        await office.do(case, command, WATERMAN)
    await office.do(case, LinkReport("hotline", SAID), HOTLINE)
    plan = (await office.drive(case)).plan
    assert plan is not None
    assert plan.status == "checking"
    await office.set_now(due - timedelta(seconds=30))
    assert "call" not in {clock.code for clock in (await office.drive(case)).plan.clocks}, "never early"  # type: ignore[union-attr]
    await office.set_now(due + MICRO)
    plan = (await office.drive(case)).plan
    assert plan is not None
    assert [clock.code for clock in plan.clocks] == ["call"]
    asked = await office.rows("SELECT at FROM case_events WHERE case_id = :id AND kind = 'call_back_asked'", id=case)
    assert [row.at for row in asked] == [due], "dated when it was due"
    told = await office.rows("SELECT org, role FROM notices WHERE case_id = :id AND code = 'rung:call_back'", id=case)
    assert [tuple(row) for row in told] == [(HOTLINE.org, "hotline_callback")]
    closed = await office.do(case, WELL, CALLER)
    assert closed.state.result == "solved"
    plan = (await office.drive(case)).plan
    assert plan is not None
    assert (plan.closed, plan.owed) == (True, ()), "the other reporter has been answered"
    assert await office.differences() == []


async def test_the_standard_that_a_clerk_chooses_is_the_cases(office: Office) -> None:
    made = await office.record.transact(
        uuid4(), raise_command("public_request", LEAD, rules=RULES, number="", channel="grid"), GRID, str(uuid4())
    )  # fmt: skip
    await office.do(made.case_id, FileCase("water_cover_danger"), CLERK)
    issued = await office.do(made.case_id, Dispatch(), DESK)
    assert issued.state.tasks[0].stages == ("handle",)
    kept = await office.scalar("SELECT limit_class FROM cases WHERE id = :id", id=made.case_id)
    assert kept == "water_cover_danger"
    assert await office.differences() == []
