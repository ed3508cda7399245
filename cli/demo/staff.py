"""Simulated staff: people of the demo district who blow whistles, report in, come late, fail checks and close cases.

They act through `adapters.commands` like everybody else, so nothing they do could not have been done by a person.
"""

from __future__ import annotations

import asyncio
import random
import tomllib
import uuid
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING, Any

import structlog

from adapters.db.queries.relief import standards
from contracts.commands import FORMS, RaiseRequest
from domain.actors import Actor, Role
from domain.authority import covers
from domain.case import Status, TaskState
from domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from adapters.db.record import Outcome
    from adapters.services import Services
    from domain.case import CaseState, Task

log = structlog.get_logger(__name__)

_CLAIMERS = (Role.UTILITY_WORKER, Role.DEPT_WORKER, Role.DEPT_DISPATCHER)
_NOTES = ("现场已处置，围挡撤除，周边已清理。", "已修复并试运行正常。", "问题已解决，已向反映人说明。")
_FAILED = ("现场复看仍有渗漏，请继续处理。", "围挡未撤除，路面未恢复平整。", "反映人表示问题反复，请返工。")


@dataclass(frozen=True, slots=True)
class Temper:
    """How the people of one case behave, in business minutes and chances.

    Attributes:
        arrive: Minutes from the claim to the report-in.
        late_by: Extra minutes for one department that is late; 0 for none.
        asleep: Nobody claims the assisting tasks for this many minutes.
        fail: How many checks fail before one passes.
    """

    claim: float
    arrive: float
    work: float
    check: float
    late_by: float = 0
    asleep: float = 0
    fail: int = 0


OPENING = (
    Temper(claim=1, arrive=4, work=2, check=2),
    Temper(claim=2, arrive=6, work=3, check=2, late_by=38),
    Temper(claim=1, arrive=5, work=2, check=2, fail=1),
    Temper(claim=2, arrive=8, work=4, check=3, asleep=18),
)
"""The first stories, so that within an hour of the demo clock everything has been seen once."""


