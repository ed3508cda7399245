"""A record in memory for tests of the workflow's behaviour alone; everything else is tested on the real record."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.case import CODES
from contracts.case import CasePlan, LookInput, MessageRef, StepAnswer, StepInput, StepView
from contracts.names import case_activity

PARTY = "110105-cgw"


@dataclass
class MemoryCase:
    """One case: a version, its open steps, and what was done to it."""

    id: str
    epoch: int = 1
    version: int = 1
    phase: str = "muster"
    closed: bool = False
    steps: list[StepView] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    messages: dict[str, tuple[MessageRef, ...]] = field(default_factory=dict)


class MemoryRecord:
    """Answers like the real record: a step is done once, never early, and every answer carries the plan."""

    def __init__(self) -> None:
        self.cases: dict[str, MemoryCase] = {}
        self.offset = timedelta()
        self.calls: Counter[str] = Counter()
        self.poison: set[str] = set()
        self.stubborn: set[str] = set()
        self.down = False

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    async def move(self, by: timedelta) -> None:
        self.offset += by

    def step_at(self, code: str, after: timedelta, key: str | None = None) -> StepView:
        return StepView(key=key or code, code=code, due=self.now() + after, party=PARTY)

    def plan(self, case: MemoryCase) -> CasePlan:
        now = self.now()
        steps = sorted(case.steps, key=lambda step: step.due)
        owed = tuple(step for step in steps if step.due <= now)
        coming = next((step for step in steps if step.due > now), None)
        return CasePlan(
            case_id=case.id, epoch=case.epoch, version=case.version, number="BJ-110105-20261123-0001",
            district="110105", area="110105001", kind="public_request", status=case.phase, phase=case.phase,
            closed=case.closed, owed=owed, next=coming, wake_at=coming.due if coming else None,
        )  # fmt: skip

    async def _step(self, order: StepInput) -> StepAnswer:
        key = order.step.key
        self.calls[f"{activity.info().activity_type} {key}"] += 1
        if self.down or key in self.poison:
            raise ApplicationError("poison", type="poison", non_retryable=True)  # as after five minutes of tries
        case = self.cases.get(order.case_id)
        if case is None or case.epoch != order.epoch:
            return StepAnswer(stale=True)
        open_step = next((step for step in case.steps if step.key == key), None)
        if open_step is None or key in self.stubborn:
            return StepAnswer(plan=self.plan(case))
        if open_step.due > self.now():
            return StepAnswer(plan=self.plan(case), wake_in=(open_step.due - self.now()).total_seconds())
        case.steps.remove(open_step)
        case.version += 1
        case.done.append(key)
        return StepAnswer(plan=self.plan(case), messages=case.messages.get(key, ()))

    def activities(self) -> list[Callable[..., Any]]:
        return [*(self._of(code) for code in CODES), self.look]

    def _of(self, code: str) -> Callable[..., Any]:
        @activity.defn(name=case_activity(code))
        async def step(order: StepInput) -> StepAnswer:
            return await self._step(order)

        return step

    @activity.defn(name="case.look")
    async def look(self, order: LookInput) -> StepAnswer:
        self.calls["case.look"] += 1
        if self.down:
            raise ApplicationError("down", type="down", non_retryable=True)
        case = self.cases.get(order.case_id)
        if case is None or case.epoch != order.epoch:
            return StepAnswer(stale=True)
        return StepAnswer(plan=self.plan(case))
