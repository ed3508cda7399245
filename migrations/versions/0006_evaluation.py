"""Indexes of evaluation: cases by the instant they were closed, met clocks by their due instant."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_cases_closed": "cases (closed_at, id) WHERE closed_at IS NOT NULL",
    "ix_clocks_met_due": "clocks (due, case_id) WHERE outcome = 'met'",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():  # the running release goes on writing meanwhile
        for name, what in INDEXES.items():
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {what}")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in reversed(INDEXES):
            op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
