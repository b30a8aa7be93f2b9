"""Databases to break: an SQLite file, and a PostgreSQL server of one's own that is as careful as a real one."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import postgresql
from tests.support.postgresql_keeper import make, programs_of, start, wait_until_ready

CAREFUL = {"listen_addresses": "", "timezone": "UTC", "max_connections": "100", "shared_buffers": "64MB"}
"""Nothing is switched off: what is committed is on the disk."""


class PostgresServer:
    """A server that can be stopped hard and started again, with its socket in `home`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.url = f"postgresql+psycopg://postgres@/postgres?host={home}"
        self._programs, self._run_as = programs_of(postgresql.wheel(), home)
        make(self._programs, home, self._run_as)
        self.start()

    def start(self) -> None:
        """Starts it, and returns once it takes connections; after a hard stop it recovers first."""
        self._process: subprocess.Popen[bytes] = start(self._programs, self.home, self._run_as, CAREFUL)
        wait_until_ready(self._programs, self.home, self._process)

    def stop_hard(self) -> None:
        """The immediate shutdown: every session is cut off, nothing is written any more."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)


@contextmanager
def own_server() -> Iterator[PostgresServer]:
    """A server for as long as the block lasts."""
    home = Path(tempfile.mkdtemp(prefix="ledger-faults-", dir=postgresql.temporary_folder()))
    try:
        server = PostgresServer(home)
        try:
            yield server
        finally:
            server.stop_hard()
    finally:
        shutil.rmtree(home, ignore_errors=True)
