"""What evaluation adds to the schema: indexes that find the cases of a period."""

from __future__ import annotations

from sqlalchemy import Index, text

from adapters.db.tables import cases, clocks

Index("ix_cases_closed", cases.c.closed_at, cases.c.id, postgresql_where=text("closed_at IS NOT NULL"))
Index("ix_clocks_met_due", clocks.c.due, clocks.c.case_id, postgresql_where=text("outcome = 'met'"))
