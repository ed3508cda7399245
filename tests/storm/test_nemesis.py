"""The nemesis proves its faults: a kill of the wrong process, or one without effect, must never be counted."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from adapters.embedded import process as processes
from tests.support.storm_faults import FaultMissedError, freeze, kill, kill_backend
from tests.support.storm_parts import Program, Supervisor, Tally

pytestmark = pytest.mark.slow


def sleeper(folder: Path, *words: str) -> Program:
    """A program that only sleeps; its command line holds the words."""
    arguments = ("timeit", "-n1", "-r1", "-s", "import time", "time.sleep(60)")
    part = Program("sleeper", "api", arguments, os.environ, folder / "log")
    part.words = words or part.words
    return part


async def test_a_kill_counts_when_the_right_process_is_gone(tmp_path: Path) -> None:
    part, tally = sleeper(tmp_path), Tally()
    await part.start()
    pid = part.pid
    assert pid is not None

    await kill(part, tally)

    assert tally.kills == {"api": 1}
    assert not processes.alive(pid)
    await asyncio.sleep(0.1)
    with pytest.raises(FaultMissedError, match="does not run"):
        await kill(part, tally)


async def test_a_process_with_another_command_line_is_spared(tmp_path: Path) -> None:
    part, tally = sleeper(tmp_path, "cli.main", "serve"), Tally()
    await part.start()
    try:
        with pytest.raises(FaultMissedError, match="not ours to kill"):
            await kill(part, tally)
        assert part.pid is not None
        assert not tally.kills
    finally:
        await part.stop()


async def test_a_process_of_another_parent_is_spared(tmp_path: Path) -> None:
    part, tally = sleeper(tmp_path, "postgres"), Tally()
    await part.start()
    try:
        with pytest.raises(FaultMissedError, match="not ours to kill"):
            await kill_backend(part, os.getpid(), tally)
        assert not tally.kills
    finally:
        await part.stop()


async def test_a_frozen_process_stands_still_and_goes_on(tmp_path: Path) -> None:
    part, tally = sleeper(tmp_path), Tally()
    await part.start()
    try:
        await freeze(part, 0.1, tally)
        assert tally.freezes == {"api": 1}
        assert part.pid is not None
    finally:
        await part.stop()


async def test_the_supervisor_starts_again_what_was_killed(tmp_path: Path) -> None:
    part, tally = sleeper(tmp_path), Tally()
    supervisor = Supervisor(tally)
    await supervisor.add(part)
    try:
        first = part.pid
        await kill(part, tally)
        async with asyncio.timeout(10):
            while part.pid in (None, first):
                await asyncio.sleep(0.02)
        assert tally.restarts == {"sleeper": 1}
        assert not tally.own_exits
    finally:
        await supervisor.stop()
    assert part.pid is None
