"""Connections to the two databases, set up the way the store needs them."""

import sqlite3
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from ledger.store.errors import UnsupportedDatabase
from ledger.store.values import Waits

try:
    from pysqlite3 import dbapi2 as _bundled
except ImportError:  # no wheel for this platform
    _bundled = None

sqlite_driver: ModuleType = _bundled or sqlite3
"""The driver with the SQLite that has the WAL-reset bug mended, where there is a wheel of it; else Python's own."""

SQLITE_CACHE_KIB = 16_384
CONNECT_SECONDS = 10
WRITERS = 8
"""Units of work that one process has open on PostgreSQL at the same time."""


def parsed(url: str | URL) -> URL:
    """The URL of a database that the ledger can use, with its driver; raises UnsupportedDatabase for any other."""
    try:
        found = make_url(url)
    except ArgumentError as error:
        raise UnsupportedDatabase("a database URL of this form") from error
    if found.drivername in {"sqlite", "sqlite+pysqlite"}:
        if not found.database or found.database == ":memory:":
            raise UnsupportedDatabase("an SQLite database in memory")
        return found
    if found.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return found.set(drivername="postgresql+psycopg")
    raise UnsupportedDatabase(f"a database of the kind {found.drivername!r}")


def sqlite_path(url: URL) -> Path:
    """The file that an SQLite URL names."""
    return Path(url.database or "").absolute()


def sqlite_writing(path: Path, waits: Waits) -> Engine:
    """One connection at a time, which takes SQLite's only write lock at the start of every transaction.

    A SELECT alone opens no transaction in SQLite: without this, what a unit reads could be old by the time it writes.
    """
    engine = _sqlite_engine(path, waits, pool=QueuePool, pool_size=1, max_overflow=0)
    event.listen(engine, "connect", _sqlite_writer)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def sqlite_reading(path: Path, waits: Waits) -> Engine:
    """Connections that can't write, and that leave every checkpoint to the writer."""
    engine = _sqlite_engine(path, waits, pool=NullPool)
    event.listen(engine, "connect", _sqlite_reader)
    return engine


def postgresql_writing(url: URL, waits: Waits) -> Engine:
    """Connections for units of work, which begin and end their transactions themselves."""
    engine = _postgresql_engine(url, waits, pool=QueuePool, pool_size=WRITERS, max_overflow=0, pool_timeout=waits.lock)
    event.listen(engine, "connect", _postgresql_writer)
    return engine


def postgresql_reading(url: URL, waits: Waits) -> Engine:
    """Connections for questions: every statement sees all that is committed, and none needs a transaction."""
    engine = _postgresql_engine(url, waits, pool=NullPool)
    event.listen(engine, "connect", _postgresql_reader)
    return engine


def _sqlite_engine(path: Path, waits: Waits, *, pool: type[Pool], **options: Any) -> Engine:
    connect = partial(
        sqlite_driver.connect,
        f"{path.as_uri()}?mode=rw",  # never makes a file: only a migration does
        uri=True,
        timeout=waits.lock,
        isolation_level=None,  # the driver begins nothing by itself
        check_same_thread=False,
        cached_statements=512,
    )
    return create_engine("sqlite://", module=sqlite_driver, creator=connect, poolclass=pool, **options)


def _sqlite_writer(connection: Any, _record: object) -> None:
    _run(
        connection,
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        "PRAGMA recursive_triggers = ON",  # so that a REPLACE meets the triggers that refuse a DELETE
        f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}",
    )


def _sqlite_reader(connection: Any, _record: object) -> None:
    _run(
        connection,
        "PRAGMA query_only = ON",
        "PRAGMA wal_autocheckpoint = 0",
        f"PRAGMA cache_size = -{SQLITE_CACHE_KIB}",
    )


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _postgresql_engine(url: URL, waits: Waits, *, pool: type[Pool], **options: Any) -> Engine:
    defaults = {"connect_timeout": str(CONNECT_SECONDS), "application_name": "rights-ledger", "client_encoding": "utf8"}
    engine = create_engine(
        url.set(query={**defaults, **url.query}), poolclass=pool, isolation_level="AUTOCOMMIT", **options
    )
    event.listen(engine, "connect", partial(_postgresql_session, waits))
    return engine


def _postgresql_session(waits: Waits, connection: Any, _record: object) -> None:
    connection.autocommit = True
    _run(
        connection,
        f"SET lock_timeout = {_milliseconds(waits.lock)}; "
        f"SET statement_timeout = {_milliseconds(waits.statement)}; "
        f"SET idle_in_transaction_session_timeout = {_milliseconds(waits.idle)}; "
        "SET timezone = 'UTC'",
    )


def _postgresql_writer(connection: Any, _record: object) -> None:
    # A unit must see what was committed while it waited for its locks.
    _run(connection, "SET default_transaction_isolation = 'read committed'")


def _postgresql_reader(connection: Any, _record: object) -> None:
    _run(connection, "SET default_transaction_read_only = on")


def _milliseconds(seconds: float) -> int:
    return max(1, round(seconds * 1000))


def _run(connection: Any, *statements: str) -> None:
    cursor = connection.cursor()
    for statement in statements:
        cursor.execute(statement)
    cursor.close()
