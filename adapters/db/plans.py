"""The plan as the engine gets it: what is owed now, when to wake next, and a picture for the operator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contracts.case import CasePlan, ClockView, StepView, TaskView
from contracts.process import ProcessPlan
from domain.case import CaseState
from domain.plan import AT_ONCE, Step, plan
from domain.process import ProcessState, ProcessStep
from domain.processes import PROCESSES


@dataclass(frozen=True, slots=True)
class Agenda:
    """The steps of a case or process parted by an instant, both in order of theirs."""

    owed: tuple[Step | ProcessStep, ...]
    coming: tuple[Step | ProcessStep, ...]

    @property
    def first_at(self) -> datetime | None:
        """Business instant of the first step that is not done, None if none is left."""
        return min((s.at for s in (*self.owed, *self.coming)), default=None)

    @property
    def wake_at(self) -> datetime | None:
        """Business instant of the first step that is not owed yet."""
        return self.coming[0].at if self.coming else None

    def find(self, key: str) -> Step | ProcessStep | None:
        """Return the coming step of a key, None if it is owed or done."""
        return next((s for s in self.coming if s.key == key), None)


def agenda(state: CaseState, now: datetime) -> Agenda:
    """Part the plan at the business instant `now`: a rung is owed from the first instant after its own."""
    steps = plan(state)
    owed = tuple(s for s in steps if s.at < now or s.code in AT_ONCE)
    return Agenda(owed, tuple(s for s in steps if s not in owed))


def process_agenda(state: ProcessState, now: datetime) -> Agenda:
    """Part the plan of a process at the business instant `now`."""
    steps = PROCESSES[state.facts.kind].plan(state)
    owed = tuple(s for s in steps if s.at < now or s.at_once)
    return Agenda(owed, tuple(s for s in steps if s not in owed))


def plan_payload(
    state: CaseState, epoch: int, now_business: datetime, to_real: Callable[[datetime], datetime]
) -> CasePlan:  # fmt: skip
    """Make the payload of a signal or an answer.

    Args:
        now_business: Business instant that parts owed from coming steps.
        to_real: Turns a business instant into a real one, by the database's clock.
    """
    steps = agenda(state, now_business)
    facts = state.facts
    return CasePlan(
        case_id=facts.id, epoch=epoch, version=state.version, number=facts.number, district=facts.district,
        area=facts.area, kind=facts.kind, status=state.status.value, phase=state.phase.value, closed=state.at_rest,
        wake_at=to_real(steps.wake_at) if steps.wake_at is not None else None,
        owed=tuple(_view(s) for s in steps.owed), next=_view(steps.coming[0]) if steps.coming else None,
        tasks=tuple(TaskView(no=t.no, org=t.org, role=t.role.value, state=t.state.value) for t in state.tasks),
        clocks=tuple(
            ClockView(key=c.spec.key, code=c.spec.code.value, party=c.spec.party, due=c.spec.due, fired=c.fired)
            for c in state.clocks
            if c.is_open
        ),
    )  # fmt: skip


def farewell(state: CaseState, epoch: int) -> CasePlan:
    """Make the plan that ends the workflow of an epoch that is over."""
    facts = state.facts
    return CasePlan(
        case_id=facts.id, epoch=epoch, version=state.version, number=facts.number, district=facts.district,
        area=facts.area, kind=facts.kind, status=state.status.value, phase=state.phase.value, closed=True,
    )  # fmt: skip


def process_payload(
    state: ProcessState, epoch: int, now_business: datetime, to_real: Callable[[datetime], datetime]
) -> ProcessPlan:  # fmt: skip
    """Make the payload of a signal or an answer for a process; the arguments are those of `plan_payload`."""
    steps = process_agenda(state, now_business)
    return ProcessPlan(
        **_told(state, epoch), closed=state.closed_at is not None,
        wake_at=to_real(steps.wake_at) if steps.wake_at is not None else None,
        owed=tuple(_view(s) for s in steps.owed), next=_view(steps.coming[0]) if steps.coming else None,
    )  # fmt: skip


def process_farewell(state: ProcessState, epoch: int) -> ProcessPlan:
    """Make the plan that ends the workflow of an epoch that is over."""
    return ProcessPlan(**_told(state, epoch), closed=True)


def _told(state: ProcessState, epoch: int) -> dict[str, Any]:
    facts, told = state.facts, PROCESSES[state.facts.kind].facts
    return {
        "kind": facts.kind, "id": facts.id, "epoch": epoch, "version": state.version, "name": facts.name,
        "status": str(state.status), "district": facts.district or "", "facts": told(state) if told else (),
    }  # fmt: skip


def _view(step: Step | ProcessStep) -> StepView:
    return StepView(key=step.key, code=str(step.code), due=step.at, party=step.party)
