"""Health of the engine as an operator sees it: does it answer, which version, does anybody poll our queues."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest, GetSystemInfoRequest
from temporalio.client import Client
from temporalio.service import RPCError

from contracts.names import CASE_QUEUE, NOTICE_QUEUE, PROCESS_QUEUE

_PATIENCE_S = 5.0

_QUEUES: Final = (CASE_QUEUE, PROCESS_QUEUE, NOTICE_QUEUE)


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """What was found; `pollers` counts those of the last minutes per queue."""

    reachable: bool
    server: str | None = None
    pollers: dict[str, int] = field(default_factory=dict)


async def probe(address: str, namespace: str) -> EngineHealth:
    """Ask the engine; an engine that is away is a finding, not an error."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            client = await Client.connect(address, namespace=namespace)
            info = await client.workflow_service.get_system_info(GetSystemInfoRequest())
            pollers = {queue: await _pollers(client, queue) for queue in _QUEUES}
    except (TimeoutError, RuntimeError, RPCError):
        return EngineHealth(reachable=False, pollers=dict.fromkeys(_QUEUES, 0))
    return EngineHealth(reachable=True, server=info.server_version, pollers=pollers)


async def _pollers(client: Client, queue: str) -> int:
    answer = await client.workflow_service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
    )
    return len(answer.pollers)
