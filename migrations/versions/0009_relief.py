"""Relief: since when a clock stands still, how often a department was urged, the clock of answers on suspensions."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_CODES = (
    "'approval', 'claim', 'report_in', 'handle', 'check', 'lease', 'ruling', 'extension', 'suspension', 'milestone', "
    "'help', 'meeting', 'order', 'appeal', 'call_back'"
)
_PAUSED = "ix_clocks_paused_due"


def upgrade() -> None:
    op.execute("ALTER TABLE clocks ADD COLUMN IF NOT EXISTS paused_at TIMESTAMP WITH TIME ZONE")
    op.execute("ALTER TABLE tasks ADD COLUMN IF NOT EXISTS urged INTEGER DEFAULT 0 NOT NULL")
    _limit(f"{_CODES}, 'suspension_answer'")
    with op.get_context().autocommit_block():  # the running release goes on writing meanwhile
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_PAUSED}")
        op.execute(
            f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_PAUSED} ON clocks (due, case_id)"
            " WHERE ended_at IS NULL AND paused_at IS NOT NULL"
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_PAUSED}")
    _limit(_CODES)
    op.execute("ALTER TABLE tasks DROP COLUMN IF EXISTS urged")
    op.execute("ALTER TABLE clocks DROP COLUMN IF EXISTS paused_at")


def _limit(values: str) -> None:
    """Replace the check by another one; proving it again reads the table once."""
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE clocks DROP CONSTRAINT IF EXISTS ck_clocks_code")
    op.execute(f"ALTER TABLE clocks ADD CONSTRAINT ck_clocks_code CHECK (code IN ({values})) NOT VALID")
    op.execute("-- squawk-ignore constraint-missing-not-valid\nALTER TABLE clocks VALIDATE CONSTRAINT ck_clocks_code")
