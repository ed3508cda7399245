"""The tables of cases: the log, the read model beside it, and what the drive keeps about each case."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from domain.case import ClockCode, Outcome, Phase, Status, TaskRole, TaskState, Tie

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SUPERSEDED = "superseded"
"""Outcome of a generation that a newer one replaced while it was running; rows only, the state forgets it."""


class OutboundState(StrEnum):
    """Where an outside message stands: waiting, with its workflow, or at its end."""

    QUEUED = "queued"
    HANDED = "handed"
    DELIVERED = "delivered"
    DEAD = "dead"


class ChannelKind(StrEnum):
    """Ways to reach somebody outside the application."""

    WEBHOOK = "webhook"


def one_of(column: str, values: Iterable[StrEnum], *more: str) -> CheckConstraint:
    """Check that a column holds a value of an enumeration."""
    listed = ", ".join(f"'{value}'" for value in (*values, *more))
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def _text(name: str, *, null: bool = False, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=null, server_default=text(default) if default is not None else None)


def _when(name: str, *, null: bool = False) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=null)


def _count(name: str, default: str | None = None, *, null: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=null, server_default=default)


def _flag(name: str, default: str | None = None) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=default)


def _case() -> Column[Any]:
    return Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False)


cases = Table(
    "cases", metadata,
    Column("id", Uuid, primary_key=True),
    _text("number"), _text("kind"), _text("channel"), _text("status"), _text("phase"), _text("district"), _text("area"),
    _text("class_code"), _text("limit_class"), _text("duty"),
    Column("epoch", BigInteger, nullable=False), _count("version"), _when("at"),
    _text("raised_by"), _when("raised_at"), _when("closed_at", null=True), _text("result", null=True),
    _count("escalation"), _count("supervision"), _count("rework"), _flag("awaiting_approval"), _text("rules"),
    _count("lat", null=True), _count("lng", null=True), _text("source_ref", null=True),
    _when("next_due", null=True), _when("next_near", null=True), _text("next_clock", null=True),
    Column("state", JSONB, nullable=False), Column("head", LargeBinary, nullable=False),
    _text("raiser", null=True), Column("joint", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    _flag("sensitive", "false"), _text("campaign", null=True),
    one_of("status", Status), one_of("phase", Phase),
    UniqueConstraint("number"),
    Index("uq_cases_source_ref", "source_ref", unique=True, postgresql_where=text("source_ref IS NOT NULL")),
    Index("ix_cases_raised", text("raised_at DESC"), text("id DESC")),
    Index("ix_cases_district_raised", "district", text("raised_at DESC"), text("id DESC")),
    Index("ix_cases_area_raised", "area", text("raised_at DESC"), text("id DESC")),
    Index("ix_cases_status_raised", "status", text("raised_at DESC"), text("id DESC")),
    Index("ix_cases_next_due", "next_due", postgresql_where=text("closed_at IS NULL")),
    Index("ix_cases_raiser", "raiser", postgresql_where=text("raiser IS NOT NULL")),
    Index("ix_cases_joint", "joint", postgresql_using="gin", postgresql_where=text("joint <> '{}'")),
    Index(
        "ix_cases_campaign", "campaign", text("raised_at DESC"), text("id DESC"),
        postgresql_where=text("campaign IS NOT NULL"),
    ),
    Index("ix_cases_sensitive_raised_by", "raised_by", postgresql_where=text("sensitive")),
    postgresql_with={"fillfactor": "80"},
)  # fmt: skip

tasks = Table(
    "tasks", metadata,
    _case(), _count("no"), _text("org"), _text("line", null=True), _text("org_area"), _text("org_district", null=True),
    _text("district"), _text("area"), _text("role"), _text("state"), _text("holder", null=True), _flag("late"),
    _flag("no_show"), _count("rework"), _count("urged", "0"), _text("stage", null=True), _when("added_at", null=True),
    _when("claimed_at", null=True), _when("reported_at", null=True), _when("submitted_at", null=True),
    _when("next_due", null=True), _when("next_near", null=True), _text("next_clock", null=True),
    _text("tie", default="'order'"), _flag("sensitive", "false"),
    Column("marks", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    PrimaryKeyConstraint("case_id", "no"),
    one_of("role", TaskRole), one_of("state", TaskState), one_of("tie", Tie),
    Index("ix_tasks_org_state", "org", "state"),
    Index("ix_tasks_org_area_state", "org_area", "state"),
    Index("ix_tasks_added", "added_at", "case_id", "no"),
    Index("ix_tasks_called", "line", "org_district", "case_id", "state"),
    Index(
        "ix_tasks_called_district", "org_district", "case_id", "state",
        postgresql_where=text("org_district <> district")
    ),
    Index(
        "ix_tasks_called_area", "org_area", "case_id", "state",
        postgresql_where=text('"left"(org_area, 9) <> "left"(area, 9)')
    ),
    Index("ix_tasks_holder", "holder", postgresql_where=text("holder IS NOT NULL")),
    Index("ix_tasks_org_next_due", "org", "next_due", postgresql_where=text("next_due IS NOT NULL")),
)  # fmt: skip

_OPEN = text("ended_at IS NULL")
_PAUSED = text("ended_at IS NULL AND paused_at IS NOT NULL")

clocks = Table(
    "clocks", metadata,
    _case(), _text("key"), _count("generation"), _text("code"), _count("task_no", null=True), _text("stage", null=True),
    _text("party"), _text("line", null=True), _text("party_area"), _text("party_district", null=True),
    _text("district"), _text("area"), _text("kind"), _text("class_code"), _text("role", null=True),
    _when("started_at"), _when("set_at"), _when("due"), _when("near_at"), _when("ended_at", null=True),
    _when("paused_at", null=True), _text("outcome"), _text("limit_text"), _text("calendar"), _flag("provisional"),
    Column("fired", JSONB, nullable=False), Column("rungs", JSONB, nullable=False),
    Column("voided", JSONB, nullable=False, server_default=text("'[]'")), _flag("sensitive", "false"),
    PrimaryKeyConstraint("case_id", "key", "generation"),
    one_of("code", ClockCode), one_of("outcome", Outcome, SUPERSEDED),
    Index("ix_clocks_open_due", "due", "case_id", postgresql_where=_OPEN),
    Index("ix_clocks_open_case", "case_id", postgresql_where=_OPEN),
    Index("ix_clocks_open_district_due", "district", "due", postgresql_where=_OPEN),
    Index("ix_clocks_open_area_due", "area", "due", postgresql_where=_OPEN),
    Index("ix_clocks_open_party_due", "party", "due", postgresql_where=_OPEN),
    Index("ix_clocks_open_line_due", "line", "party_district", "due", postgresql_where=_OPEN),
    Index("ix_clocks_paused_due", "due", "case_id", postgresql_where=_PAUSED),
    Index("ix_clocks_met_ended", "ended_at", "case_id", postgresql_where=text("outcome = 'met'")),
    Index("ix_clocks_set_ended", "set_at", "ended_at"),
)  # fmt: skip

case_events = Table(
    "case_events", metadata,
    _case(), _count("seq"), _when("at"), _when("recorded_at"), _text("actor"), _text("kind"),
    Column("body", JSONB, nullable=False), Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("case_id", "seq"),
    Index(
        "uq_case_events_rung", "case_id", text("(body ->> 'key')"), text("(body ->> 'generation')"),
        text("(body ->> 'rung')"), unique=True, postgresql_where=text("kind = 'rung_fired'"),
    ),
    Index("ix_case_events_recorded", "recorded_at"),
    Index(
        "ix_case_events_precedent", text("at DESC"), "case_id", "seq",
        postgresql_where=text("kind = 'objection_ruled' AND body ->> 'precedent' = 'true'"),
    ),
)  # fmt: skip

case_texts = Table(
    "case_texts", metadata,
    _case(), _count("seq"), _text("field"), _text("body", null=True), _text("salt", null=True), _flag("personal"),
    Column(
        "grams", ARRAY(Text), Computed("CASE WHEN personal THEN NULL ELSE grams(body) END", persisted=True),
        nullable=True,
    ),
    PrimaryKeyConstraint("case_id", "seq", "field"),
    Index("ix_case_texts_grams", "grams", postgresql_using="gin"),
)  # fmt: skip

case_notify = Table(
    "case_notify", metadata,
    _case(), Column("epoch", BigInteger, nullable=False),
    _count("wanted"), _count("urgent", "0"), _count("sent", "0"),
    _when("armed_at", null=True), _when("step_at", null=True), _when("lease_until", null=True),
    _count("attempts", "0"), _flag("closed", "false"), _flag("parked", "false"),
    _when("dirty_at", null=True), _when("sent_at", null=True), _when("stepped_at", null=True),
    PrimaryKeyConstraint("case_id", "epoch"),
    Index("ix_case_notify_unsent", "step_at", postgresql_where=text("wanted > sent")),
    Index("ix_case_notify_step", "step_at", postgresql_where=text("step_at IS NOT NULL")),
    Index("ix_case_notify_stepped", text("stepped_at DESC NULLS LAST")),
    postgresql_with={"fillfactor": "70"},
)  # fmt: skip

notices = Table(
    "notices", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _case(), _count("seq"), _text("code"), _text("org"), _text("role", null=True), _text("user_id", null=True),
    _count("task_no", null=True), _when("at"),
    Index("ix_notices_org_id", "org", text("id DESC")),
    Index("ix_notices_user_id_id", "user_id", text("id DESC"), postgresql_where=text("user_id IS NOT NULL")),
    Index("ix_notices_case_id_seq", "case_id", "seq"),
)  # fmt: skip

notice_reads = Table(
    "notice_reads", metadata,
    _text("user_id"), Column("notice_id", BigInteger, ForeignKey("notices.id"), nullable=False),
    PrimaryKeyConstraint("user_id", "notice_id"),
)  # fmt: skip

channels = Table(
    "channels", metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    _text("kind"), _text("org", null=True), _text("url"), _text("secret"), _flag("active", "true"),
    one_of("kind", ChannelKind),
)  # fmt: skip

outbound = Table(
    "outbound", metadata,
    Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()")),
    _case(), _count("seq"), Column("channel_id", Uuid, ForeignKey("channels.id"), nullable=False),
    _text("recipient"), _text("code"), _text("state"), _count("attempts", "0"), _text("last_error", null=True),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    _when("handed_at", null=True), _when("done_at", null=True),
    one_of("state", OutboundState),
    UniqueConstraint("case_id", "seq", "channel_id", "recipient"),
    Index("ix_outbound_waiting", "created_at", postgresql_where=text("done_at IS NULL")),
)  # fmt: skip

idempotency = Table(
    "idempotency", metadata,
    _text("actor"), _text("key"), _text("fingerprint"), Column("answer", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    PrimaryKeyConstraint("actor", "key"),
    Index("ix_idempotency_created_at", "created_at"),
)  # fmt: skip

case_numbers = Table(
    "case_numbers", metadata,
    _text("district"), Column("day", Date, nullable=False), _count("next"),
    PrimaryKeyConstraint("district", "day"),
    postgresql_with={"fillfactor": "50"},
)  # fmt: skip
