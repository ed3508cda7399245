"""Offers to volunteers and auxiliaries and the hours they gave, of all cases."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE help_offers (
        case_id UUID NOT NULL,
        no INTEGER NOT NULL,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        slots INTEGER NOT NULL,
        takers TEXT[] NOT NULL,
        ordered BOOLEAN NOT NULL,
        open BOOLEAN NOT NULL,
        org TEXT NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        seq INTEGER NOT NULL,
        CONSTRAINT pk_help_offers PRIMARY KEY (case_id, no),
        CONSTRAINT fk_help_offers_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    """
    CREATE TABLE help_hours (
        case_id UUID NOT NULL,
        no INTEGER NOT NULL,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        offer INTEGER NOT NULL,
        worker TEXT NOT NULL,
        minutes INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        recorded_by TEXT NOT NULL,
        CONSTRAINT pk_help_hours PRIMARY KEY (case_id, no),
        CONSTRAINT fk_help_hours_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    "CREATE INDEX ix_help_offers_open_area ON help_offers (area, at) WHERE open",
    "CREATE INDEX ix_help_offers_takers ON help_offers USING gin (takers)",
    "CREATE INDEX ix_help_hours_worker_at ON help_hours (worker, at DESC)",
    "GRANT SELECT, INSERT, UPDATE ON help_offers, help_hours TO whistle_app",
    "GRANT SELECT ON help_offers, help_hours TO whistle_ro",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE help_hours")
    op.execute("DROP TABLE help_offers")
