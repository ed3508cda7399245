"""A supervision round driven by the real engine: draws by itself, tells of what is late, orders, and ends."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio
from temporalio.client import Client
from typer.testing import CliRunner

from adapters.db.queries.rounds import read_bundle
from adapters.round_files import round_policy
from adapters.rounds import plan_monthly
from cli.main import app
from contracts.names import process_workflow_id
from domain.commands import Approve
from domain.draw import faults
from domain.events import Text
from domain.process import ProcessCommand, id_of
from domain.processes.round_commands import CommitSeed, ConfirmPutRight, FileCheck, SummariseRound
from domain.processes.round_state import Finding, Method, RoundState, RoundStatus
from tests.support.cases import LEADER, SUPERVISOR, WATER
from tests.support.drive import until
from tests.support.installation import Installation, installed
from tests.support.rounds import INSPECTOR, group, plan
from tests.support.servers import Database
from workers.replay import replay_strictly


@pytest_asyncio.fixture
async def parts(database: Database, temporal_client: Client) -> AsyncIterator[Installation]:
    async with installed(database, temporal_client) as installation:
        yield installation


async def state_of(parts: Installation, process: UUID) -> RoundState:
    state = await parts.office.record.process(process)
    assert isinstance(state, RoundState)
    return state


async def give(parts: Installation, process: UUID, command: ProcessCommand, actor: Any = SUPERVISOR) -> None:
    parts.nudge.tell(await parts.office.record.transact(process, command, actor, str(uuid4())))


async def test_a_round_draws_by_itself_and_ends_with_its_summary(parts: Installation, tmp_path: Path) -> None:
    office, process = parts.office, uuid4()
    parts.start("process")
    await parts.speed(900)
    now = await office.scalar("SELECT business_now()")
    await give(parts, process, plan(
        Method.JOINT, name=str(process), bodies=(SUPERVISOR.org,), starts_at=now + timedelta(hours=2),
        ends_at=now + timedelta(days=90), sample=1, check_hours=1,
    ))  # fmt: skip
    await give(parts, process, group("g1", areas=("110101001",), lines=("WATER",)))
    await give(parts, process, CommitSeed("salt-20261123"))
    cases = [(await office.blow(rules="beijing/2", kind="public_request")).case_id for _ in range(2)]

    for case in cases:
        await office.do(case, Approve(), LEADER)

    async def late() -> bool:
        return "check/1" in "".join((await state_of(parts, process)).checks[0].told)

    async def drawn() -> bool:
        return (await state_of(parts, process)).status is RoundStatus.CHECKING

    async def asked() -> bool:
        return bool((await state_of(parts, process)).checks[0].charge)

    await until(drawn, 40)
    state = await state_of(parts, process)
    assert (state.head is not None, state.head and state.head.kind) == (True, "case")
    (check,) = state.checks
    assert (UUID(check.case) in cases, check.org) == (True, WATER)
    await until(late, 40)
    await give(parts, process, FileCheck(check.case, Finding.PUT_RIGHT, Text("井盖未复位")), INSPECTOR)
    await until(asked, 40)
    assert (await state_of(parts, process)).checks[0].charge == "order"
    found = await office.record.state(UUID(check.case))
    assert found is not None
    assert [(order.org, order.issuer, order.by) for order in found.annex.orders] == [
        (WATER, SUPERVISOR.org, SUPERVISOR.id)
    ]
    await give(parts, process, ConfirmPutRight(check.case, Text("已复位")), INSPECTOR)
    await give(parts, process, SummariseRound(Text("抽查一件，已整改")))
    handle = parts.client.get_workflow_handle(process_workflow_id("round", process, 1))
    await handle.result()
    history = await handle.fetch_history()
    await replay_strictly(history)
    called = {
        event.activity_task_scheduled_event_attributes.activity_type.name
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    }
    assert called >= {"round.draw", "round.escalate", "round.charge"}
    await recomputed(parts, process, tmp_path / "bundle.json")


async def recomputed(parts: Installation, process: UUID, path: Path) -> None:
    """Anybody recomputes the draw from its bundle, and finds a forged one."""
    async with parts.office.engine.connect() as connection:
        bundle = await read_bundle(connection, await state_of(parts, process))
    assert bundle is not None
    published = json.loads(bundle.model_dump_json())
    assert (faults(published), len(published["shares"][0]["population"])) == ([], 2)
    path.write_text(json.dumps(published), encoding="utf-8")
    done = CliRunner().invoke(app, ["round", "draw", "--bundle", str(path)])
    assert (done.exit_code, published["shares"][0]["drawn"][0] in done.output) == (0, True), done.output
    path.write_text(json.dumps({**published, "salt": "another", "sample": 2}), encoding="utf-8")
    assert CliRunner().invoke(app, ["round", "draw", "--bundle", str(path)]).exit_code == 1
    path.write_text("{}", encoding="utf-8")
    assert CliRunner().invoke(app, ["round", "draw", "--bundle", str(path)]).exit_code == 1


async def test_a_month_is_planned_once_and_only_where_the_policy_says_so(parts: Installation) -> None:
    office, policy = parts.office, round_policy()
    at = await office.scalar("SELECT business_now()")
    assert await plan_monthly(office.record, at) == 0, "off by default"
    on = policy.model_copy(update={"monthly": policy.monthly.model_copy(update={"enabled": True})})
    assert [await plan_monthly(office.record, at, on) for _ in range(2)] == [1, 0]
    state = await state_of(parts, id_of("round", "110101/2026-11/written"))
    assert (state.status, state.terms.method, state.groups[0].members) == ("committed", "written", ("sup",))
