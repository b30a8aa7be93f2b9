"""The store in an SQLite file: nothing to start, one writer at a time, readers that never wait for it."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import URL, Connection

from ledger.store import queries
from ledger.store.batches import Batch
from ledger.store.engines import sqlite_driver, sqlite_path, sqlite_reading, sqlite_writing
from ledger.store.errors import InstantAhead, LedgerNotReady
from ledger.store.faults import SQLITE_BUSY, in_our_words
from ledger.store.reading import Reader
from ledger.store.schema import accounts, events, known_ids
from ledger.store.store import Store
from ledger.store.turns import AMONG_PROCESSES, POLL_SECONDS, Turns
from ledger.store.unit import BROKEN, Unit
from ledger.store.values import Head, Waits, World

READERS = 64

LATEST = f"""
    INSERT INTO {accounts.name} (account_id, last_position) VALUES (?, ?)
    ON CONFLICT (account_id) DO UPDATE SET last_position = excluded.last_position
"""  # noqa: S608 - the table's own name

# Where the WAL-reset bug is mended (sqlite.org/wal.html#walresetbug).
MENDED = (3, 51, 3)
MENDED_BRANCHES = {(3, 44): 6, (3, 50): 7}


class SqliteUnit(Unit):
    """A unit of work that holds SQLite's only write lock from its beginning."""

    def _lock_head(self) -> tuple[Head, datetime]:
        return self._locked or self.head, datetime.now(UTC)

    def _write_batch(self, prepared: Batch, ahead: Head) -> None:
        self.insert(events, prepared.events)
        self._cursor.executemany(LATEST, prepared.accounts)
        self.insert(known_ids, prepared.known_ids)
        withdrawn = [{"gone_event_id": event_id, "gone_at": at} for event_id, at in prepared.withdrawn]
        self.run_many(queries.TAKE_BACK, withdrawn)
        self.run(queries.MOVE_HEAD, {"to": ahead.position, "instant": ahead.recorded_at, "in_world": ahead.world})


class SqliteStore(Store):
    """A ledger in one file. Made for one process; more are kept apart correctly, and wait for each other."""

    def __init__(self, url: URL, waits: Waits) -> None:
        path = sqlite_path(url)
        self.place = str(path)
        self._waits = waits
        self._turns = Turns(path, waits.lock)
        self._writing = sqlite_writing(path, waits)
        self.read = Reader(
            sqlite_reading(path, waits),
            place=self.place,
            connections=READERS,
            wait=waits.lock,
            promise=self._promise,
        )
        self._in_wal_mode = False

    @contextmanager
    def write(
        self,
        accounts: Iterable[str] = (),
        world: World = "shared",
        *,
        beside: Iterable[str] = (),  # noqa: ARG002 - the one lock is enough
    ) -> Iterator[Unit]:
        # The file has one lock for everything; which accounts were named is only held against the events.
        locked = None if world == "exclusive" else frozenset(accounts)
        with self.transaction() as connection:
            unit = SqliteUnit(connection, self._head(connection), accounts=locked)
            yield unit
            if not unit.finish():
                connection.rollback()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with in_our_words(self.place, self._waits.lock), self._turns.taken(), self._writing.connect() as connection:
            self._enter_wal_mode(connection)
            with connection.begin() as transaction:
                yield connection
                if transaction.is_active and not _is_open(connection):
                    # A full disk ends a transaction; somebody caught the error and went on regardless.
                    raise RuntimeError(BROKEN)

    def warnings(self) -> list[str]:
        with in_our_words(self.place, self._waits.lock), self.read.connection() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        found = []
        if not is_mended(sqlite_driver.sqlite_version_info):
            found.append(_bug_warning())
        if self._in_wal_mode and mode != "wal":
            found.append(
                f"SQLite uses the journal mode {mode} instead of WAL: readers and the writer wait for each other. "
                "Keep the ledger on a local disk."
            )
        return found

    def close(self) -> None:
        self.read.close()
        self._writing.dispose()
        self._turns.close()

    def _promise(self, instant: datetime) -> int:
        with self.transaction() as connection:
            head, now = self._head(connection), datetime.now(UTC)
            if instant > max(now, head.recorded_at):
                raise InstantAhead(instant, now)
            queries.PROMISE.run(connection.connection.cursor(), connection.dialect, {"instant": instant})
            return head.position

    def _head(self, connection: Connection) -> Head:
        found = queries.HEAD.rows(connection.connection.cursor(), connection.dialect)
        if not found:
            raise LedgerNotReady(self.place)
        return Head(*found[0])

    def _enter_wal_mode(self, connection: Connection) -> None:
        """Puts the file into WAL mode, once; it stays there. Not even a reader may be in it at that moment."""
        deadline = time.monotonic() + self._waits.lock
        while not self._in_wal_mode:
            cursor = connection.connection.cursor()
            try:
                cursor.execute("PRAGMA journal_mode = WAL")
            except sqlite_driver.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(POLL_SECONDS)
            else:
                self._in_wal_mode = True


def _is_open(connection: Connection) -> bool:
    driver: Any = connection.connection.driver_connection
    return bool(driver.in_transaction)


def is_mended(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite is free of the WAL-reset bug."""
    branch = MENDED_BRANCHES.get(version[:2])
    return version >= MENDED or (branch is not None and version[2] >= branch)


def _bug_warning() -> str:
    version = sqlite_driver.sqlite_version
    avoided = (
        "The ledger avoids what triggers it. Don't let another program write to the file, or back it up by "
        "checkpoints of its own, while the ledger runs"
        if AMONG_PROCESSES
        else "Let only one process use the file"
    )
    return f"SQLite {version} has the WAL-reset bug, which can lose commits. {avoided}; SQLite 3.51.3 has it mended."
