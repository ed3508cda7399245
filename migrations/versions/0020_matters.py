"""Matters that proactive cases are about (gaps, repeated cases), and surveys of the circle of community services."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE case_matters (
        case_id UUID NOT NULL,
        no INTEGER NOT NULL,
        sort TEXT NOT NULL,
        key TEXT NOT NULL,
        open BOOLEAN NOT NULL,
        CONSTRAINT pk_case_matters PRIMARY KEY (case_id, no),
        CONSTRAINT fk_case_matters_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
        CONSTRAINT ck_case_matters_sort CHECK (sort IN ('gap', 'repeat'))
    )
    """,
    "CREATE UNIQUE INDEX uq_case_matters_open ON case_matters (sort, key) WHERE open",
    "CREATE INDEX ix_case_matters_key ON case_matters (sort, key)",
    """
    CREATE TABLE circle_surveys (
        id BIGINT GENERATED ALWAYS AS IDENTITY,
        community TEXT NOT NULL,
        item TEXT NOT NULL,
        present BOOLEAN NOT NULL,
        surveyed_on DATE NOT NULL,
        note TEXT NOT NULL,
        recorded_by TEXT NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_circle_surveys PRIMARY KEY (id)
    )
    """,
    "CREATE INDEX ix_circle_surveys_latest ON circle_surveys (community, item, surveyed_on DESC, id DESC)",
    "GRANT SELECT, INSERT, UPDATE ON case_matters TO whistle_app",
    "GRANT SELECT, INSERT ON circle_surveys TO whistle_app",
    "GRANT SELECT ON case_matters, circle_surveys TO whistle_ro",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE circle_surveys")
    op.execute("DROP TABLE case_matters")
