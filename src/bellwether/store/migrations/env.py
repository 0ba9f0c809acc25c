"""Alembic's entry: run the revisions inside the transaction that `bellwether.store.migrate` opened."""

from alembic import context
from sqlalchemy import Connection, text

_MIGRATION_LOCK = 0x62656C6C
"""Number of the lock that makes migrating processes take turns; freed with the transaction."""

connection: Connection = context.config.attributes["connection"]
connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _MIGRATION_LOCK})
context.configure(connection=connection, target_metadata=None)
context.run_migrations()
