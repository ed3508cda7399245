"""An index over the rulings that shall become rules of the duty list; they are few among all events."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        "CREATE INDEX ix_case_events_precedent ON case_events (at DESC, case_id, seq)"
        " WHERE kind = 'objection_ruled' AND body ->> 'precedent' = 'true'"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_case_events_precedent")
