"""The tables of reference data: published versions that never change, people and their tokens, the business clock."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.db.tables import metadata, one_of
from domain.catalogue import Family
from domain.organisations import OrgKind


def _published() -> Column[object]:
    return Column("published_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()"))


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


circle_surveys = Table(
    "circle_surveys", metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    _text("community"), _text("item"), Column("present", Boolean, nullable=False),
    Column("surveyed_on", Date, nullable=False), _text("note"), _text("recorded_by"),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Index("ix_circle_surveys_latest", "community", "item", text("surveyed_on DESC"), text("id DESC")),
)  # fmt: skip
"""Every answer of every survey of the circle of services; the latest day counts, of one day the latest answer."""

calendars = Table(
    "calendars", metadata,
    _text("name"), Column("version", Integer, nullable=False), _text("zone"), Column("body", JSONB, nullable=False),
    _text("digest"), _published(),
    PrimaryKeyConstraint("name", "version"),
)  # fmt: skip

rule_packs = Table(
    "rule_packs", metadata,
    _text("name"), Column("version", Integer, nullable=False), Column("body", JSONB, nullable=False), _text("digest"),
    _published(),
    PrimaryKeyConstraint("name", "version"),
)  # fmt: skip

org_versions = Table(
    "org_versions", metadata,
    Column("version", Integer, primary_key=True, autoincrement=False), _text("digest"), _text("source"), _published(),
)  # fmt: skip

orgs = Table(
    "orgs", metadata,
    Column("version", Integer, ForeignKey("org_versions.version"), nullable=False),
    _text("code"), _text("name"), _text("short"), _text("kind"), _text("parent", null=True), _text("area_code"),
    _text("command_org", null=True), _text("line", null=True), _text("district", null=True), _text("pinyin"),
    _text("initials"),
    PrimaryKeyConstraint("version", "code"),
    one_of("kind", OrgKind),
    Index("ix_orgs_version_parent", "version", "parent"),
    Index("ix_orgs_version_pinyin", "version", "pinyin"),
)  # fmt: skip

catalogue_versions = Table(
    "catalogue_versions", metadata,
    Column("version", Integer, primary_key=True, autoincrement=False), _text("digest"), _text("source"), _published(),
)  # fmt: skip

catalogue = Table(
    "catalogue", metadata,
    Column("version", Integer, ForeignKey("catalogue_versions.version"), nullable=False),
    _text("code"), _text("name"), _text("family"), _text("category"), Column("keywords", ARRAY(Text), nullable=False),
    _text("source"), _text("pinyin"), _text("initials"),
    PrimaryKeyConstraint("version", "code"),
    one_of("family", Family),
)  # fmt: skip

duty_lists = Table(
    "duty_lists", metadata,
    _text("name"), _text("version"), _text("digest"), _published(),
    PrimaryKeyConstraint("name", "version"),
)  # fmt: skip

duty_rules = Table(
    "duty_rules", metadata,
    _text("name"), _text("version"), _text("class_code"), _text("lead"), Column("assist", ARRAY(Text), nullable=False),
    _text("limit_class"), _text("source"),
    PrimaryKeyConstraint("name", "version", "class_code"),
    ForeignKeyConstraint(["name", "version"], ["duty_lists.name", "duty_lists.version"], name="fk_duty_rules_list"),
)  # fmt: skip

users = Table(
    "users", metadata,
    Column("id", Text, primary_key=True), Column("login", Text, nullable=False, unique=True), _text("name"),
    _text("org"), Column("roles", ARRAY(Text), nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Index("ix_users_org", "org"),
)  # fmt: skip

user_tokens = Table(
    "user_tokens", metadata,
    Column("hash", LargeBinary, primary_key=True), Column("user_id", Text, ForeignKey("users.id"), nullable=False),
    _text("label"),
    Column("created_at", DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")),
    Column("expires_at", DateTime(timezone=True), nullable=True),
    Column("revoked_at", DateTime(timezone=True), nullable=True),
    Index("ix_user_tokens_user_id", "user_id"),
)  # fmt: skip

business_clock = Table(
    "business_clock", metadata,
    Column("one", Boolean, primary_key=True, server_default=text("true")),
    Column("anchor", DateTime(timezone=True), nullable=False),
    Column("shift", Interval, nullable=False, server_default=text("'0'")),
    Column("rate", Double, nullable=False, server_default=text("1")),
    CheckConstraint("one", name="one"), CheckConstraint("rate > 0", name="rate"),
)  # fmt: skip
