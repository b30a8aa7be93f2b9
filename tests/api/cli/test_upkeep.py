"""Making a ledger, making sure of it, and what is said when there is none."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.store import open_store
from tests.api.cli.conftest import Ledger, recorded
from tests.api.http.story import beginning, claim

ROOT = Path(__file__).parents[3]


def test_migrate_makes_a_ledger_once(typed: Ledger, empty_database_url: str) -> None:
    """Then it is there, and up to date."""
    first = typed("migrate", "--database-url", empty_database_url)
    assert (first.code, "newly made" in first.out) == (0, True)
    again = typed("migrate", "--database-url", empty_database_url)
    assert (again.code, again.out.startswith("The ledger is up to date (revision ")) == (0, True)
    assert typed("rights", "acme", "--database-url", empty_database_url).code == 2


def at_once(url: str) -> list[tuple[int, str]]:
    """What three `ledger migrate` that are started at the same moment end with, and print."""
    run = "from api.cli.main import main; main()"
    command = [sys.executable, "-c", run, "migrate", "--database-url", url]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    ended = [process.communicate(timeout=60) for process in started]
    return [(process.returncode, said + told) for process, (said, told) in zip(started, ended, strict=True)]


def test_several_may_migrate_at_once(typed: Ledger, empty_database_url: str) -> None:
    """As several servers do that are started together: the ledger is made once, and all end well."""
    ended = at_once(empty_database_url)
    assert [code for code, _ in ended] == [0, 0, 0], ended
    assert typed("verify", "--database-url", empty_database_url).code == 0
    assert "is up to date" in typed("migrate", "--database-url", empty_database_url).out


def test_several_may_derive_the_answers_of_a_new_release_at_once(ledger: Ledger, database_url: str) -> None:
    """One rebuilds what an older release kept, the others wait for it; what they leave is whole."""
    recorded(ledger, *beginning(), *claim())
    with open_store(database_url) as store, store.transaction() as connection:
        connection.exec_driver_sql("UPDATE kept_derivation SET version = 0")
        connection.exec_driver_sql("DELETE FROM kept_situations")
    assert ledger("verify").code == 1
    ended = at_once(database_url)
    assert [code for code, _ in ended] == [0, 0, 0], ended
    assert ledger("verify").code == 0


def test_the_default_is_a_file_in_the_folder(typed: Ledger, tmp_path: Path) -> None:
    """As the contract says: sqlite:///ledger.db."""
    assert typed("migrate").code == 0
    assert (tmp_path / "ledger.db").exists()


@pytest.mark.parametrize(
    "command",
    [
        ("who-may-call", "acme", "jane"), ("timeline", "acme"), ("rights", "acme"), ("deadlines",), ("obligations",),
        ("figures",), ("events", "list"), ("events", "show", "1"), ("rebuild",), ("verify",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_ledger_is_made_by_asking(command: tuple[str, ...], typed: Ledger, tmp_path: Path) -> None:
    """A mistyped path gives exit code 3 and what to do, and no new file."""
    said = typed(*command, "--database-url", "sqlite:///mistyped.db")
    assert (said.code, said.out) == (3, "")
    assert "`ledger migrate` makes one" in said.err
    assert not (tmp_path / "mistyped.db").exists()


def test_a_database_without_a_ledger_is_told(typed: Ledger, empty_database_url: str, tmp_path: Path) -> None:
    """There is a database, and nothing in it."""
    (tmp_path / "empty.db").touch()
    said = typed("rights", "acme", "--database-url", empty_database_url)
    assert said.code == 3
    assert "`ledger migrate`" in said.err


@pytest.mark.parametrize("command", [("rights", "acme"), ("migrate",), ("serve",)], ids=" ".join)
def test_a_server_that_isnt_there_is_told(command: tuple[str, ...], typed: Ledger) -> None:
    """Exit code 3, without the password."""
    url = "postgresql+psycopg://me:secret@127.0.0.1:1/ledger"
    said = typed(*command, "--database-url", url)
    assert said.code == 3
    assert "can't be reached or opened" in said.err
    assert "secret" not in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://me@host/db", "The ledger can't use a database of the kind 'mysql'."),
        ("nonsense", "The ledger can't use a database URL of this form."),
        ("sqlite://", "The ledger can't use an SQLite database in memory."),
    ],
)
def test_a_database_that_no_store_is_for_is_told(url: str, told: str, typed: Ledger) -> None:
    """Exit code 2: it is the option that is wrong."""
    for command in (("rights", "acme"), ("migrate",)):
        said = typed(*command, "--database-url", url)
        assert (said.code, told in said.err) == (2, True), said.err


def test_a_file_that_is_no_database_is_told(typed: Ledger, tmp_path: Path) -> None:
    """Exit code 3."""
    (tmp_path / "notes.db").write_text("These are notes. " * 500)
    for command in (("rights", "acme"), ("migrate",), ("verify",)):
        said = typed(*command, "--database-url", "sqlite:///notes.db")
        assert (said.code, said.out) == (3, ""), command
        assert "Traceback" not in said.err


def test_settings_that_are_wrong_are_told(typed: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the environment, or from an option."""
    assert typed("serve", "--workers", "3").code == 2
    monkeypatch.setenv("LEDGER_TIME_ZONE", "Mars/Olympus")
    said = typed("rights", "acme")
    assert said.code == 2
    assert said.err.startswith("The settings are not right: time_zone: 'Mars/Olympus' is not the name of a time zone")


def test_verify_and_rebuild(ledger: Ledger) -> None:
    """A whole ledger is whole, and stays so when it is rebuilt."""
    recorded(ledger, *beginning(), *claim())
    before = ledger("timeline", "acme", "--json").json
    said = ledger("verify")
    assert (said.code, said.out.startswith("The ledger is whole: 9 events")) == (0, True)
    rebuilt = ledger("rebuild")
    assert (rebuilt.code, rebuilt.out.startswith("Rebuilt from 9 events of 1 accounts: ")) == (0, True)
    assert ledger("verify", "--json").json == {"whole": True, "position": 9, "difference": None}
    assert ledger("timeline", "acme", "--json").json == before


def test_verify_tells_the_first_difference(sqlite_ledger: Ledger, sqlite_url: str) -> None:
    """Exit code 1, and what mends it."""
    recorded(sqlite_ledger, *beginning(), *claim())
    path = sqlite_url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        database.execute("UPDATE kept_rights SET holder = 'eve'")
    database.close()
    said = sqlite_ledger("verify")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("The ledger is not whole. First difference: ")
    assert "`ledger rebuild` makes them anew" in said.err
    difference = sqlite_ledger("verify", "--json")
    assert (difference.code, difference.json["whole"]) == (1, False)
    assert sqlite_ledger("rebuild").code == 0
    assert sqlite_ledger("verify").code == 0
