"""Fixtures for every test: databases of both kinds, migrated, fresh for each test; Hypothesis profiles.

- `database_url`: a migrated, empty database; the test runs twice, on SQLite and on PostgreSQL.
- `sqlite_url`, `postgresql_url`: the same, on one of them.
- `empty_database_url`: both kinds, with nothing in it yet.

`-m sqlite` or `-m postgresql` picks one kind. LEDGER_TEST_DATABASE_URL names a PostgreSQL server to use instead of the
one that the run starts for itself. Hypothesis draws the same examples in every run of the same code on the same
modules; LEDGER_TEST_PROFILE=new makes it look at others each time, LEDGER_TEST_PROFILE=thorough at many of them.
"""

import gc
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import migrations
from tests.support import postgresql

settings.register_profile(
    "fast", max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("new", parent=settings.get_profile("fast"), derandomize=False)
settings.register_profile("thorough", parent=settings.get_profile("fast"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("LEDGER_TEST_PROFILE", "fast"))

if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it, and so would its children

BOTH = [pytest.param(kind, marks=getattr(pytest.mark, kind)) for kind in ("sqlite", "postgresql")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks a test that asks for one kind of database by name, so that `-m postgresql` finds it too."""
    for item in items:
        for kind in ("sqlite", "postgresql"):
            if f"{kind}_url" in getattr(item, "fixturenames", ()):
                item.add_marker(kind)


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[postgresql.Server]:
    """The PostgreSQL server of this run, started by the first test that needs one."""
    own = tmp_path_factory.getbasetemp()
    meeting = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    with postgresql.running(meeting) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: postgresql.Server) -> Iterator[str]:
    """The name of a migrated database that tests copy."""
    with postgresql_server.migrated_template() as name:
        yield name


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "ledger.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """A migrated SQLite database of this test's own."""
    path = shutil.copyfile(sqlite_template, tmp_path / "ledger.db")
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server: postgresql.Server, postgresql_template: str) -> Iterator[str]:
    """A migrated PostgreSQL database of this test's own."""
    with postgresql_server.database(template=postgresql_template) as url:
        yield url


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated database of this test's own, of both kinds in turn."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own with nothing in it, of both kinds in turn."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            yield f"sqlite:///{tmp_path / 'empty.db'}"
        else:
            server: postgresql.Server = request.getfixturevalue("postgresql_server")
            yield stack.enter_context(server.database())


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
