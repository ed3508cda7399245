"""The registry as one process sees it: the current city, who asks by a token, and which rules are in force."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from adapters.db import business_clock, people, rules_store
from adapters.db.directory import Directories
from adapters.db.errors import UnknownRules, translated

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncEngine

    from adapters.db.directory import Directory
    from domain.actors import Actor

_FRESH_S = 5.0
"""How long the newest versions are trusted; a published version takes effect within this time."""


class Registry:
    """Reads of organisations, people and rules in force, each on a connection of its own."""

    def __init__(self, engine: AsyncEngine, policy: str = "beijing") -> None:
        """Keep the engine; `policy` names the rule pack that new cases are judged by."""
        self._engine = engine
        self._reads = engine.execution_options(isolation_level="AUTOCOMMIT")  # one statement needs no BEGIN
        self._policy = policy
        self._directories = Directories(fresh_s=0)
        self._held: tuple[Directory, str] | None = None
        self._asked = float("-inf")

    async def current(self) -> tuple[Directory, str]:
        """Return the city and the rule pack in force (`name/version`); asks the record at most every 5 s.

        Raises:
            UnknownRules: no rule pack was ever published.
            RecordUnavailable: the database is away.
        """
        if self._held is not None and time.monotonic() - self._asked < _FRESH_S:
            return self._held
        with translated():
            async with self._engine.connect() as connection:
                city = await self._directories.current(connection)
                rules = await rules_store.newest(connection, self._policy)
        if rules is None:
            msg = f"no rule pack {self._policy} is published"
            raise UnknownRules(msg, ref=self._policy)
        self._held, self._asked = (city, rules), time.monotonic()
        return self._held

    async def now(self) -> datetime:
        """Return the business instant."""
        with translated():
            async with self._reads.connect() as connection:
                return await business_clock.now(connection)

    async def resolve(self, token: str) -> Actor:
        """Return who asks with a token; rights are read anew each time.

        Raises:
            BadTokenError: code `bad_token`.
            RecordUnavailable: the database is away.
        """
        with translated():
            async with self._reads.connect() as connection:
                return await people.resolve_user(connection, token)

    async def actor(self, user_id: str) -> Actor:
        """Return a user as an actor.

        Raises:
            UnknownUserError: code `unknown_user`.
        """
        with translated():
            async with self._engine.connect() as connection:
                return await people.actor(connection, user_id)

    async def issue_token(self, user_id: str, label: str, expires: datetime | None = None) -> str:
        """Make a personal token; see `adapters.db.people.issue_token`."""
        with translated():
            async with self._engine.begin() as connection:
                return await people.issue_token(connection, user_id, label, expires)

    async def actors(self, area: str) -> tuple[Actor, ...]:
        """Return everybody who may sign in within an area, by login."""
        city, _ = await self.current()
        with translated():
            async with self._engine.connect() as connection:
                rows = await people.users_within(connection, area, city)
                return tuple([await people.actor(connection, row.id) for row in rows])
