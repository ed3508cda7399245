"""Record the histories that every later version must replay: `make histories`.

Plays scenarios against a real dev server on virtual time and writes
`tests/replay/histories/<workflow>/<release>-<scenario>.json`. A file that exists is never overwritten: a history is
what running cases have, removed only when no run of that age can exist.
"""

import asyncio
import sys
import tempfile
import tomllib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.testing import TimeSkipper, TimeSkippingConfig

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from adapters.embedded import TemporalServer  # noqa: E402
from adapters.shutdown import run  # noqa: E402
from adapters.temporal import Sandbox, connect, start_notice  # noqa: E402
from contracts.case import MessageRef  # noqa: E402
from contracts.names import (  # noqa: E402
    PERIODIC_WORKFLOW,
    PROCESS_QUEUE,
    SEARCH_ATTRIBUTES,
    notice_workflow_id,
)
from contracts.periodic import Occasion  # noqa: E402
from tests.support.drive import Drive, ProcessDrive, driving, driving_processes, until  # noqa: E402
from tests.support.memory_process import MemoryProcess  # noqa: E402
from workers.replay import replay_strictly  # noqa: E402

STORE = ROOT / "tests" / "replay" / "histories"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOW = timedelta()

Scenario = Callable[[Drive], Awaitable[WorkflowHandle]]


async def plain_life(drive: Drive) -> WorkflowHandle:
    """Raise and dispatch, a reminder armed, close and wind up."""
    case = drive.case(("dispatch", NOW, None), ("remind", HOUR, "claim:1/1/half"))
    await drive.start(case)
    await until(lambda: _sleeps(drive.handle(case)))
    await drive.signal(drive.close(case))
    await drive.ends(case)
    return drive.handle(case)


async def silent_department(drive: Drive) -> WorkflowHandle:
    """Every rung of a ladder fires, with messages handed over, and the lease returns the task."""
    case = drive.case(
        ("dispatch", NOW, None), ("remind", HOUR, "claim:1/1/half"), ("escalate", 2 * HOUR, "claim:1/1/at"),
        ("supervise", 3 * HOUR, "claim:1/1/day"), ("return", 4 * HOUR, "lease:1/1/at"),
    )  # fmt: skip
    case.messages = {
        "dispatch": (MessageRef(message_id=f"{case.id}-1", channel="webhook"),),
        "claim:1/1/at": tuple(MessageRef(message_id=f"{case.id}-{n}", channel="webhook") for n in (2, 3)),
    }
    handle = await drive.start(case)
    for count in range(2, 6):
        await drive.clock.advance(handle, HOUR + timedelta(seconds=5))
        await until(lambda wanted=count: len(case.done) == wanted)
    await drive.signal(drive.close(case))
    await drive.ends(case)
    return handle


async def many_signals(drive: Drive) -> WorkflowHandle:
    """Phases follow one another by signals, doubled and late ones among them."""
    case = drive.case(("dispatch", NOW, None), ("escalate", 9 * HOUR, "handle:1/1/at"))
    await drive.start(case)
    await until(lambda: _sleeps(drive.handle(case)))
    first = drive.record.plan(case)
    for phase in ("muster", "act", "check", "act", "check"):
        case.version, case.phase = case.version + 1, phase
        newest = drive.record.plan(case)
        for plan in (newest, first, newest):
            await drive.signal(plan)
        await until(lambda: _knows(drive, case.id, case.version))
    await drive.signal(drive.close(case))
    await drive.ends(case)
    return drive.handle(case)


async def poison_step(drive: Drive) -> WorkflowHandle:
    """A reminder gives up, the escalation goes on, the reminder succeeds later."""
    case = drive.case(("remind", HOUR, "claim:1/1/half"), ("escalate", 2 * HOUR, "claim:1/1/at"))
    drive.record.poison.add("claim:1/1/half")
    handle = await drive.start(case)
    await drive.clock.advance(handle, 2 * HOUR + timedelta(seconds=5))
    await until(lambda: case.done == ["claim:1/1/at"])
    drive.record.poison.clear()
    while case.done[-1] != "claim:1/1/half":
        await drive.clock.advance(handle, timedelta(minutes=6))
    await drive.signal(drive.close(case))
    await drive.ends(case)
    return handle


async def stale_epoch(drive: Drive) -> WorkflowHandle:
    """The record has gone on to another epoch: nothing is changed."""
    case = drive.case(("dispatch", NOW, None))
    plan = drive.record.plan(case)
    handle = drive.handle(case)
    case.epoch = 1_795_000_000
    await drive.signal(plan)
    await handle.result()
    return handle


async def renewed(drive: Drive) -> WorkflowHandle:
    """A month without a step: the run that continued as new."""
    case = drive.case(("escalate", timedelta(days=45), "handle:1/1/at"))
    handle = await drive.start(case)
    first = (await handle.describe()).run_id
    await drive.clock.advance(handle, timedelta(days=31))
    await until(lambda: drive.record.calls["case.look"] >= 1)
    await drive.signal(drive.close(case))
    await drive.ends(case)
    return drive.client.get_workflow_handle(handle.id, run_id=first)


