"""Checking the log: a sound one has no fault; whatever is tampered with is named."""

import pytest
from sqlalchemy import text

from ledger.store import Store, checking
from tests.ledger.store.facts import elevated, opened, party, plain_engine, record, retracted


@pytest.fixture
def filled(store: Store) -> Store:
    """Seven events; the first account is retracted."""
    first = record(store, opened("acme"), opened("zenith"), party("jane"))
    record(store, retracted(first[0].event_id), party("jane", "Jane Doe"), elevated("zenith"), elevated("acme"))
    return store


def test_a_sound_log_has_no_fault(filled: Store) -> None:
    """Told page by page."""
    seen: list[int] = []

    assert checking.first_fault(filled.read, seen.append) is None
    assert seen == [7]


def test_an_empty_log_has_none(store: Store) -> None:
    """Nothing to find."""
    assert checking.first_fault(store.read) is None


@pytest.mark.parametrize(
    ("tampering", "where"),
    [
        ("UPDATE events SET body = replace(body, 'Jane Doe', 'John Doe') WHERE position = 5", "position 5, leaf_hash"),
        ("UPDATE events SET account_id = 'acme' WHERE position = 6", "position 6, column account_id"),
        ("UPDATE events SET effective_on = '2026-01-11' WHERE position = 2", "position 2, column effective_on"),
        ("UPDATE events SET actor = 'x' WHERE position = 7", "position 7, column actor"),
        ("DELETE FROM events WHERE position = 4", "position 4"),
        ("DELETE FROM events WHERE position = 7", "head"),
        ("UPDATE head SET position = 8", "head"),
        ("UPDATE head SET recorded_at = '2020-01-01T00:00:00.000000Z'", "head"),
        ("UPDATE accounts SET last_position = 5 WHERE account_id = 'zenith'", "accounts, zenith"),
        ("DELETE FROM accounts WHERE account_id = 'acme'", "accounts, acme"),
        ("INSERT INTO accounts VALUES ('nobody', 3)", "accounts, nobody"),
        ("UPDATE known_ids SET gone_position = NULL WHERE position = 1", "known_ids, position 1"),
        ("UPDATE known_ids SET id = 'john' WHERE position = 5", "known_ids, position 5"),
        ("DELETE FROM known_ids WHERE position = 3", "known_ids, position 3"),
    ],
)
def test_tampering_is_found(database_url: str, filled: Store, tampering: str, where: str) -> None:
    """By somebody who may do anything in the database, and took the triggers away first."""
    with plain_engine(database_url).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER events_refuse_update"))
            connection.execute(text("DROP TRIGGER events_refuse_delete"))
        else:
            connection.execute(text("ALTER TABLE events DISABLE TRIGGER ALL"))
        connection.execute(text(tampering))

    fault = checking.first_fault(filled.read)

    assert fault is not None
    assert fault.where == where
    assert fault.expected != fault.found
