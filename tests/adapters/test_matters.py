"""A matter has one open case at most, on the real record: whoever raises it, and whoever reopens an older one."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from adapters.db import circle
from domain import commands as c
from domain.chapters import reopening as r
from domain.circle import GapState, Survey, state_of
from domain.errors import Reason, Refusal
from domain.events import Text
from domain.matters import Matter
from tests.support.cases import COMMUNITY, LEAD, LEADER, PHOTO, STAFF, SUPERVISOR, WATERMAN, topic_command
from tests.support.records import Office, open_office
from tests.support.servers import Database

pytestmark = pytest.mark.slow

WHY = Text("理由")
GAP = f"{COMMUNITY}/0305"
PACK = {"rules": "beijing/2", "limit_class": "street_lamp_out"}


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        yield opened


async def solved(office: Office, case: UUID) -> None:
    await office.do(case, c.Approve(), LEADER)
    await office.do(case, c.Claim(1), WATERMAN)
    await office.do(case, c.ReportIn(1), WATERMAN)
    await office.do(case, c.Submit(1, WHY, PHOTO), WATERMAN)
    await office.do(case, c.CheckPass(None, "solved", "handle"), STAFF)


async def test_a_gap_has_one_open_case_raised_or_reopened(office: Office) -> None:
    first = (await office.blow(LEAD, gap=GAP, **PACK)).case_id
    with pytest.raises(Refusal) as refused:
        await office.blow(LEAD, gap=GAP, **PACK)
    assert refused.value.reason is Reason.MATTER_STANDS
    other = (await office.blow(LEAD, gap=f"{COMMUNITY}/0306", **PACK)).case_id
    await office.do(other, c.Withdraw(WHY), STAFF)
    await office.blow(LEAD, gap=f"{COMMUNITY}/0306", **PACK)
    await solved(office, first)
    second = (await office.blow(LEAD, gap=GAP, **PACK, key="raised-again")).case_id
    assert (await office.blow(LEAD, gap=GAP, **PACK, key="raised-again", case=second)).replayed
    with pytest.raises(Refusal) as refused:
        await office.do(first, r.Reopen(WHY), STAFF)
    assert refused.value.reason is Reason.MATTER_STANDS
    state = await office.record.state(first)
    assert state is not None
    assert state.is_ended, "a refused reopening changes nothing"
    async with office.engine.connect() as connection:
        held = (await circle.gap_cases(connection, "110101"))[GAP]
        assert await circle.standing_number(connection, Matter.GAP, [GAP]) == next(
            case.number for case in held if not case.ended
        )
    missing = Survey(COMMUNITY, "0305", present=False, surveyed_on=date(2026, 11, 23))
    assert state_of(missing, held)[0] is GapState.RAISED
    assert state_of(missing, [case for case in held if case.ended])[0] is GapState.SOLVED
    assert await office.differences() == [], "the rows follow from the events alone"


async def test_two_topics_never_share_a_case_while_both_stand(office: Office) -> None:
    one, two = uuid4(), uuid4()
    await office.do(one, topic_command(number="", rules="beijing/2"), SUPERVISOR)
    with pytest.raises(Refusal) as refused:
        await office.do(two, topic_command(number="", rules="beijing/2"), SUPERVISOR)
    assert refused.value.reason is Reason.MATTER_STANDS
    assert await office.scalar("SELECT count(*) FROM cases") == 1
    assert await office.scalar("SELECT count(*) FROM case_matters WHERE open") == 3
    assert await office.differences() == []


async def test_surveys_are_added_once_and_the_latest_day_counts(office: Office) -> None:
    def answer(day: int, note: str = "", *, present: bool) -> Survey:
        return Survey(COMMUNITY, "0305", present=present, surveyed_on=date(2026, 11, day), note=note)

    async def keep(*surveys: Survey) -> int:
        async with office.engine.begin() as connection:
            fresh = await circle.new_answers(connection, surveys)
            if fresh:
                await circle.keep_survey(connection, fresh, "staff")
            return len(fresh)

    async def latest() -> tuple[Survey, ...]:
        async with office.engine.connect() as connection:
            return await circle.latest(connection, "110101001")

    assert await keep(answer(20, present=False)) == 1
    assert await keep(answer(20, present=False)) == 0
    assert await keep(answer(10, present=True)) == 1, "an older survey comes late"
    assert await latest() == (answer(20, present=False),)
    assert await keep(answer(20, "更正", present=True), answer(10, present=True)) == 1
    assert await latest() == (answer(20, "更正", present=True),)
    assert await keep(answer(20, "更正", present=True)) == 0
    assert await office.scalar("SELECT count(*) FROM circle_surveys") == 3, "nothing is overwritten"
