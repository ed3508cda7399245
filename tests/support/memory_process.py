"""A process in memory, of any kind, for tests of its workflow alone; everything else is tested on the real record."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from contracts.case import StepView
from contracts.names import LOOK, process_activity
from contracts.process import ProcessAnswer, ProcessLook, ProcessOrder, ProcessPlan
from domain.processes import PROCESSES


@dataclass
class MemoryProcess:
    """One process: its open steps, what was done, and what each step opens when it is done."""

    kind: str
    id: str
    epoch: int = 1
    version: int = 1
    status: str = "open"
    closed: bool = False
    steps: list[StepView] = field(default_factory=list)
    then: dict[str, tuple[StepView, ...]] = field(default_factory=dict)
    closes: str = ""
    done: list[str] = field(default_factory=list)


class MemoryProcesses:
    """Answers like the real record: a step is done once, never early, and every answer carries the plan."""

    def __init__(self) -> None:
        self.all: dict[str, MemoryProcess] = {}
        self.offset = timedelta()
        self.calls: Counter[str] = Counter()
        self.poison: set[str] = set()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    async def move(self, by: timedelta) -> None:
        self.offset += by

    def step(self, key: str, after: timedelta = timedelta()) -> StepView:
        return StepView(key=key, code=key.split("/", maxsplit=1)[0], due=self.now() + after, party="beijing/2")

    def plan(self, process: MemoryProcess) -> ProcessPlan:
        now = self.now()
        steps = sorted(process.steps, key=lambda step: step.due)
        coming = next((step for step in steps if step.due > now), None)
        return ProcessPlan(
            kind=process.kind, id=process.id, epoch=process.epoch, version=process.version, name=process.id[:8],
            status=process.status, district="110101", closed=process.closed,
            owed=tuple(step for step in steps if step.due <= now), next=coming,
            wake_at=coming.due if coming else None, facts=(("ref", "beijing/2"),),
        )  # fmt: skip

    def activities(self) -> list[Callable[..., Any]]:
        found: list[Callable[..., Any]] = []
        for kind in PROCESSES.values():
            found += [self._step(process_activity(kind.kind, code)) for code in kind.codes]
            found.append(self._look(process_activity(kind.kind, LOOK)))
        return found

    def _step(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def step(order: ProcessOrder) -> ProcessAnswer:
            key = order.step.key
            self.calls[f"{name} {key}"] += 1
            if key in self.poison:
                raise ApplicationError("poison", type="poison", non_retryable=True)
            process = self.all.get(order.id)
            if process is None or process.epoch != order.epoch:
                return ProcessAnswer(stale=True)
            held = next((each for each in process.steps if each.key == key), None)
            if held is not None and held.due <= self.now():
                process.steps.remove(held)
                process.steps += process.then.get(key, ())
                process.version += 1
                process.done.append(key)
                process.closed = process.closed or process.closes == key
            return ProcessAnswer(plan=self.plan(process))

        return step

    def _look(self, name: str) -> Callable[..., Any]:
        @activity.defn(name=name)
        async def look(order: ProcessLook) -> ProcessAnswer:
            self.calls[name] += 1
            process = self.all.get(order.id)
            if process is None or process.epoch != order.epoch:
                return ProcessAnswer(stale=True)
            return ProcessAnswer(plan=self.plan(process))

        return look
