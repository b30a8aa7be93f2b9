"""Leading: of several schedulers of one ledger one is at work, the others wait, and the next takes over when it dies.

On PostgreSQL the leader is whoever holds an advisory lock, in a session of its own; on an SQLite file whoever holds a
lock on a file beside it. Both are free again when the process ends, however it does. Should two ever lead at once (a
connection that was cut off, a file that was taken away), both record the same notices, and each is there once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, text

from ledger.store import Store
from ledger.store.errors import StoreError
from ledger.store.faults import in_our_words

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOCK = 0x6C65_6467_6572_0003
"""The number of the advisory lock that the leader holds on PostgreSQL."""

# So that the server notices within half a minute that the leader's machine is gone.
KEEP_ALIVE = text("SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3")
TAKE = text("SELECT pg_try_advisory_lock(:lock)")
LED = text("""
    SELECT count(*), count(*) FILTER (WHERE pid = pg_backend_pid()) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid::bigint = :lock / 4294967296 AND objid::bigint = :lock % 4294967296
""")
"""How many hold the lock, and whether this session does."""


class Leadership(ABC):
    """The one leadership of a ledger's schedulers, as one of them sees it."""

    @abstractmethod
    def take(self) -> bool:
        """Takes it if nobody has it, without waiting. Raises StoreError."""

    @abstractmethod
    def is_held(self) -> bool:
        """Whether this one still has it. Raises StoreError."""

    @abstractmethod
    def release(self) -> None:
        """Gives it back."""

    @abstractmethod
    def is_taken(self) -> bool:
        """Whether anybody has it. Raises StoreError."""


def leadership(store: Store) -> Leadership:
    """The leadership of the schedulers of a ledger."""
    if store.read.dialect.name == "postgresql":
        return PostgresLeadership(store)
    path = Path(store.place)
    return FileLeadership(path.with_name(f"{path.name}.scheduler"))


class PostgresLeadership(Leadership):
    """By an advisory lock. Connections must not come from a pooler that changes sessions between statements."""

    def __init__(self, store: Store) -> None:
        self._place = store.place
        self._read = store.read
        self._session = ExitStack()
        self._connection: Connection | None = None

    def take(self) -> bool:
        try:
            with in_our_words(self._place):
                if self._connection is None:
                    self._connection = self._session.enter_context(self._read.connection())
                    self._connection.execute(KEEP_ALIVE)
                return bool(self._connection.execute(TAKE, {"lock": LOCK}).scalar_one())
        except Exception:
            self.release()
            raise

    def is_held(self) -> bool:
        if self._connection is None:
            return False
        with in_our_words(self._place):
            return bool(self._connection.execute(LED, {"lock": LOCK}).one()[1])

    def release(self) -> None:
        session, self._session, self._connection = self._session, ExitStack(), None
        with suppress(Exception):  # the connection may be broken; the server then lets go by itself
            session.close()

    def is_taken(self) -> bool:
        with self._read.connection() as connection:
            return bool(connection.execute(LED, {"lock": LOCK}).one()[0])


class FileLeadership(Leadership):
    """By a lock on a file. Where the system has no such locks (Windows), everybody leads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        try:
            file = self._path.open("ab")
        except OSError as error:
            raise StoreError(f"the scheduler's lock {self._path} can't be opened ({error.strerror})") from error
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                return False
        self._file = file
        return True

    def is_held(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def is_taken(self) -> bool:
        try:
            with self._path.open("rb") as file:
                if fcntl is not None:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:  # nobody ever led
            return False
        return False
