"""Alembic's entry: runs the revisions on the connection that migrations.running hands over.

Called by the `alembic` command itself (to write a new revision) it uses LEDGER_DATABASE_URL.
"""

import os

from alembic import context
from sqlalchemy import Connection, create_engine

from migrations.declared import declared, is_compared


def run(connection: Connection) -> None:
    """Runs what Alembic asked for, in the transaction that is open on `connection`."""
    context.configure(
        connection=connection,
        target_metadata=declared(),
        transactional_ddl=True,  # SQLite can do it once the driver doesn't commit in between
        transaction_per_migration=False,
        include_name=is_compared,
        compare_type=True,
        compare_server_default=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(os.environ["LEDGER_DATABASE_URL"]).begin() as opened:
        run(opened)
