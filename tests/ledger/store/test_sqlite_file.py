"""What is special about the SQLite file: its turns, its checkpoints, its version."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import make_url

from ledger.store import Waits, engines, open_store, sqlite
from ledger.store.errors import LedgerBusy, LedgerReadOnly, LedgerUnavailable
from ledger.store.turns import Turns
from tests.ledger.store.facts import elevated, opened, positions, record


@pytest.mark.parametrize(
    ("version", "mended"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 9), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_versions_with_the_wal_reset_bug_are_known(version: tuple[int, int, int], mended: bool) -> None:
    """Mended in 3.51.3, and in two older branches."""
    assert sqlite.is_mended(version) is mended


def test_a_version_with_the_bug_is_told(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what must not be done while it is in use."""
    monkeypatch.setattr(sqlite, "is_mended", lambda _: False)
    with open_store(sqlite_url) as store:
        assert [warning.split(" has the ")[1][:13] for warning in store.warnings()] == ["WAL-reset bug"]


def test_only_writers_checkpoint(sqlite_url: str) -> None:
    """A reader never does; what a writer left in the log is checkpointed at the end of its own commit, in its turn."""
    with open_store(sqlite_url) as store:
        record(store, opened())
        with store.read.connection() as connection:
            assert connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one() == 0
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        with store.transaction() as connection:
            assert connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar_one() == 1_000
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2


def test_a_closed_store_leaves_one_whole_file(sqlite_url: str) -> None:
    """No log beside it: the file can be copied."""
    path = Path(make_url(sqlite_url).database or "")
    with open_store(sqlite_url) as store:
        record(store, opened())
        assert path.with_name("ledger.db-wal").exists()

    assert sorted(each.name for each in path.parent.iterdir()) == ["ledger.db", "ledger.db.lock"]
    with open_store(sqlite_url) as store:
        assert positions(store) == [1]


def test_a_log_grows_no_further_than_a_checkpoint(sqlite_url: str) -> None:
    """Thousands of events later it still has the size that a checkpoint leaves."""
    path = Path(make_url(sqlite_url).database or "")
    with open_store(sqlite_url) as store:
        for _ in range(20):
            record(store, *[elevated()] * 500)
        assert path.with_name("ledger.db-wal").stat().st_size < 16_000_000


def test_turns_are_taken_one_at_a_time(tmp_path: Path) -> None:
    """Among threads, also with two stores in one process."""
    database = tmp_path / "some.db"
    database.touch()
    inside: list[int] = []
    most = 0

    def take(turns: Turns) -> None:
        nonlocal most
        for _ in range(20):
            with turns.taken():
                inside.append(1)
                most = max(most, len(inside))
                time.sleep(0.0005)
                inside.pop()

    pair = [Turns(database, 20), Turns(database, 20)]
    threads = [threading.Thread(target=take, args=(turns,)) for turns in pair * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for turns in pair:
        turns.close()

    assert most == 1


def test_a_turn_that_does_not_come(tmp_path: Path) -> None:
    """Busy, in the time we wait; a turn given back comes at once."""
    database = tmp_path / "some.db"
    database.touch()
    first, second = Turns(database, 0.2), Turns(database, 0.2)
    for waiting in (first, second):
        with first.taken(), pytest.raises(LedgerBusy, match=r"0\.2 seconds"), waiting.taken():
            pass
    with second.taken():
        pass
    first.close()
    second.close()


def test_a_turn_ends_with_its_process(tmp_path: Path) -> None:
    """The system releases it, however the process goes."""
    database = tmp_path / "some.db"
    database.touch()
    program = (
        "import os, pathlib, sys; from ledger.store.turns import Turns; t = Turns(pathlib.Path(sys.argv[1]), 1)\n"
        "with t.taken(): print('taken', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"taken\n"
    turns = Turns(database, 0.2)
    with pytest.raises(LedgerBusy), turns.taken():
        pass

    holder.kill()
    holder.communicate()
    with turns.taken():
        pass
    turns.close()


def test_a_lock_that_can_not_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may only be read, and one that is gone."""
    database = tmp_path / "some.db"
    database.touch()

    def refuse(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    with pytest.raises(LedgerUnavailable, match="no such file"), Turns(tmp_path / "gone" / "some.db", 1).taken():
        pass
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(LedgerReadOnly), Turns(database, 1).taken():
        pass


def test_names_with_odd_characters_are_paths(tmp_path: Path, sqlite_template: Path) -> None:
    """Blanks, question marks, hashes and percent signs in a file's name are nothing but characters."""
    path = tmp_path / "my ledger? 100% #1.db"
    path.write_bytes(sqlite_template.read_bytes())
    url = make_url("sqlite://").set(database=str(path))
    with open_store(url, Waits(lock=1)) as store:
        assert [one.position for one in record(store, opened())] == [1]

    assert engines.sqlite_path(url) == path
