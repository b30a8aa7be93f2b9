"""Secrets that live with the database: made by the first process that needs one, then the same for all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import bindparam, insert, select

from api.identity.schema import secrets
from ledger.store import Prepared, Reader, Store

VALUE = Prepared(select(secrets.c.value).where(secrets.c.name == bindparam("name")))


def found(reader: Reader, name: str) -> str | None:
    """The secret of that name, if any process has made it. Raises StoreError."""
    rows = reader.rows(VALUE, {"name": name})
    return rows[0][0] if rows else None


def kept(store: Store, name: str, make: Callable[[], str]) -> str:
    """The secret of that name; made now if it is not there yet. Two that make it at once get the same one.

    Raises StoreError.
    """
    value = found(store.read, name)
    if value is not None:
        return value
    with store.transaction() as connection:
        connection.exec_driver_sql(_LOCK) if connection.dialect.name == "postgresql" else None
        again: str | None = connection.scalar(select(secrets.c.value).where(secrets.c.name == name))
        if again is not None:
            return again
        value = make()
        connection.execute(insert(secrets).values(name=name, value=value, created_at=datetime.now(UTC)))
    return value


_LOCK = f"LOCK TABLE {secrets.name} IN SHARE ROW EXCLUSIVE MODE"
"""On SQLite a transaction is alone anyway."""