CASES: dict[str, Scenario] = {
    "plain-life": plain_life, "silent-department": silent_department, "many-signals": many_signals,
    "poison-step": poison_step, "stale-epoch": stale_epoch, "renewed": renewed,
}  # fmt: skip


async def adopted_life(drive: ProcessDrive) -> WorkflowHandle:
    """Two pages of the list, a second person approves, published, three pages of the adoption."""
    pages = {f"adopt/{n}": (drive.record.step(f"adopt/{n + 1}"),) for n in (1, 2)}
    then = {"list/1": (drive.record.step("list/2"),), "publish": (drive.record.step("adopt/1"),), **pages}
    process = drive.open("publication", ("list/1", NOW), then=then, closes="adopt/3")
    await drive.tell(process)
    await until(lambda: process.done == ["list/1", "list/2"])
    await until(lambda: _sleeps(drive.handle(process)))
    process.status = "approved"
    await drive.change(process, "publish")
    await drive.ends(process)
    return drive.handle(process)


async def withdrawn_proposal(drive: ProcessDrive) -> WorkflowHandle:
    """The proposal is taken back while the workflow sleeps; a late signal of the time before changes nothing."""
    process = drive.open("publication", ("list/1", NOW))
    await drive.tell(process)
    await until(lambda: process.done == ["list/1"])
    await until(lambda: _sleeps(drive.handle(process)))
    process.status = "withdrawn"
    await drive.change(process, closed=True)
    await drive.ends(process)
    return drive.handle(process)


async def poison_page(drive: ProcessDrive) -> WorkflowHandle:
    """A page gives up and is tried again at the next wake."""
    process = drive.open("publication", ("list/1", NOW))
    drive.record.poison.add("list/1")
    handle = await drive.tell(process)
    await until(lambda: _sleeps(handle))
    drive.record.poison.clear()
    while not process.done:
        await drive.clock.advance(handle, timedelta(minutes=6))
    await drive.change(process, closed=True)
    await drive.ends(process)
    return handle


PUBLICATIONS: dict[str, Callable[[ProcessDrive], Awaitable[WorkflowHandle]]] = {
    "adopted": adopted_life, "withdrawn": withdrawn_proposal, "poison-page": poison_page,
}  # fmt: skip


async def from_step_to_end(drive: ProcessDrive, kind: str, first: str) -> WorkflowHandle:
    """A process takes its first step, sleeps until a person has decided, and ends."""
    process = drive.open(kind, (first, NOW))
    await drive.tell(process)
    await until(lambda: process.done == [first])
    await until(lambda: _sleeps(drive.handle(process)))
    await drive.change(process, closed=True)
    await drive.ends(process)
    return drive.handle(process)


OTHERS = {
    "EvaluationWorkflow": ("evaluation", "count/1"), "FlagWorkflow": ("flag", "lapse"),
    "RoundWorkflow": ("round", "draw"), "CampaignWorkflow": ("campaign", "batch/1/1"),
}  # fmt: skip
"""Kind and first step of the other processes, by workflow."""


async def counted_and_published(drive: ProcessDrive) -> WorkflowHandle:
    """A page of the count fails and is tried again; reviewed for ten days; published by itself, which ends it."""
    step = drive.record.step
    then = {"count/1": (step("count/2"),), "count/2": (step("compose/1"),), "compose/1": (step("publish", 10 * DAY),)}
    process = drive.open("evaluation", ("count/1", NOW), then=then, closes="publish")
    drive.record.poison.add("count/2")
    handle = await drive.tell(process)
    await until(lambda: drive.record.calls["evaluation.count count/2"] == 1)
    await until(lambda: _sleeps(handle))
    drive.record.poison.clear()
    await _until_done(drive, process, 3, timedelta(minutes=6))
    await _until_done(drive, process, 4, 3 * DAY)
    await drive.ends(process)
    return handle


async def lapsed(drive: ProcessDrive) -> WorkflowHandle:
    """Nobody decides for ten days; the lapse fails and is tried again, and ends it."""
    process = drive.open("flag", ("lapse", 10 * DAY), closes="lapse")
    drive.record.poison.add("lapse")
    handle = await drive.tell(process)
    await until(lambda: _sleeps(handle))
    await drive.clock.advance(handle, 10 * DAY + timedelta(seconds=5))
    await until(lambda: drive.record.calls["flag.lapse lapse"] == 1)
    drive.record.poison.clear()
    await _until_done(drive, process, 1, timedelta(minutes=6))
    await drive.ends(process)
    return handle


async def decided(drive: ProcessDrive) -> WorkflowHandle:
    """A second person decides while the workflow waits for the lapse; a doubled signal changes nothing."""
    process = drive.open("flag", ("lapse", 10 * DAY))
    handle = await drive.tell(process)
    await until(lambda: _sleeps(handle))
    await drive.tell(process)
    process.status = "granted"
    await drive.change(process, closed=True)
    await drive.ends(process)
    return handle


