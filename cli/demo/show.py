"""One terminal with everything in it: servers, schema, seeds, workers, pages and simulated staff."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from adapters.db import business_clock, migrate
from adapters.db.engine import create_engine
from adapters.db.seeding import seed_city
from adapters.embedded import Stack
from adapters.logs import configure
from adapters.services import open_services
from cli.demo.clock import next_morning, start_of_play
from cli.demo.staff import Staff
from cli.serve import build, free_port, server
from cli.signals import stop_event
from contracts.names import SEARCH_ATTRIBUTES
from settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path

    from rich.console import Console

    from adapters.services import Services

DISTRICT = "110101"


class Show:
    """The demo: prints each step with its time, then plays until it is stopped."""

    def __init__(  # noqa: PLR0913 - one parameter per option of the command
        self, console: Console, data: Path, port: int, speed: float, seed: int, *, sim: bool, keep: bool,
        seconds: float | None,
    ) -> None:  # fmt: skip
        """Remember the options."""
        self._console = console
        self._data = data
        self._port = port
        self._speed = speed
        self._seed = seed
        self._sim = sim
        self._keep = keep
        self._seconds = seconds

    async def run(self) -> None:
        """Run the demo to its end; every child process is stopped on the way out."""
        stop = stop_event()
        self._data.mkdir(parents=True, exist_ok=True)
        configure(path=self._data / "whistle.log")
        self._console.print(
            f"[bold]吹哨报到 whistle demo[/bold]  数据目录 {self._data}  (Ctrl-C 退出, --keep 保留数据)",
            highlight=False,
        )
        stack = Stack(self._data, search_attributes=SEARCH_ATTRIBUTES)
        await self._step("PostgreSQL 18 与 Temporal (嵌入式)", stack.start(fresh=not self._keep))
        try:
            await self._prepare(stack)
            await self._play(stack, stop)
        finally:
            self._console.print("正在停止…", highlight=False)
            await stack.stop()

    async def _prepare(self, stack: Stack) -> None:
        await self._step("数据库迁移", migrate.upgrade(stack.dsn("whistle_owner")))
        engine = create_engine(stack.dsn("whistle_owner"), role="batch")
        try:
            async with engine.begin() as connection:
                await self._step("北京市: 单位、目录、权责清单、规则、日历", seed_city(connection))
            async with engine.begin() as connection:
                now = await business_clock.now(connection)
                start = start_of_play(now, await business_clock.last_event(connection))
                await business_clock.set_now(connection, start)
                await business_clock.set_rate(connection, self._speed)
        finally:
            await engine.dispose()

    async def _play(self, stack: Stack, stop: asyncio.Event) -> None:
        from workers.bootstrap import run_workers

        settings = Settings(
            database_url=SecretStr(stack.dsn("whistle_app")), database_ro_url=SecretStr(stack.dsn("whistle_ro")),
            temporal_address=stack.temporal.address, data_dir=self._data,
        )  # fmt: skip
        port = free_port("127.0.0.1", self._port)
        async with open_services(
            settings.dsn("app"), settings.dsn("ro"), settings.temporal_address, "default", demo=True
        ) as services:
            ui = stack.temporal.ui_url
            http = server(build(services, temporal_ui=ui), "127.0.0.1", port)
            parts = [asyncio.create_task(http.serve()), asyncio.create_task(run_workers(settings, (), stop))]
            while not http.started and not parts[0].done():  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.02)
            self._write_environment(stack, port)
            self._tell(port, ui)
            if self._sim:
                parts.append(asyncio.create_task(self._staff(services)))
            parts.append(asyncio.create_task(_skip_nights(stack.dsn("whistle_owner"))))
            await _until(stop, self._seconds, parts)
            stop.set()
            http.should_exit = True
            for part in parts[2:]:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _staff(self, services: Services) -> None:
        people = await services.registry.actors(DISTRICT)
        await Staff(services, people, self._speed, self._seed).play()

    def _write_environment(self, stack: Stack, port: int) -> None:
        """Leave the settings of this demo in a file, so that other `whistle` commands can be used beside it."""
        values = {
            "DATABASE_URL": stack.dsn("whistle_app"), "DATABASE_OWNER_URL": stack.dsn("whistle_owner"),
            "DATABASE_RO_URL": stack.dsn("whistle_ro"), "TEMPORAL_ADDRESS": stack.temporal.address,
            "HTTP_PORT": str(port), "DATA_DIR": str(self._data),
        }  # fmt: skip
        lines = [f"export WHISTLE_{name}='{value}'\n" for name, value in values.items()]
        (self._data / "env").write_text("".join(lines), "utf-8")

    async def _step(self, what: str, work: Awaitable[Any]) -> None:
        begun = time.monotonic()
        await work
        self._console.print(f"[green]✔[/green] {what}  {time.monotonic() - begun:.1f} s", highlight=False)

    def _tell(self, port: int, ui: str | None) -> None:
        minutes = 60 / self._speed
        self._console.print(
            f"{'─' * 60}\n"
            f" 打开      http://127.0.0.1:{port}/\n"
            f" 登录      页面上选人即可; 街道 dhm.staff  部门 water.worker1  督办 sup  运维 operator\n"
            f" 接口文档  http://127.0.0.1:{port}/api/docs\n"
            f" Temporal  {ui or '(无界面)'}\n"
            f" 演示时钟 {self._speed:g}×: 1 工作时 = {60 * minutes:.0f} 秒, 夜间和休息日跳过"
            f"{'' if self._sim else '   (无模拟人员)'}\n"
            f" 命令行    . {self._data}/env; whistle token dhm.staff; whistle rebuild --check; whistle doctor\n"
            f" 下一步    whistle doctor --production 列出正式部署要换掉的部分",
            highlight=False,
        )


async def _until(stop: asyncio.Event, seconds: float | None, parts: list[asyncio.Task[Any]]) -> None:
    """Wait for the stop, the end of the time, or the first part that ends by itself."""
    waiting = asyncio.create_task(stop.wait())
    await asyncio.wait({waiting, *parts}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    for part in parts:
        if part.done() and (error := part.exception()) is not None:
            raise error


async def _skip_nights(owner_dsn: str) -> None:
    """Move the demo clock on to the next working morning when the office day is over, so that the play goes on."""
    engine = create_engine(owner_dsn, role="batch")
    try:
        while True:
            await asyncio.sleep(2)
            async with engine.begin() as connection:
                now = await business_clock.now(connection)
                morning = next_morning(now)
                if morning is not None:
                    await business_clock.set_now(connection, morning)
    finally:
        await engine.dispose()
