"""The two families of aggregates as the SQL spells them: cases, and processes beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.db.process_tables import process_events, process_notify, process_texts, processes
from adapters.db.tables import case_events, case_notify, case_texts, cases

if TYPE_CHECKING:
    from sqlalchemy import Table


@dataclass(frozen=True, slots=True)
class Names:
    """One family.

    Attributes:
        subject: Its word; names the aggregate in the chain's records.
        id: The column by which log, texts and drive name the aggregate.
    """

    subject: str
    id: str
    rows: Table
    events: Table
    texts: Table
    notify: Table

    def fill(self, sql: str) -> str:
        """Put the family's tables and id column into a statement."""
        for mark, name in (("{rows}", self.rows.name), ("{notify}", self.notify.name), ("{id}", self.id)):
            sql = sql.replace(mark, name)
        return sql

    def key(self, table: Table) -> Any:
        """Return the column of a table of this family that names the aggregate."""
        return table.c[self.id]


CASES = Names("case", "case_id", cases, case_events, case_texts, case_notify)
PROCESSES = Names("process", "process_id", processes, process_events, process_texts, process_notify)
FAMILIES = (CASES, PROCESSES)