async def checked_late(drive: ProcessDrive) -> WorkflowHandle:
    """Waits for its start, draws; a charge fails and is tried again; a check is late twice; the summary ends it."""
    step = drive.record.step
    late = (step("escalate/check/1", 50 * HOUR), step("escalate/check/2", 74 * HOUR))
    process = drive.open("round", ("draw", 2 * HOUR), then={"draw": (step("charge/c1", 2 * HOUR), *late)})
    drive.record.poison.add("charge/c1")
    handle = await drive.tell(process)
    await until(lambda: _sleeps(handle))
    await drive.clock.advance(handle, 2 * HOUR + timedelta(seconds=5))
    await until(lambda: drive.record.calls["round.charge charge/c1"] == 1)
    drive.record.poison.clear()
    await _until_done(drive, process, 2, timedelta(minutes=6))
    await _until_done(drive, process, 4, 12 * HOUR)
    process.status = "done"
    await drive.change(process, closed=True)
    await drive.ends(process)
    return handle


async def _until_done(drive: ProcessDrive, process: MemoryProcess, count: int, by: timedelta) -> None:
    """Let time pass until so many steps are done."""
    while len(process.done) < count:
        await drive.clock.advance(drive.handle(process), by)


LIVES: dict[str, dict[str, Callable[[ProcessDrive], Awaitable[WorkflowHandle]]]] = {
    "EvaluationWorkflow": {"published": counted_and_published},
    "FlagWorkflow": {"lapsed": lapsed, "decided": decided},
    "RoundWorkflow": {"checked-late": checked_late},
}
"""Longer lives of the other processes: each waits, fails once and tries again, or is ended by somebody else."""


async def turn(drive: ProcessDrive) -> WorkflowHandle:
    """One turn of a scheduled job."""
    handle = await drive.client.start_workflow(
        PERIODIC_WORKFLOW, Occasion(job="retention"), id="periodic/retention-history", task_queue=PROCESS_QUEUE
    )
    await handle.result()
    return handle


async def notice(drive: Drive, outcome: str) -> WorkflowHandle:
    """A message that arrives, or is refused."""
    if outcome == "dead":
        drive.notices.refused.add(outcome)
    await start_notice(drive.client, MessageRef(message_id=outcome, channel="webhook"))
    handle = drive.client.get_workflow_handle(notice_workflow_id(outcome))
    try:
        await handle.result()
    except WorkflowFailureError:
        if outcome != "dead":
            raise
    return handle


async def _sleeps(handle: WorkflowHandle) -> bool:
    return any([e.HasField("timer_started_event_attributes") async for e in handle.fetch_history_events()])


async def _knows(drive: Drive, case_id: str, version: int) -> bool:
    return (await drive.life(drive.record.cases[case_id])).plan.version == version


async def store(workflow: str, scenario: str, handle: WorkflowHandle) -> None:
    """Write one history, unless it was recorded before."""
    release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    path = STORE / workflow / f"{release}-{scenario}.json"
    if path.exists():
        print("kept    ", path.relative_to(ROOT))
        return
    history = await handle.fetch_history()
    compared = await replay_strictly(history)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(history.to_json() + "\n", encoding="utf-8")
    print("recorded", path.relative_to(ROOT), f"{len(history.events)} events, {compared} commands")


async def main() -> None:
    """Record everything on one server."""
    args = ("--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true")
    with tempfile.TemporaryDirectory(prefix="whistle-histories-") as folder:
        server = TemporalServer(
            Path(folder) / "temporal", persistent=False, search_attributes=SEARCH_ATTRIBUTES, extra_args=args
        )
        async with server:
            env = TimeSkipper(await connect(server.address), config=TimeSkippingConfig(enabled=False))
            for name, scenario in CASES.items():
                async with driving(env, Sandbox.SHARED) as drive:
                    await store("CaseWorkflow", name, await scenario(drive))
            for name, life in PUBLICATIONS.items():
                async with driving_processes(env, Sandbox.SHARED) as processes:
                    await store("AdoptionWorkflow", name, await life(processes))
            for workflow, (kind, first) in OTHERS.items():
                async with driving_processes(env, Sandbox.SHARED) as processes:
                    await store(workflow, "plain", await from_step_to_end(processes, kind, first))
            for workflow, lives in LIVES.items():
                for name, life in lives.items():
                    async with driving_processes(env, Sandbox.SHARED) as processes:
                        await store(workflow, name, await life(processes))
            async with driving_processes(env, Sandbox.SHARED) as processes:
                await store("PeriodicWorkflow", "turn", await turn(processes))
            async with driving(env, Sandbox.SHARED) as drive:
                for outcome in ("delivered", "dead"):
                    await store("NoticeWorkflow", outcome, await notice(drive, outcome))
            del env, drive, scenario, processes, life
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    run(main)