class Staff:
    """The simulated people of a district."""

    def __init__(self, services: Services, people: Sequence[Actor], speed: float, seed: int) -> None:
        """Take the people who exist; `speed` is business seconds per real second."""
        self._services = services
        self._people = list(people)
        self._speed = speed
        self._random = random.Random(seed)  # noqa: S311 - a play, not a secret
        self._seed = seed
        self._scenes = tomllib.loads(resources.files("cli.demo").joinpath("scenes.toml").read_text("utf-8"))["scenes"]
        self._count = 0

    async def play(self) -> None:
        """Play for ever: the opening stories at once, then a new case every few business minutes."""
        async with asyncio.TaskGroup() as group:
            emergencies = [s for s in self._scenes if s["kind"] == "emergency"]
            for scene, temper in zip(emergencies, OPENING, strict=False):
                group.create_task(self._story(scene, temper))
            for scene in self._scenes:
                if scene not in emergencies[: len(OPENING)]:
                    group.create_task(self._story(scene, self._mood(), self._random.uniform(0, 25)))
            while True:
                await self._pause(self._random.uniform(6, 14))
                group.create_task(self._story(self._random.choice(self._scenes), self._mood()))

    def _mood(self) -> Temper:
        draw = self._random
        return Temper(
            claim=draw.uniform(1, 6), arrive=draw.uniform(5, 20), work=draw.uniform(6, 60), check=draw.uniform(5, 40),
            late_by=draw.choice((0, 0, 0, 45)), asleep=draw.choice((0, 0, 0, 25)), fail=draw.choice((0, 0, 0, 1)),
        )  # fmt: skip

    async def _pause(self, minutes: float) -> None:
        await asyncio.sleep(minutes * 60 / self._speed)

    async def _story(self, scene: dict[str, Any], temper: Temper, wait: float = 0) -> None:
        """Live one case from the whistle to its end; a refusal by a rule ends the story, not the play."""
        await self._pause(wait)
        try:
            await self._live(scene, temper)
        except DomainError as error:
            log.info("staff.stopped", reason=error.message, facts=error.facts)

    async def _live(self, scene: dict[str, Any], temper: Temper) -> None:
        raiser = self._person(scene["area"], (Role.STREET_STAFF,))
        leader = self._person(scene["area"], (Role.STREET_LEADER,))
        self._count += 1
        outcome = await self._services.commands.raise_case(
            raiser, RaiseRequest(**scene), f"demo-{self._seed}-{uuid.uuid4()}"
        )
        case_id = outcome.case_id
        if outcome.state.awaiting_approval:
            await self._pause(temper.claim)
            outcome = await self._give(leader, case_id, "approve")
        async with asyncio.TaskGroup() as group:
            for task in outcome.state.tasks:
                group.create_task(self._department(case_id, task, temper))
        for _ in range(temper.fail + 1):
            await self._check(case_id, raiser, temper, fails=_ < temper.fail)

    async def _department(self, case_id: UUID, task: Task, temper: Temper) -> None:
        """Do one department's part up to handing in."""
        if not task.is_duty:
            return
        worker = self._worker(task.org)
        if worker is None:
            return
        slow = task.role == "assist"
        await self._pause(temper.claim + (temper.asleep if slow else 0))
        await self._give(worker, case_id, "claim", task=task.no)
        await self._pause(temper.arrive + (temper.late_by if slow else 0))
        await self._give(worker, case_id, "report_in", task=task.no, note="已到现场。")
        await self._hand_in(case_id, task.no, worker, temper)

    async def _hand_in(self, case_id: UUID, no: int, worker: Actor, temper: Temper) -> None:
        """Work through the stages until the task is handed in."""
        while True:
            state = await self._state(case_id)
            task = state.task(no)
            if task is None or task.state is not TaskState.ON_SCENE:
                return
            await self._pause(temper.work)
            late = "现场情况复杂，已加派人手"  # kept only if it is late
            note, photo = self._random.choice(_NOTES), f"photo-{self._random.randrange(10_000):04}"
            await self._give(worker, case_id, "submit", task=no, note=note, evidence=(photo,), late_reason=late)

    async def _check(self, case_id: UUID, raiser: Actor, temper: Temper, *, fails: bool) -> None:
        await self._pause(temper.check)
        state = await self._state(case_id)
        if state.status is not Status.CHECKING:
            return
        if not fails:
            async with self._services.reading() as connection:
                met = (await standards(connection, self._services.rules, state))[-1].code
            await self._give(raiser, case_id, "check_pass", note="现场核查合格。", standard=met)
            return
        lead = next(t for t in state.tasks if t.is_duty)
        reason = self._random.choice(_FAILED)
        outcome = await self._give(raiser, case_id, "check_fail", tasks=(lead.no,), reason=reason)
        task = outcome.state.task(lead.no)
        worker = self._holder(task)
        if worker is not None:
            await self._hand_in(case_id, lead.no, worker, temper)

    async def _give(self, actor: Actor, case_id: UUID, name: str, **fields: object) -> Outcome:
        form = FORMS[name]
        request = form.model.model_validate(fields)
        return await self._services.commands.give(actor, case_id, form, request, f"demo-{uuid.uuid4()}")

    async def _state(self, case_id: UUID) -> CaseState:
        state = await self._services.record.state(case_id)
        if state is None:
            msg = "the case is gone"
            raise DomainError(msg)
        return state

    def _person(self, org: str, roles: tuple[Role, ...]) -> Actor:
        return self._random.choice([p for p in self._people if p.org == org and p.has(*roles)])

    def _worker(self, org: str) -> Actor | None:
        """Find somebody who may claim for an office: its own people first, then the department above it."""
        own = [p for p in self._people if p.org == org and p.has(*_CLAIMERS)]
        above = [p for p in self._people if covers(p.org, org) and p.has(*_CLAIMERS)]
        people = own or above
        return self._random.choice(people) if people else None

    def _holder(self, task: Task | None) -> Actor | None:
        if task is None:
            return None
        return next((p for p in self._people if p.id == task.holder), None)
