"""Meetings of all cases, for the lists of those who are invited and of what is published."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE meetings (
        case_id UUID NOT NULL,
        no INTEGER NOT NULL,
        form TEXT NOT NULL,
        level TEXT NOT NULL,
        state TEXT NOT NULL,
        convener TEXT NOT NULL,
        orgs TEXT[] NOT NULL,
        guests INTEGER NOT NULL,
        "when" TIMESTAMP WITH TIME ZONE NOT NULL,
        minutes_due TIMESTAMP WITH TIME ZONE,
        held_at TIMESTAMP WITH TIME ZONE,
        present TEXT[] NOT NULL,
        guests_present INTEGER NOT NULL,
        published BOOLEAN NOT NULL,
        called_seq INTEGER NOT NULL,
        held_seq INTEGER NOT NULL,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        CONSTRAINT pk_meetings PRIMARY KEY (case_id, no),
        CONSTRAINT fk_meetings_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
        CONSTRAINT ck_meetings_level CHECK (level IN ('street', 'district', 'city')),
        CONSTRAINT ck_meetings_state CHECK (state IN ('called', 'held', 'cancelled'))
    )
"""
STATEMENTS = (
    TABLE,
    'CREATE INDEX ix_meetings_when ON meetings ("when" DESC, case_id DESC, no DESC)',
    "CREATE INDEX ix_meetings_orgs ON meetings USING gin (orgs)",
    "GRANT SELECT, INSERT, UPDATE ON meetings TO whistle_app",
    "GRANT SELECT ON meetings TO whistle_ro",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE meetings")
