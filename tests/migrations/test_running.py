"""Migrating: by URL alone, whole or not at all, and by two processes at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

import migrations
from migrations import running

TWICE = 2
IN_ANOTHER_PROCESS = "import sys, migrations; migrations.upgrade(sys.argv[1])"


def test_an_upgraded_database_is_at_the_newest_revision(empty_database_url: str) -> None:
    """A database that was never migrated is at no revision; after upgrade it is at the newest, also when run again."""
    before = migrations.current(empty_database_url)
    for _ in range(TWICE):
        migrations.upgrade(empty_database_url)

    assert (before, migrations.current(empty_database_url)) == (None, migrations.newest())


def test_two_processes_may_upgrade_at_once(empty_database_url: str) -> None:
    """Both end well: one does the work, the other waits and finds it done."""
    processes = [
        subprocess.Popen([sys.executable, "-c", IN_ANOTHER_PROCESS, empty_database_url], stderr=subprocess.PIPE)
        for _ in range(TWICE)
    ]
    errors = [process.communicate()[1].decode() for process in processes]

    assert ([0, 0], ["", ""]) == ([process.returncode for process in processes], errors)
    assert migrations.newest() == migrations.current(empty_database_url)


def test_a_failed_upgrade_leaves_nothing_behind(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was created before the failure is gone, on SQLite too, whose driver would commit before every CREATE."""

    def fail_halfway(config: Config, _revision: str) -> None:
        config.attributes["connection"].execute(text("CREATE TABLE halfway (n INTEGER)"))
        raise RuntimeError("no further")

    monkeypatch.setattr(command, "upgrade", fail_halfway)
    with pytest.raises(RuntimeError, match="no further"):
        migrations.upgrade(empty_database_url)

    with running._engine(empty_database_url) as engine:
        assert tables(engine) == []


@pytest.mark.sqlite
def test_migrating_an_sqlite_file_leaves_one_file(tmp_path: Path) -> None:
    """No journal and no log stay beside the file, so that it can be copied."""
    migrations.upgrade(f"sqlite:///{tmp_path / 'ledger.db'}")

    assert [path.name for path in tmp_path.iterdir()] == ["ledger.db"]


def tables(engine: Engine) -> list[str]:
    """The names of the tables in the database."""
    return inspect(engine).get_table_names()
