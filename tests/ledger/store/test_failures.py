"""When the database can't: each failure has its own error, says what to do next, and leaves nothing behind."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from ledger.store import Store, Waits, open_store
from ledger.store.errors import (
    LedgerBusy,
    LedgerDamaged,
    LedgerFull,
    LedgerNotReady,
    LedgerReadOnly,
    LedgerUnavailable,
    OutcomeUnknown,
    StoreError,
    UnsupportedDatabase,
)
from ledger.store.faults import fault
from tests.faults.cutting import Cable
from tests.ledger.store.facts import drafts, elevated, opened, plain_engine, positions, record

QUICK = Waits(lock=0.3, statement=0.5, idle=0.5)


@contextmanager
def another_program(url: str, *statements: str) -> Iterator[None]:
    """Runs statements on the database in a transaction, which stays open until the end of the block."""
    with plain_engine(url).connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
        yield
        connection.rollback()


def locked_by_another_program(url: str) -> AbstractContextManager[None]:
    """Somebody who doesn't know our turns holds the database's own lock."""
    if url.startswith("sqlite"):
        return another_program(url, "UPDATE head SET world = world")
    return another_program(url, "SELECT * FROM head FOR UPDATE")


def test_a_locked_database(database_url: str, impatient: Store) -> None:
    """Answered within the time we wait; readers go on; as soon as the lock is gone, so do writers."""
    record(impatient, opened())
    with locked_by_another_program(database_url):
        began = time.monotonic()
        with pytest.raises(LedgerBusy, match=r"Nothing was recorded\. Try again"):
            record(impatient, elevated())
        assert time.monotonic() - began < 3
        assert positions(impatient) == [1]

    record(impatient, elevated())
    assert positions(impatient) == [1, 2]


def test_a_writer_of_the_same_account_waits(store: Store, impatient: Store) -> None:
    """Two units never have the same account; on SQLite no two units run at all."""
    with store.write(["acme"]):
        with pytest.raises(LedgerBusy):
            record(impatient, opened("acme"))
        with pytest.raises(LedgerBusy), impatient.write(world="exclusive"):
            pass

    record(impatient, opened("acme"))


def test_a_full_disk_on_sqlite(sqlite_url: str) -> None:
    """What was recorded stays readable, and recording goes on once there is room."""
    with open_store(sqlite_url) as store:
        record(store, opened())
        with store.transaction() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(LedgerFull, match="Make room"):
            record(store, *[elevated()] * 1_000)
        assert positions(store) == [1]

        with store.transaction() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert [one.position for one in record(store, elevated())] == [2]


@pytest.mark.parametrize(
    ("state", "expected"), [("53100", LedgerFull), ("XX001", LedgerDamaged), ("40P01", LedgerBusy)]
)
def test_what_a_postgresql_server_reports(postgresql_url: str, state: str, expected: type[StoreError]) -> None:
    """A full disk, a damaged file, a deadlock: raised by the server in the middle of an append."""
    refusal = f"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$;
        CREATE TRIGGER refuse BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION refuse()
    """
    with open_store(postgresql_url) as store:
        with store.transaction() as connection:
            connection.exec_driver_sql(refusal)
        with pytest.raises(expected):
            record(store, opened())
        assert positions(store) == []


