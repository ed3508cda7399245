"""A kill storm: the whole installation as real processes, people living cases, a nemesis, and the account of it all."""

from __future__ import annotations

import asyncio
import os
import random
import re
import shutil
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from adapters.db import business_clock, migrate
from adapters.db.engine import create_engine
from adapters.db.seeding import seed_city
from adapters.embedded import PostgresServer, TemporalServer
from adapters.embedded.postgres import OWNER
from adapters.embedded.temporal import free_port
from adapters.registry import Registry
from adapters.shutdown import settle
from adapters.temporal import connect
from contracts.names import SEARCH_ATTRIBUTES
from tests.support.storm_account import Account, Weather
from tests.support.storm_checks import Facts, judge, lateness, read, rungs, unsettled
from tests.support.storm_client import Desk, History
from tests.support.storm_faults import FaultMissedError, backends, freeze, kill, kill_backend
from tests.support.storm_lives import LOGINS, Lives
from tests.support.storm_nursery import Nursery
from tests.support.storm_parts import ROOT, Forked, Program, Server, Supervisor, Tally

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Business start of a storm: a working Monday, 09:00 in Beijing."""
READY_S = 120.0
"""How long all programs may take to be at work; the machine may be shared with other tests."""


class Storm:
    """One storm, from empty folder to verdict."""

    def __init__(self, weather: Weather, folder: Path) -> None:
        self._weather = weather
        self._folder = folder
        self._random = random.Random(weather.seed + 2)
        self._postgres = PostgresServer(folder / "postgres", durable=True)
        self._temporal = TemporalServer(folder / "temporal" / "temporal.db", search_attributes=SEARCH_ATTRIBUTES)
        self._tally = Tally()
        self._nursery = Nursery()
        self._supervisor = Supervisor(self._tally)
        self._history = History()
        self._ports = [free_port(), free_port()]

    async def run(self) -> Account:
        """Live through it and judge.

        Raises:
            FaultMissedError: A fault did not take effect.
            TimeoutError: Something did not come up, or the nemesis could not get through its list.
        """
        begun = time.monotonic()
        try:
            tokens = await self._prepare()
            desk = Desk(self._ports, tokens, self._weather.seed, self._history, self._weather.ask_twice)
            lives = Lives(desk, self._weather.seed, self._weather.pause, self._weather.rate)
            account = Account(self._history, self._tally, lives.stories)
            account.seconds["start"] = time.monotonic() - begun
            try:
                await self._blow(desk, lives, account)
            finally:
                await desk.close()
            await self._converge(account)
            await self._judge(lives, account)
        finally:
            await self._supervisor.stop()
            await self._nursery.close()
        account.seconds["all"] = time.monotonic() - begun
        return account

    async def _prepare(self) -> dict[str, str]:
        await self._nursery.open(ROOT)
        await self._supervisor.add(
            Server("postgres", self._postgres, ("postgres", str(self._folder))),
            Server("temporal", self._temporal, ("start-dev", str(self._folder))),
        )
        await migrate.upgrade(self._postgres.dsn(OWNER))
        owner = create_engine(self._postgres.dsn(OWNER), role="batch")
        try:
            async with owner.begin() as connection:
                await seed_city(connection)
            async with owner.begin() as connection:
                await business_clock.set_now(connection, MONDAY)
                await business_clock.set_rate(connection, self._weather.rate)
            registry = Registry(owner)
            until = datetime.now(UTC) + timedelta(days=1)
            tokens = {login: await registry.issue_token(login, "storm", until) for login in LOGINS}
        finally:
            await owner.dispose()
        await self._supervisor.add(*self._programs())
        await self._supervisor.all_ready(READY_S)
        return tokens

    def _programs(self) -> list[Program]:
        environment = os.environ | {
            "WHISTLE_DATABASE_URL": self._postgres.dsn("whistle_app"),
            "WHISTLE_DATABASE_RO_URL": self._postgres.dsn("whistle_ro"),
            "WHISTLE_TEMPORAL_ADDRESS": self._temporal.address, "WHISTLE_DATA_DIR": str(self._folder),
        }  # fmt: skip
        apis = [
            self._program(f"api-{number}", "api", "serve", environment | {"WHISTLE_HTTP_PORT": str(port)}, port)
            for number, port in enumerate(self._ports, start=1)
        ]
        return [
            *apis,
            self._program("worker", "worker", "worker case notice", environment),
            self._program("relay", "relay", "worker relay", environment),
            self._program("watchdog", "relay", "worker watchdog", environment),
        ]

    def _program(
        self, name: str, family: str, command: str, environment: dict[str, str], port: int | None = None
    ) -> Program:  # fmt: skip
        log, says = self._folder / f"{name}.log", '"workers.start"'
        if self._weather.cold:
            return Program(name, family, ["cli.main", *command.split()], environment, log, port=port, says=says)
        saboteur = [self._weather.saboteur] if family in self._weather.sabotaged else []
        arguments = [*saboteur, *command.split()]
        return Forked(name, family, arguments, environment, log, nursery=self._nursery, port=port, says=says)

    async def _blow(self, desk: Desk, lives: Lives, account: Account) -> None:
        """Let people work while the nemesis kills; then let them finish what they began."""
        begun = time.monotonic()
        async with asyncio.TaskGroup() as group:
            group.create_task(lives.leave_alone(self._weather.alone))
            for _ in range(self._weather.clients):
                group.create_task(lives.loop())
            await self._nemesis()
            account.seconds["faults"] = time.monotonic() - begun
            while len(self._history.deeds) < self._weather.commands:
                await asyncio.sleep(0.05)
            lives.closing.set()
            desk.hang_up = 0.0
        account.seconds["load"] = time.monotonic() - begun

    async def _nemesis(self) -> None:
        """Kill until every family has had its share; only what is at work is worth a kill."""
        left = Counter(self._weather.kills)
        freezes = self._weather.freezes
        until = time.monotonic() + self._weather.patience_s
        while left.total():
            if time.monotonic() > until:
                away = [part.name for part in self._supervisor.parts if not await part.ready()]
                raise TimeoutError(f"{dict(left)} kills are left; not at work: {away}")
            await asyncio.sleep(self._random.uniform(0.1, 0.5))
            ready = [p for p in self._supervisor.parts if left[p.family] > 0 and await p.ready()]
            if not ready:
                continue
            part = self._random.choices(ready, [left[p.family] for p in ready])[0]
            try:
                if freezes and isinstance(part, Program) and self._random.random() < 0.15:
                    freezes -= 1
                    await freeze(part, 1.0, self._tally)
                else:
                    await self._strike(part)
                    left[part.family] -= 1
            except FaultMissedError as missed:  # it ended by itself a moment before: no fault, so not counted
                self._tally.missed.append(str(missed))

    async def _strike(self, part: Program | Server) -> None:
        if part.family == "postgres" and self._random.random() < 0.5:
            sessions = backends(part)
            if sessions:
                await kill_backend(part, self._random.choice(sessions), self._tally)
                return
        await kill(part, self._tally)

    async def _converge(self, account: Account) -> None:
        """Wait until everything is back and at rest, or the time is up."""
        begun = time.monotonic()
        await self._supervisor.all_ready(READY_S)
        engine = create_engine(self._postgres.dsn(), role="api")
        client = await connect(self._temporal.address)
        try:
            while True:
                account.unsettled = await unsettled(engine, client)
                passed = time.monotonic() - begun
                if not account.unsettled:
                    account.converged_s = passed
                    return
                if passed > self._weather.settle_s:
                    return
                await asyncio.sleep(0.5)
        finally:
            await engine.dispose()
            del client
            await settle()

    async def _judge(self, lives: Lives, account: Account) -> None:
        engine = create_engine(self._postgres.dsn(), role="api")
        try:
            facts: Facts = await read(engine)
        finally:
            await engine.dispose()
        account.faults = judge(facts, self._history)
        account.cases = len(facts.entries)
        account.events = sum(len(log) for log in facts.entries.values())
        fired = [rung for rung in rungs(facts, facts.now) if rung.fired is not None]
        account.rungs = len(fired)
        account.rungs_alone = sum(str(rung.case_id) in set(lives.alone) for rung in fired)
        account.late = lateness(facts)
        log = (self._folder / "watchdog.log").read_text(encoding="utf-8", errors="replace")
        account.watchdog = Counter(re.findall(r'"act": "([a-z]+)".*"watchdog.acted"', log))


async def storm(weather: Weather) -> Account:
    """Run a storm in a folder of its own, which is removed after a good one and named after a bad one."""
    folder = Path(tempfile.mkdtemp(prefix="whistle-storm-"))
    folder.chmod(0o711)
    account = await Storm(weather, folder).run()
    print(*account.lines(), sep="\n")
    if weather.saboteur or not (account.faults or account.unsettled):
        shutil.rmtree(folder, ignore_errors=True)
    else:
        print(f"logs and data: {folder}")
    return account
