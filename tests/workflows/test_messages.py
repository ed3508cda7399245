"""Outside messages end to end: row, handover, signed delivery, dead letter, replay."""

import contextlib
from collections.abc import AsyncIterator
from uuid import UUID

import pytest_asyncio
from standardwebhooks import Webhook
from temporalio.client import Client
from temporalio.service import RPCError

from adapters.db.counters import counters
from domain import commands as c
from domain.events import Text
from tests.support.cases import STAFF, WATER
from tests.support.drive import until
from tests.support.installation import Installation, installed
from tests.support.receiver import Receiver, receiving
from tests.support.servers import Database

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest_asyncio.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


@pytest_asyncio.fixture
async def drive(database: Database, temporal_client: Client, receiver: Receiver) -> AsyncIterator[Installation]:
    async with installed(database, temporal_client) as installation:
        insert = "INSERT INTO channels (kind, org, url, secret) VALUES ('webhook', :org, :url, :secret)"
        await installation.office.run(insert, org=WATER, url=receiver.url, secret=SECRET)
        yield installation


async def states(drive: Installation, case: UUID) -> list[str]:
    query = "SELECT state FROM outbound WHERE case_id = :id ORDER BY created_at"
    return [row.state for row in await drive.office.rows(query, id=case)]


async def ended(drive: Installation, case: UUID) -> bool:
    found = await states(drive, case)
    return bool(found) and set(found) <= {"delivered", "dead"}


async def test_a_dispatch_reaches_the_department_signed_and_once(drive: Installation, receiver: Receiver) -> None:
    drive.start("case", "notice", "relay")
    receiver.answers = [503]
    case = (await drive.tell(await drive.office.blow())).case_id
    await until(lambda: ended(drive, case))
    told = len(receiver.requests) - 1
    assert await states(drive, case) == ["delivered"] * told
    for headers, body in receiver.requests:
        sent = Webhook(SECRET).verify(body, headers)
        assert sent["data"]["case_id"] == str(case)
    assert len({headers["webhook-id"] for headers, _ in receiver.requests}) == told
    await drive.tell(await drive.office.do(case, c.Withdraw(Text("误报")), STAFF))
    events = await drive.ends(case)
    print(f"a short life with {told} message(s) at the dispatch: {events} events")
    await until(lambda: ended(drive, case))
    assert {n: k for n, k in (await counters(drive.office.engine)).items() if k} == {}


async def test_a_refused_message_is_a_dead_letter_and_can_be_replayed(
    drive: Installation, receiver: Receiver
) -> None:  # fmt: skip
    drive.start("case", "notice", "relay")
    receiver.answers = [410] * 20
    case = (await drive.tell(await drive.office.blow())).case_id
    await until(lambda: ended(drive, case))
    dead = await drive.outbound.dead_letters()
    assert {letter.last_error for letter in dead} == {"http_410"}
    assert await drive.outbound.begin(dead[0].id) is None, "an ended message is not sent again"
    receiver.answers = []
    for letter in dead:
        await drive.outbound.replay(letter.id)
    await drive.office.run("UPDATE outbound SET created_at = created_at - interval '1 minute'")
    await until(lambda: ended(drive, case))
    assert set(await states(drive, case)) == {"delivered"}
    await drive.handle(case).terminate("end of the test")


async def test_messages_that_no_step_took_are_handed_over_by_the_relay(
    drive: Installation, receiver: Receiver
) -> None:  # fmt: skip
    drive.start("notice", "relay")  # no worker for cases
    case = (await drive.office.blow()).case_id
    assert set(await states(drive, case)) == {"queued"}
    await drive.office.run("UPDATE outbound SET created_at = created_at - interval '1 minute'")
    await until(lambda: ended(drive, case))
    assert len(receiver.requests) == len(await states(drive, case))
    with contextlib.suppress(RPCError):  # started by the relay or not yet
        await drive.handle(case).terminate("end of the test")
