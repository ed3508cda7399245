"""Alembic's environment: runs migrations on the connection of `adapters.db.migrate`, or writes their SQL."""

from alembic import context

import adapters.db.evaluation_tables
import adapters.db.process_tables
import adapters.db.reference_tables  # noqa: F401 - each puts its tables into the metadata
from adapters.db.tables import metadata

_OPTIONS = {
    "target_metadata": metadata,
    "compare_type": True,
    "compare_server_default": False,  # PostgreSQL rewrites defaults; tests compare what they do
    "transaction_per_migration": True,
}


def _offline() -> None:
    context.configure(dialect_name="postgresql", literal_binds=True, **_OPTIONS)
    context.execute("SET lock_timeout = '2s'")
    context.execute("SET statement_timeout = '15min'")
    with context.begin_transaction():
        context.run_migrations()


def _online() -> None:
    connection = context.config.attributes["connection"]
    connection.exec_driver_sql("SET lock_timeout = '2s'")
    connection.exec_driver_sql("SET statement_timeout = '15min'")
    connection.commit()
    context.configure(connection=connection, **_OPTIONS)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    _offline()
else:
    _online()
