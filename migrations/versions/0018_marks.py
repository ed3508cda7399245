"""What ladders wrote to the name of a department (通报批评 ...), for the list of its tasks."""

from alembic import op

revision = "0018"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no ladder has written a mark before, so nothing is filled in."""
    op.execute("ALTER TABLE tasks ADD COLUMN marks TEXT[] NOT NULL DEFAULT '{}'")


def downgrade() -> None:
    op.execute("ALTER TABLE tasks DROP COLUMN marks")
