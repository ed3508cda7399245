"""What an event of a process does beyond its own row, in the same transaction; by the class of the event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.db.evaluations import note_flag
from adapters.db.publishing import put_into_force
from domain.processes.flag import FlagGranted
from domain.processes.publication import Published

Effect = Callable[[AsyncConnection, Any, Any], Awaitable[None]]
"""Takes the connection, the event and the state after it; whatever it raises undoes the whole decision."""

EFFECTS: Final[Mapping[type, Effect]] = {Published: put_into_force, FlagGranted: note_flag}
