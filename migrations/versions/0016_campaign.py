"""The campaign (专项行动) of a case, for its list and its report."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no case had a campaign before, so nothing is filled in."""
    op.execute("ALTER TABLE cases ADD COLUMN campaign TEXT")
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        "CREATE INDEX ix_cases_campaign ON cases (campaign, raised_at DESC, id DESC) WHERE campaign IS NOT NULL"
    )


def downgrade() -> None:
    op.execute("DROP INDEX ix_cases_campaign")
    op.execute("ALTER TABLE cases DROP COLUMN campaign")
