"""Meetings of all cases, for the lists of those who are invited and of what is published."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE meetings (
        case_id UUID NOT NULL,
        no INTEGER NOT NULL,
        form TEXT NOT NULL,
        level TEXT NOT NULL,
        state TEXT NOT NULL,
        caller TEXT NOT NULL,
        due TIMESTAMP WITH TIME ZONE NOT NULL,
        members TEXT[] NOT NULL,
        present TEXT[] NOT NULL,
        held_at TIMESTAMP WITH TIME ZONE,
        published_at TIMESTAMP WITH TIME ZONE,
        called_seq INTEGER NOT NULL,
        held_seq INTEGER NOT NULL,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        CONSTRAINT pk_meetings PRIMARY KEY (case_id, no),
        CONSTRAINT fk_meetings_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
        CONSTRAINT ck_meetings_level CHECK (level IN ('city', 'district', 'street')),
        CONSTRAINT ck_meetings_state CHECK (state IN ('called', 'overdue', 'held', 'cancelled', 'fallen'))
    )
    """,
    "CREATE INDEX ix_meetings_due ON meetings (due DESC, case_id DESC, no DESC)",
    "CREATE INDEX ix_meetings_members ON meetings USING gin (members)",
    "GRANT SELECT, INSERT, UPDATE ON meetings TO whistle_app",
    "GRANT SELECT ON meetings TO whistle_ro",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE meetings")
