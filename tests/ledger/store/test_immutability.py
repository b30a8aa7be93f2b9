"""The database itself refuses to change what is recorded, whoever asks."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger.store import Store
from ledger.store.errors import FactsAreImmutable
from tests.ledger.store.facts import opened, plain_engine, positions, record

ATTEMPTS = [
    "UPDATE events SET body = '{}'",
    "UPDATE events SET actor = actor WHERE position = 2",
    "DELETE FROM events",
    "DELETE FROM events WHERE position = 1",
]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_update_and_delete_are_refused(store: Store, attempt: str) -> None:
    """Also inside a unit of work of the ledger's own."""
    record(store, opened("acme"), opened("zenith"))
    before = [entry for page in store.read.entries() for entry in page]

    with pytest.raises(FactsAreImmutable, match="event_retracted"), store.write() as unit:
        unit.connection.execute(text(attempt))

    assert [entry for page in store.read.entries() for entry in page] == before


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_program_that_knows_nothing_of_us_is_told_why(database_url: str, store: Store, attempt: str) -> None:
    """The refusal and its reason come from the database, on any connection."""
    record(store, opened("acme"), opened("zenith"))
    engine = plain_engine(database_url)
    refused = pytest.raises(DBAPIError, match="recorded events are immutable: record an event_retracted")
    with refused, engine.begin() as connection:
        connection.execute(text(attempt))

    assert positions(store) == [1, 2]


def test_truncate_is_refused_on_postgresql(postgresql_url: str) -> None:
    """Also by its owner, also with triggers switched to replica mode."""
    engine = plain_engine(postgresql_url)
    for attempt in ("TRUNCATE events", "SET session_replication_role = replica; TRUNCATE events CASCADE"):
        with pytest.raises(DBAPIError, match="recorded events are immutable"), engine.begin() as connection:
            connection.execute(text(attempt))


def test_replace_is_refused_on_sqlite(sqlite_url: str) -> None:
    """INSERT OR REPLACE removes rows without a DELETE: it is refused too, by position and by event id."""
    values = (
        "(:at, :id, 'account_opened', 1, 'acme', '2026-01-10', '2026-01-10T00:00:00.000000Z', 'me', '{}', zeroblob(32))"
    )
    with plain_engine(sqlite_url).connect() as connection:
        connection.execute(text(f"INSERT INTO events VALUES {values}"), {"at": 1, "id": "one"})  # noqa: S608
        for place in ({"at": 1, "id": "two"}, {"at": 2, "id": "one"}):
            with pytest.raises(DBAPIError, match="recorded events are not replaced"):
                connection.execute(text(f"INSERT OR REPLACE INTO events VALUES {values}"), place)  # noqa: S608

        assert connection.execute(text("SELECT position, event_id FROM events")).all() == [(1, "one")]


def test_upsert_is_refused(database_url: str, store: Store) -> None:
    """ON CONFLICT DO UPDATE is an update."""
    record(store, opened("acme"))
    attempt = text(
        "INSERT INTO events SELECT position, event_id, type, schema_version, account_id, effective_on, recorded_at, "
        "'somebody else', body, leaf_hash FROM events WHERE true "
        "ON CONFLICT (position) DO UPDATE SET actor = excluded.actor"
    )
    engine = plain_engine(database_url)
    with pytest.raises(DBAPIError, match="recorded events are"), engine.begin() as connection:
        connection.execute(attempt)

    assert store.read.history("acme")[0].actor == "tester"
