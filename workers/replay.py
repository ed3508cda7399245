"""Strict replay: run a stored history through today's workflow code and compare every command with what was written.

The engine's own replay notices another kind or order of commands only; this one also sees a changed timer, input, child
or search attribute. It is the gate before a deployment (open runs) and in the tests (stored histories).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.client import Client, WorkflowHistory
from temporalio.plugin import SimplePlugin
from temporalio.worker import Replayer, WorkflowInstance, WorkflowInstanceDetails, WorkflowRunner
from temporalio.workflow import NondeterminismError, _Definition

from adapters.temporal import Sandbox, plugin
from contracts.names import CASE_WORKFLOW, NOTICE_WORKFLOW, PERIODIC_WORKFLOW, PROCESS_WORKFLOWS
from workers.temporal_worker import PROCESS_CLASSES
from workflows.case import CaseWorkflow
from workflows.notice import NoticeWorkflow
from workflows.periodic import PeriodicWorkflow

WORKFLOWS: Final[tuple[type, ...]] = (CaseWorkflow, NoticeWorkflow, PeriodicWorkflow, *PROCESS_CLASSES)


@dataclass(frozen=True, slots=True)
class Act:
    """One command of a workflow, reduced to what must not change.

    Attributes:
        kind: `timer`, `activity`, `child`, `attributes`, `renewal`, `result` or `failure`.
        content: Duration, name with input, or values, as bytes and text.
    """

    kind: str
    content: tuple[object, ...]


class DriftError(Exception):
    """Today's code would have acted otherwise than the history says; the message names the first difference."""


async def replay_strictly(history: WorkflowHistory, *, sandbox: Sandbox = Sandbox.SHARED) -> int:
    """Replay one history.

    Returns:
        How many commands were compared.

    Raises:
        DriftError: A command differs in content, or is missing, or is new.
        temporalio.workflow.NondeterminismError: The order or sort of commands differs.
    """
    done: list[Act] = []
    recorder = SimplePlugin("strict-replay", workflow_runner=lambda base: _Recorder(_given(base), done))
    await Replayer(workflows=WORKFLOWS, plugins=[plugin(sandbox), recorder]).replay_workflow(history)
    written = list(_written(history.events))
    for at, (now, then) in enumerate(zip(done, written, strict=False)):
        if now != then:
            raise DriftError(f"{history.workflow_id}: command {at + 1} was {then}, today it would be {now}")
    if len(done) != len(written):
        raise DriftError(f"{history.workflow_id}: {len(written)} commands were written, today it would be {len(done)}")
    return len(done)


async def check_running(client: Client) -> tuple[int, list[str]]:
    """Replay every open run strictly on today's code: the gate before a deployment.

    Returns:
        How many runs were replayed, and a line for each that would act otherwise.

    Raises:
        RPCError: The engine is away.
    """
    types = (CASE_WORKFLOW, NOTICE_WORKFLOW, PERIODIC_WORKFLOW, *PROCESS_WORKFLOWS.values())
    names = ", ".join(f"'{name}'" for name in types)
    count, faults = 0, []
    async for run in client.list_workflows(f"ExecutionStatus = 'Running' AND WorkflowType IN ({names})"):
        history = await client.get_workflow_handle(run.id, run_id=run.run_id).fetch_history()
        count += 1
        try:
            decided = decided_part(history)
            if decided is not None:
                await replay_strictly(decided)
        except (DriftError, NondeterminismError) as error:
            faults.append(f"{run.id}: {error}")
    return count, faults


def decided_part(history: WorkflowHistory) -> WorkflowHistory | None:
    """Return an open run up to its last decision with what that commanded; None if nothing was decided yet.

    What came in since (a step that was answered, a signal) waits for a worker: a replay would answer it, and what it
    commands then is no drift.
    """
    decision = EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    completed = [n for n, event in enumerate(history.events) if event.event_type == decision]
    if not completed:
        return None
    end = completed[-1] + 1
    while end < len(history.events) and _is_commanded(history.events[end], history.events[completed[-1]].event_id):
        end += 1
    return WorkflowHistory(history.workflow_id, history.events[:end])


