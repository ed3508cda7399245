"""Adoption: since when versions are in force for running cases, and the list of what a publication would move."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE rule_adoptions (
        subject TEXT NOT NULL,
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        since TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT pk_rule_adoptions PRIMARY KEY (subject, name, version),
        CONSTRAINT ck_rule_adoptions_subject CHECK (subject IN ('calendar', 'rule_pack', 'duty_list'))
    )
    """,
    """
    CREATE TABLE publication_impact (
        process_id UUID NOT NULL,
        case_id UUID NOT NULL,
        key TEXT NOT NULL,
        generation INTEGER NOT NULL,
        old_due TIMESTAMP WITH TIME ZONE NOT NULL,
        new_due TIMESTAMP WITH TIME ZONE NOT NULL,
        newly_overdue BOOLEAN NOT NULL,
        no_longer_overdue BOOLEAN NOT NULL,
        CONSTRAINT pk_publication_impact PRIMARY KEY (process_id, case_id, key),
        CONSTRAINT fk_publication_impact_process_id FOREIGN KEY(process_id) REFERENCES processes (id),
        CONSTRAINT fk_publication_impact_case_id FOREIGN KEY(case_id) REFERENCES cases (id)
    )
    """,
)

IN_FORCE = """
    CREATE FUNCTION in_force(rules text, district text, at timestamptz)
    RETURNS TABLE (pack text, calendar text, since timestamptz) LANGUAGE sql STABLE AS $$
        SELECT coalesce(p.name || '/' || p.version, rules), k.name || '/' || k.version, greatest(k.since, p.since)
        FROM (
            SELECT c.name, c.version, a.since
            FROM calendars c LEFT JOIN rule_adoptions a
                ON a.subject = 'calendar' AND a.name = c.name AND a.version = c.version
            WHERE c.name IN (split_part(rules, '/', 1), split_part(rules, '/', 1) || ':' || district)
                AND coalesce(a.since <= at, true)
            ORDER BY length(c.name) DESC, c.version DESC
            LIMIT 1
        ) AS k LEFT JOIN LATERAL (
            SELECT a.name, a.version, a.since
            FROM rule_adoptions a
            WHERE a.subject = 'rule_pack' AND a.name = split_part(rules, '/', 1) AND a.since <= at
                AND a.version > split_part(rules, '/', 2)::integer
            ORDER BY a.version DESC
            LIMIT 1
        ) AS p ON true
    $$
"""

GRANTS = (
    "GRANT SELECT, INSERT ON rule_adoptions TO whistle_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON publication_impact TO whistle_app",
    "GRANT SELECT ON rule_adoptions, publication_impact TO whistle_ro",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    op.execute(IN_FORCE)
    for grant in GRANTS:
        op.execute(grant)


def downgrade() -> None:
    op.execute("DROP FUNCTION in_force(text, text, timestamptz)")
    op.execute("DROP TABLE publication_impact")
    op.execute("DROP TABLE rule_adoptions")
