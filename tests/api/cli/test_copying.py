"""Backups: a copy made while the ledger is in use is a whole ledger, with the same log and the same answers."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from ledger.store import open_store
from ledger.store.errors import FactsAreImmutable
from projections.verifying import verify
from tests.api.cli.conftest import Ledger, recorded
from tests.api.http.story import beginning, claim, party
from tests.api.http.test_residuals import award, closing, reassignment, renewal
from tests.projections.facts import grace
from tests.projections.ledgers import Ledger as Opened
from tests.projections.ledgers import open_ledger
from tests.support import postgresql

LOG = "SELECT position, event_id, body, leaf_hash FROM events ORDER BY position"


def story(ledger: Ledger) -> int:
    """Something of everything: rights, residuals, a closing, what was learnt late, a retraction; where it ends."""
    recorded(ledger, *beginning(), party("omar"), *claim(), award(), *map(renewal, (1, 2, 3)))
    recorded(ledger, closing("2026-01"))
    (moved,) = recorded(ledger, reassignment("2026-01-16"))
    recorded(ledger, grace(60), {"type": "event_retracted", "data": {"event_id": moved, "reason": "a mistake"}})
    position: int = ledger("verify", "--json").json["position"]
    return position


def answers(ledger: Ledger, url: str, position: int) -> list[Any]:
    """What the ledger at a URL answers, as it is known at every third position up to one, and there."""
    return [
        ledger(*question, "--known-at", known_at, "--json", "--database-url", url).json
        for known_at in [*range(0, position, 3), position]
        for question in (
            ("deadlines", "--on", "2026-01-20", "--within-days", "300"),
            ("statement", "2026-02"),
            *([("timeline", "acme"), ("who-may-call", "acme", "omar", "--on", "2026-04-02")] if known_at > 3 else []),
        )
    ]


def check_restored(ledger: Ledger, position: int, original: str, copy: str) -> None:
    """The copy is whole and says the same: log and hashes, every kept row, every answer; and it goes on from there."""
    with open_ledger(original) as one, open_ledger(copy) as other:
        assert verify(other.store) is None
        assert other.position == position
        assert other.rows(LOG) == [row for row in one.rows(LOG) if row[0] <= position]
        assert other.kept() == one.kept()
        assert answers(ledger, copy, position) == answers(ledger, original, position)
        assert other.record(grace(75)).position == position + 1
        with pytest.raises(FactsAreImmutable), other.store.transaction() as connection:
            connection.exec_driver_sql("DELETE FROM events")


def test_a_copy_of_an_sqlite_ledger_is_that_ledger(sqlite_ledger: Ledger, sqlite_url: str, tmp_path: Path) -> None:
    """In one file, with the permissions of the ledger's own."""
    position = story(sqlite_ledger)
    (tmp_path / "ledger.db").chmod(0o640)
    (tmp_path / "copies").mkdir()
    said = sqlite_ledger("backup", "copies/copy.db")
    assert (said.code, said.out) == (0, f"copies/copy.db is a copy of the ledger as of position {position}.\n")
    assert [path.name for path in (tmp_path / "copies").iterdir()] == ["copy.db"]
    assert stat.S_IMODE((tmp_path / "copies" / "copy.db").stat().st_mode) == 0o640
    check_restored(sqlite_ledger, position, sqlite_url, f"sqlite:///{tmp_path}/copies/copy.db")


def test_a_copy_is_of_one_moment(sqlite_ledger: Ledger, sqlite_url: str, tmp_path: Path) -> None:
    """However much is recorded while it is made."""
    story(sqlite_ledger)
    done = threading.Event()
    with open_ledger(sqlite_url) as busy:
        writer = threading.Thread(target=_write, args=(busy, done))
        writer.start()
        try:
            told = [sqlite_ledger("backup", f"copy-{number}.db").out for number in range(5)]
        finally:
            done.set()
            writer.join()
    positions = []
    for number, said in enumerate(told):
        with open_store(f"sqlite:///{tmp_path}/copy-{number}.db") as copy:
            assert verify(copy) is None
            positions.append(copy.read.head().position)
            assert said.endswith(f"as of position {positions[-1]}.\n")
    assert positions == sorted(set(positions)), "nothing was recorded between two copies"


def _write(busy: Opened, done: threading.Event) -> None:
    number = 0
    while not done.is_set():
        busy.record(party(f"p-{number}"))
        number += 1


def test_a_backup_replaces_no_file(sqlite_ledger: Ledger, tmp_path: Path) -> None:
    """Least of all the ledger; nor is one left behind that could not be made."""
    (tmp_path / "mine.txt").write_text("mine")
    for name in ("mine.txt", "ledger.db"):
        before = (tmp_path / name).read_bytes()
        said = sqlite_ledger("backup", name)
        assert (said.code, "is there already" in said.err) == (2, True)
        assert (tmp_path / name).read_bytes() == before
    said = sqlite_ledger("backup", "no/such/folder/copy.db")
    assert (said.code, "can't be written" in said.err) == (2, True)


def test_a_postgresql_ledger_is_backed_up_otherwise(
    typed: Ledger, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command says how."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", postgresql_url)
    said = typed("backup", "copy.db")
    assert (said.code, "pg_dump" in said.err, (tmp_path / "copy.db").exists()) == (2, True, False)


def postgresql_program(name: str) -> str:
    """A program of PostgreSQL: the one that came with the test server, else the machine's; skips without any."""
    own = None if "LEDGER_TEST_DATABASE_URL" in os.environ else shutil.which(name, path=postgresql.wheel() / "bin")
    found = own or shutil.which(name)
    if found is None:
        pytest.skip(f"this machine has no {name}")
    return found


@pytest.fixture
def empty_postgresql_url(postgresql_server: postgresql.Server) -> Iterator[str]:
    """A database to restore into."""
    with postgresql_server.database() as url:
        yield url


def test_a_restored_dump_is_that_ledger(
    typed: Ledger, postgresql_url: str, empty_postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the commands of docs/how-to/back-up-and-restore.md, while the ledger is open."""
    monkeypatch.setenv("LEDGER_DATABASE_URL", postgresql_url)
    position = story(typed)
    dump = tmp_path / "ledger.dump"
    url, empty = (make_url(one).set(drivername="postgresql") for one in (postgresql_url, empty_postgresql_url))
    for command in (
        [postgresql_program("pg_dump"), "--format=custom", f"--file={dump}", f"--dbname={_plain(url)}"],
        [postgresql_program("pg_restore"), "--exit-on-error", "--no-owner", f"--dbname={_plain(empty)}", str(dump)],
    ):
        told = subprocess.run(command, check=False, capture_output=True, text=True)
        if "server version mismatch" in told.stderr:
            pytest.skip(told.stderr.splitlines()[0])
        assert (told.returncode, told.stderr) == (0, "")
    check_restored(typed, position, postgresql_url, empty_postgresql_url)


def _plain(url: Any) -> str:
    """The URL as PostgreSQL's own programs take it."""
    written: str = url.render_as_string(hide_password=False)
    return written
