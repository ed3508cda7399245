"""The impact list against what then changes: 2026-02-14 stops being a workday on 10,000 running cases.

`python -m bench.impact --cases 10000`. The business clock stands at 2026-02-13 when the list is made. Nothing happens
between the first list and its adoption, so both must be equal, clock by clock. On the Saturday itself the day becomes a
workday again; people act before that second adoption, and then every difference must have its reason. Real servers and
the real workflow of a publication; the cases' own workflows are not started, for they have nothing to do with it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import random
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID, uuid4

from rich.console import Console
from sqlalchemy import text

from activities.periodic import PeriodicJobs
from adapters import temporal
from adapters.calendar_files import bundled_calendar
from adapters.db import business_clock, migrate
from adapters.db.discrepancies import discrepancies
from adapters.db.engine import create_engine
from adapters.db.seeding import seed_city
from adapters.embedded.postgres import OWNER, READ_ONLY
from adapters.embedded.stack import Stack
from adapters.publications import ProposalRequest
from adapters.services import Services, open_services
from adapters.shutdown import run
from contracts.commands import RaiseRequest
from contracts.names import SEARCH_ATTRIBUTES
from domain import commands as c
from domain.actors import Actor, Role
from domain.errors import Refusal
from domain.organisations import OrgKind
from domain.processes.publication import ApprovePublication, PublicationState
from domain.text import Text
from workers.bootstrap import periodic_jobs, process_steps
from workers.temporal_worker import process_worker, run_until

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

FIRST_DAY: Final = datetime(2026, 2, 9, 1, 0, tzinfo=UTC)
FRIDAY: Final = datetime(2026, 2, 13, 1, 0, tzinfo=UTC)
SATURDAY: Final = datetime(2026, 2, 14, 3, 0, tzinfo=UTC)
AGENT: Final = Actor("bench.agent", "110000-HOTLINE", frozenset({Role.HOTLINE_AGENT}))
PROPOSER: Final = Actor("bench.one", "110000-SUP", frozenset({Role.CITY_SUPERVISOR}))
APPROVER: Final = Actor("bench.two", "110000-SUP", frozenset({Role.CITY_SUPERVISOR}))
KINDS: Final[tuple[Literal["public_request", "emergency", "key_work"], ...]] = (
    "public_request", "emergency", "key_work",
)  # fmt: skip
_HANDS: Final = 8
_DUE: Final = text("SELECT case_id, key, due FROM clocks WHERE ended_at IS NULL AND outcome = 'open'")
_LISTED: Final = text("SELECT case_id, key, old_due, new_due FROM publication_impact WHERE process_id = :id")

Dues = dict[tuple[UUID, str], datetime]


@dataclass
class Bench:
    """An installation with a city, its clock, and the publications' worker running."""

    services: Services
    owner: AsyncEngine
    console: Console
    dice: random.Random

    async def set_now(self, instant: datetime) -> None:
        """Put the business clock."""
        async with self.owner.begin() as connection:
            await business_clock.set_now(connection, instant)

    async def raise_cases(self, count: int) -> None:
        """Raise cases of every kind over four days, in every sub-district; leaders approve four of five requests."""
        city, _ = await self.services.registry.current()
        areas = [org.code for org in city.orgs.of_kind((OrgKind.STREET, OrgKind.TOWN))]
        classes = [code for code in city.catalogue.classes if code.startswith("W")]
        days = 4
        for day in range(days):
            await self.set_now(FIRST_DAY + timedelta(days=day))
            todo = [(self.dice.choice(areas), self.dice.choice(classes), n) for n in range(count // days)]
            await self.hands(todo, self._raise)

    async def _raise(self, one: tuple[str, str, int]) -> None:
        area, class_code, number = one
        kind = KINDS[number % len(KINDS)]
        request = RaiseRequest(
            kind=kind, area=area, class_code=class_code, title="测量用案件", description="用于测量。", place="某处",
            channel="hotline",
        )  # fmt: skip
        made = await self.services.commands.raise_case(AGENT, request, str(uuid4()))
        if kind != "emergency" and number % 5:
            leader = Actor(f"leader.{area}", area, frozenset({Role.STREET_LEADER}))
            await self.services.record.transact(made.case_id, c.Approve(), leader, str(uuid4()))

    async def hands(self, todo: list[Any], act: Callable[[Any], Awaitable[None]]) -> None:
        """Work through a list, eight at a time; refusals are part of life."""
        queue = iter(todo)

        async def hand() -> None:
            for one in queue:
                try:
                    await act(one)
                except Refusal:
                    continue

        async with asyncio.TaskGroup() as group:
            for _ in range(_HANDS):
                group.create_task(hand())

    async def dues(self) -> Dues:
        """Return the due instants of all running clocks."""
        async with self.owner.connect() as connection:
            return {(row.case_id, row.key): row.due for row in await connection.execute(_DUE)}

    async def listed(self, process: UUID) -> dict[tuple[UUID, str], tuple[datetime, datetime]]:
        """Return the list of a publication."""
        async with self.owner.connect() as connection:
            rows = await connection.execute(_LISTED, {"id": process})
            return {(row.case_id, row.key): (row.old_due, row.new_due) for row in rows}

    async def until(self, process: UUID, status: str) -> PublicationState:
        """Wait until the workflow has brought a publication to a status."""
        while True:
            state = await self.services.record.process(process)
            if isinstance(state, PublicationState) and state.status == status:
                return state
            await asyncio.sleep(0.2)

    async def propose(self, version: int, *, workday: bool) -> UUID:
        """Propose a calendar in which 2026-02-14 is a make-up day, or is none."""
        held = bundled_calendar("beijing")
        kept = {d: special for d, special in held.exceptions.items() if workday or d != date(2026, 2, 14)}
        body = replace(held, version=version, exceptions=kept).to_dict()
        request = ProposalRequest(subject="calendar", body=body, reason="测量")
        return (await self.services.publications.propose(PROPOSER, request, str(uuid4()))).id

    async def approve(self, process: UUID) -> None:
        """Approve as a second person."""
        outcome = await self.services.record.transact(process, ApprovePublication(), APPROVER, str(uuid4()))
        self.services.nudge.tell(outcome)

    async def act(self, count: int) -> None:
        """Let people act on running cases, and raise some new ones."""
        async with self.owner.connect() as connection:
            rows = await connection.execute(text("SELECT id FROM cases WHERE closed_at IS NULL ORDER BY id"))
            cases = list(rows.scalars())
        await self.hands(self.dice.sample(cases, min(count, len(cases))), self._act)
        city, _ = await self.services.registry.current()
        areas = [org.code for org in city.orgs.of_kind((OrgKind.STREET,))]
        await self.hands([(self.dice.choice(areas), "W04", n) for n in range(count // 5)], self._raise)

    async def _act(self, case: UUID) -> None:
        state = await self.services.record.state(case)
        if state is None:
            return
        if state.status == "pending_approval":
            leader = Actor(f"leader.{state.facts.area}", state.facts.area, frozenset({Role.STREET_LEADER}))
            await self.services.record.transact(case, c.Approve(), leader, str(uuid4()))
            return
        task = state.tasks[0]
        worker = Actor(f"worker.{task.org}", task.org, frozenset({Role.DEPT_WORKER}))
        await self.services.record.transact(case, c.Claim(1), worker, str(uuid4()))
        if self.dice.random() < 1 / 2:
            await self.services.record.transact(case, c.ReportIn(1, note=Text("到场")), worker, str(uuid4()))


async def measure(console: Console, count: int, between: int) -> bool:
    """Run both publications; False if a difference has no reason."""
    async with AsyncExitStack() as stack:
        bench = await _open(stack, console)
        began = time.perf_counter()
        await bench.raise_cases(count)
        console.print(f"{count} cases raised in {time.perf_counter() - began:.0f} s")
        await bench.set_now(FRIDAY)
        first = await _publication(bench, 2, 0, workday=False)
        await bench.set_now(SATURDAY)
        second = await _publication(bench, 3, between, workday=True)
    return first and second


async def _publication(bench: Bench, version: int, between: int, *, workday: bool) -> bool:
    say, what = bench.console.print, "is a workday again" if workday else "stops being a workday"
    began = time.perf_counter()
    process = await bench.propose(version, workday=workday)
    state = await bench.until(process, "listed")
    listed, took = await bench.listed(process), time.perf_counter() - began
    say(
        f"2026-02-14 {what} (beijing/{version}): listed in {took:.1f} s, {state.page} pages: "
        f"{state.listed.cases} running cases, {state.listed.clocks} clocks move, "
        f"{state.listed.newly_overdue} newly overdue, {state.listed.no_longer_overdue} no longer overdue, "
        f"{state.listed.failed} failed"
    )  # fmt: skip
    if between:
        await bench.act(between)
    before, began = await bench.dues(), time.perf_counter()
    await bench.approve(process)
    state = await bench.until(process, "done")
    took = time.perf_counter() - began
    after = await bench.dues()
    changed = {k: (before[k], after[k]) for k in before.keys() & after.keys() if before[k] != after[k]}
    say(
        f"  adopted in {took:.1f} s, {state.page} pages: {state.adopted.cases} cases, {state.adopted.clocks} clocks "
        f"moved, {state.adopted.newly_overdue} newly overdue, {state.adopted.no_longer_overdue} no longer overdue"
    )
    async with bench.owner.connect() as connection:
        found = await discrepancies(connection, process, state)
    reasons = Counter(d.why for d in found)
    say(f"  clocks changed: {len(changed)}; equal to the list: {changed == listed}; differences: {dict(reasons)}")
    return not reasons["unexplained"] and (bool(between) or (changed == listed and not found))


async def _open(stack: AsyncExitStack, console: Console) -> Bench:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="whistle-impact-", dir="/tmp")))
    folder.chmod(0o711)
    servers = Stack(folder, durable=False, ui=False, search_attributes=SEARCH_ATTRIBUTES)
    await stack.enter_async_context(servers)
    await migrate.upgrade(servers.dsn(OWNER))
    owner = create_engine(servers.dsn(OWNER), role="batch")
    stack.push_async_callback(owner.dispose)
    async with owner.begin() as connection:
        await seed_city(connection)
    services = await stack.enter_async_context(
        open_services(servers.dsn(), servers.dsn(READ_ONLY), servers.temporal.address, "default", demo=True)
    )
    client, stop = await temporal.connect(servers.temporal.address), asyncio.Event()
    steps = process_steps(services.record, services.engine, services.rules)
    jobs = PeriodicJobs(services.engine, periodic_jobs(services.engine))
    worker = asyncio.create_task(run_until(process_worker(client, steps, jobs), stop))

    async def end() -> None:
        stop.set()
        await worker

    stack.push_async_callback(end)
    return Bench(services, owner, console, random.Random(42))  # noqa: S311 - the same cases each time


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=10_000)
    options.add_argument("--between", type=int, default=500, help="acts of people between the second list and adoption")
    chosen = options.parse_args()
    console = Console(width=160)
    console.print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores")
    fine = run(lambda: measure(console, chosen.cases, chosen.between))
    raise SystemExit(0 if fine else 1)


if __name__ == "__main__":
    main()
