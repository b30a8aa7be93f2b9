"""Rebuilding: the same rows again, from the facts alone, while the ledger is in use."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from ledger.store.errors import LedgerNotReady
from migrations.declared import declared, is_compared
from projections import fresh
from projections import rebuild as rebuilding
from projections.rebuild import RebuildRunning, rebuild
from projections.recording import SCHEDULER, Submission
from projections.rows import INTERVALS
from projections.verifying import verify
from tests.projections.facts import account, event, grace, opportunity, party, stage
from tests.projections.ledgers import Ledger
from tests.projections.revenue import renewable, renewal


def tell_a_story(ledger: Ledger) -> None:
    """Some of everything that has rows."""
    ledger.record(*stage(), account("bolt"), party("north", "partner", tier="co_sell"))
    ledger.record(*opportunity("opp-1", "jane", "x", "y"), *opportunity("opp-2", "mary", "x"))
    ledger.record(event("account_elevated"), event("major_account_manager_appointed", party_id="mary"))
    ledger.record(grace(60), *opportunity("opp-3", "jane", "z", account="bolt"))
    ledger.record(event("partner_included", opportunity_id="opp-1", partner_id="north", role="co_sell", lines=["y"]))
    ledger.record(renewable("opp-1", "contract-1", "x", "y"), party("jane", "contact", member_of="north"))
    ledger.record(renewal("contract-1", "2025-02-10", "2026-02-10", x="100.00", y="50.00"))
    lapse = event("rights_lapsed", "2024-05-01", opportunity_id="opp-2", line="x", deadline_on="2024-04-30")
    ledger.recorder.record(Submission([lapse], SCHEDULER))


def test_rebuilding_gives_the_same_rows(ledger: Ledger) -> None:
    """Of every table, to the byte; and the tables are as they are declared to be."""
    tell_a_story(ledger)
    kept = ledger.kept()
    assert all(kept[name] for name in kept if name != "kept_withdrawals")

    steps: list[tuple[int, int]] = []
    rebuilt = rebuild(ledger.store, lambda done, total: steps.append((done, total)))

    assert ledger.kept() == kept
    assert (rebuilt.position, rebuilt.events, rebuilt.accounts) == (ledger.position, ledger.position, 2)
    assert rebuilt.rows == sum(len(kept[table.name]) for table in INTERVALS)
    assert steps == sorted(steps)
    assert steps[-1] == (ledger.position, ledger.position)
    with ledger.store.read.connection() as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": is_compared}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, declared()) == []
    tell_more(ledger)


def tell_more(ledger: Ledger) -> None:
    """The ledger goes on with what it had in mind before."""
    ledger.record(event("contract_ended", contract_id="contract-1", reason="over"), *opportunity("opp-9", "mary", "x"))
    assert verify(ledger.store) is None


def test_rebuilding_an_empty_ledger(ledger: Ledger) -> None:
    """Leaves it empty."""
    rebuilt = rebuild(ledger.store)

    assert (rebuilt.position, rebuilt.rows) == (0, 0)
    tell_a_story(ledger)
    assert verify(ledger.store) is None


def test_rebuilding_mends_what_somebody_spoilt(ledger: Ledger) -> None:
    """Rows changed, lost and added by hand."""
    tell_a_story(ledger)
    kept = ledger.kept()
    with ledger.store.transaction() as connection:
        connection.exec_driver_sql("UPDATE kept_rights SET holder = 'paul'")
        connection.exec_driver_sql("DELETE FROM kept_situations")
        connection.exec_driver_sql("INSERT INTO kept_mentions VALUES ('paul', 'acme', 1)")
    assert verify(ledger.store) is not None

    rebuild(ledger.store)

    assert ledger.kept() == kept
    tell_more(ledger)


def test_writers_write_on(ledger: Ledger) -> None:
    """What is recorded while a rebuild runs is in the new tables as it would have been in the old ones."""
    tell_a_story(ledger)
    done = threading.Event()
    failures: list[BaseException] = []

    def write() -> None:
        number = 100
        try:
            while not done.is_set():
                ledger.record(*opportunity(f"opp-{number}", "mary", "x", account=("acme", "bolt")[number % 2]))
                if number % 7 == 0:
                    ledger.record(grace(number))
                number += 1
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        rebuilt = [rebuild(ledger.store) for _ in range(3)]
    finally:
        done.set()
        writer.join()

    assert failures == []
    assert [one.position for one in rebuilt] == sorted(one.position for one in rebuilt)
    assert verify(ledger.store) is None


@pytest.mark.parametrize("rounds", [1, 5])
def test_what_is_recorded_meanwhile_is_caught_up_with(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, rounds: int
) -> None:
    """New accounts, old accounts and a changed figure; round by round, and what is left while nobody may write."""
    tell_a_story(ledger)
    news = iter(
        [
            [account("carat"), *opportunity("opp-4", "mary", "x", account="carat")],
            [grace(20), *opportunity("opp-5", "mary", "y")],
            opportunity("opp-6", "mary", "z"),
        ]
    )
    catch_up = rebuilding._Rebuild._catch_up

    def busy(self: Any, position: int, connection: Connection | None) -> None:
        catch_up(self, position, connection)
        if connection is None and (batch := next(news, None)) is not None:
            ledger.record(*batch)

    monkeypatch.setattr(rebuilding, "ROUNDS", rounds)
    monkeypatch.setattr(rebuilding._Rebuild, "_catch_up", busy)
    rebuilt = rebuild(ledger.store)

    assert rebuilt.position == ledger.position
    assert verify(ledger.store) is None
    tell_more(ledger)


def test_a_rebuild_that_fails_leaves_the_old_answers(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """At whatever point; and the next one goes through."""
    tell_a_story(ledger)
    kept = ledger.kept()
    for name in ("fill", "index", "switch"):

        def fail(*_: object) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as patched:
            patched.setattr(fresh, name, fail)
            with pytest.raises(ZeroDivisionError):
                rebuild(ledger.store)
        assert ledger.kept() == kept
        tables = "SELECT count(*) FROM fresh_kept_rights"
        with pytest.raises(LedgerNotReady):
            ledger.rows(tables)
    rebuild(ledger.store)
    assert ledger.kept() == kept


def test_one_rebuild_at_a_time(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second one is told so, and the first goes on."""
    tell_a_story(ledger)
    kept, index, refused = ledger.kept(), fresh.index, []

    def meanwhile(connection: Connection) -> None:
        with pytest.raises(RebuildRunning) as running:
            rebuild(ledger.store)
        refused.append(running.value)
        index(connection)

    monkeypatch.setattr(fresh, "index", meanwhile)
    rebuild(ledger.store)

    assert len(refused) == 1
    assert ledger.kept() == kept
