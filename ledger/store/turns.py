"""The writer's turn on an SQLite file: one writer at a time, among the threads of a process and among processes.

SQLite has a lock of its own for this, and two weaknesses that a turn taken before it mends:

- Its waiting writers poll at growing intervals, so that under load some processes hardly ever get through.
- Before 3.51.3 a checkpoint that runs while another connection commits can lose what was committed (the WAL-reset bug,
  sqlite.org/wal.html#walresetbug). Here a checkpoint only ever runs at the end of a commit, within the turn.

The turn is an exclusive lock on a file beside the database, which the system releases when a process dies.
"""

import errno
import os
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.store.errors import LedgerBusy, LedgerFull, LedgerReadOnly, LedgerUnavailable, StoreError

if sys.platform == "win32":  # SQLite's own lock alone keeps the processes apart there
    AMONG_PROCESSES = False

    def _try_lock(_descriptor: int) -> bool:
        return True

    def _unlock(_descriptor: int) -> None:
        pass

else:
    import fcntl

    AMONG_PROCESSES = True

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


POLL_SECONDS = 0.001

_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Turns:
    """Hands out turns at writing `database`, a path; at most `wait` seconds are spent waiting for one."""

    def __init__(self, database: Path, wait: float) -> None:
        self._database = database
        self._file = database.with_name(f"{database.name}.lock")
        self._wait = wait
        self._here = threading.Lock()
        self._descriptor: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Holds the turn. Raises LedgerBusy when it doesn't come in time, or says why the file can't be locked."""
        deadline = time.monotonic() + self._wait
        if not self._here.acquire(timeout=self._wait):
            raise LedgerBusy(self._wait)
        try:
            if self._descriptor is None:
                self._descriptor = self._opened()
            while not _try_lock(self._descriptor):
                if time.monotonic() > deadline:
                    raise LedgerBusy(self._wait)
                time.sleep(POLL_SECONDS * random.uniform(0.5, 1.5))  # noqa: S311 - to keep waiting processes out of step
            try:
                yield
            finally:
                _unlock(self._descriptor)
        finally:
            self._here.release()

    def close(self) -> None:
        """Closes the lock's file; the next turn opens it again."""
        with self._here:
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _opened(self) -> int:
        if not self._database.exists():
            raise LedgerUnavailable(str(self._database), "there is no such file")
        try:
            return os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise self._fault(error) from error

    def _fault(self, error: OSError) -> StoreError:
        if error.errno in _READ_ONLY:
            return LedgerReadOnly()
        if error.errno == errno.ENOSPC:
            return LedgerFull()
        return LedgerUnavailable(str(self._file), os.strerror(error.errno or 0))
