"""Reference data: calendars, rule packs, organisations, catalogue, duty lists; users and their tokens."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE calendars (
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        zone TEXT NOT NULL,
        body JSONB NOT NULL,
        digest TEXT NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_calendars PRIMARY KEY (name, version)
    )
    """,
    """
    CREATE TABLE rule_packs (
        name TEXT NOT NULL,
        version INTEGER NOT NULL,
        body JSONB NOT NULL,
        digest TEXT NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_rule_packs PRIMARY KEY (name, version)
    )
    """,
    """
    CREATE TABLE org_versions (
        version INTEGER NOT NULL,
        digest TEXT NOT NULL,
        source TEXT NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_org_versions PRIMARY KEY (version)
    )
    """,
    """
    CREATE TABLE orgs (
        version INTEGER NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        short TEXT NOT NULL,
        kind TEXT NOT NULL,
        parent TEXT,
        area_code TEXT NOT NULL,
        command_org TEXT,
        line TEXT,
        district TEXT,
        pinyin TEXT NOT NULL,
        initials TEXT NOT NULL,
        CONSTRAINT pk_orgs PRIMARY KEY (version, code),
        CONSTRAINT ck_orgs_kind CHECK (kind IN ('city', 'district', 'street', 'area_office', 'town', 'township', 'community', 'department', 'branch', 'utility', 'desk', 'supervision', 'government', 'zone', 'hotline', 'operations')),
        CONSTRAINT fk_orgs_version FOREIGN KEY(version) REFERENCES org_versions (version)
    )
    """,
    """
    CREATE INDEX ix_orgs_version_parent ON orgs (version, parent)
    """,
    """
    CREATE INDEX ix_orgs_version_pinyin ON orgs (version, pinyin)
    """,
    """
    CREATE TABLE catalogue_versions (
        version INTEGER NOT NULL,
        digest TEXT NOT NULL,
        source TEXT NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_catalogue_versions PRIMARY KEY (version)
    )
    """,
    """
    CREATE TABLE catalogue (
        version INTEGER NOT NULL,
        code TEXT NOT NULL,
        name TEXT NOT NULL,
        family TEXT NOT NULL,
        category TEXT NOT NULL,
        keywords TEXT[] NOT NULL,
        source TEXT NOT NULL,
        pinyin TEXT NOT NULL,
        initials TEXT NOT NULL,
        CONSTRAINT pk_catalogue PRIMARY KEY (version, code),
        CONSTRAINT ck_catalogue_family CHECK (family IN ('component', 'matter', 'letter', 'whistle')),
        CONSTRAINT fk_catalogue_version FOREIGN KEY(version) REFERENCES catalogue_versions (version)
    )
    """,
    """
    CREATE TABLE duty_lists (
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        digest TEXT NOT NULL,
        published_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        CONSTRAINT pk_duty_lists PRIMARY KEY (name, version)
    )
    """,
    """
    CREATE TABLE duty_rules (
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        class_code TEXT NOT NULL,
        lead TEXT NOT NULL,
        assist TEXT[] NOT NULL,
        limit_class TEXT NOT NULL,
        source TEXT NOT NULL,
        CONSTRAINT pk_duty_rules PRIMARY KEY (name, version, class_code),
        CONSTRAINT fk_duty_rules_list FOREIGN KEY(name, version) REFERENCES duty_lists (name, version)
    )
    """,
    """
    CREATE TABLE users (
        id TEXT NOT NULL,
        login TEXT NOT NULL,
        name TEXT NOT NULL,
        org TEXT NOT NULL,
        roles TEXT[] NOT NULL,
        active BOOLEAN DEFAULT true NOT NULL,
        CONSTRAINT pk_users PRIMARY KEY (id),
        CONSTRAINT uq_users_login UNIQUE (login)
    )
    """,
    """
    CREATE INDEX ix_users_org ON users (org)
    """,
    """
    CREATE TABLE user_tokens (
        hash BYTEA NOT NULL,
        user_id TEXT NOT NULL,
        label TEXT NOT NULL,
        created_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
        expires_at TIMESTAMP WITH TIME ZONE,
        revoked_at TIMESTAMP WITH TIME ZONE,
        CONSTRAINT pk_user_tokens PRIMARY KEY (hash),
        CONSTRAINT fk_user_tokens_user_id FOREIGN KEY(user_id) REFERENCES users (id)
    )
    """,
    """
    CREATE INDEX ix_user_tokens_user_id ON user_tokens (user_id)
    """,
)

CALENDAR_OF = """
    CREATE FUNCTION calendar_of(rules text, district text) RETURNS text LANGUAGE sql STABLE STRICT AS $$
        SELECT name || '/' || version
        FROM calendars
        WHERE name IN (split_part(rules, '/', 1), split_part(rules, '/', 1) || ':' || district)
        ORDER BY length(name) DESC, version DESC
        LIMIT 1
    $$
"""

GRANTS = (
    "GRANT SELECT, INSERT ON calendars, rule_packs, org_versions, orgs, catalogue_versions, catalogue, duty_lists,"
    " duty_rules TO whistle_app",
    "GRANT SELECT, INSERT, UPDATE ON users, user_tokens TO whistle_app",
    "GRANT SELECT ON calendars, rule_packs, org_versions, orgs, catalogue_versions, catalogue, duty_lists, duty_rules,"
    " users TO whistle_ro",
)


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    op.execute(CALENDAR_OF)
    for grant in GRANTS:
        op.execute(grant)


def downgrade() -> None:
    op.execute("DROP FUNCTION calendar_of(text, text)")
    for table in (
        "user_tokens", "users", "duty_rules", "duty_lists", "catalogue", "catalogue_versions", "orgs", "org_versions",
        "rule_packs", "calendars",
    ):
        op.execute(f"DROP TABLE {table}")
