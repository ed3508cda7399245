"""Supervision orders of all cases, for the supervisors' lists."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = """
    CREATE TABLE orders (
        case_id UUID NOT NULL,
        no INTEGER NOT NULL,
        org TEXT NOT NULL,
        line TEXT,
        org_area TEXT NOT NULL,
        org_district TEXT,
        district TEXT NOT NULL,
        area TEXT NOT NULL,
        task_no INTEGER,
        grade TEXT NOT NULL,
        state TEXT NOT NULL,
        issuer TEXT NOT NULL,
        issued_by TEXT NOT NULL,
        issued_at TIMESTAMP WITH TIME ZONE NOT NULL,
        raised_at TIMESTAMP WITH TIME ZONE,
        clock TEXT NOT NULL,
        due TIMESTAMP WITH TIME ZONE,
        near TIMESTAMP WITH TIME ZONE,
        answered_at TIMESTAMP WITH TIME ZONE,
        late BOOLEAN NOT NULL,
        lifted_at TIMESTAMP WITH TIME ZONE,
        points INTEGER NOT NULL,
        points_state TEXT NOT NULL,
        follows INTEGER NOT NULL,
        appealed_at TIMESTAMP WITH TIME ZONE,
        ruler TEXT,
        verdict TEXT,
        ruled_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_orders PRIMARY KEY (case_id, no),
        CONSTRAINT fk_orders_case_id FOREIGN KEY(case_id) REFERENCES cases (id),
        CONSTRAINT ck_orders_grade CHECK (grade IN ('normal', 'yellow', 'red')),
        CONSTRAINT ck_orders_state CHECK (state IN ('waiting', 'answered', 'lifted', 'replaced', 'fallen')),
        CONSTRAINT ck_orders_points_state CHECK (points_state IN ('counted', 'suspended', 'void')),
        CONSTRAINT ck_orders_verdict CHECK (verdict IN ('granted', 'dismissed'))
    )
"""
INDEXES = (
    "CREATE INDEX ix_orders_issued ON orders (issued_at DESC, case_id DESC, no DESC)",
    "CREATE INDEX ix_orders_district_issued ON orders (district, issued_at DESC, case_id DESC, no DESC)",
    "CREATE INDEX ix_orders_org_issued ON orders (org, issued_at DESC)",
    "CREATE INDEX ix_orders_waiting_due ON orders (due, case_id, no) WHERE state = 'waiting'",
)
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON orders TO whistle_app",
    "GRANT SELECT ON orders TO whistle_ro",
)


def upgrade() -> None:
    for statement in (TABLE, *INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE orders")
