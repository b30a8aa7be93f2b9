"""Verifying: a whole ledger is found whole, and each kind of damage is found and told in words."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Connection

from projections.verifying import Difference, verify
from tests.projections.facts import account, award, event, grace, opportunity, party, stage
from tests.projections.ledgers import Ledger


@pytest.fixture
def story(ledger: Ledger) -> Ledger:
    """A ledger with some of everything that has rows."""
    ledger.record(*stage(), account("bolt"), party("north", "partner", tier="co_sell"))
    told = ledger.record(*opportunity("opp-1", "jane", "x", "y"), *opportunity("opp-2", "mary", "x"))
    ledger.record(event("account_elevated"), event("major_account_manager_appointed", party_id="mary"))
    ledger.record(grace(60), *opportunity("opp-3", "jane", "z", account="bolt"))
    ledger.record(event("partner_included", opportunity_id="opp-1", partner_id="north", role="co_sell", lines=["y"]))
    ledger.record(award("opp-1", "contract-1", "x", "y"), party("jane", "contact", member_of="north"))
    lost = ledger.record(event("business_lost", opportunity_id="opp-2", reason="price"))
    gone = lost.events[0].split('"event_id":"')[1][:36]
    ledger.record(event("event_retracted", account=None, event_id=gone, reason="a mistake"))
    assert told.position
    return ledger


def damage(ledger: Ledger, *statements: str) -> None:
    """Changes the database behind the ledger's back; on the log only once its triggers are gone."""
    with ledger.store.transaction() as connection:
        _drop_triggers(connection)
        for statement in statements:
            assert connection.exec_driver_sql(statement).rowcount != 0, statement


