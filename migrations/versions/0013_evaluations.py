"""Evaluation periods: schemes, counted cases, sums, boards; granted exclusions and appeals."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = "'area', 'department', 'branch', 'person'"
TABLES = (
    """
    CREATE TABLE evaluation_schemes (
        digest TEXT NOT NULL,
        ref TEXT NOT NULL,
        body TEXT NOT NULL,
        CONSTRAINT pk_evaluation_schemes PRIMARY KEY (digest)
    )
    """,
    """
    CREATE TABLE evaluation_cases (
        process_id UUID NOT NULL,
        run INTEGER NOT NULL,
        case_id UUID NOT NULL,
        version INTEGER NOT NULL,
        CONSTRAINT pk_evaluation_cases PRIMARY KEY (process_id, run, case_id),
        CONSTRAINT fk_evaluation_cases_process_id FOREIGN KEY(process_id) REFERENCES processes (id),
        CONSTRAINT fk_evaluation_cases_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    f"""
    CREATE TABLE evaluation_sums (
        process_id UUID NOT NULL,
        run INTEGER NOT NULL,
        page INTEGER NOT NULL,
        kind TEXT NOT NULL,
        view TEXT NOT NULL,
        sums JSONB NOT NULL,
        CONSTRAINT pk_evaluation_sums PRIMARY KEY (process_id, run, page, kind, view),
        CONSTRAINT ck_evaluation_sums_kind CHECK (kind IN ({KINDS})),
        CONSTRAINT ck_evaluation_sums_view CHECK (view IN ('all', 'assessed')),
        CONSTRAINT fk_evaluation_sums_process_id FOREIGN KEY(process_id) REFERENCES processes (id)
    )
    """,
    f"""
    CREATE TABLE evaluation_boards (
        process_id UUID NOT NULL,
        run INTEGER NOT NULL,
        kind TEXT NOT NULL,
        view TEXT NOT NULL,
        body JSONB NOT NULL,
        CONSTRAINT pk_evaluation_boards PRIMARY KEY (process_id, run, kind, view),
        CONSTRAINT ck_evaluation_boards_kind CHECK (kind IN ({KINDS})),
        CONSTRAINT ck_evaluation_boards_view CHECK (view IN ('all', 'assessed')),
        CONSTRAINT fk_evaluation_boards_process_id FOREIGN KEY(process_id) REFERENCES processes (id)
    )
    """,
    """
    CREATE TABLE evaluation_flags (
        process_id UUID NOT NULL,
        case_id UUID NOT NULL,
        kind TEXT NOT NULL,
        clock TEXT,
        granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_evaluation_flags PRIMARY KEY (process_id),
        CONSTRAINT ck_evaluation_flags_kind CHECK (kind IN ('exclusion', 'appeal')),
        CONSTRAINT fk_evaluation_flags_process_id FOREIGN KEY(process_id) REFERENCES processes (id),
        CONSTRAINT fk_evaluation_flags_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
    "CREATE INDEX ix_evaluation_flags_case_id ON evaluation_flags (case_id)",
)
GUARD = """
    CREATE FUNCTION published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT FROM processes WHERE id = OLD.process_id AND status = 'published') THEN
            RAISE EXCEPTION 'a published evaluation is never rewritten' USING ERRCODE = '42501';
        END IF;
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END
    $$
"""
GUARDED = ("evaluation_cases", "evaluation_sums", "evaluation_boards")
NAMES = ("evaluation_flags", "evaluation_boards", "evaluation_sums", "evaluation_cases", "evaluation_schemes")


def upgrade() -> None:
    for table in TABLES:
        op.execute(table)
    op.execute(GUARD)
    for table in GUARDED:
        op.execute(
            f"CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION published_stays()"
        )
    op.execute(f"GRANT SELECT ON {', '.join(NAMES)} TO whistle_ro")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(NAMES)} TO whistle_app")
    op.execute("GRANT DELETE ON evaluation_sums, evaluation_boards TO whistle_app")
    op.execute("GRANT UPDATE ON evaluation_cases TO whistle_app")


def downgrade() -> None:
    for name in NAMES:
        op.execute(f"DROP TABLE {name}")
    op.execute("DROP FUNCTION published_stays()")
