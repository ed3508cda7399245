"""Notices of processes: rounds, publications and flags tell the people whom they concern."""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE process_notices (
        id BIGINT DEFAULT nextval('notices_id_seq') NOT NULL,
        process_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        code TEXT NOT NULL,
        org TEXT NOT NULL,
        role TEXT,
        user_id TEXT,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_process_notices PRIMARY KEY (id),
        CONSTRAINT fk_process_notices_process_id FOREIGN KEY(process_id) REFERENCES processes (id)
    )
    """,
    "CREATE INDEX ix_process_notices_org_id ON process_notices (org, id DESC)",
    """
    CREATE INDEX ix_process_notices_user_id_id ON process_notices (user_id, id DESC) WHERE user_id IS NOT NULL
    """,
    """
    CREATE TABLE process_notice_reads (
        user_id TEXT NOT NULL,
        notice_id BIGINT NOT NULL,
        CONSTRAINT pk_process_notice_reads PRIMARY KEY (user_id, notice_id),
        CONSTRAINT fk_process_notice_reads_notice_id FOREIGN KEY(notice_id) REFERENCES process_notices (id)
    )
    """,
    "GRANT USAGE ON SEQUENCE notices_id_seq TO whistle_app",
    "GRANT SELECT, INSERT ON process_notices, process_notice_reads TO whistle_app",
    "GRANT SELECT ON process_notices, process_notice_reads TO whistle_ro",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE process_notice_reads")
    op.execute("DROP TABLE process_notices")
    op.execute("REVOKE USAGE ON SEQUENCE notices_id_seq FROM whistle_app")
