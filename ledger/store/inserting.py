"""Many rows in one call: `executemany` on SQLite, one JSON array or a binary COPY on PostgreSQL."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.types import TypeEngine

from ledger.store.prepared import Converter, Row

COPY_FROM = 40
"""The number of rows from which COPY is faster than one statement (measured)."""

_WIRE_TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (BigInteger, "int8"),
    (SmallInteger, "int2"),
    (Integer, "int4"),
    (Text, "text"),
    (Date, "date"),
    (DateTime, "timestamptz"),
    (LargeBinary, "bytea"),
    (Boolean, "bool"),
)


def insert_rows(cursor: DBAPICursor, dialect: Dialect, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows, whose cells stand in the order of the table's columns. The table's name must need no quotes."""
    if not rows:
        return
    if dialect.name == "sqlite":
        sql, writers = _sqlite_form(table, dialect)
        cursor.executemany(sql, [_written(row, writers) for row in rows] if writers else rows)
    elif len(rows) < COPY_FROM:
        cursor.execute(json_insert(table), {"rows": json_rows(table, rows)})
    else:
        copy_rows(cursor, table, rows)


def json_insert(table: Table) -> str:
    """PostgreSQL's INSERT of a JSON array bound as `rows`."""
    return f"INSERT INTO {table.name} SELECT * FROM json_populate_recordset(NULL::{table.name}, %(rows)s::json)"  # noqa: S608


def json_rows(table: Table, rows: Sequence[Row]) -> str:
    """The rows as that JSON array."""
    names = [str(column.name) for column in table.columns]  # orjson knows no subclass of str as a name
    return orjson.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_hexadecimal).decode()


def copy_rows(cursor: Any, table: Table, rows: Sequence[Row]) -> None:
    """Inserts the rows by PostgreSQL's binary COPY."""
    names, types = _copy_form(table)
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)


@lru_cache(maxsize=64)
def _sqlite_form(table: Table, dialect: Dialect) -> tuple[str, tuple[tuple[int, Converter], ...]]:
    processors = [
        _iso if isinstance(column.type, Date) else column.type.dialect_impl(dialect).bind_processor(dialect)
        for column in table.columns
    ]
    writers = tuple((place, write) for place, write in enumerate(processors) if write is not None)
    names = ", ".join(column.name for column in table.columns)
    places = ", ".join("?" for _ in table.columns)
    return f"INSERT INTO {table.name} ({names}) VALUES ({places})", writers  # noqa: S608


@lru_cache(maxsize=64)
def _copy_form(table: Table) -> tuple[str, list[str]]:
    return ", ".join(column.name for column in table.columns), [_wire_type(column.type) for column in table.columns]


def _wire_type(type_: TypeEngine[Any]) -> str:
    plain = type_.impl_instance if isinstance(type_, TypeDecorator) else type_
    return next(name for kind, name in _WIRE_TYPES if isinstance(plain, kind))


def _written(row: Row, writers: tuple[tuple[int, Converter], ...]) -> list[Any]:
    cells = list(row)
    for place, write in writers:
        cells[place] = write(cells[place])
    return cells


def _iso(day: date | None) -> str | None:
    """A day as SQLAlchemy writes it to SQLite, in a third of the time."""
    return None if day is None else day.isoformat()


def _hexadecimal(value: object) -> str:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    raise TypeError
