"""Processes in the real record: one writer for both families, keys, epochs, drive, proofs; pairs of cases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters.db import rebuild, writing
from adapters.db.case_family import CaseFamily
from adapters.db.counters import counters
from adapters.db.errors import KeyReused, ProcessExists, ProcessNotFound, RulesFixed, StaleEpoch, StaleVersion
from adapters.db.family import Ask
from adapters.db.names import PROCESSES
from adapters.db.notify import Notify
from adapters.db.publishing import keep_draft
from adapters.db.rules_store import RulesStore
from contracts.case import StepView
from domain import commands as c
from domain.actors import SYSTEM
from domain.errors import Reason, Refusal
from domain.events import CaseIssued, Text
from domain.process import Tick
from domain.processes.publication import ApprovePublication, Publish, WithdrawPublication
from tests.support.cases import CITY_SUPERVISOR, MONDAY, STAFF, STAFF2, WATERMAN
from tests.support.publications import CITY_SUPERVISOR2, approve, drive, listed, propose, state_of, without_makeup_day
from tests.support.records import Office, open_office
from tests.support.servers import Database

DRAFT = without_makeup_day(date(2026, 2, 14))


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        yield opened


async def notify_row(office: Office, process: UUID) -> Any:
    return (await office.rows("SELECT * FROM process_notify WHERE process_id = :id", id=process))[0]


async def test_a_publication_is_one_row_from_which_every_new_clock_uses_it(office: Office) -> None:
    before = (await office.blow()).state.clocks[0].spec.calendar
    proposed = await propose(office, DRAFT)
    assert proposed.dirty
    assert proposed.plan is not None
    assert (proposed.plan.kind, proposed.plan.status) == ("publication", "proposed")
    assert [step.key for step in proposed.plan.owed] == ["list/1"]
    await drive(office, proposed.id)
    approved = await approve(office, proposed.id)
    assert approved.plan is not None
    assert [step.code for step in approved.plan.owed] == ["publish"]
    assert await office.scalar("SELECT count(*) FROM calendars WHERE version = 2") == 0
    answer = await drive(office, proposed.id)
    assert answer.plan is not None
    assert (answer.plan.closed, answer.plan.status) == (True, "done")
    assert before == "beijing/1"
    assert (await office.blow()).state.clocks[0].spec.calendar == "beijing/2"
    assert await office.differences() == []
    assert set((await counters(office.engine)).values()) == {0}


async def test_a_draft_that_was_published_otherwise_meanwhile_is_refused_whole(office: Office) -> None:
    first, second = await listed(office, DRAFT), await listed(office, without_makeup_day(date(2026, 2, 28)))
    await approve(office, first)
    await approve(office, second)
    await drive(office, first)
    with pytest.raises(RulesFixed):
        await drive(office, second)
    assert (await state_of(office, second)).status == "approved"
    await office.record.transact(second, WithdrawPublication(Text("已由他人发布")), CITY_SUPERVISOR, "k-withdraw")
    assert await office.differences() == []


async def test_keys_versions_epochs_and_readers_hold_for_processes_too(office: Office) -> None:
    process = uuid4()
    proposed = await propose(office, DRAFT, process=process, key="propose-1")
    again = await propose(office, DRAFT, process=process, key="propose-1")
    assert again.replayed
    assert (again.version, again.state) == (proposed.version, proposed.state)
    with pytest.raises(KeyReused):
        await propose(office, DRAFT, key="propose-1", fingerprint="other")
    with pytest.raises(KeyReused):
        await office.do((await office.blow(case=uuid4())).case_id, c.Urge(1), CITY_SUPERVISOR, key="propose-1")
    with pytest.raises(ProcessExists):
        await propose(office, DRAFT, process=process)
    with pytest.raises(StaleVersion):
        await office.record.transact(process, ApprovePublication(), CITY_SUPERVISOR2, "k-1", expected_version=9)
    with pytest.raises(StaleEpoch):
        await office.record.transact(process, Tick(), SYSTEM, "", epoch=7)
    with pytest.raises(ProcessNotFound):
        await office.record.transact(process, ApprovePublication(), WATERMAN, "k-2")
    with pytest.raises(ProcessNotFound):
        await office.record.transact(uuid4(), ApprovePublication(), CITY_SUPERVISOR2, "k-3")
    with pytest.raises(Refusal) as refused:
        await office.record.transact(process, ApprovePublication(), CITY_SUPERVISOR, "k-4")
    assert refused.value.reason is Reason.PROPOSER_MAY_NOT_APPROVE
    await drive(office, process)
    both = await asyncio.gather(*(
        office.record.transact(process, ApprovePublication(), CITY_SUPERVISOR2, "k-5") for _ in range(4)
    ))  # fmt: skip
    assert {outcome.version for outcome in both} == {3}
    assert [outcome.replayed for outcome in both].count(False) == 1


async def test_two_openings_of_one_name_give_one(office: Office) -> None:
    answers = await asyncio.gather(*(
        propose(office, DRAFT, process=UUID(int=5), key=f"open-{n}") for n in range(3)
    ), return_exceptions=True)  # fmt: skip
    assert [type(a).__name__ for a in answers].count("ProcessOutcome") == 1
    assert sum(isinstance(a, ProcessExists) for a in answers) == 2


async def test_the_drive_keeps_the_same_books(office: Office) -> None:
    notify = Notify(office.engine, PROCESSES)
    process = (await propose(office, DRAFT)).id
    await office.run("UPDATE process_notify SET lease_until = clock_timestamp()")
    plans = await notify.take_lapsed()
    assert [(type(p).__name__, p.version) for p in plans] == [("ProcessPlan", 1)]
    await notify.mark_sent(plans)
    row = await notify_row(office, process)
    assert (row.sent, row.urgent, row.lease_until) == (1, 1, None)
    await drive(office, process)
    await approve(office, process)
    assert (await notify_row(office, process)).urgent == 3
    await office.wait(minutes=20)
    assert [due.id for due in await notify.due_unfired(120)] == [process]
    fresh = await notify.bump_epoch(process)
    assert fresh is not None
    assert (await office.record.step_process(process, 1, None)).stale
    answer = await drive(office, process)
    assert answer.plan is not None
    assert answer.plan.closed
    unknown = StepView(key="x", code="x", due=MONDAY, party="")
    assert (await office.record.step_process(uuid4(), 1, unknown)).stale
    assert await office.differences() == []


TAMPERINGS = (
    "UPDATE process_events SET actor = 'somebody' WHERE process_id = :id AND seq = 2",
    "DELETE FROM process_events WHERE process_id = :id AND seq = 2",
    "UPDATE process_texts SET body = body || '。' WHERE process_id = :id",
    "UPDATE processes SET status = 'withdrawn' WHERE id = :id",
    "UPDATE processes SET state = jsonb_set(state, '{ref}', '\"x/1\"') WHERE id = :id",
    "UPDATE process_notify SET wanted = wanted - 1 WHERE process_id = :id",
)


async def test_every_tampering_with_a_process_is_found_and_rebuild_heals_the_row(office: Office) -> None:
    process = await listed(office, DRAFT)
    await approve(office, process)
    for tampering in TAMPERINGS:
        async with office.owner.connect() as connection:
            await connection.execute(text("ALTER TABLE process_events DISABLE TRIGGER append_only"))
            await connection.execute(text(tampering), {"id": process})
            assert await rebuild.check(connection, process), tampering
            await connection.rollback()
    await office.run("UPDATE processes SET status = 'withdrawn', version = 7 WHERE id = :id", id=process)
    async with office.owner.begin() as connection:
        assert await rebuild.rebuild(connection, process) == 1
    assert await office.differences() == []


async def test_the_application_may_append_only(office: Office) -> None:
    await propose(office, DRAFT)
    for statement in (
        "UPDATE process_events SET actor = 'x'", "DELETE FROM process_events", "DELETE FROM processes",
        "UPDATE publication_drafts SET body = '{}'", "DELETE FROM publication_drafts",
    ):  # fmt: skip
        with pytest.raises(DBAPIError):
            async with office.engine.begin() as connection:
                await connection.execute(text(statement))
    async with office.engine.begin() as connection:
        assert await keep_draft(connection, DRAFT) == await keep_draft(connection, DRAFT)


async def test_two_cases_change_together_or_not_at_all(office: Office) -> None:
    one, other = (await office.blow()).case_id, (await office.blow()).case_id
    pair = ((one, c.Urge(1, Text("请尽快"))), (other, c.Urge(2, Text("同一事项"))))
    first, second = await office.record.transact_pair(*pair, STAFF, "pair-1")
    assert (first.case_id, second.case_id) == (one, other)
    assert first.seqs
    assert second.seqs
    again = await office.record.transact_pair(*pair, STAFF, "pair-1")
    assert [(o.replayed, o.version) for o in again] == [(True, first.version), (True, second.version)]
    with pytest.raises(KeyReused):
        await office.record.transact_pair(*pair, STAFF, "pair-1", fingerprint="other")
    with pytest.raises(Refusal):
        await office.record.transact_pair((one, c.Urge(1)), (other, c.Urge(9)), STAFF, "pair-2")
    state = await office.record.state(one)
    assert state is not None
    assert state.version == first.version
    with pytest.raises(ValueError, match="two cases"):
        await office.record.transact_pair(pair[0], pair[0], STAFF, "pair-3")
    assert await office.differences() == []


async def test_pairs_in_both_orders_never_wait_in_a_ring(office: Office) -> None:
    one, other = (await office.blow()).case_id, (await office.blow()).case_id
    ends = ((one, c.Urge(1)), (other, c.Urge(1)))
    done = await asyncio.gather(*(
        office.record.transact_pair(*(ends if n % 2 else ends[::-1]), (STAFF, STAFF2)[n % 2], f"ring-{n}")
        for n in range(12)
    ))  # fmt: skip
    assert len(done) == 12
    assert await office.differences() == []


async def test_taking_an_ended_case_up_again_begins_a_new_epoch(office: Office) -> None:
    case = (await office.blow()).case_id
    await office.drive(case)
    ended = await office.do(case, c.Withdraw(Text("误报")), STAFF)
    assert ended.dirty
    async with office.engine.begin() as connection:
        opened, _ = await CaseFamily(RulesStore(office.engine)).open(connection, Ask(case, c.Tick()))
        stamped = [(CaseIssued(opened.now), "system")]  # any event that takes an ended case up again
        written = await writing.write(connection, case, opened, stamped, None, delivered=False)
    assert written.epoch > 1_700_000_000
    assert written.dirty
    rows = await office.rows("SELECT * FROM case_notify WHERE case_id = :id ORDER BY epoch", id=case)
    assert [(r.epoch, r.closed, r.urgent > r.sent) for r in rows] == [(1, True, True), (written.epoch, False, True)]
    await office.run("UPDATE case_notify SET lease_until = clock_timestamp()")
    plans = {p.epoch: p.closed for p in await office.notify.take_lapsed()}
    assert plans == {1: True, written.epoch: False}, "the old workflow is told that it is over"
    assert (await office.record.look(case, 1)).stale
    assert not (await office.record.look(case, written.epoch)).stale
    assert await office.scalar("SELECT epoch FROM cases WHERE id = :id", id=case) == written.epoch
    assert await office.differences() == []


async def test_a_second_publish_changes_nothing(office: Office) -> None:
    process = await listed(office, DRAFT)
    await approve(office, process)
    await drive(office, process)
    again = await office.record.transact(process, Publish(), SYSTEM, "")
    assert (again.seqs, again.version) == ((), 5)
