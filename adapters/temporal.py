"""The engine from outside: connect, the plugin that every side shares, and the few calls that drive a case."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import GetSystemInfoRequest
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.plugin import SimplePlugin
from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from temporalio.workflow import SandboxImportNotificationPolicy

from contracts.case import LifeView
from contracts.names import (
    CASE_DISTRICT,
    CASE_KIND,
    CASE_PHASE,
    CASE_QUEUE,
    CASE_WORKFLOW,
    CHANGED,
    LIFE,
    NOTICE_QUEUE,
    NOTICE_WORKFLOW,
    PROCESS_QUEUE,
    PROCESS_WORKFLOWS,
    SEARCH_ATTRIBUTES,
    case_workflow_id,
    notice_workflow_id,
    process_workflow_id,
)
from contracts.process import Plan, ProcessPlan

if TYPE_CHECKING:
    from contracts.case import MessageRef

RPC_TIMEOUT: Final = timedelta(seconds=3)
"""Of one attempt; the client tries several times, so every call also has `CALL_TIMEOUT_S` over all."""
CALL_TIMEOUT_S: Final = 8.0
_PASSED_THROUGH: Final = ("contracts", "domain", "workflows.details", "workflows.driven", "workflows.pace")
_DOWN: Final = (
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
)


class EngineUnavailableError(Exception):
    """The engine did not answer in time; whether it took the call is unknown, and repeating it is harmless."""


class Sandbox(StrEnum):
    """What workflow code shares with its worker: payload modules, or nothing (a test that finds hidden clocks)."""

    SHARED = "shared"
    STRICT = "strict"


class Delivery(StrEnum):
    """What the engine did with a plan."""

    ACCEPTED = "accepted"
    ENDED = "ended"


def plugin(sandbox: Sandbox = Sandbox.SHARED) -> SimplePlugin:
    """Return the set-up that client, worker and replayer share: pydantic payloads and the rules of the sandbox.

    Give it to the client only: a worker takes it from there.
    """

    def runner(base: WorkflowRunner | None) -> WorkflowRunner:
        if not isinstance(base, SandboxedWorkflowRunner):
            raise TypeError("workflows run in the sandbox only")
        rules = base.restrictions
        if sandbox is Sandbox.SHARED:
            rules = rules.with_passthrough_modules(*_PASSED_THROUGH).with_import_notification_policy(
                SandboxImportNotificationPolicy.WARN_ON_DYNAMIC_IMPORT
                | SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
            )
        return dataclasses.replace(base, restrictions=rules)

    return SimplePlugin("whistle", data_converter=pydantic_data_converter, workflow_runner=runner)


async def connect(
    address: str, namespace: str = "default", *, lazy: bool = False, sandbox: Sandbox = Sandbox.SHARED
) -> Client:
    """Connect to the engine.

    Args:
        address: `host:port` of the front end.
        lazy: Connect with the first call; for programs that must start while the engine is away. Workers may not.

    Raises:
        RuntimeError: Nobody answers (not when `lazy`).
    """
    _quieten()
    return await Client.connect(address, namespace=namespace, lazy=lazy, plugins=[plugin(sandbox)])


@cache
def _quieten() -> None:
    """Keep the engine's own library from writing a line for every failed poll; our programs tell it once, as JSON."""
    only_errors = LoggingConfig(filter=TelemetryFilter(core_level="ERROR", other_level="ERROR"))
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=only_errors)), error_if_already_set=False)


async def register_search_attributes(client: Client) -> None:
    """Make sure that the namespace knows our search attributes; a workflow that sets an unknown one would stand still.

    Raises:
        RPCError: The engine refuses or is away.
    """
    service = client.operator_service
    known = await service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
    missing = {
        name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
        for name, kind in SEARCH_ATTRIBUTES.items()
        if name not in known.custom_attributes
    }
    if not missing:
        return
    request = AddSearchAttributesRequest(namespace=client.namespace, search_attributes=missing)
    try:
        await service.add_search_attributes(request)
    except RPCError as error:
        if error.status is not RPCStatusCode.ALREADY_EXISTS:  # another worker was faster
            raise


