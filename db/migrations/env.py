"""Run by Alembic for each migration command; the connection comes from `db.setup`."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from db.models import metadata

# Any number of processes may start at once: the first migrates, the others wait and find it done.
MIGRATION_LOCK = 0x464F4355


def run() -> None:
    connection = context.config.attributes["connection"]
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.execute(text("set local role focus_owner"))
    # Under FORCE a data change by the owner would silently touch no row: fail instead.
    connection.execute(text("set local row_security = off"))
    connection.execute(text("set local lock_timeout = '10s'"))
    context.configure(connection=connection, target_metadata=metadata)
    context.run_migrations()


run()
