"""The services of one process: opened once from connection strings by an entry point, closed in the end."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.commands import Commands
from adapters.db.engine import create_engine
from adapters.db.errors import translated
from adapters.db.record import Record
from adapters.db.rules_store import RulesStore
from adapters.evaluations import Evaluations
from adapters.nudge import Nudge
from adapters.proactive import Proactive
from adapters.process_commands import ProcessCommands
from adapters.publications import Publications
from adapters.registry import Registry

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@dataclass(frozen=True, slots=True)
class Services:
    """What API and pages work with.

    Attributes:
        engine: Application role, for commands and the reads around them.
        reports: Read-only role, for lists and reports.
        nudge: Tells the drive after a commit; knows the engine's client for the operator's live view.
    """

    engine: AsyncEngine
    reports: AsyncEngine
    record: Record
    rules: RulesStore
    registry: Registry
    commands: Commands
    processes: ProcessCommands
    publications: Publications
    evaluations: Evaluations
    proactive: Proactive
    nudge: Nudge
    demo: bool

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for reading, as the role that cannot write.

        Raises:
            RecordUnavailable: the database is away or busy.
        """
        with translated():
            async with self.reports.connect() as connection:
                yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for what is no case: marks of reading, tokens; committed at the end.

        Raises:
            RecordUnavailable: the database is away or busy.
        """
        with translated():
            async with self.engine.begin() as connection:
                yield connection


@asynccontextmanager
async def open_services(
    database_url: str, reports_url: str, temporal_address: str, namespace: str, *, demo: bool
) -> AsyncIterator[Services]:
    """Open everything; Temporal is connected lazily, so that the record works without it."""
    engine = create_engine(database_url, role="api")
    reports = create_engine(reports_url, role="api")
    rules = RulesStore(engine)
    record = Record(engine, rules)
    registry = Registry(engine)
    async with Nudge(engine, temporal_address, namespace) as nudge:
        processes = ProcessCommands(record, nudge.tell, registry)
        commands = Commands(record, registry, nudge.tell)
        yield Services(
            engine, reports, record, rules, registry, commands, processes,
            Publications(engine, record, registry, processes), Evaluations(engine, record, processes),
            Proactive(engine, record, registry, commands), nudge, demo,
        )  # fmt: skip
    await reports.dispose()
    await engine.dispose()
