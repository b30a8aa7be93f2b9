"""Brings a database's schema up or down, in one transaction, by one process at a time.

Needs no configuration file: the revisions travel inside the package, and the database is named by its URL.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from ledger.store.engines import parsed, sqlite_driver

ADVISORY_LOCK = 0x6C65_6467_6572  # "ledger": whoever migrates a PostgreSQL database holds this lock
WAIT_SECONDS = 60  # for another process that is migrating the same database


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the database up to `revision`; an empty database is given the whole schema, a current one stays as it is.

    All revisions run in one transaction: a failure leaves the database as it was. Two processes may call this at once;
    the second waits and finds the work done. Raises ledger.store.errors.UnsupportedDatabase for a URL that names no
    database the ledger can use, sqlalchemy.exc.OperationalError when it can't be reached or stays locked for a minute.
    """
    with _migrating(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Takes the database down to `revision`, losing what the later schema held; for tests and emergencies."""
    with _migrating(url) as connection:
        command.downgrade(_config(connection), revision)


def current(url: str) -> str | None:
    """The revision the database is at, None for a database that was never migrated."""
    with _engine(url) as engine, engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision this release declares."""
    return ScriptDirectory.from_config(_config()).get_current_head()


@contextmanager
def _migrating(url: str) -> Iterator[Connection]:
    """A connection in a transaction that no other migration of the same database shares."""
    with _engine(url) as engine, _alone(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        yield connection


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    """An engine without a pool, closed at the end, so that an SQLite file is left whole, with no log beside it."""
    where = parsed(url)
    if where.get_backend_name() == "sqlite":
        engine = create_engine(where, poolclass=NullPool, module=sqlite_driver, connect_args={"timeout": WAIT_SECONDS})
    else:
        engine = create_engine(where, poolclass=NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def _alone(engine: Engine) -> Engine:
    """On SQLite: every transaction of `engine` is the only writer from its first moment."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _leave_transactions_to_us)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def _leave_transactions_to_us(dbapi_connection: Any, _record: object) -> None:
    """Without this the driver would commit before every CREATE and a failed migration would leave half a schema."""
    dbapi_connection.isolation_level = None


def _begin_immediate(connection: Connection) -> None:
    """Takes SQLite's only write lock at the start: a second migration waits here instead of failing midway."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, made here instead of read from a file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
