"""What only some cases have, in the detail of a case: supervision orders, meetings, offers of help, ratings."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from adapters.db.annex_rows import ANNEX
from adapters.db.queries.orders import order_view
from contracts.order_views import OrderDetail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from adapters.db.directory import Directory
    from adapters.db.log import LogRow
    from domain.case import CaseState


def order_details(
    state: CaseState, log: Sequence[LogRow], directory: Directory, now: datetime
) -> tuple[OrderDetail, ...]:  # fmt: skip
    """Show the orders of a case by number."""
    return tuple(
        OrderDetail(**order_view(_read(row), directory, now), seqs=entries(log, "order", no))
        for no, row in rows_of("orders", state).items()
    )


def rows_of(table: str, state: CaseState) -> dict[int, dict[str, Any]]:
    """Return a chapter's rows of one case, as they stand in its table."""
    return dict(next(each for each in ANNEX if each.table.name == table).rows(state))


def entries(log: Sequence[LogRow], field: str, no: int) -> tuple[int, ...]:
    """Return which events name an entry by its number in this field."""
    return tuple(row.seq for row in log if row.body.get(field) == no)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    """Read the instants of a plain row."""
    return {
        name: datetime.fromisoformat(value) if isinstance(value, str) and name.endswith(_INSTANTS) else value
        for name, value in row.items()
    }  # fmt: skip


_INSTANTS = ("_at", "due", "near")
