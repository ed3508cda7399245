"""What everything stands on: a locale that knows Chinese, roles without power, the business clock, bigrams for search."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = """
    DO $$
    DECLARE
        wanted text;
    BEGIN
        FOREACH wanted IN ARRAY ARRAY['whistle_app', 'whistle_ro'] LOOP
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
                BEGIN
                    EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', wanted);
                EXCEPTION WHEN insufficient_privilege THEN
                    RAISE EXCEPTION 'role % is missing and % may not create it', wanted, current_user
                        USING HINT = format('As a superuser: CREATE ROLE %I LOGIN NOSUPERUSER NOBYPASSRLS;', wanted);
                END;
            END IF;
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = wanted AND (rolsuper OR rolbypassrls)) THEN
                RAISE EXCEPTION 'role % must be no superuser and must not bypass row security', wanted;
            END IF;
        END LOOP;
    END
    $$
"""

LOCALE = """
    DO $$
    BEGIN
        IF similarity('东城区', '东城区街道') = 0 THEN
            RAISE EXCEPTION 'this database finds no Chinese text: its locale is %',
                (SELECT datctype FROM pg_database WHERE datname = current_database())
                USING HINT = 'Create it with: CREATE DATABASE whistle TEMPLATE template0 LOCALE ''C.UTF-8'';';
        END IF;
    END
    $$
"""

CLOCK = """
    CREATE TABLE business_clock (
        one BOOLEAN DEFAULT true NOT NULL,
        anchor TIMESTAMP WITH TIME ZONE NOT NULL,
        shift INTERVAL DEFAULT '0' NOT NULL,
        rate DOUBLE PRECISION DEFAULT 1 NOT NULL,
        CONSTRAINT pk_business_clock PRIMARY KEY (one),
        CONSTRAINT ck_business_clock_one CHECK (one),
        CONSTRAINT ck_business_clock_rate CHECK (rate > 0)
    )
"""

CLOCK_FUNCTIONS = (
    """
    CREATE FUNCTION business_at(instant timestamptz) RETURNS timestamptz LANGUAGE sql STABLE STRICT AS $$
        SELECT CASE
            WHEN rate = 1 THEN instant + shift
            ELSE anchor + make_interval(secs => extract(epoch FROM instant - anchor)::float8 * rate) + shift
        END
        FROM business_clock
    $$
    """,
    """
    CREATE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
        SELECT business_at(clock_timestamp())
    $$
    """,
    """
    CREATE FUNCTION real_at(business timestamptz) RETURNS timestamptz LANGUAGE sql STABLE STRICT AS $$
        SELECT CASE
            WHEN rate = 1 THEN business - shift
            ELSE anchor + make_interval(secs => extract(epoch FROM business - shift - anchor)::float8 / rate)
        END
        FROM business_clock
    $$
    """,
    """
    CREATE FUNCTION assert_production_clock() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT FROM business_clock WHERE shift = '0' AND rate = 1) THEN
            RAISE EXCEPTION 'the business clock is shifted or scaled: production runs on true time only';
        END IF;
    END
    $$
    """,
)

GRAMS = """
    CREATE FUNCTION grams(words text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(array_agg(DISTINCT pair), '{}')
        FROM (
            SELECT letter || lead(letter) OVER (ORDER BY place) AS pair
            FROM unnest(string_to_array(lower(normalize(words, NFKC)), NULL)) WITH ORDINALITY AS l (letter, place)
        ) AS pairs
        WHERE pair !~ '\\s'
    $$
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute(LOCALE)
    op.execute(ROLES)
    op.execute("GRANT USAGE ON SCHEMA public TO whistle_app, whistle_ro")
    op.execute(CLOCK)
    op.execute("INSERT INTO business_clock (anchor) VALUES (clock_timestamp())")
    for function in CLOCK_FUNCTIONS:
        op.execute(function)
    op.execute(GRAMS)
    op.execute("GRANT SELECT ON business_clock, alembic_version TO whistle_app, whistle_ro")


def downgrade() -> None:
    op.execute("DROP FUNCTION grams(text)")
    op.execute("DROP FUNCTION assert_production_clock()")
    op.execute("DROP FUNCTION real_at(timestamptz)")
    op.execute("DROP FUNCTION business_now()")
    op.execute("DROP FUNCTION business_at(timestamptz)")
    op.execute("DROP TABLE business_clock")
    op.execute("REVOKE USAGE ON SCHEMA public FROM whistle_app, whistle_ro")