def _is_commanded(event: HistoryEvent, decision: int) -> bool:
    """Tell whether an event was commanded by the decision with this id."""
    attributes = getattr(event, event.WhichOneof("attributes") or "", None)
    return getattr(attributes, "workflow_task_completed_event_id", None) == decision


class _Recorder(WorkflowRunner):
    """The sandbox runner, whose instances tell what they command."""

    def __init__(self, base: WorkflowRunner, done: list[Act]) -> None:
        self._base = base
        self._done = done

    def prepare_workflow(self, defn: _Definition) -> None:
        self._base.prepare_workflow(defn)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        return _Instance(self._base.create_instance(det), self._done)

    def set_worker_level_failure_exception_types(self, types: Sequence[type[BaseException]]) -> None:
        self._base.set_worker_level_failure_exception_types(types)


class _Instance(WorkflowInstance):
    def __init__(self, base: WorkflowInstance, done: list[Act]) -> None:
        self._base = base
        self._done = done

    def activate(self, act: WorkflowActivation) -> WorkflowActivationCompletion:
        completion = self._base.activate(act)
        self._done.extend(_commanded(completion))
        return completion

    def __getattr__(self, name: str) -> Any:
        return getattr(self._base, name)

    def get_serialization_context(self, command_info: Any) -> Any:
        return self._base.get_serialization_context(command_info)

    def get_external_store_context(self, command_info: Any) -> Any:
        return self._base.get_external_store_context(command_info)

    def get_info(self) -> Any:
        return self._base.get_info()

    def get_thread_id(self) -> int | None:
        return self._base.get_thread_id()


def _commanded(completion: WorkflowActivationCompletion) -> Iterator[Act]:
    commands = completion.successful.commands
    cancelled = {c.cancel_timer.seq for c in commands if c.HasField("cancel_timer")}
    for command in commands:
        if command.HasField("start_timer") and command.start_timer.seq not in cancelled:
            yield Act("timer", (command.start_timer.start_to_fire_timeout.ToTimedelta(),))
        elif command.HasField("schedule_activity"):
            order = command.schedule_activity
            yield Act("activity", (order.activity_type, *_data(order.arguments)))
        elif command.HasField("start_child_workflow_execution"):
            child = command.start_child_workflow_execution
            yield Act("child", (child.workflow_type, child.workflow_id, *_data(child.input)))
        elif command.HasField("upsert_workflow_search_attributes"):
            yield Act("attributes", _values(command.upsert_workflow_search_attributes.search_attributes.indexed_fields))
        elif command.HasField("continue_as_new_workflow_execution"):
            yield Act("renewal", _data(command.continue_as_new_workflow_execution.arguments))
        elif command.HasField("complete_workflow_execution"):
            yield Act("result", ())
        elif command.HasField("fail_workflow_execution"):
            yield Act("failure", (command.fail_workflow_execution.failure.application_failure_info.type,))


def _written(events: Sequence[HistoryEvent]) -> Iterator[Act]:
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_TIMER_STARTED:
            yield Act("timer", (event.timer_started_event_attributes.start_to_fire_timeout.ToTimedelta(),))
        elif event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
            order = event.activity_task_scheduled_event_attributes
            yield Act("activity", (order.activity_type.name, *_data(order.input.payloads)))
        elif event.event_type == EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED:
            child = event.start_child_workflow_execution_initiated_event_attributes
            yield Act("child", (child.workflow_type.name, child.workflow_id, *_data(child.input.payloads)))
        elif event.event_type == EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
            fields = event.upsert_workflow_search_attributes_event_attributes.search_attributes.indexed_fields
            yield Act("attributes", _values(fields))
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
            renewal = event.workflow_execution_continued_as_new_event_attributes
            yield Act("renewal", _data(renewal.input.payloads))
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
            yield Act("result", ())
        elif event.event_type == EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
            failed = event.workflow_execution_failed_event_attributes.failure
            yield Act("failure", (failed.application_failure_info.type,))


def _data(payloads: Sequence[Any]) -> tuple[object, ...]:
    return tuple(payload.data for payload in payloads)


def _values(fields: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple((name, fields[name].data) for name in sorted(fields))


def _given(base: WorkflowRunner | None) -> WorkflowRunner:
    if base is None:
        raise TypeError("the replayer has no runner")
    return base
