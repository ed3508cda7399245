"""Every stored history replays strictly on today's code, and the strict replay sees what the engine's own does not."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory

from adapters.temporal import Sandbox
from tests.support.drive import Drive, until
from workers.replay import WORKFLOWS, DriftError, check_running, decided_part, replay_strictly

HISTORIES = sorted((Path(__file__).parent / "histories").rglob("*.json"))


def load(path: Path) -> WorkflowHistory:
    return WorkflowHistory.from_json(path.stem, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda p: f"{p.parent.name}/{p.stem}")
async def test_a_stored_history_replays_strictly(path: Path, sandbox: Sandbox) -> None:
    assert await replay_strictly(load(path), sandbox=sandbox) > 0


def test_there_are_histories_of_every_workflow() -> None:
    assert {path.parent.name for path in HISTORIES} >= {cls.__name__ for cls in WORKFLOWS}, "run `make histories`"


def changed(kind: str, path: Path) -> WorkflowHistory:
    """Return a history as another version of the code would have written it."""
    history = json.loads(path.read_text(encoding="utf-8"))
    for event in history["events"]:
        if kind == "timer" and "timerStartedEventAttributes" in event:
            event["timerStartedEventAttributes"]["startToFireTimeout"] = "77s"
        if kind == "input" and "activityTaskScheduledEventAttributes" in event:
            event["activityTaskScheduledEventAttributes"]["input"]["payloads"][0]["data"] = "e30="
        if kind == "attribute" and "upsertWorkflowSearchAttributesEventAttributes" in event:
            fields = event["upsertWorkflowSearchAttributesEventAttributes"]["searchAttributes"]["indexedFields"]
            fields["CasePhase"]["data"] = "ImFjdCI="  # "act"
    return WorkflowHistory.from_json("changed", json.dumps(history))


@pytest.mark.parametrize(("kind", "named"), [("timer", "timer"), ("input", "activity"), ("attribute", "attributes")])
async def test_it_sees_a_changed_command(kind: str, named: str) -> None:
    path = next(p for p in HISTORIES if p.stem.endswith("plain-life"))
    with pytest.raises(DriftError, match=named):
        await replay_strictly(changed(kind, path))


def commanded(event: HistoryEvent) -> bool:
    attributes = getattr(event, event.WhichOneof("attributes") or "", None)
    return bool(getattr(attributes, "workflow_task_completed_event_id", 0))


async def test_a_run_in_motion_is_no_drift_wherever_it_is_caught() -> None:
    whole = load(next(p for p in HISTORIES if p.stem.endswith("silent-department")))
    ends = [n for n in range(1, len(whole.events)) if not commanded(whole.events[n])]  # written in one go with its task
    caught = [WorkflowHistory(whole.workflow_id, whole.events[:end]) for end in (*ends, len(whole.events))]
    decided = [decided_part(history) for history in caught]
    assert decided[0] is None
    assert decided[-1] == whole
    shapes = {len(history.events): history for history in decided if history is not None}
    for history in shapes.values():
        assert await replay_strictly(history) > 0


async def test_open_runs_are_checked_before_a_deployment(drive: Drive) -> None:
    case = drive.case(("dispatch", timedelta(), None), ("remind", timedelta(hours=1), "claim:1/1/half"))
    handle = await drive.start(case)
    await until(lambda: case.done == ["dispatch"])

    async def both_checked() -> bool:
        count, faults = await check_running(drive.client)
        assert faults == []
        return count >= 1

    await until(both_checked)
    await drive.clock.advance(handle, timedelta(hours=2))
    await until(both_checked)
    await drive.signal(drive.close(case))
    await drive.ends(case)
