"""Parties: who raised beside a sub-district, sensitive cases, what binds a unit to a task, kinds of partners."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = (
    "'city', 'district', 'street', 'area_office', 'town', 'township', 'community', 'department', 'branch', 'utility',"
    " 'desk', 'supervision', 'government', 'zone', 'hotline', 'operations'"
)
PARTNERS = "'central', 'party', 'social', 'firm', 'psychology', 'station', 'building'"
COLUMNS = (
    ("cases", "raiser TEXT"),
    ("cases", "joint TEXT[] DEFAULT '{}' NOT NULL"),
    ("cases", "sensitive BOOLEAN DEFAULT false NOT NULL"),
    ("tasks", "tie TEXT DEFAULT 'order' NOT NULL"),
    ("tasks", "sensitive BOOLEAN DEFAULT false NOT NULL"),
    ("clocks", "sensitive BOOLEAN DEFAULT false NOT NULL"),
)
INDEXES = (
    "ix_cases_raiser ON cases (raiser) WHERE raiser IS NOT NULL",
    "ix_cases_joint ON cases USING gin (joint) WHERE joint <> '{}'",
    "ix_cases_sensitive_raised_by ON cases (raised_by) WHERE sensitive",
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    _check("tasks", "tie", "'order', 'invitation', 'notice'")
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE orgs DROP CONSTRAINT ck_orgs_kind")
    _check("orgs", "kind", f"{KINDS}, {PARTNERS}")
    for index in INDEXES:  # empty at first: building them reads the table once
        op.execute(f"-- squawk-ignore require-concurrent-index-creation\nCREATE INDEX {index}")


def downgrade() -> None:
    for index in INDEXES:
        op.execute(f"DROP INDEX {index.partition(' ')[0]}")
    op.execute("ALTER TABLE orgs DROP CONSTRAINT ck_orgs_kind")
    _check("orgs", "kind", KINDS)
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.partition(' ')[0]}")


def _check(table: str, column: str, values: str) -> None:
    """Add a check that every row is known to pass; proving it reads the table once, without holding it up."""
    name = f"ck_{table}_{column}"
    op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({values})) NOT VALID")
    op.execute(f"-- squawk-ignore constraint-missing-not-valid\nALTER TABLE {table} VALIDATE CONSTRAINT {name}")
