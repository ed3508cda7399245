"""Processes beside the cases: append-only log, row, texts, what the drive keeps; drafts of publications."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE processes (
        id UUID NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        district TEXT,
        rules TEXT,
        status TEXT NOT NULL,
        epoch BIGINT NOT NULL,
        version INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        opened_by TEXT NOT NULL,
        opened_at TIMESTAMP WITH TIME ZONE NOT NULL,
        closed_at TIMESTAMP WITH TIME ZONE,
        state JSONB NOT NULL,
        head BYTEA NOT NULL,
        CONSTRAINT pk_processes PRIMARY KEY (id),
        CONSTRAINT uq_processes_kind_name UNIQUE (kind, name)
    )
     WITH (fillfactor = 80)
    """,
    """
    CREATE INDEX ix_processes_kind_opened ON processes (kind, opened_at DESC, id DESC)
    """,
    """
    CREATE TABLE process_events (
        process_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        at TIMESTAMP WITH TIME ZONE NOT NULL,
        recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
        actor TEXT NOT NULL,
        kind TEXT NOT NULL,
        body JSONB NOT NULL,
        hash BYTEA NOT NULL,
        CONSTRAINT pk_process_events PRIMARY KEY (process_id, seq),
        CONSTRAINT fk_process_events_process_id FOREIGN KEY(process_id) REFERENCES processes (id)
    )
    """,
    """
    CREATE TABLE process_texts (
        process_id UUID NOT NULL,
        seq INTEGER NOT NULL,
        field TEXT NOT NULL,
        body TEXT,
        salt TEXT,
        personal BOOLEAN NOT NULL,
        CONSTRAINT pk_process_texts PRIMARY KEY (process_id, seq, field),
        CONSTRAINT fk_process_texts_process_id FOREIGN KEY(process_id) REFERENCES processes (id)
    )
    """,
    """
    CREATE TABLE process_notify (
        process_id UUID NOT NULL,
        epoch BIGINT NOT NULL,
        wanted INTEGER NOT NULL,
        urgent INTEGER DEFAULT '0' NOT NULL,
        sent INTEGER DEFAULT '0' NOT NULL,
        armed_at TIMESTAMP WITH TIME ZONE,
        step_at TIMESTAMP WITH TIME ZONE,
        lease_until TIMESTAMP WITH TIME ZONE,
        attempts INTEGER DEFAULT '0' NOT NULL,
        closed BOOLEAN DEFAULT 'false' NOT NULL,
        parked BOOLEAN DEFAULT 'false' NOT NULL,
        dirty_at TIMESTAMP WITH TIME ZONE,
        sent_at TIMESTAMP WITH TIME ZONE,
        stepped_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_process_notify PRIMARY KEY (process_id, epoch),
        CONSTRAINT fk_process_notify_process_id FOREIGN KEY(process_id) REFERENCES processes (id)
    )
     WITH (fillfactor = 70)
    """,
    """
    CREATE INDEX ix_process_notify_step ON process_notify (step_at) WHERE step_at IS NOT NULL
    """,
    """
    CREATE INDEX ix_process_notify_unsent ON process_notify (step_at) WHERE wanted > sent
    """,
    """
    CREATE TABLE publication_drafts (
        digest TEXT NOT NULL,
        subject TEXT NOT NULL,
        ref TEXT NOT NULL,
        body JSONB NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_publication_drafts PRIMARY KEY (digest),
        CONSTRAINT ck_publication_drafts_subject CHECK (subject IN ('calendar', 'rule_pack', 'duty_list'))
    )
    """,
)

GRANTS = (
    "GRANT SELECT, INSERT ON process_events, publication_drafts TO whistle_app",
    "GRANT SELECT, INSERT, UPDATE ON processes, process_notify TO whistle_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON process_texts TO whistle_app",
    "GRANT SELECT ON processes, process_events, process_texts, process_notify, publication_drafts TO whistle_ro",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON process_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    for grant in GRANTS:
        op.execute(grant)


def downgrade() -> None:
    for table in ("publication_drafts", "process_notify", "process_texts", "process_events", "processes"):
        op.execute(f"DROP TABLE {table}")