async def signal_with_start(client: Client, plan: Plan) -> Delivery:
    """Hand a plan to the workflow of its case or process and epoch, which is started if it never ran.

    Returns:
        `ENDED` if that workflow has already ended: normal for a closed plan, an anomaly for an open one.

    Raises:
        EngineUnavailableError: No answer within 8 s; the plan may or may not have arrived.
        RPCError: The engine refuses this plan.
    """
    try:
        async with _in_time():
            await client.start_workflow(
                **_workflow_of(plan),
                arg=plan,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=CHANGED,
                start_signal_args=[plan],
                rpc_timeout=RPC_TIMEOUT,
            )
    except WorkflowAlreadyStartedError:
        return Delivery.ENDED
    return Delivery.ACCEPTED


def _workflow_of(plan: Plan) -> dict[str, Any]:
    """Name type, id, queue, search attributes and summary of the workflow that a plan is for."""
    if isinstance(plan, ProcessPlan):
        values = ((CASE_DISTRICT, plan.district), (CASE_KIND, plan.kind), (CASE_PHASE, plan.status))
        return {
            "workflow": PROCESS_WORKFLOWS[plan.kind], "id": process_workflow_id(plan.kind, plan.id, plan.epoch),
            "task_queue": PROCESS_QUEUE, "static_summary": f"{plan.name} · {plan.kind}",
            "search_attributes": TypedSearchAttributes([SearchAttributePair(k, v) for k, v in values if v]),
        }  # fmt: skip
    values = ((CASE_DISTRICT, plan.district), (CASE_KIND, plan.kind), (CASE_PHASE, plan.phase))
    return {
        "workflow": CASE_WORKFLOW, "id": case_workflow_id(plan.case_id, plan.epoch), "task_queue": CASE_QUEUE,
        "static_summary": f"{plan.number} · {plan.kind} · {plan.area}",
        "search_attributes": TypedSearchAttributes([SearchAttributePair(k, v) for k, v in values]),
    }  # fmt: skip


async def start_notice(client: Client, message: MessageRef) -> None:
    """Start the workflow of an outbound row; one that runs or has delivered stays as it is.

    Raises:
        EngineUnavailableError: As `signal_with_start`.
        RPCError: The engine refuses.
    """
    with contextlib.suppress(WorkflowAlreadyStartedError):
        async with _in_time():
            await client.start_workflow(
                NOTICE_WORKFLOW,
                message,
                id=notice_workflow_id(message.message_id),
                task_queue=NOTICE_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                static_summary=message.channel,
                rpc_timeout=RPC_TIMEOUT,
            )


async def life(client: Client, case_id: str, epoch: int) -> LifeView | None:
    """Ask the workflow of a case where it stands; None if it never ran. Needs a worker that is alive.

    Raises:
        EngineUnavailableError: No answer within 8 s.
    """
    handle = client.get_workflow_handle(case_workflow_id(case_id, epoch))
    try:
        async with _in_time():
            view: LifeView = await handle.query(LIFE, result_type=LifeView, rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    return view


async def is_running(client: Client, workflow_id: str) -> bool:
    """Tell whether a workflow runs, by a describe (strongly consistent), never by a list.

    Raises:
        EngineUnavailableError: No answer within 8 s.
    """
    handle = client.get_workflow_handle(workflow_id)
    try:
        async with _in_time():
            found = await handle.describe(rpc_timeout=RPC_TIMEOUT)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise
    return found.status is WorkflowExecutionStatus.RUNNING


async def answers(client: Client) -> bool:
    """Tell whether the engine answers at all, within 8 s."""
    try:
        async with _in_time():
            await client.workflow_service.get_system_info(GetSystemInfoRequest(), timeout=RPC_TIMEOUT)
    except (EngineUnavailableError, RPCError):
        return False
    return True


@asynccontextmanager
async def _in_time() -> AsyncIterator[None]:
    """Bound a call over all its attempts, and tell an engine that is away from one that refuses."""
    try:
        async with asyncio.timeout(CALL_TIMEOUT_S):
            yield
    except (RPCError, TimeoutError, RuntimeError) as error:
        if isinstance(error, RPCError) and error.status not in _DOWN:
            raise
        raise EngineUnavailableError(type(error).__name__) from error
