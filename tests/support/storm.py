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
from dataclasses import dataclass, field
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
from tests.support.storm_checks import Facts, judge, lateness, read, rungs, unsettled
from tests.support.storm_client import Desk, History
from tests.support.storm_lives import LOGINS, Lives
from tests.support.storm_nursery import Nursery
from tests.support.storm_parts import (
    ROOT,
    FaultMissedError,
    Forked,
    Program,
    Server,
    Supervisor,
    Tally,
    backends,
    freeze,
    kill,
    kill_backend,
)

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Business start of a storm: a working Monday, 09:00 in Beijing."""

KILLS = {"api": 14, "worker": 11, "relay": 10, "temporal": 9, "postgres": 16}
"""SIGKILLs by family, 60 in all; a session killed makes all of PostgreSQL recover and costs little time."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How hard the storm is.

    Attributes:
        commands: Commands that must have been given before it may end.
        clients: People's cases at a time.
        alone: Cases left to the workflow alone.
        kills: SIGKILLs by family.
        freezes: SIGSTOPs of a second, over all our programs.
        rate: Business seconds per real second.
        pause: Mean real seconds that a person thinks.
        ask_twice: Share of commands that are sent again, half of them at the same time (a double click).
        settle_s: Real seconds within which everything must have converged.
        patience_s: Real seconds within which the nemesis must have got through its list.
        cold: Start our programs by `python -m cli.main` (three seconds of a core each), not from the nursery.
        saboteur: Removes a guard from the programs of `sabotaged`; none if empty.
    """

    seed: int = 20261123
    commands: int = 500
    clients: int = 14
    alone: int = 8
    kills: dict[str, int] = field(default_factory=lambda: dict(KILLS))
    freezes: int = 4
    rate: float = 120
    pause: float = 0.15
    ask_twice: float = 0.06
    settle_s: float = 45
    cold: bool = False
    saboteur: str = ""
    sabotaged: tuple[str, ...] = ()
    patience_s: float = 180

    @classmethod
    def asked(cls) -> Weather:
        """Read `WHISTLE_STORM_SEED`, `WHISTLE_STORM_SCALE` (1 is the small storm) and `WHISTLE_STORM_COLD`."""
        scale = float(os.environ.get("WHISTLE_STORM_SCALE", "1"))
        return cls(
            seed=int(os.environ.get("WHISTLE_STORM_SEED", "20261123")), commands=round(500 * scale),
            kills={family: round(count * scale) for family, count in KILLS.items()}, freezes=round(4 * scale),
            patience_s=180 * scale, cold=bool(os.environ.get("WHISTLE_STORM_COLD")),
        )  # fmt: skip


@dataclass(slots=True)
class Account:
    """What happened; `faults` are broken invariants, empty after a good storm."""

    history: History
    tally: Tally
    stories: Counter[str]
    faults: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    watchdog: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    events: int = 0
    rungs: int = 0
    rungs_alone: int = 0
    late: list[float] = field(default_factory=list)
    converged_s: float | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Tell the figures, one line each."""
        deeds, tally = self.history.deeds, self.tally
        refusals = Counter(deed.code for deed in deeds if not deed.done)
        late = self.late or [0.0]
        return [
            f"commands {len(deeds)}, acknowledged {len(self.history.acknowledged)}, refused {dict(refusals)}",
            f"sent {self.history.sent}, unknown outcomes {dict(self.history.unknown)}, repeats {self.history.repeats}",
            f"kills in effect {tally.kills.total()} {dict(tally.kills)}, {tally.sessions} of them on sessions",
            f"freezes in effect {dict(tally.freezes)}",
            f"missed {tally.missed}" if tally.missed else "missed none",
            f"restarts {tally.restarts.total()}, starts refused {dict(tally.refused_starts)}",
            f"exits of their own {dict(tally.own_exits)}",
            f"cases {self.cases}, events {self.events}, stories {dict(self.stories)}",
            f"healed by the watchdog {dict(self.watchdog)}",
            f"rungs fired {self.rungs}, of them {self.rungs_alone} in cases left alone",
            f"late by p50 {late[len(late) // 2]:.2f} s, p99 {late[int(len(late) * 0.99)]:.2f} s, most {late[-1]:.2f} s",
            "converged never" if self.converged_s is None else f"converged in {self.converged_s:.1f} s",
            "seconds " + ", ".join(f"{name} {spent:.1f}" for name, spent in self.seconds.items()),
            *(f"FAULT {fault}" for fault in self.faults[:20]), *(f"UNSETTLED {line}" for line in self.unsettled[:10]),
        ]  # fmt: skip


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
        await self._supervisor.all_ready(40)
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
        await self._supervisor.all_ready(30)
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
