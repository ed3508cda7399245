"""The tables of processes, the small twins of those of cases: row, log, texts, drive; and what publications keep."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from adapters.db.tables import metadata, one_of
from domain.processes.publication import Subject


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _when(name: str, *, null: bool = False) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _count(name: str, default: str | None = None) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=default)


def _flag(name: str, default: str | None = None) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=default)


def _process() -> Column[object]:
    return Column("process_id", Uuid, ForeignKey("processes.id"), nullable=False)


processes = Table(
    "processes", metadata,
    Column("id", Uuid, primary_key=True),
    _text("kind"), _text("name"), _text("district", null=True), _text("rules", null=True), _text("status"),
    Column("epoch", BigInteger, nullable=False), _count("version"), _when("at"),
    _text("opened_by"), _when("opened_at"), _when("closed_at", null=True),
    Column("state", JSONB, nullable=False), Column("head", LargeBinary, nullable=False),
    UniqueConstraint("kind", "name"),
    Index("ix_processes_kind_opened", "kind", text("opened_at DESC"), text("id DESC")),
    postgresql_with={"fillfactor": "80"},
)  # fmt: skip

process_events = Table(
    "process_events", metadata,
    _process(), _count("seq"), _when("at"), _when("recorded_at"), _text("actor"), _text("kind"),
    Column("body", JSONB, nullable=False), Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("process_id", "seq"),
)  # fmt: skip

process_texts = Table(
    "process_texts", metadata,
    _process(), _count("seq"), _text("field"), _text("body", null=True), _text("salt", null=True), _flag("personal"),
    PrimaryKeyConstraint("process_id", "seq", "field"),
)  # fmt: skip

process_notify = Table(
    "process_notify", metadata,
    _process(), Column("epoch", BigInteger, nullable=False),
    _count("wanted"), _count("urgent", "0"), _count("sent", "0"),
    _when("armed_at", null=True), _when("step_at", null=True), _when("lease_until", null=True),
    _count("attempts", "0"), _flag("closed", "false"), _flag("parked", "false"),
    _when("dirty_at", null=True), _when("sent_at", null=True), _when("stepped_at", null=True),
    PrimaryKeyConstraint("process_id", "epoch"),
    Index("ix_process_notify_unsent", "step_at", postgresql_where=text("wanted > sent")),
    Index("ix_process_notify_step", "step_at", postgresql_where=text("step_at IS NOT NULL")),
    postgresql_with={"fillfactor": "70"},
)  # fmt: skip

process_notices = Table(
    "process_notices", metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False, server_default=text("nextval('notices_id_seq')")),
    _process(), _count("seq"), _text("code"), _text("org"), _text("role", null=True), _text("user_id", null=True),
    _when("at"),
    Index("ix_process_notices_org_id", "org", text("id DESC")),
    Index("ix_process_notices_user_id_id", "user_id", text("id DESC"), postgresql_where=text("user_id IS NOT NULL")),
)  # fmt: skip
"""Notices of processes; their ids come from the same sequence as those of cases, so both stand in one order."""

process_notice_reads = Table(
    "process_notice_reads", metadata,
    _text("user_id"), Column("notice_id", BigInteger, ForeignKey("process_notices.id"), nullable=False),
    PrimaryKeyConstraint("user_id", "notice_id"),
)  # fmt: skip

publication_drafts = Table(
    "publication_drafts", metadata,
    _text("digest"), _text("subject"), _text("ref"), Column("body", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    PrimaryKeyConstraint("digest"),
    one_of("subject", Subject),
)  # fmt: skip

rule_adoptions = Table(
    "rule_adoptions", metadata,
    _text("subject"), _text("name"), _count("version"), _when("since"),
    PrimaryKeyConstraint("subject", "name", "version"),
    one_of("subject", Subject),
)  # fmt: skip

publication_impact = Table(
    "publication_impact", metadata,
    _process(), Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False), _text("key"), _count("generation"),
    _when("old_due"), _when("new_due"), _flag("newly_overdue"), _flag("no_longer_overdue"),
    PrimaryKeyConstraint("process_id", "case_id", "key"),
)  # fmt: skip
