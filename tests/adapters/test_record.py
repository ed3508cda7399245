"""The record on a real server: lives, races, keys, epochs, proofs."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters.db.errors import CaseExists, CaseNotFound, KeyReused, StaleEpoch, StaleVersion, sqlstate
from adapters.db.log import read_log
from contracts.case import StepView
from domain import commands as c
from domain.actors import Role
from domain.authority import visible
from domain.case import Status, TaskState
from domain.errors import Reason, Refusal
from domain.events import Text
from tests.support.cases import (
    FOREIGN_WORKER,
    MONDAY,
    STAFF,
    STRANGER,
    WATER,
    WATERMAN,
    WATERMAN2,
    person,
    raise_command,
)
from tests.support.records import Office, open_office
from tests.support.servers import Database


@pytest_asyncio.fixture(scope="module")
async def office(module_database: Database) -> AsyncIterator[Office]:
    async with open_office(module_database) as opened:
        yield opened


async def test_a_whole_life_is_in_the_record_and_the_read_model_is_its_fold(office: Office) -> None:
    raised = await office.blow()
    case = raised.case_id
    assert raised.number.startswith("BJ-110101-20261123-")
    assert raised.seqs == tuple(range(1, raised.version + 1))
    assert raised.dirty
    assert raised.plan is not None
    assert [s.code for s in raised.plan.owed] == ["dispatch"]
    answer = await office.record.step(case, raised.epoch, raised.plan.owed[0])
    assert answer.plan is not None
    assert not answer.plan.owed
    assert answer.plan.wake_at is not None
    handed_in = await office.handle(case)
    assert handed_in.state.status is Status.CHECKING
    failed = await office.do(case, c.CheckFail(Text("仍在渗水"), (1,)), STAFF)
    assert failed.state.rework == 1
    for _ in failed.state.tasks[0].stages[failed.state.tasks[0].stage :]:
        await office.do(case, c.Submit(1, Text("已再次修复")), WATERMAN)
    closed = await office.do(case, c.CheckPass(Text("合格")), STAFF)
    assert closed.state.status is Status.CLOSED
    assert closed.plan is not None
    assert closed.dirty, "the workflow has to be told that it may end"
    assert closed.plan.closed
    assert not closed.plan.owed
    answer = await office.record.look(case, closed.epoch)
    assert answer.plan is not None
    assert await office.differences(case) == []
    notify = (await office.rows("SELECT * FROM case_notify WHERE case_id = :id", id=case))[0]
    assert notify.wanted == notify.sent == answer.plan.version
    assert notify.closed
    assert notify.step_at is None
    assert await office.record.state(case) is not None
    assert await office.scalar("SELECT count(*) FROM notices WHERE case_id = :id AND code = 'closed'", id=case) == 2


async def test_of_twenty_parallel_claims_one_wins_and_every_loser_learns_who(office: Office) -> None:
    case = (await office.blow()).case_id
    workers = [person(f"waterman-{n}", WATER, Role.UTILITY_WORKER) for n in range(20)]
    answers = await asyncio.gather(*(office.do(case, c.Claim(1), w) for w in workers), return_exceptions=True)
    refused = [a for a in answers if isinstance(a, Refusal)]
    won = [a for a in answers if not isinstance(a, BaseException)]
    assert (len(won), len(refused)) == (1, 19)
    holder = won[0].state.tasks[0].holder
    assert {r.facts["holder"] for r in refused} == {holder}
    assert {r.reason for r in refused} <= {Reason.ALREADY_CLAIMED, Reason.WRONG_TASK_STATE}
    assert await office.differences(case) == []


async def test_the_same_key_answers_as_the_first_time_even_after_the_case_went_on(office: Office) -> None:
    case = (await office.blow()).case_id
    first = await office.do(case, c.Claim(1), WATERMAN, "key-claim", fingerprint="f")
    await office.do(case, c.ReportIn(1), WATERMAN)
    again = await office.do(case, c.Claim(1), WATERMAN, "key-claim", fingerprint="f")
    assert again.replayed
    assert (again.version, again.seqs, again.number) == (first.version, first.seqs, first.number)
    assert again.state == first.state
    assert again.state.tasks[0].state is TaskState.CLAIMED
    with pytest.raises(KeyReused):
        await office.do(case, c.Claim(2), WATERMAN, "key-claim", fingerprint="g")


async def test_the_same_key_in_parallel_has_one_effect(office: Office) -> None:
    case = (await office.blow()).case_id
    claims = [office.do(case, c.Claim(1), WATERMAN, "key-parallel", fingerprint="f") for _ in range(8)]
    answers = await asyncio.gather(*claims)
    assert sorted(a.replayed for a in answers) == [False] + [True] * 7
    assert len({(a.version, a.seqs) for a in answers}) == 1
    urges = [office.do(case, c.Urge(1, Text("请尽快")), STAFF, "key-urge") for _ in range(8)]
    assert sorted(a.replayed for a in await asyncio.gather(*urges)) == [False] + [True] * 7
    raises = await asyncio.gather(*(office.blow(key="key-raise") for _ in range(8)))
    assert len({a.case_id for a in raises}) == 1
    assert sorted(a.replayed for a in raises) == [False] + [True] * 7


async def test_a_refusal_changes_nothing_and_is_not_stored(office: Office) -> None:
    case = (await office.blow()).case_id
    before = await office.scalar("SELECT count(*) FROM case_events WHERE case_id = :id", id=case)
    with pytest.raises(Refusal):
        await office.do(case, c.ReportIn(1), WATERMAN, "key-refused")
    assert await office.scalar("SELECT count(*) FROM case_events WHERE case_id = :id", id=case) == before
    assert await office.scalar("SELECT count(*) FROM idempotency WHERE key = 'key-refused'") == 0
    await office.do(case, c.Claim(1), WATERMAN, "key-refused")


async def test_who_may_not_see_the_case_gets_no_other_answer_than_for_one_that_is_not_there(office: Office) -> None:
    case = (await office.blow()).case_id
    for actor in (STRANGER, FOREIGN_WORKER):
        with pytest.raises(CaseNotFound) as hidden:
            await office.do(case, c.Claim(1), actor, reach=visible(actor))
        with pytest.raises(CaseNotFound) as missing:
            await office.do(uuid4(), c.Claim(1), actor, reach=visible(actor))
        assert hidden.value.message == missing.value.message


async def test_versions_and_epochs_fence(office: Office) -> None:
    raised = await office.blow()
    case = raised.case_id
    with pytest.raises(StaleVersion) as stale:
        await office.do(case, c.Claim(1), WATERMAN, expected_version=1)
    assert stale.value.facts == {"version": raised.version, "expected": 1}
    with pytest.raises(StaleEpoch):
        await office.do(case, c.Claim(1), WATERMAN, epoch=7)
    await office.do(case, c.Claim(1), WATERMAN, expected_version=raised.version, epoch=raised.epoch)
    assert raised.plan is not None
    before = await office.rows("SELECT * FROM cases WHERE id = :id", id=case)
    for answer in (
        await office.record.step(case, 7, raised.plan.owed[0]), await office.record.look(case, 7),
        await office.record.look(uuid4(), 1),
    ):  # fmt: skip
        assert answer.stale
        assert answer.plan is None
    assert await office.rows("SELECT * FROM cases WHERE id = :id", id=case) == before


async def test_fifty_parallel_raises_draw_fifty_numbers_without_a_gap(office: Office) -> None:
    outcomes = await asyncio.gather(*(office.blow(area="110102001") for _ in range(50)), return_exceptions=True)
    assert {type(o) for o in outcomes} == {Refusal}, "staff of another sub-district may not raise here"
    assert await office.scalar("SELECT count(*) FROM case_numbers WHERE district = '110102'") == 0
    raised = await asyncio.gather(*(office.blow() for _ in range(50)))
    serials = sorted(int(o.number.rsplit("-", 1)[1]) for o in raised)
    assert serials == list(range(serials[0], serials[0] + 50))


async def test_a_case_is_raised_once_per_id_and_source(office: Office) -> None:
    raised = await office.blow(source_ref="letters/1")
    with pytest.raises(CaseExists):
        await office.blow(source_ref="letters/1")
    with pytest.raises(CaseExists):
        await office.blow(case=raised.case_id)


async def test_silence_fires_each_rung_once_dated_at_its_due_instant_whoever_comes_first(office: Office) -> None:
    raised = await office.blow()
    case = raised.case_id
    await office.drive(case)
    early = raised.plan.next if raised.plan else None
    assert early is not None
    answer = await office.record.step(case, raised.epoch, early)
    assert answer.wake_in is not None
    assert 0 < answer.wake_in <= 5 * 60
    await office.wait(minutes=30)
    assert (await office.record.look(case, raised.epoch)).plan
    racers = [office.do(case, c.Claim(1), WATERMAN2)]
    racers += [office.record.step(case, raised.epoch, early) for _ in range(5)]  # type: ignore[list-item]
    await asyncio.gather(*racers)
    async with office.engine.connect() as connection:
        log = await read_log(connection, case)
    fired = [row for row in log if row.kind == "rung_fired"]
    assert fired
    assert len({(r.body["key"], r.body["generation"], r.body["rung"]) for r in fired}) == len(fired)
    dues = {(r.key, r.code): r.due for r in await office.rows("SELECT * FROM clocks WHERE case_id = :id", id=case)}
    at_due = [r for r in fired if r.body["rung"] == "due" and r.body["key"].startswith("claim")]
    assert all(r.at == next(d for (key, _), d in dues.items() if key == r.body["key"]) for r in at_due)
    assert await office.differences(case) == []


async def test_the_database_itself_refuses_a_rung_that_fired(office: Office) -> None:
    raised = await office.blow()
    await office.wait(minutes=30)
    await office.drive(raised.case_id)
    with pytest.raises(DBAPIError) as refused:
        await office.run(
            "INSERT INTO case_events SELECT case_id, seq + 1000, at, recorded_at, actor, kind, body, hash"
            " FROM case_events WHERE case_id = :id AND kind = 'rung_fired' LIMIT 1", id=raised.case_id,
        )  # fmt: skip
    assert sqlstate(refused.value) == "23505"


async def test_a_repeated_step_answers_with_the_plan_and_does_nothing_twice(office: Office) -> None:
    raised = await office.blow()
    assert raised.plan is not None
    first = await office.record.step(raised.case_id, raised.epoch, raised.plan.owed[0])
    again = await office.record.step(raised.case_id, raised.epoch, raised.plan.owed[0])
    assert first.plan == again.plan
    odd = StepView(key="remind/9/none", code="remind", due=MONDAY, party=WATER)
    assert (await office.record.step(raised.case_id, raised.epoch, odd)).plan == first.plan


async def test_the_application_cannot_change_the_log(office: Office) -> None:
    case = (await office.blow()).case_id
    for statement in (
        "UPDATE case_events SET actor = 'x' WHERE case_id = :id", "DELETE FROM case_events WHERE case_id = :id",
        "TRUNCATE case_events",
    ):  # fmt: skip
        for engine in (office.engine, office.owner):
            with pytest.raises(DBAPIError) as refused:
                async with engine.begin() as connection:
                    await connection.execute(text(statement), {"id": case} if ":id" in statement else {})
            assert sqlstate(refused.value) == "42501"


async def test_a_cancelled_caller_loses_no_connection_and_leaves_the_record_whole(office: Office) -> None:
    case = (await office.blow()).case_id
    for n in range(60):
        task = asyncio.ensure_future(office.do(case, c.Urge(1, Text(f"请尽快{n}")), STAFF))
        await asyncio.sleep(0.0005 * (n % 9))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await office.record.drain()
    assert office.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert await office.differences(case) == []


async def test_two_identical_raises_of_one_command_differ_only_by_key(office: Office) -> None:
    case = uuid4()
    command = raise_command("emergency", id=str(case), number="")
    first = await office.do(case, command, STAFF, "raise-1", fingerprint="f")
    again = await office.do(uuid4(), command, STAFF, "raise-1", fingerprint="f")
    assert again.case_id == first.case_id == case
    assert again.replayed
