"""Copying an SQLite ledger while it is in use: one file with all that was committed at one moment, nothing later."""

import shutil
from pathlib import Path
from typing import Any

from ledger.store import queries
from ledger.store.engines import sqlite_driver
from ledger.store.errors import LedgerNotReady
from ledger.store.faults import in_our_words
from ledger.store.sqlite import SqliteStore
from ledger.store.values import Head

ALL_AT_ONCE = -1


def copy_into(store: SqliteStore, path: Path) -> int:
    """Writes a copy of the ledger into a new file, with the permissions of the ledger's own; the position it holds.

    Readers and writers go on meanwhile: the copy is of the moment at which it began. It is on the disk when this
    returns. The file has to be there, empty. Raises StoreError, of the ledger or of the copy.
    """
    shutil.copymode(store.place, path)
    with in_our_words(store.place), store.read.connection() as connection:
        source: Any = connection.connection.driver_connection
        source.execute("BEGIN")  # what is read from here on is of one moment
        try:
            head = queries.HEAD.rows(source.cursor(), connection.dialect)
            if not head:
                raise LedgerNotReady(store.place)
            _copy(source, path)
        finally:
            source.execute("ROLLBACK")
    return Head(*head[0]).position


def _copy(source: Any, path: Path) -> None:
    with in_our_words(str(path)):
        target = sqlite_driver.connect(path)
        try:
            source.backup(target, pages=ALL_AT_ONCE)
            target.execute("PRAGMA journal_mode = DELETE")  # a file alone, that can be carried anywhere
        finally:
            target.close()
