"""Fresh tables beside the old ones: made, filled, and put in their place in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Connection, Index, MetaData, Table
from sqlalchemy.schema import CreateIndex, CreateTable

from ledger.store.inserting import insert_rows
from ledger.store.prepared import Row
from projections.schema import TABLES

PREFIX = "fresh_"

FRESH: Mapping[str, Table] = {table.name: table.to_metadata(MetaData(), name=PREFIX + table.name) for table in TABLES}
"""The fresh table for each of the kept answers' tables, by the name of the old one."""


def make(connection: Connection) -> None:
    """Makes the fresh tables, empty, with no index but their primary keys; what an unfinished run left goes."""
    remove(connection)
    for table in TABLES:
        ddl = str(CreateTable(table).compile(dialect=connection.dialect))
        ddl = ddl.replace(f"CREATE TABLE {table.name}", f"CREATE TABLE {PREFIX}{table.name}", 1)
        if _is_postgresql(connection):  # where a key's name is that of its index too
            ddl = ddl.replace(f"CONSTRAINT pk_{table.name}", f"CONSTRAINT {PREFIX}pk_{table.name}", 1)
        connection.exec_driver_sql(ddl)


def remove(connection: Connection) -> None:
    """Takes the fresh tables away."""
    for table in TABLES:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {PREFIX}{table.name}")


def fill(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Puts rows into the fresh table for `table`."""
    insert_rows(connection.connection.cursor(), connection.dialect, FRESH[table.name], rows)


def forget(connection: Connection, tables: Iterable[Table], account_ids: Iterable[str]) -> None:
    """Takes the rows of these accounts out of the fresh tables, to put better ones there."""
    one = "%(one)s" if _is_postgresql(connection) else ":one"
    wanted = [{"one": account_id} for account_id in account_ids]
    cursor = connection.connection.cursor()
    for table in tables if wanted else ():
        cursor.executemany(f"DELETE FROM {PREFIX}{table.name} WHERE account_id = {one}", wanted)  # noqa: S608


def index(connection: Connection) -> None:
    """On PostgreSQL: makes the indexes ahead, under other names, so that the switch is a matter of renaming."""
    if not _is_postgresql(connection):
        return
    for name, table, wanted in _indexes():
        columns = ", ".join(column.name for column in wanted.columns)
        connection.exec_driver_sql(f"CREATE INDEX {name} ON {PREFIX}{table.name} ({columns})")


def switch(connection: Connection) -> None:
    """Puts the fresh tables in the place of the old ones, their keys and indexes under the names they have to have.

    SQLite can't rename an index, so there they are made now.
    """
    for table in TABLES:
        connection.exec_driver_sql(f"DROP TABLE {table.name}")
        connection.exec_driver_sql(f"ALTER TABLE {PREFIX}{table.name} RENAME TO {table.name}")
    if not _is_postgresql(connection):
        for _, _, wanted in _indexes():
            connection.exec_driver_sql(str(CreateIndex(wanted).compile(dialect=connection.dialect)))
        return
    for table in TABLES:
        key = f"pk_{table.name}"
        connection.exec_driver_sql(f"ALTER TABLE {table.name} RENAME CONSTRAINT {PREFIX}{key} TO {key}")
    for name, _, wanted in _indexes():
        connection.exec_driver_sql(f"ALTER INDEX {name} RENAME TO {wanted.name}")


def _indexes() -> Iterator[tuple[str, Table, Index]]:
    """The indexes of the tables, each with the name it has while its table is fresh."""
    for table in TABLES:
        for number, wanted in enumerate(sorted(table.indexes, key=lambda one: str(one.name))):
            yield f"{PREFIX}{table.name}_{number}", table, wanted


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
