"""Ratings of all cases, for averages by organisation."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE ratings (
        case_id UUID NOT NULL,
        no INTEGER NOT NULL,
        task_no INTEGER NOT NULL,
        side TEXT NOT NULL,
        rater TEXT NOT NULL,
        org TEXT NOT NULL,
        line TEXT,
        org_area TEXT NOT NULL,
        org_district TEXT,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        score INTEGER NOT NULL,
        voices INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        opens_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_ratings PRIMARY KEY (case_id, no),
        CONSTRAINT fk_ratings_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
        CONSTRAINT ck_ratings_side CHECK (side IN ('of_department', 'of_raiser', 'voice')),
        CONSTRAINT ck_ratings_rater CHECK (rater IN (
            'residents', 'community', 'units', 'deputies', 'citizen', 'street', 'department', 'district'
        ))
    )
"""
STATEMENTS = (
    TABLE,
    "CREATE INDEX ix_ratings_side_org_at ON ratings (side, org, at)",
    "GRANT SELECT, INSERT, UPDATE ON ratings TO whistle_app",
    "GRANT SELECT ON ratings TO whistle_ro",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE ratings")
