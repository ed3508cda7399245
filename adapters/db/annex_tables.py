"""Tables of what only some cases have, for lists across cases: one for each chapter that is listed."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
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
)
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.db.tables import metadata, one_of
from domain.matters import Matter
from domain.meetings import Level, MeetingState
from domain.rating import Rater, Side
from domain.supervision import Grade, OrderState, PointsState, Verdict

orders = Table(
    "orders", metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("org", Text, nullable=False),
    Column("line", Text),
    Column("org_area", Text, nullable=False),
    Column("org_district", Text),
    Column("district", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("task_no", Integer),
    Column("grade", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("issued_by", Text, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("raised_at", DateTime(timezone=True)),
    Column("clock", Text, nullable=False),
    Column("due", DateTime(timezone=True)),
    Column("near", DateTime(timezone=True)),
    Column("answered_at", DateTime(timezone=True)),
    Column("late", Boolean, nullable=False),
    Column("lifted_at", DateTime(timezone=True)),
    Column("points", Integer, nullable=False),
    Column("points_state", Text, nullable=False),
    Column("follows", Integer, nullable=False),
    Column("appealed_at", DateTime(timezone=True)),
    Column("ruler", Text),
    Column("verdict", Text),
    Column("ruled_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("case_id", "no"),
    one_of("grade", Grade), one_of("state", OrderState), one_of("points_state", PointsState),
    one_of("verdict", Verdict),
    Index("ix_orders_issued", text("issued_at DESC"), text("case_id DESC"), text("no DESC")),
    Index("ix_orders_district_issued", "district", text("issued_at DESC"), text("case_id DESC"), text("no DESC")),
    Index("ix_orders_org_issued", "org", text("issued_at DESC")),
    Index("ix_orders_waiting_due", "due", "case_id", "no", postgresql_where=text("state = 'waiting'")),
)  # fmt: skip

ratings = Table(
    "ratings", metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("task_no", Integer, nullable=False),
    Column("side", Text, nullable=False),
    Column("rater", Text, nullable=False),
    Column("org", Text, nullable=False),
    Column("line", Text),
    Column("org_area", Text, nullable=False),
    Column("org_district", Text),
    Column("district", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("score", Integer, nullable=False),
    Column("voices", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("opens_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("case_id", "no"),
    one_of("side", Side), one_of("rater", Rater),
    Index("ix_ratings_side_org_at", "side", "org", "at"),
)  # fmt: skip

help_offers = Table(
    "help_offers", metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("district", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("slots", Integer, nullable=False),
    Column("takers", ARRAY(Text), nullable=False),
    Column("ordered", Boolean, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("org", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("seq", Integer, nullable=False),
    PrimaryKeyConstraint("case_id", "no"),
    Index("ix_help_offers_open_area", "area", "at", postgresql_where=text("open")),
    Index("ix_help_offers_takers", "takers", postgresql_using="gin"),
)  # fmt: skip

help_hours = Table(
    "help_hours", metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("district", Text, nullable=False),
    Column("area", Text, nullable=False),
    Column("offer", Integer, nullable=False),
    Column("worker", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("recorded_by", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "no"),
    Index("ix_help_hours_worker_at", "worker", text("at DESC")),
)  # fmt: skip

meetings = Table(
    "meetings", metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("form", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("caller", Text, nullable=False),
    Column("due", DateTime(timezone=True), nullable=False),
    Column("members", ARRAY(Text), nullable=False),
    Column("present", ARRAY(Text), nullable=False),
    Column("held_at", DateTime(timezone=True)),
    Column("published_at", DateTime(timezone=True)),
    Column("called_seq", Integer, nullable=False),
    Column("held_seq", Integer, nullable=False),
    Column("district", Text, nullable=False),
    Column("area", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "no"),
    one_of("level", Level), one_of("state", MeetingState),
    Index("ix_meetings_due", text("due DESC"), text("case_id DESC"), text("no DESC")),
    Index("ix_meetings_members", "members", postgresql_using="gin"),
)  # fmt: skip

case_matters = Table(
    "case_matters", metadata,
    Column("case_id", Uuid, ForeignKey("cases.id"), nullable=False),
    Column("no", Integer, nullable=False),
    Column("sort", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    PrimaryKeyConstraint("case_id", "no"),
    one_of("sort", Matter),
    Index("uq_case_matters_open", "sort", "key", unique=True, postgresql_where=text("open")),
    Index("ix_case_matters_key", "sort", "key"),
)  # fmt: skip
"""What proactive cases are about: a matter has one open case at most, however many try at once."""