def test_a_database_that_may_only_be_read(database_url: str, store: Store) -> None:
    """Questions are answered; recording says what to check."""
    record(store, opened())
    if database_url.startswith("sqlite"):
        with store.transaction() as connection:
            connection.connection.cursor().execute("PRAGMA query_only = ON")
    else:
        name = make_url(database_url).database
        with store.transaction() as connection:
            connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        store.close()

    with pytest.raises(LedgerReadOnly, match="permissions"):
        record(store, elevated())
    assert positions(store) == [1]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Neither a question nor a write makes one, nor anything beside it."""
    with open_store(f"sqlite:///{tmp_path / 'no.db'}") as store:
        for attempt in (store.check, store.read.page, lambda: record(store, opened())):
            with pytest.raises(LedgerUnavailable, match=r"no\.db"):
                attempt()

    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """The message names the server, never the password."""
    url = f"postgresql+psycopg://me:secret@/ledger?host={tmp_path}"
    with open_store(url, QUICK) as store:
        for attempt in (store.check, lambda: record(store, opened())):
            with pytest.raises(LedgerUnavailable, match="can't be reached") as raised:
                attempt()
            assert "secret" not in str(raised.value)


def test_a_database_without_a_ledger(empty_database_url: str) -> None:
    """It says how to make one."""
    if empty_database_url.startswith("sqlite"):
        Path(make_url(empty_database_url).database or "").touch()
    with open_store(empty_database_url) as store:
        for attempt in (store.check, lambda: record(store, opened())):
            with pytest.raises(LedgerNotReady, match="ledger serve"):
                attempt()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """Something else stands at that path."""
    path = tmp_path / "letter.db"
    path.write_text("Dear Sir or Madam, " * 1_000)
    with open_store(f"sqlite:///{path}") as store:
        for attempt in (store.check, lambda: record(store, opened())):
            with pytest.raises(LedgerDamaged, match="backup"):
                attempt()


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://host/db", "postgresql+asyncpg://h/d", "what?"]
)
def test_a_database_we_have_no_store_for(url: str) -> None:
    """It says which ones there are."""
    with pytest.raises(UnsupportedDatabase, match=r"sqlite:///ledger\.db"):
        open_store(url)


def test_an_ordinary_postgresql_url_will_do(postgresql_url: str) -> None:
    """Without the driver's name, as other programs write it."""
    with open_store(postgresql_url.replace("postgresql+psycopg", "postgresql")) as store:
        store.check()


def test_a_stuck_unit_does_not_stop_the_others_for_ever(postgresql_url: str) -> None:
    """PostgreSQL ends a unit that says nothing more; its locks are free then, and nothing of it is kept."""
    with open_store(postgresql_url, QUICK) as stuck, open_store(postgresql_url) as store:

        def sleep() -> None:
            with stuck.write(["acme"]) as unit:
                unit.append(drafts(opened()))
                began = threading.Thread(target=record, args=(store, opened("acme")))
                began.start()
                began.join()

        with pytest.raises(LedgerUnavailable, match="idle"):
            sleep()
        assert positions(store) == [1]
        assert len(store.read.history("acme")) == 1


def test_a_statement_may_not_take_for_ever(postgresql_url: str) -> None:
    """It is ended by the server."""
    with open_store(postgresql_url, QUICK) as store, pytest.raises(LedgerBusy), store.transaction() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(30)")


CUT_OFF = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.mark.parametrize(
    "go_on", [lambda store: record(store, elevated()), lambda store: store.read.page()], ids=["write", "read"]
)
def test_a_server_that_was_restarted(postgresql_url: str, go_on: Callable[[Store], object]) -> None:
    """Connections that were cut off while nobody used them are replaced, and nobody notices."""
    with open_store(postgresql_url) as store:
        record(store, opened())
        positions(store)
        with another_program(postgresql_url, CUT_OFF):
            pass
        go_on(store)
        store.check()


def test_a_connection_that_is_cut_off_at_work(postgresql_url: str) -> None:
    """The unit fails and leaves nothing; the next one goes through."""
    with open_store(postgresql_url) as store:

        def be_cut_off() -> None:
            with store.write(["acme"]) as unit:
                unit.append(drafts(opened()))
                with another_program(postgresql_url, CUT_OFF):
                    pass

        with pytest.raises(LedgerUnavailable):
            be_cut_off()
        assert [one.position for one in record(store, opened())] == [1]


@pytest.mark.skipif("LEDGER_TEST_DATABASE_URL" in os.environ, reason="the line leads to a socket of our own server")
def test_a_connection_that_is_cut_during_the_commit(postgresql_url: str) -> None:
    """Nobody can know whether it was recorded, and nothing else is said; the next unit goes through."""
    cable = Cable(postgresql_url)
    with open_store(cable.url) as store:
        record(store, opened())
        cable.arm()
        with pytest.raises(OutcomeUnknown, match="whether it was recorded is not known") as raised:
            record(store, elevated())
        assert "Nothing was recorded" not in str(raised.value)
        assert [one.position for one in record(store, elevated())] == [3]
    cable.close()


def test_other_errors_pass_as_they_are() -> None:
    """We don't put words into the mouth of what we don't know."""
    assert fault(ValueError("x"), "here") is None


def test_warnings_are_for_whoever_starts_it(store: Store) -> None:
    """A sound database: none; the test server runs without fsync, and says so."""
    record(store, opened())
    expected = [] if "sqlite" in type(store).__name__.lower() else ["fsync", "synchronous_commit"]

    assert [re.findall(r"with (\w+) = off", warning)[0] for warning in store.warnings()] == expected