def _drop_triggers(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    else:
        connection.exec_driver_sql("ALTER TABLE events DISABLE TRIGGER USER")


def test_a_whole_ledger_is_found_whole(story: Ledger) -> None:
    """And the walk tells how far it is, to the end."""
    steps: list[tuple[int, int]] = []

    assert verify(story.store, lambda done, total: steps.append((done, total))) is None
    assert steps == sorted(steps)
    assert steps[-1] == (2 * story.position, 2 * story.position)


def test_an_empty_ledger_is_whole(ledger: Ledger) -> None:
    """There is nothing that could be wrong."""
    assert verify(ledger.store) is None


INVENTED = """
    INSERT INTO kept_notices VALUES (2, 'acme', 'opp-1', 'x', 'rights_lapsed', '2024-05-30', '2024-05-31', 'an-id')
"""
BODY = "UPDATE events SET body = replace(body, '{}', '{}') WHERE position = {}"


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("DELETE FROM events WHERE position = 7", "position 7"),
        ("DELETE FROM events WHERE position = (SELECT max(position) FROM events)", "head"),
        (BODY.format("mary", "paul", 2), "event at position 2, leaf hash"),
        ("UPDATE events SET leaf_hash = (SELECT leaf_hash FROM events WHERE position = 1) WHERE position = 3", "hash"),
        ("UPDATE events SET account_id = 'bolt' WHERE position = 8", "event at position 8, column account_id"),
        ("UPDATE events SET actor = 'nobody' WHERE position = 8", "event at position 8, column actor"),
        ("UPDATE events SET effective_on = '2024-01-11' WHERE position = 8", "column effective_on"),
        ("UPDATE events SET type = 'account_elevated' WHERE position = 8", "column type"),
        ("UPDATE head SET position = position + 1", "head"),
        ("UPDATE accounts SET last_position = 5 WHERE account_id = 'acme'", "accounts, last position of acme"),
        ("DELETE FROM accounts WHERE account_id = 'bolt'", "accounts, last position of bolt"),
        ("UPDATE known_ids SET account_id = 'bolt' WHERE id = 'opp-1'", "known_ids, id opp-1"),
        ("UPDATE known_ids SET gone_position = 9 WHERE id = 'opp-1'", "known_ids, id opp-1"),
        ("DELETE FROM known_ids WHERE id = 'mary'", "known_ids, id mary"),
        ("UPDATE kept_rights SET holder = 'paul' WHERE account_id = 'acme'", "kept_rights, account_id acme"),
        ("UPDATE kept_rights SET body = replace(body, 'jane', 'mary') WHERE account_id = 'bolt'", "kept_rights"),
        ("UPDATE kept_rights SET known_until = 9000 WHERE known_until > 9000", "kept_rights"),
        ("UPDATE kept_situations SET valid_until = '2024-02-02' WHERE business = 'line:x'", "kept_situations"),
        ("DELETE FROM kept_obligations WHERE kind = 'settle_with_mam'", "kept_obligations"),
        ("DELETE FROM kept_situations WHERE account_id = 'bolt'", "kept_situations, account_id bolt"),
        ("UPDATE kept_situations SET ordinal = ordinal + 100 WHERE account_id = 'bolt'", "kept_situations"),
        ("UPDATE kept_parties SET kind = 'employee' WHERE party_id = 'north'", "kept_parties, party_id north"),
        ("DELETE FROM kept_parties WHERE party_id = 'jane' AND known_from > 5", "kept_parties, party_id jane"),
        ("DELETE FROM kept_mentions WHERE party_id = 'mary'", "kept_mentions, party_id mary"),
        ("DELETE FROM kept_withdrawals", "kept_withdrawals"),
        (INVENTED, "kept_notices, position 2"),
    ],
)
def test_damage_is_found(story: Ledger, statement: str, where: str) -> None:
    """The first difference is told: where it is, what should stand there, and what does."""
    damage(story, statement)

    found = verify(story.store)

    assert isinstance(found, Difference)
    assert where in found.where
    assert found.expected != found.found


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("kept_rights", "kind, holder, status, body) SELECT {}, 'growth', 'paul', 'active', body FROM kept_rights"),
        ("kept_situations", "business, body) SELECT {}, 'general', body FROM kept_situations"),
    ],
)
def test_a_row_too_many_is_found(story: Ledger, table: str, columns: str) -> None:
    """Also on an account that no event names."""
    names = "account_id, known_from, ordinal, known_until, valid_from, valid_until, "
    for account_id in ("acme", "nowhere"):
        cells = f"'{account_id}', 4, 99, 9000, valid_from, valid_until"
        damage(story, f"INSERT INTO {table} ({names}{columns.format(cells)} LIMIT 1")
        found = verify(story.store)
        assert found is not None
        assert (table in found.where, account_id in found.where) == (True, True)
        damage(story, f"DELETE FROM {table} WHERE ordinal = 99")  # noqa: S608
        assert verify(story.store) is None


def test_what_is_recorded_meanwhile_is_left_alone(story: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A verification is about the ledger as it stood when it began, while writers go on and end what it looks at."""
    done = threading.Event()

    def write() -> None:
        number = 100
        while not done.is_set():
            told = story.record(*opportunity(f"opp-{number}", "mary", "x", account=("acme", "bolt")[number % 2]))
            if number % 5 == 0:
                gone = told.events[0].split('"event_id":"')[1][:36]
                story.record(event("event_retracted", account=None, event_id=gone, reason="x"), grace(number))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert [verify(story.store) for _ in range(5)] == [None] * 5
    finally:
        done.set()
        writer.join()


@pytest.mark.parametrize("spoil", ["UPDATE kept_situations SET body = replace(body, 'jane', 'mary')"])
def test_a_write_on_spoilt_rows_is_refused(story: Ledger, spoil: str) -> None:
    """A page that is read anew and doesn't find its rows says what to do, and the ledger stays as it was."""
    damage(story, spoil)
    with story.store.write(world="exclusive") as unit:
        unit.connection.exec_driver_sql("UPDATE head SET world = world + 1")
    position = story.position

    with pytest.raises(RuntimeError, match="ledger rebuild"):
        story.record(*opportunity("opp-9", "mary", "x"))
    assert story.position == position
