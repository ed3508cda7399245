"""What the record keeps for the drive: when the engine must be told, leases, epochs, messages, the business clock."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from adapters.db import business_clock
from adapters.db.counters import counters, epoch
from adapters.db.errors import NotProduction
from domain import commands as c
from domain.actors import SYSTEM
from domain.events import Text
from tests.support.cases import LEADER, MONDAY, STAFF, WATERMAN
from tests.support.records import Office, open_office
from tests.support.servers import Database


@pytest_asyncio.fixture
async def office(database: Database) -> AsyncIterator[Office]:
    async with open_office(database) as opened:
        yield opened


async def row(office: Office, case: UUID, number: int | None = None) -> Any:
    query = "SELECT n.* FROM case_notify n WHERE case_id = :id AND epoch = coalesce(:epoch, epoch)"
    return (await office.rows(query.replace(":epoch", ":epoch ::bigint"), id=case, epoch=number))[0]


async def test_only_what_makes_the_engine_act_earlier_is_told_at_once(office: Office) -> None:
    raised = await office.blow()
    case = raised.case_id
    first = await row(office, case)
    assert (first.wanted, first.urgent, first.sent) == (raised.version, raised.version, 0)
    assert first.armed_at is None
    assert first.lease_until is not None
    answer = await office.drive(case)
    assert answer.plan is not None
    driven = await row(office, case)
    assert driven.sent == driven.wanted == answer.plan.version
    assert (driven.armed_at, driven.lease_until, driven.dirty_at) == (answer.plan.wake_at, None, None)
    claimed = await office.do(case, c.Claim(1), WATERMAN)
    assert not claimed.dirty
    assert claimed.plan is None
    quiet = await row(office, case)
    assert quiet.wanted == claimed.version > quiet.sent == quiet.urgent + 1
    assert await office.notify.take_lapsed() == []
    assert await office.notify.take_quiet() == [], "told less than five minutes ago"
    await office.run("UPDATE case_notify SET sent_at = sent_at - interval '6 minutes'")
    plans = await office.notify.take_quiet()
    assert [p.version for p in plans] == [claimed.version]
    assert await office.notify.take_quiet() == [], "leased"
    await office.notify.mark_sent([plans[0].model_copy(update={"version": claimed.version})])
    assert (await row(office, case)).sent == claimed.version
    withdrawn = await office.do(case, c.Withdraw(Text("误报")), STAFF)
    assert withdrawn.dirty


async def test_an_earlier_wake_is_told_a_later_one_is_not(office: Office) -> None:
    raised = await office.blow(kind="public_request")
    case = raised.case_id
    answer = await office.drive(case)
    assert answer.plan is not None
    armed = answer.plan.wake_at
    assert armed is not None
    approved = await office.do(case, c.Approve(), LEADER)
    assert approved.dirty, "departments have to be called"
    await office.drive(case)
    assert (await row(office, case)).armed_at < armed + timedelta(hours=8)
    await office.run("UPDATE case_notify SET armed_at = armed_at + interval '30 days'")
    claimed = await office.do(case, c.Claim(1), WATERMAN)
    assert claimed.dirty, "the engine would wake too late"


async def test_a_lapsed_row_is_taken_once_backs_off_and_is_parked(office: Office) -> None:
    near, far = await office.blow(), await office.blow(kind="public_request")
    assert await office.notify.take_lapsed() == [], "the nudge has two seconds"
    await office.run("UPDATE case_notify SET lease_until = clock_timestamp()")
    plans = await office.notify.take_lapsed()
    assert {p.case_id for p in plans} == {str(near.case_id), str(far.case_id)}
    assert plans[0].case_id == str(near.case_id), "the nearest step first"
    assert plans[0] == near.plan
    assert await office.notify.take_lapsed() == []
    waits = []
    for _ in range(60):
        await office.run("UPDATE case_notify SET lease_until = clock_timestamp()")
        if not await office.notify.take_lapsed():
            break
        left = "SELECT extract(epoch FROM lease_until - clock_timestamp()) FROM case_notify WHERE case_id = :id"
        waits.append(float(await office.scalar(left, id=near.case_id)))
    assert len(waits) == 49
    assert 7 < waits[0] <= 12
    assert all(47 < wait <= 72 for wait in waits[6:])
    assert (await row(office, near.case_id)).parked
    assert (await counters(office.engine))["parked"] == 2
    await office.notify.mark_dirty(near.case_id)
    assert [p.case_id for p in await office.notify.take_lapsed()] == [str(near.case_id)]


async def test_late_and_doubled_acknowledgements_change_nothing(office: Office) -> None:
    raised = await office.blow()
    case = raised.case_id
    assert raised.plan is not None
    await office.notify.mark_sent([raised.plan])
    told = await row(office, case)
    assert (told.sent, told.armed_at, told.lease_until) == (raised.version, raised.plan.wake_at, None)
    answer = await office.drive(case)
    after = await row(office, case)
    await office.notify.mark_sent([raised.plan.model_copy(update={"wake_at": MONDAY})])
    assert ((await row(office, case)).sent, (await row(office, case)).armed_at) == (after.sent, after.armed_at)
    await office.notify.mark_sent([raised.plan.model_copy(update={"epoch": 99, "wake_at": MONDAY})])
    assert answer.plan is not None


async def test_a_new_epoch_fences_the_old_one_off(office: Office) -> None:
    raised = await office.blow()
    case = raised.case_id
    await office.drive(case)
    fresh = await office.notify.bump_epoch(case)
    assert fresh is not None
    assert fresh > 1_700_000_000
    assert await epoch(office.engine, case) == fresh
    assert (await office.record.look(case, 1)).stale
    plans = await office.notify.take_lapsed()
    assert [(p.epoch, p.closed) for p in plans] == [(fresh, False)]
    assert (await row(office, case, 1)).closed
    assert (await office.notify.bump_epoch(case) or 0) > fresh
    assert await office.notify.bump_all() == 1
    claimed = await office.do(case, c.Claim(1), WATERMAN)
    assert claimed.epoch > fresh
    assert await office.differences() == []


async def test_the_watchdog_sees_what_nobody_fired_and_can_fire_it(office: Office) -> None:
    case = (await office.blow()).case_id
    await office.drive(case)
    assert await office.notify.due_unfired(120) == []
    await office.wait(minutes=20)
    late = await office.notify.due_unfired(120)
    assert [due.id for due in late] == [case]
    assert late[0].late_s > 120
    assert await office.notify.due_unfired(86_400) == []
    found = await counters(office.engine)
    assert found["due_unfired_120s"] == 1
    fired = await office.do(case, c.Tick(), SYSTEM, "")
    assert fired.seqs
    again = await office.do(case, c.Tick(), SYSTEM, "")
    assert (again.seqs, again.version) == ((), fired.version)
    assert await office.notify.due_unfired(120) == []
    age = await office.notify.last_step_age()
    assert age is not None
    assert age < 60


async def test_a_healthy_record_counts_nothing(office: Office) -> None:
    case = (await office.blow()).case_id
    await office.drive(case)
    await office.handle(case)
    await office.do(case, c.CheckPass(), STAFF)
    answer = await office.drive(case)
    assert answer.plan is not None
    assert answer.plan.closed
    assert set((await counters(office.engine)).values()) == {0}
    assert await office.notify.take_lapsed() == []


async def test_a_channel_makes_messages_which_a_step_hands_over_once(office: Office) -> None:
    await office.run("INSERT INTO channels (kind, org, url, secret) VALUES ('webhook', '110101-WATER', 'x', 's')")
    raised = await office.blow()
    case = raised.case_id
    assert len(raised.messages) == 1
    assert raised.plan is not None
    answer = await office.record.step(case, 1, raised.plan.owed[0])
    assert [m.message_id for m in answer.messages] == [m.message_id for m in raised.messages]
    assert [m.channel for m in answer.messages] == ["webhook"]
    assert (await office.record.look(case, 1)).messages == ()
    assert await office.notify.take_messages() == []
    await office.run("UPDATE outbound SET handed_at = handed_at - interval '2 minutes'")
    assert len(await office.notify.take_messages()) == 1
    stored = (await office.rows("SELECT recipient, code, state FROM outbound"))[0]
    assert tuple(stored) == ("110101-WATER", "called", "handed")


async def test_business_time_runs_through_one_row(office: Office) -> None:
    async with office.owner.begin() as connection:
        await business_clock.set_now(connection, MONDAY)
        await business_clock.set_rate(connection, 600)
        clock = await business_clock.read(connection)
        now = await business_clock.now(connection)
        assert timedelta() <= now - MONDAY < timedelta(minutes=5)
        query = text("SELECT real_at(:at)")
        real = (await connection.execute(query, {"at": now + timedelta(hours=10)})).scalar_one()
        assert abs(clock.to_real(now + timedelta(hours=10)) - real) < timedelta(milliseconds=1)
        assert abs(clock.to_business(real) - now - timedelta(hours=10)) < timedelta(milliseconds=1)
        with pytest.raises(NotProduction):
            await business_clock.assert_production(connection)
    with pytest.raises(DBAPIError):
        async with office.engine.begin() as connection:
            await business_clock.advance(connection, timedelta(hours=1))


async def test_time_never_falls_within_a_case(office: Office) -> None:
    case = (await office.blow()).case_id
    await office.wait(hours=-3)
    claimed = await office.do(case, c.Claim(1), WATERMAN)
    assert claimed.state.at == await office.scalar("SELECT raised_at FROM cases WHERE id = :id", id=case)
    assert await office.differences() == []
