"""The tables of evaluation: what a period counted and composed, the flags that were granted, indexes for periods."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from adapters.db.tables import cases, clocks, metadata, one_of
from domain.evaluation.flags import FlagKind, View
from domain.evaluation.scheme import UnitKind

Index("ix_cases_closed", cases.c.closed_at, cases.c.id, postgresql_where=text("closed_at IS NOT NULL"))
Index("ix_clocks_met_due", clocks.c.due, clocks.c.case_id, postgresql_where=text("outcome = 'met'"))

_KEPT: Final = tuple(kind for kind in UnitKind if kind is not UnitKind.LINE)
"""Kinds of unit of a period: it is a district's, and lines cross districts."""


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _count(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False)


def _process() -> Column[object]:
    return Column("process_id", Uuid, ForeignKey("processes.id"), nullable=False)


evaluation_schemes = Table(
    "evaluation_schemes", metadata,
    _text("digest"), _text("ref"), _text("body"),
    PrimaryKeyConstraint("digest"),
)  # fmt: skip

evaluation_cases = Table(
    "evaluation_cases", metadata,
    _process(), _count("run"), Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False), _count("version"),
    PrimaryKeyConstraint("process_id", "run", "case_id"),
)  # fmt: skip

evaluation_sums = Table(
    "evaluation_sums", metadata,
    _process(), _count("run"), _count("page"), _text("kind"), _text("view"), Column("sums", JSONB, nullable=False),
    PrimaryKeyConstraint("process_id", "run", "page", "kind", "view"),
    one_of("kind", _KEPT), one_of("view", View),
)  # fmt: skip

evaluation_boards = Table(
    "evaluation_boards", metadata,
    _process(), _count("run"), _text("kind"), _text("view"), Column("body", JSONB, nullable=False),
    PrimaryKeyConstraint("process_id", "run", "kind", "view"),
    one_of("kind", _KEPT), one_of("view", View),
)  # fmt: skip

evaluation_flags = Table(
    "evaluation_flags", metadata,
    Column("process_id", Uuid, ForeignKey("processes.id"), primary_key=True),
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False), _text("kind"), _text("clock", null=True),
    Column("granted_at", DateTime(timezone=True), nullable=False),
    one_of("kind", FlagKind),
    Index("ix_evaluation_flags_case_id", "case_id"),
)  # fmt: skip
