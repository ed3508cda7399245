"""A real record for tests: engines of a fresh database with the shipped rules in it, people, and short ways to act."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.calendar_files import bundled_calendar
from adapters.db import business_clock, rebuild
from adapters.db.engine import create_engine
from adapters.db.notify import Notify
from adapters.db.record import Outcome, Record
from adapters.db.rules_store import RulesStore, publish_calendar, publish_pack
from adapters.policy_files import bundled_document
from contracts.case import StepAnswer
from domain import commands as c
from domain.actors import Actor
from domain.events import Text
from tests.support.cases import ASSIST, LAMPMAN, LEAD, MONDAY, PHOTO, STAFF, WATERMAN, raise_command
from tests.support.servers import Database


@dataclass(frozen=True, slots=True)
class Office:
    """A record with the shipped rules, its clock standing at Monday 09:00 when it opens."""

    database: Database
    engine: AsyncEngine
    owner: AsyncEngine
    record: Record
    notify: Notify

    async def do(self, case: UUID, command: c.Command, actor: Actor, key: str | None = None, **more: Any) -> Outcome:
        """Give a command under a key of its own."""
        return await self.record.transact(case, command, actor, str(uuid4()) if key is None else key, **more)

    async def blow(self, *parties: Any, key: str | None = None, kind: str = "emergency", **changes: Any) -> Outcome:
        """Raise an emergency: one lead and one assistant unless others are given."""
        case = changes.pop("case", None) or uuid4()
        changes.setdefault("number", "")
        command = raise_command(kind, *(parties or (LEAD, ASSIST)), id=str(case), **changes)
        return await self.do(case, command, STAFF, key)

    async def handle(self, case: UUID) -> Outcome:
        """Let both departments claim, report in and hand in every stage."""
        outcome = None
        for no, worker in ((1, WATERMAN), (2, LAMPMAN)):
            await self.do(case, c.Claim(no), worker)
            outcome = await self.do(case, c.ReportIn(no), worker)
            for _ in outcome.state.tasks[no - 1].stages:
                outcome = await self.do(case, c.Submit(no, Text("已修复"), PHOTO), worker)
        assert outcome is not None
        return outcome

    async def drive(self, case: UUID) -> StepAnswer:
        """Do what the workflow does at a wake: look, then every owed step."""
        epoch = await self.scalar("SELECT epoch FROM cases WHERE id = :id", id=case)
        answer = await self.record.look(case, epoch)
        while answer.plan is not None and answer.plan.owed:
            answer = await self.record.step(case, epoch, answer.plan.owed[0])
        return answer

    async def scalar(self, query: str, **values: Any) -> Any:
        """Return one value, read as the owner."""
        async with self.owner.connect() as connection:
            return (await connection.execute(text(query), values)).scalar_one()

    async def rows(self, query: str, **values: Any) -> list[Any]:
        """Return rows, read as the owner."""
        async with self.owner.connect() as connection:
            return list((await connection.execute(text(query), values)).all())

    async def run(self, statement: str, **values: Any) -> None:
        """Change something as the owner."""
        async with self.owner.begin() as connection:
            await connection.execute(text(statement), values)

    async def wait(self, **delta: float) -> None:
        """Put the business clock forward."""
        async with self.owner.begin() as connection:
            await business_clock.advance(connection, timedelta(**delta))

    async def set_now(self, instant: datetime) -> None:
        """Put the business clock to an instant."""
        async with self.owner.begin() as connection:
            await business_clock.set_now(connection, instant)

    async def differences(self, case: UUID | None = None) -> list[rebuild.Difference]:
        """Compare the record with its events, as slowly as it takes."""
        async with self.owner.connect() as connection:
            return await rebuild.check(connection, case)


@asynccontextmanager
async def open_office(database: Database) -> AsyncIterator[Office]:
    """Open a record on a database and publish the shipped rules in it."""
    owner = create_engine(database.owner, role="batch")
    async with owner.begin() as connection:
        for version in (1, 2):
            await publish_pack(connection, await asyncio.to_thread(bundled_document, "beijing", version))
        await publish_calendar(connection, bundled_calendar("beijing"))
        await business_clock.set_now(connection, MONDAY)
    engine = create_engine(database.app)
    yield Office(database, engine, owner, Record(engine, RulesStore(engine)), Notify(engine))
    await engine.dispose()
    await owner.dispose()
