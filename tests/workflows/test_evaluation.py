"""Evaluation on the real engine: a period is counted, composed, published by its workflow; a flag lapses by its own."""

import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from temporalio.client import Client
from temporalio.service import RPCError

from adapters.db.history import append_history
from adapters.db.seeding import seed_city
from adapters.evaluations import Evaluations
from contracts.names import process_workflow_id
from domain.actors import Actor, Role
from domain.evaluation.flags import FlagKind
from domain.evaluation.windows import month_named
from domain.process import id_of
from domain.processes.evaluation import PublishEvaluation
from domain.processes.flag import ProposeFlag
from domain.text import Text
from tests.support.cases import DISTRICT, SUPERVISOR, WATER, WATER_HEAD
from tests.support.drive import until
from tests.support.evaluation import a_life
from tests.support.installation import Installation, installed
from tests.support.servers import Database
from workers.replay import replay_strictly

pytestmark = pytest.mark.slow

WRITER = Actor("writer", "", frozenset({Role.SYSTEM}))
DECEMBER = month_named("2026-12", 19)
PROCESS = id_of("evaluation", f"{DISTRICT}/2026-12")


@pytest_asyncio.fixture
async def parts(database: Database, temporal_client: Client) -> AsyncIterator[Installation]:
    async with installed(database, temporal_client) as installation:
        yield installation


async def status(parts: Installation, process: Any) -> str:
    state = await parts.office.record.process(process)
    return "" if state is None else str(state.status)


async def called(parts: Installation, kind: str, process: Any) -> list[str]:
    """Wait for the workflow's end, replay it, and return the activities it called."""
    handle = parts.client.get_workflow_handle(process_workflow_id(kind, process, 1))

    async def begun() -> bool:
        try:
            await handle.describe()
        except RPCError:
            return False
        return True

    await until(begun)
    await handle.result()
    history = await handle.fetch_history()
    await replay_strictly(history)
    return [
        e.activity_task_scheduled_event_attributes.activity_type.name
        for e in history.events
        if e.HasField("activity_task_scheduled_event_attributes")
    ]


async def test_a_period_is_counted_and_published(parts: Installation) -> None:
    dice = random.Random(5)
    lives = [a_life(number, dice) for number in range(1, 31)]
    async with parts.office.owner.begin() as conn:
        await seed_city(conn)
    async with parts.office.engine.begin() as conn:
        await append_history(conn, [[(e, WRITER) for e in life] for life in lives], drive=False)
    await parts.office.set_now(DECEMBER.end)
    parts.start("process", "relay")
    await Evaluations(parts.office.engine, parts.office.record).open_all(DECEMBER.end, daily=False)

    async def reviewed() -> bool:
        return await status(parts, PROCESS) == "review"

    await until(reviewed, seconds=60)
    parts.nudge.tell(await parts.office.record.transact(PROCESS, PublishEvaluation(), SUPERVISOR, "publish-1"))
    assert await called(parts, "evaluation", PROCESS) == ["evaluation.count", "evaluation.compose"]
    assert await status(parts, PROCESS) == "published"


async def test_a_flag_that_nobody_decides_lapses(parts: Installation) -> None:
    parts.start("process")
    case = await parts.office.blow()
    now = case.state.at
    proposal = ProposeFlag(
        "", "appeal/c/handle:1", DISTRICT, FlagKind.APPEAL, str(case.case_id), case.number, "handle:1", WATER,
        "force_majeure", Text("暴雨"), listed=True, case_closed_at=now, late=True, answer_days=0, appeal_days=30,
    )  # fmt: skip
    process = id_of("flag", proposal.name)
    opened = await parts.office.record.transact(process, proposal, WATER_HEAD, "appeal-1")
    await parts.office.wait(minutes=1)
    parts.nudge.tell(opened)
    assert await called(parts, "flag", process) in (["flag.lapse"], ["flag.look", "flag.lapse"])
    assert await status(parts, process) == "lapsed"
